"""Who did not sign in learns nothing of the register, and nothing moves before a reviewer has confirmed who applies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.applications.identity import (
    canonical_identity_number,
    carries_person,
    check_character,
)
from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Machine, Stage
from degree_auth.domain.shared.errors import Conflict, DegreeAuthError, Forbidden, NotFound
from degree_auth.services.applications.intake import Received
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N4")


@pytest.fixture
def world() -> World:
    return World()


def other_number(body: dict[str, Any]) -> str:
    """Another number of the same kind: of somebody of the same region, birth date and sex where it tells these."""
    kind, number = IdentityType(body["holder"]["identity_type"]), body["holder"]["identity_number"]
    number = canonical_identity_number(kind, number)
    if carries_person(kind, number):
        first = f"{number[:14]}{(int(number[14:17]) + 2) % 1000:03}"
        return first + check_character(first)
    return next_number(number)


def next_number(number: str) -> str:
    """A number of the same form, with another last digit."""
    return re.sub("[0-9](?=[^0-9]*$)", lambda digit: str((int(digit[0]) + 1) % 10), number)


def with_holder(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {**body, "holder": {**body["holder"], **changes}}


def with_degree(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {**body, "degree": {**body["degree"], **changes}}


GUESSES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "all of it right": lambda body: body,
    "the number wrong": lambda body: with_holder(identity_number=other_number(body))(body),
    "the name wrong": with_holder(name="另一人"),
    "the discipline wrong": with_degree(discipline="园艺学"),
    "the certificate wrong": lambda body: with_degree(
        certificate_number=next_number(body["degree"]["certificate_number"])
    )(body),
    "the day wrong": lambda body: with_degree(award_date=body["degree"]["award_date"][:8] + "28")(body),
}


def told(world: World, received: Received) -> str:
    """The answer, without what is drawn at random."""
    receipt = world.intake.receipt(received)
    assert len(receipt.pop("access_token")) == 43
    assert len(receipt.pop("case_number")) == 18
    return json.dumps(receipt, ensure_ascii=False)


@pytest.mark.parametrize("which", range(5))
def test_right_and_wrong_guesses_are_answered_alike_and_the_register_is_not_asked(world: World, which: int) -> None:
    world.register.broken = True
    answers = {told(world, world.unproven(guess(world.body(which)))) for guess in GUESSES.values()}
    assert len(answers) == 1
    assert world.faults == []


@pytest.mark.parametrize("guess", GUESSES)
def test_nothing_moves_before_the_identity_is_confirmed(world: World, guess: str) -> None:
    case = world.unproven(GUESSES[guess](world.body())).case
    assert (case.stage, case.comparison, case.proven_by) == (Stage.IDENTITY_REVIEW, None, None)
    assert [machine for machine, _ in world.workflows.started] == [Machine.MATCHING]
    assert world.compare(case) == case
    assert world.drive(case.case_number) == case
    assert world.own_case.status(case.case_number, world.now)["comparison"] is None
    assert world.press.pressed == 0
    for action in ("confirm_material", "release", "correct_claim"):
        more: dict[str, Any] = {"degree": {"discipline": "法学史"}} if action == "correct_claim" else {}
        with pytest.raises(Conflict):
            world.staff(action, case, command=action, reason="不应进行", **more)


def test_the_reviewer_confirms_by_the_identity_document_and_the_case_goes_on_as_any_other(world: World) -> None:
    case = world.unproven(world.body()).case
    with pytest.raises(Conflict) as refused:
        world.staff("confirm_identity", case, command="too early")
    assert refused.value.code == "identity_document_missing"
    world.attach(case, kind="certificate_scan")
    with pytest.raises(Conflict):
        world.staff("confirm_identity", case, command="the wrong file")
    world.attach(case, kind="identity_document")
    done = world.staff("confirm_identity", case, command="confirm").case
    assert (done.stage, done.proven_by) == (Stage.RECEIVED, "reviewer")
    assert world.drive(case.case_number).report is not None
    with pytest.raises(Conflict) as again:
        world.staff("confirm_identity", case, command="another")
    assert again.value.code == "case_not_in_identity_review"


def test_the_same_again_is_the_same_case_and_tells_nothing_of_what_became_of_it(world: World) -> None:
    first = world.unproven(world.body(), "key-00000001")
    before = world.intake.receipt(first)
    world.attach(first.case, kind="identity_document")
    world.staff("confirm_identity", first.case)
    assert world.drive(first.case.case_number).stage is Stage.CONCLUDED
    for key in ("key-00000001", None):
        again = world.unproven(world.body(), key)
        assert world.intake.receipt(again) == {**before, "access_token": None}


def test_a_repeat_is_told_the_warnings_of_what_was_sent_whatever_was_corrected_since(world: World) -> None:
    sent = world.body(discipline="园艺学")
    sent["degree"]["certificate_number"] = sent["degree"]["certificate_number"][:-1]
    first = world.unproven(sent)
    before = world.intake.receipt(first)
    assert before["warnings"]
    world.attach(first.case, kind="identity_document")
    world.attach(first.case)
    case = world.drive(world.staff("confirm_identity", first.case, command="i").case.case_number)
    whole = {"certificate_number": world.body()["degree"]["certificate_number"]}
    world.staff("correct_claim", case, command="c", reason="按证书更正", degree=whole)
    assert world.intake.receipt(world.unproven(sent)) == {**before, "access_token": None}


def test_who_is_not_proven_never_meets_the_case_of_somebody_who_is(world: World) -> None:
    mine = world.received(world.body(), "key-00000001")
    for key in ("key-00000001", None):
        strangers = world.unproven(world.body(), key)
        assert strangers.case.case_number != mine.case.case_number
    assert world.received(world.body(), "key-00000001").case.case_number == mine.case.case_number


@pytest.mark.parametrize("guess", ["all of it right", "the number wrong", "the discipline wrong"])
def test_who_signed_in_can_apply_for_nobody_else_and_is_told_nothing(world: World, guess: str) -> None:
    person = world.person(world.body(1))
    world.register.broken = True
    with pytest.raises(Forbidden) as refused:
        world.intake.submit(GUESSES[guess](world.body(0)), None, "api", person, world.now)
    assert (refused.value.code, refused.value.problems) == ("not_the_holder", ())
    assert world.cases.cases == {}
    assert world.faults == []


def returned(world: World, case: Any, *fields: str) -> None:
    world.staff("return_to_applicant", case, command="return", reason="请更正", fields=list(fields))


def test_a_proven_person_who_becomes_another_is_compared_no_more(world: World) -> None:
    """Otherwise one proof of one's own would open the register for guesses at others."""
    stated = world.body(discipline="园艺学")
    case = world.intake.submit(stated, None, "platform", Authority.PUBLIC_SECURITY, world.now).case
    returned(world, case, "holder.name")
    victim = world.body(1)
    changed = {"holder": victim["holder"], "degree": victim["degree"]}
    after = world.own_case_commands.supplement(case.case_number, changed, world.now)
    assert (after.stage, after.comparison, after.proven_by) == (Stage.IDENTITY_REVIEW, None, None)
    assert world.drive(case.case_number).stage is Stage.IDENTITY_REVIEW


