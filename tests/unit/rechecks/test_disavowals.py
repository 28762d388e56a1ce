"""A holder disavows a case ("not by me"): it is frozen at once, and staff decide."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.applications.person import Authority, is_holder
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import HeldBy, Outcome, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.review.staff_actions import WHILE_FROZEN, Action
from degree_auth.domain.shared.errors import Conflict, DegreeAuthError, Invalid, Malformed, NotFound
from degree_auth.domain.verification.access import shows_claim
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.reports.notices import notices_page
from tests.doubles.platform_events import told_of_log
from tests.doubles.world import World
from tests.properties.cases.test_interleavings import commands
from tests.samples.disavowed_cases import (
    EVERY_BEGINNING,
    as_it_stood,
    case_that_waits,
    check,
    end_disavowal,
    through_the_platform,
)
from tests.unit.rechecks.test_rechecks import reported
from tests.unit.reports.test_sharing import body

pytestmark = pytest.mark.requirement("A1")


def withdrawn(world: World) -> Case:
    return world.own_case_commands.withdraw(world.mismatched().case_number, world.now)


def rejected(world: World) -> Case:
    return world.staff("reject", world.mismatched(), command="reject", reason="不属受理范围").case


def unproven(world: World) -> Case:
    case = world.unproven(world.body()).case
    return world.attach(case, kind="identity_document")


# Frozen at once, wherever it stands.


@EVERY_BEGINNING
def test_a_disavowed_case_is_frozen_wherever_it_stands_and_its_link_is_void(world: World, beginning: str) -> None:
    case = case_that_waits(world, beginning)
    frozen = world.disavow(case)
    assert (frozen.stage, frozen.stood_at) == (Stage.FROZEN, case.stage)
    assert (frozen.link_digest, frozen.held_by) == (None, HeldBy.CENTRE)
    assert not frozen.is_final
    assert replay(world.cases.log(case.case_number)) == frozen


@pytest.mark.parametrize("begin", [withdrawn, rejected, unproven])
def test_a_case_that_came_to_nothing_or_is_unproven_can_be_disavowed_too(
    world: World, begin: Callable[[World], Case]
) -> None:
    case = begin(world)
    frozen = world.disavow(case)
    assert (frozen.stage, frozen.stood_at) == (Stage.FROZEN, case.stage)
    back = world.decide_disavowal(frozen, "unfounded")
    assert as_it_stood(back) == as_it_stood(case)


@EVERY_BEGINNING
def test_nothing_moves_in_a_frozen_case(world: World, beginning: str) -> None:
    """Whatever anybody does to it: its stage beneath, its report, its claim, its register change stay as they were."""
    case = case_that_waits(world, beginning)
    stored = [one.attachment_id for one in case.attachments if one.kind == "evidence"]
    others = [one for one in world.cases.cases if one != case.case_number]
    tried = commands(case, stored[-1] if stored else "")
    # What the institution answers is kept, and has tests of its own; a register being written is written to its end.
    kept = {"verified", "not awarded", "partly", "needs material", "disavow", "take back", "impersonation", "unfounded"}
    # These are about other cases, or about the register itself.
    kept |= {"submit again", "submit otherwise", "issue the other", "the other verified", "import"}
    frozen = world.disavow(case)
    for name in sorted(tried.keys() - kept):
        before = world.cases.load(case.case_number)
        with suppress(DegreeAuthError):
            tried[name](world)
        after = world.cases.load(case.case_number)
        assert as_it_stood(after) == as_it_stood(before), name
        assert after.stage is Stage.FROZEN, name
    world.drive(case.case_number)
    after = world.cases.load(case.case_number)
    assert as_it_stood(after) == as_it_stood(frozen)
    assert [one for one in world.cases.cases if one != case.case_number] == others


@EVERY_BEGINNING
def test_the_applicant_may_do_nothing_with_a_frozen_case(world: World, beginning: str) -> None:
    frozen = world.disavow(case_that_waits(world, beginning))
    status = world.own_case.status(frozen.case_number, world.now)
    assert (status["stage"], status["allowed_actions"], status["report"]) == ("frozen", [], None)
    announced = {"kind": "evidence", "content_type": "image/png", "size": 9}
    tried: dict[str, Callable[[], object]] = {
        "withdraw": lambda: world.own_case_commands.withdraw(frozen.case_number, world.now),
        "attach": lambda: world.own_case_commands.announce_attachment(frozen.case_number, announced, world.now),
        "urgency": lambda: world.own_case_commands.request_urgency(frozen.case_number, {"reason": "出国"}, world.now),
        "renew": lambda: world.own_case_commands.renew_link(frozen.case_number, world.now),
        "download": lambda: world.own_case.download_link(frozen, world.now),
        "credential": lambda: world.own_case.credential(frozen, world.now),
    }
    for name, command in tried.items():
        with pytest.raises(Conflict) as refused:
            command()
        assert refused.value.code == "case_frozen", name
    world.own_case_commands.revoke_link(frozen.case_number, world.now)
    assert world.cases.load(frozen.case_number) == frozen


def test_staff_can_do_nothing_but_look_write_and_decide(world: World) -> None:
    inputs: dict[str, dict[str, Any]] = {
        "correct_claim": {"reason": "更正", "degree": {"discipline": "法语"}},
        "return_to_applicant": {"reason": "补交", "fields": ["certificate_scan"]},
        "redirect_task": {"reason": "转送", "institution_code": "10001"},
        "open_recheck": {"reason": "复核", "cause": "institution_report"},
        "decide_recheck": {"reason": "维持", "decision": "upheld"},
        "propose_register_change": {"record": "new"},
        "confirm_identity": {},
        "confirm_material": {},
    }
    frozen = world.disavow(world.asked())
    refused = {}
    for action in sorted(set(Action) - WHILE_FROZEN):
        with pytest.raises(Conflict) as found:
            world.staff(action.value, frozen, command=action.value, **inputs.get(action.value, {"reason": "不应进行"}))
        refused[action] = found.value.code
    assert set(refused.values()) == {"case_frozen"}
    assert world.cases.load(frozen.case_number) == frozen
    world.staff("send_message", frozen, command="m", text="本件暂停办理")
    sheet = world.documents.objects
    world.staff("open_review", frozen, command="o")
    page = sheet[f"review/{frozen.case_number}/sheet.html"].decode()
    assert all(
        said in page
        for said in ("冒用申报", "不是我申请的", "身份由谁证明：身份认证服务", "直接申请", "学位授予单位核查", "已冻结")
    )


# Only the holder, once.


def test_nobody_but_the_holder_can_disavow_a_case_and_nobody_learns_that_it_exists(world: World) -> None:
    stated = world.body(discipline="园艺学")
    stated["holder"] |= {"identity_type": "passport", "identity_number": "E12345678"}
    case, other = world.submit(stated), world.person(world.body(1))
    # Two states may give out the same passport number.
    namesake = replace(world.holder_of(case), name="另一·样例")
    for person in (other, namesake):
        for number in (case.case_number, "RZ20261123K7Q2M9XD", "RZ1", "\x00"):
            for act in (
                lambda: world.disavowals.disavow(person, number, {"reason": "x"}, world.now),  # noqa: B023
                lambda: world.disavowals.disavow(person, number, {}, world.now),  # noqa: B023
                lambda: world.disavowals.take_back(person, number, world.now),  # noqa: B023
            ):
                with pytest.raises(NotFound) as refused:
                    act()
                assert (refused.value.code, refused.value.problems) == ("not_found", ())
    assert world.cases.load(case.case_number) == case


def test_whom_the_claim_no_longer_names_at_the_commit_cannot_disavow_it(world: World) -> None:
    case = through_the_platform(world, discipline="园艺学")
    case = world.staff("return_to_applicant", case, reason="更正", fields=["holder.name"]).case
    holder, victim = world.holder_of(case), world.body(1)

    def changed() -> None:
        world.cases.before_commit = lambda: None
        changed = {"holder": victim["holder"], "degree": victim["degree"]}
        world.own_case_commands.supplement(case.case_number, changed, world.now)

    world.cases.before_commit = changed
    with pytest.raises(NotFound):
        world.disavowals.disavow(holder, case.case_number, {"reason": "不是我"}, world.now)
    after = world.cases.load(case.case_number)
    assert after.stage is Stage.IDENTITY_REVIEW
    claim = open_submission(world.keyring, after).claim
    assert not is_holder(claim.holder, open_submission(world.keyring, case).claim)


@pytest.mark.requirement("N5")
def test_what_is_wrong_with_the_reason_is_told_and_nothing_is_frozen(world: World) -> None:
    case = world.mismatched()
    for wrong, code in (({}, "required"), ({"reason": " "}, "required"), ({"reason": "长" * 501}, "too_long")):
        with pytest.raises(Invalid) as refused:
            world.disavowals.disavow(world.holder_of(case), case.case_number, wrong, world.now)
        assert [(one.field, one.code) for one in refused.value.problems] == [("reason", code)]
    with pytest.raises(Malformed):
        world.disavowals.disavow(world.holder_of(case), case.case_number, [], world.now)
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("N1")
def test_the_same_again_changes_nothing_and_the_first_reason_stands(world: World) -> None:
    frozen = world.disavow(world.mismatched(), "我没有申请")
    assert world.disavow(frozen, "另一个说法") == frozen
    back = world.take_back(frozen)
    assert world.take_back(back) == back
    decided = world.decide_disavowal(world.disavow(back), "unfounded", "execution-2")
    assert decided.stage is Stage.MATERIAL_REVIEW
    assert world.decide_disavowal(decided, "unfounded", "execution-2") == decided


def test_it_is_taken_back_once_and_then_staff_decide(world: World) -> None:
    case = world.mismatched()
    person = world.holder_of(case)

    def may(case: Case) -> list[str]:
        found: list[str] = world.own_case_list.entry(person, case, "", world.now)["allowed_actions"]
        return found

    assert may(case) == ["disavow"]
    assert may(world.disavow(case)) == ["take_back"]
    back = world.take_back(case)
    assert may(back) == ["disavow"]
    again = world.disavow(back)
    assert may(again) == []
    with pytest.raises(Conflict, match="disavowal_stands"):
        world.take_back(again)
    unfounded = world.decide_disavowal(again, "unfounded")
    assert may(unfounded) == []
    with pytest.raises(Conflict, match="disavowal_decided"):
        world.disavow(unfounded)
    assert unfounded.stage is Stage.MATERIAL_REVIEW


def test_what_is_not_frozen_is_neither_taken_back_nor_decided(world: World) -> None:
    case = world.mismatched()
    with pytest.raises(Conflict, match="case_not_frozen"):
        world.take_back(case)
    with pytest.raises(Conflict, match="case_not_frozen"):
        world.decide_disavowal(case, "impersonation")
    annulled = world.decide_disavowal(world.disavow(case), "impersonation", "d")
    for decision in ("impersonation", "unfounded"):
        with pytest.raises(Conflict, match="case_not_frozen"):
            world.decide_disavowal(annulled, decision, f"again {decision}")
    with pytest.raises(Conflict, match="case_not_frozen"):
        world.take_back(annulled)
    assert world.disavow(annulled) == annulled


def test_another_holder_whom_a_corrected_claim_names_is_not_bound_by_what_was_decided_for_the_first(
    world: World,
) -> None:
    case = through_the_platform(world, discipline="园艺学")
    case = world.decide_disavowal(world.disavow(case), "unfounded")
    case = world.staff("return_to_applicant", case, command="r", reason="更正", fields=["holder.name"]).case
    victim = world.body(1)
    case = world.own_case_commands.supplement(
        case.case_number, {"holder": victim["holder"], "degree": victim["degree"]}, world.now
    )
    assert world.disavow(case).stage is Stage.FROZEN


# Staff decide, or the holder takes it back.


@EVERY_BEGINNING
@pytest.mark.parametrize("how", ["unfounded", "taken back"])
def test_the_case_goes_on_where_it_stood(world: World, beginning: str, how: str) -> None:
    case = case_that_waits(world, beginning)
    frozen = world.disavow(case)
    back = end_disavowal(world, frozen, how)
    with_spans = [replace(one, spans=()) for one in back.tasks]
    assert with_spans == [replace(one, spans=()) for one in case.tasks]
    assert as_it_stood(replace(back, tasks=())) == as_it_stood(replace(case, tasks=()))
    # And to the same end.
    world.drive(case.case_number)
    straight = World()
    expected = straight.drive(case_that_waits(straight, beginning).case_number)
    assert world.cases.load(case.case_number).stage is expected.stage


@EVERY_BEGINNING
def test_an_impersonation_annuls_the_case_for_good(world: World, beginning: str) -> None:
    case = case_that_waits(world, beginning)
    annulled = world.decide_disavowal(world.disavow(case), "impersonation")
    assert (annulled.stage, annulled.outcome, annulled.report) == (Stage.ANNULLED, Outcome.IMPERSONATION, None)
    assert annulled.written_notice is None
    assert (annulled.is_final, annulled.held_by, annulled.recheck) == (True, HeldBy.NOBODY, None)
    assert all(one.status is not TaskStatus.OPEN for one in annulled.tasks)
    assert all(not shows_claim(annulled, task) for task in annulled.tasks)
    for number, report in world.cases.reports.items():
        if report.case_number == case.case_number:
            assert report.state is not ReportState.VALID, number
    tried = commands(annulled, "")
    about_others = {"submit again", "submit otherwise", "issue the other", "import", "keep register"}
    for name in sorted(tried.keys() - about_others):
        with suppress(DegreeAuthError):
            tried[name](world)
        assert world.cases.load(case.case_number).stage is Stage.ANNULLED, name
    world.drive(case.case_number)
    for _ in range(3):
        after = world.keep_register(world.cases.load(case.case_number))
    assert (after.stage, after.register_change) == (Stage.ANNULLED, None)
    assert replay(world.cases.log(case.case_number)) == after


@pytest.mark.requirement("A15", "N2")
def test_a_report_that_an_impostor_obtained_is_revoked_in_public(world: World) -> None:
    case = reported(world)
    assert case.report is not None
    number = case.report.report_number
    frozen = world.disavow(case)
    # Nothing is decided yet: what it says of the award is true as far as anybody knows.
    assert (check(world, number)["state"], notices_page(world.cases, "", world.now)["notices"]) == ("valid", [])
    annulled = world.decide_disavowal(frozen, "impersonation")
    assert [(one.report_number, one.state) for one in annulled.former_reports] == [(number, "revoked")]
    found = check(world, number)
    assert (found["state"], found["report"]["cause"]["zh"]) == ("revoked", "经查系冒用他人身份申请取得")
    notices = notices_page(world.cases, "", world.now)["notices"]
    assert [(one["report_number"], one["state"]) for one in notices] == [(number, "revoked")]
    revoked = next(one for one in world.cases.log(case.case_number) if one.type is EventType.REPORT_REVOKED)
    assert (revoked.data["sha256"], revoked.data["cause"]) == (case.report.sha256, "impersonation")
    status = world.own_case.status(case.case_number, world.now)
    assert (status["report"], status["notice"], status["outcome"]) == (None, None, "impersonation")


def test_the_holder_can_apply_after_an_impersonation_and_gets_a_report_of_their_own(world: World) -> None:
    """The register alone issues it: no institution has spoken against the award."""
    first = reported(world)
    assert first.report is not None
    world.decide_disavowal(world.disavow(first), "impersonation")
    again = world.received(world.body())
    assert again.case.case_number != first.case_number
    case = world.drive(again.case.case_number)
    assert case.report is not None
    assert (case.stage, case.report.version) == (Stage.CONCLUDED, 2)
    assert case.report.report_number != first.report.report_number


@pytest.mark.requirement("N2")
def test_what_an_institution_confirmed_in_an_impostors_case_still_weighs_against_the_register(world: World) -> None:
    case = world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number)
    assert case.report is not None
    world.decide_disavowal(world.disavow(case), "impersonation")
    by_register = world.drive(world.submit(body(world)).case_number)
    assert (by_register.stage, (by_register.reason or {})["reason"]) == (Stage.PARKED, "report_in_force_differs")


def test_an_impostor_who_sends_the_same_again_gets_no_new_case(world: World) -> None:
    """Neither without proof nor through the platform; what was an unproven answer stays the same."""
    stranger = world.unproven(world.body(), "key-00000001")
    told = world.intake.receipt(stranger)
    through = world.intake.submit(body(world, 3), "msg-1", "platform", Authority.PUBLIC_SECURITY, world.now)
    for case in (stranger.case, through.case):
        world.decide_disavowal(world.disavow(case), "impersonation", f"d-{case.case_number}")
        number = len(world.cases.cases)
        if case is stranger.case:
            again = world.unproven(world.body(), "key-00000001")
            assert world.intake.receipt(again) == {**told, "access_token": None}
        else:
            again = world.intake.submit(body(world, 3), "msg-1", "platform", Authority.PUBLIC_SECURITY, world.now)
            assert world.intake.receipt(again)["stage"] == "annulled"
        assert (again.case.case_number, again.access_token) == (case.case_number, None)
        assert len(world.cases.cases) == number
    assert world.received(body(world, 3)).case.case_number != through.case.case_number


@pytest.mark.requirement("N4")
def test_nothing_tells_an_impostor_who_has_no_proof(world: World) -> None:
    """The link opens nothing, as a made-up one does; the same application again is answered as before."""
    received = world.unproven(world.body())
    number, token = received.case.case_number, received.access_token
    assert token is not None
    for step in ("frozen", "annulled"):
        case = (
            world.disavow(received.case) if step == "frozen" else world.decide_disavowal(received.case, "impersonation")
        )
        assert case.stage == step
        for wrong in (token, token[:-1] + "_"):
            with pytest.raises(NotFound) as refused:
                world.own_cases.authorise_link(wrong, number)
            assert refused.value.code == "not_found"
        again = world.unproven(world.body())
        assert world.intake.receipt(again)["stage"] == "identity_review"


def test_the_platform_is_told_of_every_step_and_of_the_revoked_report(world: World) -> None:
    case = world.drive(
        world.intake.submit(world.body(), "msg-1", "platform", Authority.PUBLIC_SECURITY, world.now).case.case_number
    )
    world.take_back(world.disavow(case))
    frozen = world.disavow(case)
    since = frozen.version
    world.decide_disavowal(frozen, "impersonation")
    told = told_of_log(world.cases.log(case.case_number))
    steps = [one["data"]["event"] for one in told]
    assert steps[-5:] == [
        "case_disavowed",
        "disavowal_taken_back",
        "case_disavowed",
        "disavowal_decided",
        "report_revoked",
    ]
    assert told[-2]["data"]["facts"] == {"decision": "impersonation"}
    assert [one["data"]["seq"] > since for one in told[-2:]] == [True, True]
    assert "不是我申请的" not in str(told)
