"""Whose a case stays: nothing that others do to its claim takes it from the holder, and no link wins by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.applications.person import Authority, ProvenPerson
from degree_auth.domain.cases.attachment_decisions import MOST_ATTACHMENTS
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import Conflict, Forbidden, NotFound
from degree_auth.services.applications.callers import ByHolder, ByLink, Caller
from degree_auth.services.applications.intake import Received
from degree_auth.services.applications.own_case_commands import OwnCaseCommands
from degree_auth.services.cases.sealed_parts import open_submission
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import disputed, verified_again
from tests.unit.reports.test_sharing import body as body_of_another_caller

pytestmark = pytest.mark.requirement("A1", "N4")


@pytest.fixture
def world() -> World:
    return World()


def by(world: World, caller: Caller) -> OwnCaseCommands:
    return replace(world.own_case_commands, caller=caller)


def link_of(world: World, received: Received) -> ByLink:
    assert received.access_token is not None
    return ByLink(world.own_cases, received.access_token)


def listed(world: World, person: ProvenPerson) -> list[str]:
    return [one["case_number"] for one in world.own_case_list.page(person, None, "", world.now)["applications"]]


# Another holder.


def returned(world: World, received: Received) -> None:
    world.attach(received.case)
    world.staff("return_to_applicant", received.case, command="return", reason="请更正", fields=["degree.discipline"])


@pytest.mark.parametrize("asks", ["link", "holder"])
@pytest.mark.parametrize(
    "holder",
    [lambda world: {"name": "另一人"}, lambda world: world.body(1)["holder"]],
    ids=["another name", "another person"],
)
def test_a_case_of_somebody_who_signed_in_is_never_supplemented_into_another_holders(
    world: World, holder: Callable[[World], dict[str, Any]], asks: str
) -> None:
    received = world.received(world.body(discipline="园艺学"))
    me, number = world.person(world.body()), received.case.case_number
    returned(world, received)
    caller = link_of(world, received) if asks == "link" else ByHolder(world.own_cases, me)
    before = world.cases.load(number)
    changed = {"holder": holder(world), "degree": {"discipline": "园艺"}}
    with pytest.raises(Forbidden) as refused:
        by(world, caller).supplement(number, changed, world.now)
    assert (refused.value.code, refused.value.problems) == ("not_the_holder", ())
    assert world.cases.load(number) == before
    assert listed(world, me) == [number]
    after = by(world, caller).supplement(number, {"degree": {"discipline": "园艺"}}, world.now)
    assert (after.stage, after.proven_by) == (Stage.RECEIVED, Authority.IDENTITY_PROVIDER)


def corrected(world: World, case: Case, **holder: Any) -> Case:
    """A reviewer puts the holder right, by the sheet."""
    place = f"case-forms/{case.case_number}/correction.json"
    world.documents.put(place, json.dumps({"holder": holder}).encode(), "application/json")
    return world.staff("correct_claim", case, command="correct", reason="与影印件不符", correction_sheet=True).case


def test_a_correction_to_another_holder_voids_the_link_and_frees_the_places_of_the_first(world: World) -> None:
    body = world.body(discipline="园艺学")
    received = world.received(body)
    me, number, other = world.person(body), received.case.case_number, world.person(world.body(1))
    after = corrected(world, world.attach(received.case), **world.body(1)["holder"])
    assert (after.stage, after.link_digest, after.open_under) == (Stage.IDENTITY_REVIEW, None, ())
    assert replay(world.cases.log(number)) == after
    with pytest.raises(NotFound):
        by(world, link_of(world, received)).withdraw(number, world.now)
    assert (listed(world, me), listed(world, other)) == ([], [number])
    # The one place of their own with this certificate number is theirs again.
    again = world.submit({**body, "contact": {**body["contact"], "mobile": "13900001111"}})
    assert len(again.open_under) == 2
    assert world.cases.open[again.open_under[1]] == {again.case_number}


@pytest.mark.parametrize("proven_by", [Authority.PUBLIC_SECURITY, None])
def test_who_has_nothing_but_a_link_keeps_it_when_a_mistyped_person_is_corrected(
    world: World, proven_by: Authority | None
) -> None:
    received = world.intake.submit(world.body(discipline="园艺学"), "msg_1", "platform", proven_by, world.now)
    case = world.attach(received.case, kind="identity_document")
    if proven_by is None:
        world.staff("confirm_identity", case, command="identity")
        world.drive(case.case_number)
    after = corrected(world, world.attach(case), name="另一人")
    assert (after.stage, after.open_under) == (Stage.IDENTITY_REVIEW, ())
    link_of(world, received).require(after)


# Another name, without the holder.


def accepted(world: World, received: Received) -> Case:
    """An archive has the holder under a former name, a reviewer accepts that, and the report says so."""
    asked = world.attend(world.staff("confirm_material", world.attach(received.case), command="confirm").case)
    answered = world.answer(asked, "partly_inconsistent", archive_values={"holder.name": "曾用名"})
    world.staff("accept_archive_values", answered, command="accept", reason="以档案为准")
    return world.drive(asked.case_number)


def superseded(world: World, received: Received) -> Case:
    """The same in a recheck of the report."""
    case = world.drive(received.case.case_number)
    verified_again(world, disputed(world, case), "partly_inconsistent", archive_values={"holder.name": "曾用名"})
    world.staff("decide_recheck", case, command="decide", reason="以档案为准", decision="superseded")
    return world.drive(case.case_number)


def followed(world: World, received: Received) -> Case:
    """The same in a recheck of another case that ended in the same report."""
    first = world.drive(received.case.case_number)
    other = world.intake.submit(
        body_of_another_caller(world, 1), "msg_2", "platform", Authority.PUBLIC_SECURITY, world.now
    )
    superseded(world, other)
    return world.cases.load(first.case_number)


RENAMES: dict[str, tuple[Callable[[World, Received], Case], dict[str, str]]] = {
    "accepted": (accepted, {"discipline": "园艺学"}),
    "superseded": (superseded, {}),
    "followed": (followed, {}),
}
EVERY_RENAME = pytest.mark.parametrize("rename", list(RENAMES))


def renamed(world: World, rename: str, proven_by: Authority = Authority.IDENTITY_PROVIDER) -> tuple[Case, Received]:
    change, degree = RENAMES[rename]
    body = world.body(**degree)
    received = (
        world.received(body)
        if proven_by is Authority.IDENTITY_PROVIDER
        else world.intake.submit(body, "msg_1", "platform", proven_by, world.now)
    )
    return change(world, received), received


@EVERY_RENAME
def test_a_name_from_an_archive_does_not_take_the_case_from_its_holder(world: World, rename: str) -> None:
    case, received = renamed(world, rename)
    me, number = world.person(world.body()), case.case_number
    assert case.report is not None
    assert world.holder_of(case).name == "曾用名"
    assert replay(world.cases.log(number)) == case
    for person in (me, world.holder_of(case)):
        assert number in listed(world, person)
        read = replace(world.own_case, caller=ByHolder(world.own_cases, person)).read(number)
        assert read.report == case.report
    with pytest.raises(NotFound):
        world.own_cases.authorise_holder(world.person(world.body(1)), number)
    by(world, ByHolder(world.own_cases, me)).revoke_link(number, world.now)
    with pytest.raises(NotFound):
        link_of(world, received).require(world.cases.load(number))


@EVERY_RENAME
def test_the_same_application_again_still_is_the_holders_to_be_told_of(world: World, rename: str) -> None:
    case, _ = renamed(world, rename)
    again = world.received(world.body(**RENAMES[rename][1]))
    assert (again.case.case_number, again.is_proven) == (case.case_number, True)


@pytest.mark.parametrize("proven_by", [Authority.IDENTITY_PROVIDER, Authority.PUBLIC_SECURITY])
@EVERY_RENAME
def test_the_holder_disavows_a_case_that_an_archive_has_renamed(
    world: World, rename: str, proven_by: Authority
) -> None:
    case, received = renamed(world, rename, proven_by)
    me = world.person(world.body())
    frozen = world.disavowals.disavow(me, case.case_number, {"reason": "不是我申请的"}, world.now)
    assert frozen.stage is Stage.FROZEN
    with pytest.raises(NotFound):
        link_of(world, received).require(frozen)
    assert world.disavowals.take_back(me, case.case_number, world.now).stage is Stage.CONCLUDED


def test_whom_a_correction_has_taken_the_case_from_does_not_get_it_back_by_an_archive(world: World) -> None:
    received = world.received(world.body(discipline="园艺学"))
    me, other = world.person(world.body()), world.person(world.body(1))
    case = corrected(world, world.attach(received.case), **world.body(1)["holder"])
    world.attach(case, kind="identity_document")
    world.staff("confirm_identity", case, command="identity")
    case = accepted(
        world, Received(world.drive(case.case_number), None, True, open_submission(world.keyring, case).claim)
    )
    assert world.holder_of(case).name == "曾用名"
    assert (listed(world, me), listed(world, other)) == ([], [case.case_number])


def test_a_holder_whom_an_archive_has_renamed_is_no_other_person_when_the_claim_is_put_right(world: World) -> None:
    """Parked after the answer: the reviewer writes the name as the holder has it today."""
    disavowed = world.intake.submit(
        body_of_another_caller(world, 1), "msg_2", "platform", Authority.BANK, world.now
    ).case
    world.disavow(disavowed)
    body = world.body(discipline="园艺学")
    received = world.intake.submit(body, "msg_1", "platform", Authority.BANK, world.now)
    parked = accepted(world, received)
    assert parked.stage is Stage.PARKED
    after = corrected(world, parked, name=world.body()["holder"]["name"])
    assert (after.stage, after.proven_by) == (Stage.RECEIVED, Authority.BANK)


# After a correction to another person.


def through(world: World, proven_by: Authority | None, body: dict[str, Any], key: str = "msg_1") -> Received:
    """An application of each kind of applicant."""
    if proven_by is Authority.IDENTITY_PROVIDER:
        return world.received(body, key)
    return world.intake.submit(body, key, "api" if proven_by is None else "platform", proven_by, world.now)


@pytest.mark.requirement("A1", "N1", "N4")
@pytest.mark.parametrize("proven_by", [Authority.IDENTITY_PROVIDER, Authority.PUBLIC_SECURITY])
def test_whose_case_became_another_persons_makes_one_of_their_own_with_the_same_again(
    world: World, proven_by: Authority
) -> None:
    body = world.body(discipline="园艺学")
    first = through(world, proven_by, body)
    theirs = corrected(world, world.attach(first.case), **world.body(1)["holder"])
    if proven_by is Authority.PUBLIC_SECURITY:
        # The same message of the platform is a repeat, whatever became of its case.
        assert through(world, proven_by, body).case.case_number == theirs.case_number
    again = through(world, proven_by, body, "msg_2")
    assert again.case.case_number != theirs.case_number
    assert (again.is_proven, again.access_token is not None) == (True, True)
    assert world.cases.load(theirs.case_number) == theirs
    once_more = through(world, proven_by, body, "msg_2")
    assert (once_more.case, once_more.access_token) == (again.case, None)


@pytest.mark.requirement("A1", "N4")
def test_who_is_not_proven_is_answered_as_the_first_time_whosever_case_it_became(world: World) -> None:
    body = world.body(discipline="园艺学")
    first = through(world, None, body)
    case = world.attach(first.case, kind="identity_document")
    world.staff("confirm_identity", case, command="identity")
    world.drive(case.case_number)
    corrected(world, world.attach(case), **world.body(1)["holder"])
    again = through(world, None, body)
    assert again.case.case_number == first.case.case_number
    told, first_told = world.intake.receipt(again), world.intake.receipt(first)
    assert told == {**first_told, "access_token": None}


FILE = {"kind": "identity_document", "content_type": "application/pdf", "size": 8}


@pytest.mark.requirement("A1", "A10")
def test_the_files_of_whoever_applied_first_take_no_place_of_the_person_whose_case_it_is_now(world: World) -> None:
    received = through(world, Authority.PUBLIC_SECURITY, world.body(discipline="园艺学"))
    number = received.case.case_number
    world.attach(received.case)
    for size in range(1, MOST_ATTACHMENTS):
        world.own_case_commands.announce_attachment(number, {**FILE, "size": size}, world.now, key=f"file-{size}")
    with pytest.raises(Conflict, match="too_many_attachments"):
        world.own_case_commands.announce_attachment(number, {**FILE, "size": 99}, world.now)
    corrected(world, world.cases.load(number), name="另一人")
    announced = {
        world.own_case_commands.announce_attachment(number, {**FILE, "size": size}, world.now)[0]
        for size in range(1, MOST_ATTACHMENTS + 1)
    }
    # What looks like a file of the former applicant's is another file; their own words for files are theirs.
    assert len(announced) == MOST_ATTACHMENTS
    assert announced == {one.attachment_id for one in world.cases.load(number).files_of_this_person}
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        world.own_case_commands.announce_attachment(number, {**FILE, "size": 1}, world.now, key="file-1")


@pytest.mark.requirement("A1")
def test_a_supplement_to_another_holder_frees_the_places_of_the_first(world: World) -> None:
    body = world.body(discipline="园艺学")
    received = through(world, Authority.PUBLIC_SECURITY, body)
    returned(world, received)
    took = received.case.open_under
    after = by(world, link_of(world, received)).supplement(
        received.case.case_number, {"holder": world.body(1)["holder"], "degree": {"discipline": "园艺"}}, world.now
    )
    assert (after.stage, after.open_under, len(took)) == (Stage.IDENTITY_REVIEW, (), 2)
    assert [world.cases.open[digest] for digest in took] == [set(), set()]
    assert replay(world.cases.log(after.case_number)) == after


@pytest.mark.requirement("A1", "N4")
def test_what_the_former_applicant_said_for_urgency_is_not_shown_to_whose_case_it_is_now(world: World) -> None:
    received = through(world, Authority.PUBLIC_SECURITY, world.body(discipline="园艺学"))
    number = received.case.case_number
    world.own_case_commands.request_urgency(number, {"reason": "本人出国留学"}, world.now)
    after = corrected(world, world.attach(received.case), **world.body(1)["holder"])
    assert after.urgency_request is None
    assert world.own_case.status(number, world.now)["urgency_request"] is None