def corrected_to_another(world: World, case: Case, which: int = 1) -> Case:
    """The reviewer's correction has brought the claim to the holder of another record."""
    other = world.body(which)
    sheet = json.dumps({"holder": other["holder"], "degree": other["degree"]}).encode()
    world.documents.objects[f"case-forms/{case.case_number}/correction.json"] = sheet
    return world.staff("correct_claim", case, command="correct", reason="按证书更正", correction_sheet=True).case


def supplemented_to_another(world: World, case: Case, which: int = 1) -> Case:
    """The applicant was asked to put the name right, and has named the holder of another record."""
    returned(world, case, "holder.name")
    other = world.body(which)
    changed = {"holder": other["holder"], "degree": other["degree"]}
    return world.own_case_commands.supplement(case.case_number, changed, world.now)


@pytest.mark.parametrize("change", [corrected_to_another, supplemented_to_another])
def test_a_claim_that_names_another_is_shown_to_nobody_before_that_identity_is_confirmed(
    world: World, change: Callable[[World, Case], Case]
) -> None:
    """What a reviewer read from a certificate, the number of its holder say, is not for whoever mistyped it."""
    wrong = world.body(discipline="园艺学")
    received = world.intake.submit(wrong, "message-0001", "platform", Authority.PUBLIC_SECURITY, world.now)
    case = change(world, world.attach(received.case))
    assert case.stage is Stage.IDENTITY_REVIEW
    status = world.own_case.status(case.case_number, world.now)
    assert status["claim"] is None
    told = json.dumps(status, ensure_ascii=False)
    for value in (world.body(1)["holder"]["identity_number"], world.body(1)["degree"]["certificate_number"]):
        assert value not in told
    world.attach(case, kind="identity_document")
    world.staff("confirm_identity", case, command="confirm")
    shown = world.own_case.status(case.case_number, world.now)["claim"]
    assert shown["holder"]["identity_number"] == world.person(world.body(1)).identity_number


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("change", [corrected_to_another, supplemented_to_another])
def test_no_supplement_tells_a_right_guess_at_a_hidden_claim_from_a_wrong_one(
    world: World, change: Callable[[World, Case], Case], asked: bool
) -> None:
    wrong = world.body(discipline="园艺学")
    received = world.intake.submit(wrong, "message-0001", "platform", Authority.PUBLIC_SECURITY, world.now)
    case = change(world, world.attach(received.case))
    if asked:
        world.staff("return_to_applicant", case, command="ask", reason="请上传", fields=["identity_document"])
    holder = world.body(1)["holder"]
    guesses = [{"identity_number": holder["identity_number"]}, {"identity_number": "0"}, {"sex": "male"}, holder]
    refused = set()
    for guess in guesses:
        with pytest.raises(DegreeAuthError) as found:
            world.own_case_commands.supplement(case.case_number, {"holder": guess}, world.now)
        refused.add((type(found.value), getattr(found.value, "code", None)))
    assert refused == {(Conflict, "person_not_confirmed" if asked else "nothing_was_asked")}


def test_the_former_persons_document_confirms_nobody_else(world: World) -> None:
    case = world.attach(world.unproven(world.body()).case, kind="identity_document")
    case = supplemented_to_another(world, case)
    for command in ("confirm", "again"):
        with pytest.raises(Conflict) as refused:
            world.staff("confirm_identity", case, command=command)
        assert refused.value.code == "identity_document_missing"
    world.attach(case, kind="identity_document")
    assert world.staff("confirm_identity", case, command="now").case.stage is Stage.RECEIVED


def test_nor_does_it_after_a_reviewers_correction(world: World) -> None:
    case = world.attach(world.unproven(world.body(discipline="园艺学")).case, kind="identity_document")
    world.attach(case)
    world.staff("confirm_identity", case, command="first")
    case = corrected_to_another(world, world.drive(case.case_number))
    with pytest.raises(Conflict) as refused:
        world.staff("confirm_identity", case, command="second")
    assert refused.value.code == "identity_document_missing"


def test_a_document_that_came_with_the_supplement_is_the_new_persons(world: World) -> None:
    case = world.attach(world.unproven(world.body()).case, kind="identity_document")
    returned(world, case, "holder.name")
    world.attach(case, kind="identity_document")
    other = world.body(1)
    changed = {"holder": other["holder"], "degree": other["degree"]}
    case = world.own_case_commands.supplement(case.case_number, changed, world.now)
    assert world.staff("confirm_identity", case).case.stage is Stage.RECEIVED


def test_who_stays_the_same_person_is_compared_at_once(world: World) -> None:
    case = world.mismatched()
    returned(world, case, "degree.discipline")
    discipline = world.body()["degree"]["discipline"]
    after = world.own_case_commands.supplement(case.case_number, {"degree": {"discipline": discipline}}, world.now)
    assert (after.stage, after.proven_by) == (Stage.RECEIVED, "identity_provider")


def test_what_an_unproven_applicant_supplies_waits_for_the_confirmation_again(world: World) -> None:
    case = world.unproven(world.body()).case
    returned(world, case, "identity_document")
    world.attach(case, kind="identity_document")
    after = world.own_case_commands.supplement(case.case_number, {}, world.now)
    assert after.stage is Stage.IDENTITY_REVIEW
    assert world.staff("confirm_identity", case).case.stage is Stage.RECEIVED


def test_a_link_opens_its_case_until_it_is_renewed_or_revoked(world: World) -> None:
    received = world.received(world.body(discipline="园艺学"))
    number, token = received.case.case_number, received.access_token
    assert token is not None
    world.own_cases.authorise_link(token, number)
    renewed = world.own_case_commands.renew_link(number, world.now)
    world.own_cases.authorise_link(renewed, number)
    with pytest.raises(NotFound):
        world.own_cases.authorise_link(token, number)
    for _ in range(2):
        world.own_case_commands.revoke_link(number, world.now)
    for void in (token, renewed, "", "None"):
        with pytest.raises(NotFound):
            world.own_cases.authorise_link(void, number)


def test_links_are_drawn_at_random_and_kept_as_digests(world: World) -> None:
    one, other = world.received(world.body(0)), world.received(world.body(1))
    assert one.access_token != other.access_token
    kept = repr(world.cases.cases) + repr(world.cases.logs)
    for received in (one, other):
        assert received.access_token is not None
        assert received.access_token not in kept
    with pytest.raises(NotFound):
        world.own_cases.authorise_link(other.access_token or "", one.case.case_number)


@pytest.mark.requirement("A1", "N1")
@pytest.mark.parametrize("what", ["another file", "another spelling"])
def test_a_reviewer_confirms_what_the_sheet_shows_and_nothing_that_came_after_it(world: World, what: str) -> None:
    case = world.attach(world.unproven(world.body()).case, kind="identity_document")
    returned(world, case, "holder.name")
    case = world.attach(case, kind="identity_document")
    if what == "another file":
        case = world.own_case_commands.supplement(case.case_number, {}, world.now)
    seen = world.staff("open_review", case, command="sheet").case
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert f"版本 {seen.version}" in sheet
    if what == "another file":
        world.attach(case, b"%PDF-1.7 somebody else's", kind="identity_document")
    else:
        changed = {"holder": {"name": "另一人"}}
        world.own_case_commands.supplement(case.case_number, changed, world.now)
    before = world.cases.load(case.case_number)
    with pytest.raises(Conflict, match="case_changed"):
        world.staff("confirm_identity", case, command="confirm", version=seen.version)
    assert world.cases.load(case.case_number) == before
    done = world.staff("confirm_identity", case, command="confirm", version=before.version).case
    assert done.stage is Stage.RECEIVED
    # The retry of the execution is no second decision.
    assert world.staff("confirm_identity", case, command="confirm", version=before.version).case == done


@pytest.mark.requirement("A1", "N1")
def test_a_file_that_comes_while_a_reviewer_confirms_is_not_confirmed_unseen(world: World) -> None:
    case = world.attach(world.unproven(world.body()).case, kind="identity_document")
    seen = world.cases.load(case.case_number).version

    def comes_between() -> None:
        world.cases.before_commit = lambda: None
        world.attach(case, b"%PDF-1.7 somebody else's", kind="identity_document")

    world.cases.before_commit = comes_between
    with pytest.raises(Conflict, match="case_changed"):
        world.staff("confirm_identity", case, version=seen)
