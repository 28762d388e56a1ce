"""A holder disavows a case ("not by me"): it is frozen at once, staff decide, and a report issued so is revoked."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.applications.person import Authority, is_holder
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.recheck import RecheckStatus
from degree_auth.domain.cases.register_change import ChangeStatus
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import ChangeStage, HeldBy, Machine, Outcome, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register_changes import decisions as register_changes
from degree_auth.domain.reports.issued_document import DocumentKind
from degree_auth.domain.review.staff_actions import WHILE_FROZEN, Action
from degree_auth.domain.shared.errors import Conflict, DegreeAuthError, Invalid, Malformed, NotFound
from degree_auth.domain.verification.access import TaskAction, shows_claim
from degree_auth.domain.verification.history import task_history
from degree_auth.domain.verification.task_actions import allowed_actions
from degree_auth.services.applications.callers import ByHolder
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.reports.check import check_report
from degree_auth.services.reports.notices import notices_page
from tests.doubles.platform_events import told_of_log
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World, lead_of
from tests.properties.cases.test_interleavings import BEGINNINGS, commands
from tests.samples.claims import body_of
from tests.unit.rechecks.test_rechecks import disputed, evidence, reported, verified_again
from tests.unit.reports.test_sharing import body, second
from tests.unit.spot_checks.test_spot_checks import Centre

pytestmark = pytest.mark.requirement("A1")

WAITS_FOR_SOMEBODY = {name: begin for name, begin in BEGINNINGS.items() if not name.startswith("frozen")}
EVERY_BEGINNING = pytest.mark.parametrize("beginning", sorted(WAITS_FOR_SOMEBODY))
DECISIONS = {"impersonation", "unfounded", "taken back"}


@pytest.fixture
def world() -> World:
    return World()


def withdrawn(world: World) -> Case:
    return world.own_case_commands.withdraw(world.mismatched().case_number, world.now)


def rejected(world: World) -> Case:
    return world.staff("reject", world.mismatched(), command="reject", reason="不属受理范围").case


def unproven(world: World) -> Case:
    case = world.unproven(world.body()).case
    return world.attach(case, kind="identity_document")


def begun(world: World, beginning: str) -> Case:
    return world.cases.load(WAITS_FOR_SOMEBODY[beginning](world).case_number)


def ended(world: World, case: Case, how: str) -> Case:
    """The disavowal came to its end."""
    return world.take_back(case) if how == "taken back" else world.decide_disavowal(case, how)


def as_it_stood(case: Case) -> Case:
    """The case without what its disavowal leaves on it."""
    bare = replace(case, version=0, head="", changed_at=case.received_at, commands=(), link_digest=None, disavowals=())
    return replace(bare, charged=(), sheet_version=None)


def events_of(world: World, case: Case, since: int = 0) -> list[EventType]:
    return [entry.type for entry in world.cases.log(case.case_number) if entry.seq > since]


def check(world: World, number: str) -> dict[str, Any]:
    sha256 = world.cases.reports[number].sha256
    return check_report(world.cases, world.keyring, MemoryReportLog(), {"sha256": sha256}, pytest.fail)


# Frozen at once, wherever it stands.


@EVERY_BEGINNING
def test_a_disavowed_case_is_frozen_wherever_it_stands_and_its_link_is_void(world: World, beginning: str) -> None:
    case = begun(world, beginning)
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
    case = begun(world, beginning)
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
    frozen = world.disavow(begun(world, beginning))
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
    case = begun(world, beginning)
    frozen = world.disavow(case)
    back = ended(world, frozen, how)
    with_spans = [replace(one, spans=()) for one in back.tasks]
    assert with_spans == [replace(one, spans=()) for one in case.tasks]
    assert as_it_stood(replace(back, tasks=())) == as_it_stood(replace(case, tasks=()))
    # And to the same end.
    world.drive(case.case_number)
    straight = World()
    expected = straight.drive(begun(straight, beginning).case_number)
    assert world.cases.load(case.case_number).stage is expected.stage


@EVERY_BEGINNING
def test_an_impersonation_annuls_the_case_for_good(world: World, beginning: str) -> None:
    case = begun(world, beginning)
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


# The clock.


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("how", ["unfounded", "taken back"])
def test_frozen_days_are_nobodys(world: World, how: str) -> None:
    def clock(case: Case) -> dict[str, Any]:
        found: dict[str, Any] = world.own_case.status(case.case_number, world.now)["clock"]
        return found

    case = world.mismatched()
    world.now += timedelta(days=2)
    before = clock(case)
    assert (before["centre"]["used"], before["due"]) != (0, None)
    frozen = world.disavow(case)
    world.now += timedelta(days=14)
    during = clock(frozen)
    assert (during["working_day"], during["due"]) == (before["working_day"], None)
    back = ended(world, frozen, how)
    after = clock(back)
    assert (after["working_day"], after["centre"]) == (before["working_day"], before["centre"])
    assert after["due"] > before["due"]
    world.now += timedelta(days=1)
    assert clock(back)["centre"]["used"] == before["centre"]["used"] + 1


@pytest.mark.requirement("A12")
def test_the_institutions_deadline_moves_by_the_pause_and_says_so_at_once(world: World) -> None:
    case = world.asked()
    assert case.task is not None
    world.now += timedelta(days=2)
    used = case.task.used_days(world.calendar, world.now)
    frozen = world.disavow(case)
    assert frozen.task is not None
    assert (frozen.task.status, frozen.task.counted_due(world.calendar)) == (TaskStatus.PAUSED, None)
    listed = world.cases.tasks[frozen.task.task_id]
    assert (listed.is_unfinished, listed.due) == (True, None)
    world.now += timedelta(days=20)
    assert world.attend(frozen) == frozen
    back = world.decide_disavowal(frozen, "unfounded")
    assert back.task is not None
    assert (back.task.status, back.task.used_days(world.calendar, world.now)) == (TaskStatus.OPEN, used)
    assert back.task.due == back.task.counted_due(world.calendar)
    assert world.attend(back) == back
    assert EventType.TASK_OVERDUE not in events_of(world, case)


def test_a_task_that_is_not_routed_yet_is_routed_once_the_case_goes_on(world: World) -> None:
    case = world.staff("confirm_material", world.mismatched(), command="confirm").case
    frozen = world.disavow(case)
    assert world.attend(frozen) == frozen
    back = world.attend(world.take_back(frozen))
    assert back.task is not None
    assert (back.task.routed, back.task.status) == (True, TaskStatus.OPEN)


# The institution meanwhile.


@pytest.mark.requirement("A4", "A7", "N1")
@pytest.mark.parametrize(
    ("result", "more", "beneath"),
    [
        ("verified", {}, Stage.ISSUING),
        ("partly_inconsistent", {"archive_values": {"degree.discipline": "园林"}}, Stage.VERIFICATION),
        ("not_awarded", {}, Stage.CONCLUDING),
        ("not_this_institution", {}, Stage.VERIFICATION),
        ("needs_material", {}, Stage.AWAITING_APPLICANT),
    ],
)
def test_what_the_institution_answers_meanwhile_is_kept_and_nothing_is_concluded(
    world: World, result: str, more: dict[str, Any], beneath: Stage
) -> None:
    frozen = world.disavow(world.asked())
    answered = world.answer(frozen, result, **more)
    assert world.answer(frozen, result, **more) == answered
    assert (answered.stage, answered.stood_at) == (Stage.FROZEN, beneath)
    assert world.drive(answered.case_number) == answered
    assert world.press.pressed == 0
    straight = World()
    expected = straight.answer(straight.asked(), result, **more)
    back = world.decide_disavowal(answered, "unfounded")
    assert (back.stage, back.basis, back.outcome) == (expected.stage, expected.basis, expected.outcome)
    driven = world.drive(back.case_number)
    assert driven.stage is straight.drive(expected.case_number).stage
    assert len(world.cases.fees.earned) == len(straight.cases.fees.earned)


@pytest.mark.requirement("A14")
def test_the_institution_is_told_that_the_case_is_suspended_and_not_why(world: World) -> None:
    frozen = world.disavow(world.asked(), "我的证书去年遗失")
    task = frozen.task
    assert task is not None
    lead = lead_of(frozen)
    may = allowed_actions(lead, frozen, task, world.calendar, world.now)
    assert set(may) == {TaskAction.FEEDBACK, TaskAction.ANSWER_FILES, TaskAction.MESSAGES}
    for action in (
        lambda: world.verification.reassign(lead, task.task_id, {"department_id": None, "reason": "归口"}, world.now),
        lambda: world.verification.announce_extension(
            lead, task.task_id, {"due": "2027-01-04", "reason": "档案在外"}, world.now
        ),
    ):
        with pytest.raises(Conflict, match="task_paused"):
            action()
    form = world.forms.form(lead, task.task_id, world.now)
    assert (form["status"], form["deadline"]["due"], form["claim"] is not None) == ("paused", None, True)
    world.decide_disavowal(frozen, "unfounded")
    history = task_history(world.cases.log(frozen.case_number), task.task_id)
    assert [one["event"] for one in history][-2:] == ["case_disavowed", "disavowal_decided"]
    told = str(history) + str(world.forms.form(lead, task.task_id, world.now))
    assert not any(said in told for said in ("冒用", "持有人", "impersonat", "证书去年", "经核实"))


@pytest.mark.requirement("A14", "N4")
def test_the_institution_of_an_annulled_case_sees_its_task_closed_and_no_claim(world: World) -> None:
    frozen = world.disavow(world.asked())
    assert frozen.task is not None
    lead, task_id = lead_of(frozen), frozen.task.task_id
    world.decide_disavowal(frozen, "impersonation")
    form = world.forms.form(lead, task_id, world.now)
    assert (form["status"], form["claim"], form["scans"]) == ("closed", None, [])
    assert form["history"][-1]["event"] == "disavowal_decided"
    with pytest.raises(Conflict, match="task_closed"):
        world.answer(frozen, "verified")


def written(world: World, case: Case, received_on: str, command: str) -> Case:
    assert case.task is not None
    world.registrations.letters.add((case.task.institution_code, "letter"))
    form = {"result": "verified", "handler": "经办人", "archive_reference": "档"}
    world.documents.objects[f"case-forms/{case.case_number}/feedback.json"] = json.dumps(form).encode()
    world.documents.objects[f"case-forms/{case.case_number}/feedback.pdf"] = b"%PDF-1.7 a synthetic form"
    world.staff("record_written_feedback", case, command=f"{command}-r", exemption="letter", received_on=received_on)
    return world.staff("confirm_written_feedback", case, command=f"{command}-c", reviewer="reviewer-2").case


@pytest.mark.requirement("A12", "A14")
@pytest.mark.parametrize("entered", ["while frozen", "afterwards"])
@pytest.mark.parametrize(("received_on", "days"), [("2026-11-25", 2), ("2026-12-02", 3)])
def test_a_written_answer_counts_from_its_receipt_whenever_it_is_entered(
    world: World, entered: str, received_on: str, days: int
) -> None:
    """Asked on Monday 23 November, frozen on Thursday 26, released on Monday 7 December."""
    case = world.asked()
    world.now += timedelta(days=3)
    frozen = world.disavow(case)
    world.now += timedelta(days=7)
    if entered == "while frozen":
        answered = written(world, frozen, received_on, "w")
        assert (answered.stage, answered.stood_at) == (Stage.FROZEN, Stage.ISSUING)
        world.now += timedelta(days=4)
        world.decide_disavowal(answered, "unfounded")
    else:
        world.now += timedelta(days=4)
        back = world.decide_disavowal(frozen, "unfounded")
        world.now += timedelta(days=1)
        written(world, back, received_on, "w")
    clock = world.own_case.status(case.case_number, world.now)["clock"]
    after = 0 if entered == "while frozen" else 1
    assert (clock["institution"]["used"], clock["centre"]["used"]) == (days, 3 - days + after)


# What was under way.


@pytest.mark.requirement("A6")
def test_a_dispute_goes_on_or_is_void_with_its_case(world: World) -> None:
    case = disputed(world, reported(world))
    frozen = world.disavow(case)
    for refused in (
        lambda: world.own_case_commands.withdraw(case.case_number, world.now),
        lambda: world.disputes.dispute(case.case_number, {"reason": "x", "evidence": ["0" * 32]}, world.now),
    ):
        with pytest.raises(Conflict, match="case_frozen"):
            refused()
    back = world.decide_disavowal(frozen, "unfounded", "d1")
    assert (back.stage, back.recheck is not None) == (Stage.RECHECK_ADMISSION, True)
    other = World()
    case = disputed(other, reported(other))
    annulled = other.decide_disavowal(other.disavow(case), "impersonation")
    assert [one.status for one in annulled.rechecks] == [RecheckStatus.VOID]
    status = other.own_case.status(case.case_number, other.now)
    assert status["rechecks"][0]["status_name"]["en"] == "Void with its case"


@pytest.mark.requirement("A15")
def test_a_spot_check_waits_for_the_decision(world: World) -> None:
    centre = Centre()
    case = reported(centre.world)
    assert case.report is not None
    number = case.report.report_number
    frozen = centre.world.disavow(case)
    assert centre.world.rechecks.spot_check(case.case_number, "draw-1", number, centre.world.now) == frozen
    centre.world.decide_disavowal(frozen, "unfounded")
    checked = centre.world.rechecks.spot_check(case.case_number, "draw-1", number, centre.world.now)
    assert checked.spot_checks == ("draw-1",)


@pytest.mark.requirement("A15")
def test_an_answer_to_a_spot_check_upholds_nothing_by_itself_while_frozen(world: World) -> None:
    case = world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number)
    assert case.report is not None
    checked = world.rechecks.spot_check(case.case_number, "draw-1", case.report.report_number, world.now)
    answered = world.answer(world.disavow(world.attend(checked)), "verified")
    assert (answered.stage, answered.stood_at) == (Stage.FROZEN, Stage.RECHECK_DECISION)
    back = world.decide_disavowal(answered, "unfounded")
    done = world.staff("decide_recheck", back, command="u", reason="属实", decision="upheld").case
    assert (done.stage, done.report) == (Stage.CONCLUDED, case.report)


@pytest.mark.requirement("A11")
def test_a_change_of_the_register_that_touches_a_frozen_report_is_looked_at_afterwards(world: World) -> None:
    case = reported(world)
    assert case.report is not None
    frozen = world.disavow(case)
    record = world.register.records[0]
    world.register.records = [replace(record, discipline_name="法语"), *world.register.records[1:]]
    for _ in range(2):
        world.flags.flag([world.cases.reports[case.report.report_number].certificate_digest], world.now)
    flagged = world.cases.load(case.case_number)
    assert (flagged.stage, flagged.flagged, flagged.recheck) == (Stage.FROZEN, True, None)
    back = world.decide_disavowal(frozen, "unfounded")
    assert (back.stage, back.recheck is not None) == (Stage.RECHECK_ADMISSION, True)


@pytest.mark.requirement("A11")
@pytest.mark.parametrize("status", [ChangeStatus.PROPOSED, ChangeStatus.APPROVED])
def test_what_would_have_been_written_to_the_register_waits_and_is_closed_with_an_annulled_case(
    world: World, status: ChangeStatus
) -> None:
    case = begun(world, "approved" if status is ChangeStatus.APPROVED else "proposed")
    frozen = world.disavow(case)
    assert (frozen.register_changes[0].status, frozen.change_stage) == (status, ChangeStage.OUTCOME)
    before = world.register.records
    assert world.keep_register(frozen) == frozen
    assert world.register.records == before
    annulled = world.keep_register(world.decide_disavowal(frozen, "impersonation"))
    assert [one.status for one in annulled.register_changes] == [ChangeStatus.CLOSED]
    assert world.register.records == before


@pytest.mark.requirement("A11", "N1")
def test_a_register_that_is_being_written_is_written_to_its_end(world: World) -> None:
    case = begun(world, "approved")
    change_id = case.register_changes[0].change_id
    advance(world.cases, case.case_number, lambda one: register_changes.begin(one, change_id), world.now)
    annulled = world.decide_disavowal(world.disavow(case), "impersonation")
    assert annulled.register_changes[0].status is ChangeStatus.APPLYING
    after = world.keep_register(annulled)
    assert (after.stage, after.register_changes[0].status) == (Stage.ANNULLED, ChangeStatus.APPLIED)


# One award, one report.


@pytest.mark.requirement("N1", "N2")
def test_whoever_ended_in_an_impostors_report_waits_for_a_reviewer_and_gets_a_new_one(world: World) -> None:
    impostor = reported(world)
    assert impostor.report is not None
    number = impostor.report.report_number
    mine = second(world)
    assert mine.report == impostor.report
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    mine = world.cases.load(mine.case_number)
    assert (mine.stage, mine.outcome, mine.report) == (Stage.PARKED, None, None)
    assert (mine.reason or {})["reason"] == "report_misused"
    status = world.own_case.status(mine.case_number, world.now)
    assert (status["report"], status["notice"]) == (None, None)
    assert impostor.case_number not in str(status)
    followed = [one for one in status["timeline"] if one["event"] == "report_followed"]
    assert "冒用" in followed[-1]["zh"]
    sheet = world.staff("open_review", mine, command="o")
    page = world.documents.objects[f"review/{mine.case_number}/sheet.html"].decode()
    assert sheet.location is not None
    assert impostor.case_number in page
    done = world.drive(world.staff("release", mine, command="release", reason="核对无误").case.case_number)
    assert done.report is not None
    assert (done.stage, done.report.version, done.report.report_number != number) == (Stage.CONCLUDED, 2, True)
    assert check(world, number)["state"] == "revoked"
    in_force = [one for one in world.cases.reports.values() if one.state is ReportState.VALID]
    assert [one.report_number for one in in_force] == [done.report.report_number]


@pytest.mark.requirement("N1", "N4")
def test_a_case_that_was_not_reached_does_not_get_the_next_report_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    impostor, other = reported(world), second(world, 1)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(ReportFollowing, "update_other_cases", lambda *_: None)
        world.decide_disavowal(world.disavow(impostor), "impersonation")
        assert second(world, 2).report is not None
    assert world.own_case.status(other.case_number, world.now)["report"] is None
    other = ReportFollowing(world.cases, world.keyring).catch_up(other.case_number, world.now)
    assert (other.stage, other.report) == (Stage.PARKED, None)


@pytest.mark.requirement("N1", "N2", "N4")
def test_the_next_report_on_the_award_goes_to_nobody_without_a_reviewer(world: World) -> None:
    """Neither to the annulled case nor to another that had the misused report, whatever is issued to the holder."""
    impostor, other = reported(world), second(world, 1)
    assert impostor.report is not None
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    mine = second(world, 2)
    assert mine.report is not None
    assert mine.report.version == 2
    for _ in range(2):
        for case in (impostor, other):
            status = world.own_case.status(case.case_number, world.now)
            assert (status["report"], status["stage"]) == (None, "annulled" if case is impostor else "parked")
            with pytest.raises(NotFound, match="report_not_issued"):
                world.own_case.credential(world.cases.load(case.case_number), world.now)
            assert world.drive(case.case_number).report is None
        # And after a commit that looks at the award once more.
        world.issuance.issue(mine.case_number, world.now)
    released = world.staff("release", other, command="release", reason="核对无误").case
    assert world.drive(released.case_number).report == mine.report


@pytest.mark.requirement("N2")
def test_a_parked_case_that_is_withdrawn_or_rejected_gets_no_report_any_more(world: World) -> None:
    impostor, one, another = reported(world), second(world, 1), second(world, 2)
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    world.own_case_commands.withdraw(one.case_number, world.now)
    world.staff("reject", world.cases.load(another.case_number), command="reject", reason="并非本人申请")
    assert second(world, 3).report is not None
    for case in (one, another):
        assert world.own_case.status(case.case_number, world.now)["report"] is None
        assert world.drive(case.case_number).report is None


@pytest.mark.requirement("N1", "N2")
def test_a_report_that_another_case_issued_stays_in_force_and_the_impostor_loses_it(world: World) -> None:
    mine = reported(world)
    impostor = second(world)
    assert impostor.report == mine.report
    assert mine.report is not None
    annulled = world.decide_disavowal(world.disavow(impostor), "impersonation")
    assert (annulled.report, annulled.former_reports) == (None, ())
    assert check(world, mine.report.report_number)["state"] == "valid"
    assert world.cases.load(mine.case_number) == mine
    assert world.shown_report(annulled) is None


@pytest.mark.requirement("A6", "N1")
@pytest.mark.parametrize("how", ["refused", "withdrawn"])
def test_a_dispute_of_a_report_that_an_impostor_had_obtained_ends_with_a_new_report(world: World, how: str) -> None:
    impostor = reported(world)
    mine = disputed(world, second(world))
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    mine = world.cases.load(mine.case_number)
    assert (mine.stage, mine.report) == (Stage.RECHECK_ADMISSION, None)
    if how == "refused":
        mine = world.staff("refuse_recheck", mine, command="f", reason="不予受理").case
    else:
        mine = world.own_case_commands.withdraw(mine.case_number, world.now)
    assert mine.stage is Stage.PARKED
    done = world.drive(world.staff("release", mine, command="r", reason="核对无误").case.case_number)
    assert (done.stage, done.report is not None) == (Stage.CONCLUDED, True)


@pytest.mark.requirement("A6")
def test_a_dispute_of_such_a_report_that_the_institution_answers_is_decided_by_the_answer(world: World) -> None:
    impostor = reported(world)
    mine = verified_again(world, disputed(world, second(world)), "verified")
    world.decide_disavowal(world.disavow(impostor), "impersonation", "i")
    mine = world.staff("decide_recheck", mine, command="s", reason="属实", decision="superseded").case
    done = world.drive(mine.case_number)
    assert (done.stage, done.report is not None) == (Stage.CONCLUDED, True)


def test_a_frozen_case_learns_what_became_of_a_report_that_another_case_corrected(world: World) -> None:
    mine = reported(world)
    other = world.disavow(second(world))
    case = verified_again(
        world, disputed(world, mine), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    )
    case = world.staff("decide_recheck", case, command="s", reason="更正", decision="superseded").case
    case = world.drive(case.case_number)
    other = world.cases.load(other.case_number)
    assert (other.stage, other.stood_at, other.report) == (Stage.FROZEN, Stage.CONCLUDED, case.report)
    assert world.decide_disavowal(other, "unfounded").stage is Stage.CONCLUDED


def test_two_cases_of_one_impostor_are_annulled_each_and_no_report_is_left(world: World) -> None:
    first, other = reported(world), second(world)
    frozen = world.disavow(other)
    world.decide_disavowal(world.disavow(first), "impersonation", "d1")
    frozen = world.cases.load(frozen.case_number)
    assert (frozen.stage, frozen.stood_at) == (Stage.FROZEN, Stage.PARKED)
    annulled = world.decide_disavowal(frozen, "impersonation", "d2")
    assert (annulled.stage, annulled.report) == (Stage.ANNULLED, None)
    assert [one.state for one in world.cases.reports.values()] == [ReportState.REVOKED]


def test_a_written_notice_of_an_annulled_case_is_no_longer_in_force_and_still_weighs(world: World) -> None:
    case = world.denied()
    notice = case.written_notice
    assert notice is not None
    annulled = world.decide_disavowal(world.disavow(case), "impersonation")
    kept = world.cases.reports[notice.report_number]
    assert (annulled.written_notice, kept.state, kept.superseded_by) == (None, ReportState.SUPERSEDED, None)
    found = check(world, notice.report_number)
    assert (found["state"], found["notice"]["superseded_by"]) == ("notice_superseded", None)
    assert kept.kind is DocumentKind.WRITTEN_NOTICE
    assert world.own_case.status(case.case_number, world.now)["notice"] is None
    # What the institution answered holds, whoever asked.
    world.register.records = list(world.records)
    by_register = world.drive(world.submit(body(world, 4)).case_number)
    assert (by_register.reason or {})["reason"] == "institution_answered_otherwise"


# The impostor sends it again, with other contact details.


def through_the_platform(world: World, caller: int = 5, **degree: Any) -> Case:
    """An application in the holder's name that the platform vouches for, with contact details of the caller's own."""
    stated = body(world, caller)
    stated["degree"] |= degree
    key = f"msg-{len(world.cases.cases)}"
    return world.intake.submit(stated, key, "platform", Authority.PUBLIC_SECURITY, world.now).case


def reports_of(world: World, case: Case) -> list[str]:
    """The reports that a case ever had."""
    log = world.cases.log(case.case_number)
    return [one.data["report_number"] for one in log if one.type in (EventType.REPORT_ISSUED, EventType.REPORT_ADOPTED)]


def waits_beside(case: Case) -> str | None:
    """The disavowed application because of which a case waits for a reviewer."""
    reason = case.reason or {}
    return reason["case"] if case.stage is Stage.PARKED and reason["reason"] == "holder_disavowed_another" else None


def confirmed_by_an_institution(world: World) -> Case:
    asked = world.attach(through_the_platform(world, discipline="法语"))
    asked = world.attend(world.staff("confirm_material", asked, command="again").case)
    return world.answer(asked, "verified")


def confirmed_by_a_reviewer(world: World) -> Case:
    case = world.attach(world.unproven(body(world, 6)).case, kind="identity_document")
    return world.staff("confirm_identity", case, command="identity").case


@pytest.mark.requirement("N2", "N4")
@pytest.mark.parametrize("again", [through_the_platform, confirmed_by_an_institution, confirmed_by_a_reviewer])
@pytest.mark.parametrize("decided", [False, True])
@EVERY_BEGINNING
def test_whoever_did_not_sign_in_gets_no_report_in_the_name_of_a_holder_who_disavowed_another_application(
    world: World, beginning: str, decided: bool, again: Callable[[World], Case]
) -> None:
    """Wherever the first one stood, and whatever it had come to."""
    impostor = world.disavow(begun(world, beginning))
    if decided:
        world.decide_disavowal(impostor, "impersonation")
    case = world.drive(again(world).case_number)
    # The register may have been put right beside the first one: then a reviewer looks at the second one anyway.
    assert case.stage is not Stage.CONCLUDED
    assert reports_of(world, case) == []
    if case.stage is Stage.PARKED:
        assert waits_beside(case) == impostor.case_number
    status = world.own_case.status(case.case_number, world.now)
    assert impostor.case_number not in str(status)
    assert "冒用" not in str(status)


def test_the_holder_who_signs_in_gets_their_report_whatever_is_frozen_or_was_annulled(world: World) -> None:
    impostor = world.disavow(through_the_platform(world))
    case = world.drive(world.submit(body(world, 1)).case_number)
    assert case.report is not None
    world.decide_disavowal(impostor, "impersonation")
    assert world.drive(world.submit(body(world, 2)).case_number).report == case.report


def test_another_award_of_the_holder_is_held_as_well(world: World) -> None:
    """An impostor has the document of a person, and tries what that person has."""
    other = replace(world.records[0], certificate_number="1033522024000999", discipline_name="法语")
    world.register.records.append(other)
    impostor = world.disavow(through_the_platform(world))
    again = through_the_platform(world, 6, certificate_number=other.certificate_number, discipline="法语")
    assert waits_beside(world.drive(again.case_number)) == impostor.case_number


def test_an_application_with_another_document_of_the_same_holder_is_held_as_well(world: World) -> None:
    passport = {"identity_type": "passport", "identity_number": "E12345678"}
    world.register.records = [replace(one, identity_number="") for one in world.records[:1]]
    case = world.attach(through_the_platform(world))
    case = world.attend(world.staff("confirm_material", case, command="m").case)
    impostor = world.disavow(case)
    stated = body(world, 6)
    stated["holder"] |= passport
    other = world.intake.submit(stated, "msg-p", "platform", Authority.PUBLIC_SECURITY, world.now).case
    other = world.attend(world.staff("confirm_material", world.attach(other), command="o").case)
    other = world.drive(world.answer(other, "verified").case_number)
    assert waits_beside(other) == impostor.case_number


def with_passport(world: World) -> AwardRecord:
    """Another award of the first record's holder, whom the register knows by a passport there."""
    return replace(
        world.records[0],
        record_id=world.records[1].record_id,
        certificate_number=world.records[1].certificate_number,
        institution_code=world.records[1].institution_code,
        institution_name=world.records[1].institution_name,
        identity_type=IdentityType.PASSPORT,
        identity_number="G12345678",
    )


def platform_case(world: World, record: AwardRecord, **holder: Any) -> Case:
    """The truthful application for a record, through the platform, with another holder's document perhaps."""
    stated = body_of(record)
    stated["holder"] |= holder
    key = f"msg-{len(world.cases.cases)}"
    return world.intake.submit(stated, key, "platform", Authority.PUBLIC_SECURITY, world.now).case


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("decided", [False, True])
def test_another_document_with_another_award_of_the_holder_is_held_as_well(
    world: World, first: int, decided: bool
) -> None:
    """The name and the birth date tell whose both are, which the document's number or the register vouches for."""
    records = [world.records[0], with_passport(world)]
    world.register.records = records
    impostor = world.disavow(world.drive(platform_case(world, records[first]).case_number))
    if decided:
        world.decide_disavowal(impostor, "impersonation")
    again = world.drive(platform_case(world, records[1 - first]).case_number)
    assert waits_beside(again) == impostor.case_number
    assert reports_of(world, again) == []


@pytest.mark.parametrize("by", ["signed in", "unproven"])
@pytest.mark.parametrize("decided", [False, True])
def test_a_namesake_who_disavows_a_claim_to_somebodys_award_holds_nobody_up(
    world: World, by: str, decided: bool
) -> None:
    """A passport says nothing of the birth date, and the register has somebody else for the award."""
    stated = body(world, 3)
    stated["holder"] |= {"identity_type": "passport", "identity_number": "G12345678"}
    claimed = (world.submit if by == "signed in" else lambda one: world.unproven(one).case)(stated)
    frozen = world.disavow(claimed)
    if decided:
        world.decide_disavowal(frozen, "impersonation")
    assert world.drive(platform_case(world, world.records[0]).case_number).report is not None
    # With that very document nothing is reported.
    world.register.records = [
        replace(world.records[0], identity_type=IdentityType.PASSPORT, identity_number="G12345678")
    ]
    same = platform_case(world, world.register.records[0])
    assert waits_beside(world.drive(same.case_number)) == frozen.case_number


def test_a_reviewer_decides_on_the_disavowal_first_and_releases_then(world: World) -> None:
    impostor = world.disavow(through_the_platform(world))
    case = world.drive(through_the_platform(world, 6).case_number)
    assert waits_beside(case) == impostor.case_number
    with pytest.raises(Conflict, match="disavowal_undecided"):
        world.staff("release", case, command="early", reason="核对无误")
    with pytest.raises(Conflict, match="case_not_in_review"):
        world.staff("confirm_material", case, command="ask")
    world.decide_disavowal(impostor, "impersonation")
    released = world.staff("release", case, command="release", reason="已与持有人核实").case
    assert released.released_beside == (impostor.case_number,)
    done = world.drive(case.case_number)
    assert (done.stage, len(reports_of(world, done))) == (Stage.CONCLUDED, 1)
    assert replay(world.cases.log(case.case_number)) == done


@pytest.mark.parametrize("how", ["unfounded", "taken back"])
def test_what_was_no_impersonation_after_all_holds_nothing(world: World, how: str) -> None:
    first = world.disavow(through_the_platform(world))
    waiting = world.drive(through_the_platform(world, 6).case_number)
    ended(world, first, how)
    assert reports_of(world, world.drive(through_the_platform(world, 7).case_number)) != []
    released = world.staff("release", waiting, command="release", reason="已决定").case
    assert released.released_beside == ()
    assert reports_of(world, world.drive(waiting.case_number)) != []


def test_a_release_counts_for_what_the_reviewer_knew_and_not_for_the_next_impersonation(world: World) -> None:
    first = world.disavow(through_the_platform(world))
    world.decide_disavowal(first, "impersonation", "first")
    case = world.drive(through_the_platform(world, 6).case_number)
    released = world.staff("release", case, command="release", reason="已核实").case
    second_one = world.disavow(through_the_platform(world, 7))
    assert waits_beside(world.drive(released.case_number)) == second_one.case_number


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("adopting", [False, True])
def test_a_disavowal_while_the_other_report_is_pressed_or_adopted_comes_first(world: World, adopting: bool) -> None:
    """Between the look at what was disavowed and the commit."""
    if adopting:
        reported(world)
    impostor, case = through_the_platform(world), through_the_platform(world, 6)

    def frozen() -> None:
        world.cases.before_commit = lambda: None
        world.disavow(impostor)

    world.cases.before_commit = frozen
    after = world.issue(case)
    assert (waits_beside(after), reports_of(world, after)) == (impostor.case_number, [])


@pytest.mark.requirement("N1")
def test_a_report_that_was_issued_right_before_the_disavowal_of_another_is_the_holders_to_disavow(world: World) -> None:
    impostor, case = through_the_platform(world), through_the_platform(world, 6)

    def issued() -> None:
        world.cases.before_commit = lambda: None
        world.issue(case)

    world.cases.before_commit = issued
    frozen = world.disavow(impostor)
    assert (frozen.stage, frozen.stood_at) == (Stage.FROZEN, Stage.ISSUING)
    had = world.cases.load(case.case_number)
    assert had.report is not None
    assert world.decide_disavowal(world.disavow(had), "impersonation", "d2").report is None


# Cut off and at once.


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("how", sorted(DECISIONS))
def test_whatever_is_cut_off_there_is_a_machine_for_the_case(world: World, how: str) -> None:
    def driven_by() -> set[Machine]:
        world.reconcile()
        return {one for one in Machine if case.case_number in world.workflows.live_cases(one)}

    case = world.asked()
    world.workflows.refuse = True
    frozen = world.disavow(case)
    world.workflows.refuse = False
    for one in Machine:
        world.workflows.running[one].clear()
    assert driven_by() == {Machine.DISPUTE, Machine.REGISTER_CHANGE}
    world.workflows.refuse = True
    ended(world, frozen, how)
    world.workflows.refuse = False
    for one in Machine:
        world.workflows.running[one].clear()
    expected = set() if how == "impersonation" else {Machine.VERIFICATION, Machine.REGISTER_CHANGE}
    assert driven_by() == expected


@pytest.mark.requirement("N6")
def test_a_frozen_case_that_is_forgotten_is_told_in_days(world: World) -> None:
    case = world.mismatched()
    world.now += timedelta(days=9)
    assert world.reconcile().oldest_frozen_days == 0
    frozen = world.disavow(case)
    world.now += timedelta(days=4)
    assert world.reconcile().oldest_frozen_days == 4
    world.decide_disavowal(frozen, "unfounded")
    world.now += timedelta(days=4)
    assert world.reconcile().oldest_frozen_days == 0


@pytest.mark.requirement("N1", "N2")
def test_a_report_that_is_being_pressed_is_not_issued_once_the_case_is_frozen(world: World) -> None:
    case = world.submit(world.body())
    assert case.stage is Stage.ISSUING

    def freeze() -> None:
        world.cases.before_commit = lambda: None
        world.disavow(case)

    world.cases.before_commit = freeze
    after = world.issue(case)
    assert (after.stage, after.report, world.press.pressed) == (Stage.FROZEN, None, 1)
    assert world.cases.reports == {}
    done = world.drive(world.decide_disavowal(after, "unfounded").case_number)
    assert (done.stage, done.report is not None) == (Stage.CONCLUDED, True)


@pytest.mark.requirement("N1")
def test_a_report_issued_between_look_and_disavowal_is_frozen_with_its_case(world: World) -> None:
    case = world.submit(world.body())

    def issued() -> None:
        world.cases.before_commit = lambda: None
        world.issue(case)

    world.cases.before_commit = issued
    frozen = world.disavow(case)
    assert (frozen.stage, frozen.stood_at, frozen.report is not None) == (Stage.FROZEN, Stage.CONCLUDED, True)
    annulled = world.decide_disavowal(frozen, "impersonation")
    assert [one.state for one in annulled.former_reports] == [ReportState.REVOKED]


@pytest.mark.requirement("N1")
def test_of_a_taking_back_and_a_decision_at_once_the_first_one_counts(world: World) -> None:
    frozen = world.disavow(reported(world))

    def decided() -> None:
        world.cases.before_commit = lambda: None
        world.decide_disavowal(frozen, "impersonation")

    world.cases.before_commit = decided
    with pytest.raises(Conflict, match="case_not_frozen"):
        world.take_back(frozen)
    case = world.cases.load(frozen.case_number)
    assert case.stage is Stage.ANNULLED
    assert case.disavowals[-1].status is DisavowalStatus.IMPERSONATION


def test_a_file_that_comes_after_the_annulment_is_refused(world: World) -> None:
    case = world.unproven(body(world, 3)).case
    announced = {"kind": "identity_document", "content_type": "application/pdf", "size": 8}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    annulled = world.decide_disavowal(world.disavow(case), "impersonation")
    key = f"incoming/{case.case_number}/{attachment_id}"
    world.documents.put(key, b"%PDF-1.7", "application/pdf")
    world.receive(key)
    after = world.cases.load(case.case_number)
    assert (after.stage, after.attachments[0].state, after.attachments[0].reason) == (
        annulled.stage,
        "refused",
        "attachments_closed",
    )
    assert not kept_files(world, case)


def kept_files(world: World, case: Case) -> list[str]:
    return [
        key
        for key in world.documents.objects
        if key.startswith(("incoming/", "attachments/", "copies/", "examined/")) and case.case_number in key
    ]


@pytest.mark.requirement("N1", "N4")
@pytest.mark.parametrize("cut_off", [False, True])
def test_of_a_file_that_was_copied_while_the_case_was_annulled_no_copy_stays(world: World, cut_off: bool) -> None:
    """Also when the function ends right after the entry, and the file is announced to it once more."""
    case = world.unproven(body(world, 3)).case
    announced = {"kind": "identity_document", "content_type": "application/pdf", "size": 8}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    key, put, delete = f"incoming/{case.case_number}/{attachment_id}", world.documents.put, world.documents.delete
    put(key, b"%PDF-1.7", "application/pdf")

    def annulled_meanwhile(to: str, content: bytes, content_type: str) -> None:
        put(to, content, content_type)
        world.documents.put = put  # type: ignore[method-assign]
        world.decide_disavowal(world.disavow(case), "impersonation")

    def ends_here(of: str) -> None:
        if of.startswith("examined/"):
            return delete(of)
        world.documents.delete = delete  # type: ignore[method-assign]
        raise ConnectionError

    world.documents.put = annulled_meanwhile  # type: ignore[method-assign]
    if cut_off:
        world.documents.delete = ends_here  # type: ignore[method-assign]
        with pytest.raises(ConnectionError):
            world.receive(key)
    assert world.receive(key) == ("ignored" if cut_off else "refused")
    assert world.cases.load(case.case_number).attachments[0].state == "refused"
    assert not kept_files(world, case)


def test_a_file_that_was_on_its_way_is_kept(world: World) -> None:
    case = reported(world)
    attachment_id = evidence(world, case)
    frozen = world.disavow(case)
    assert next(one for one in frozen.attachments if one.attachment_id == attachment_id).state == "stored"


@pytest.mark.requirement("N4")
def test_the_reason_is_sealed_and_the_holder_is_a_digest(world: World) -> None:
    frozen = world.disavow(world.mismatched(), "身份证遗失后被他人使用")
    kept = repr(frozen) + repr([entry.as_dict() for entry in world.cases.log(frozen.case_number)])
    number = world.holder_of(frozen).identity_number
    assert "身份证遗失" not in kept
    assert number not in kept
    status = str(world.own_case.status(frozen.case_number, world.now)["timeline"])
    assert "身份证遗失" not in status


@pytest.mark.requirement("A1", "N4")
def test_whoever_has_the_document_sees_and_disavows_what_calls_them_otherwise_and_does_nothing_else(
    world: World,
) -> None:
    body = world.body()
    case = world.intake.submit(body, "msg-1", "platform", Authority.PLATFORM, world.now).case
    renamed = replace(world.person(body), name=f"{body['holder']['name']}一")
    listed = world.own_case_list.page(renamed, None, "", world.now)["applications"]
    assert [(one["case_number"], one["allowed_actions"]) for one in listed] == [(case.case_number, ["disavow"])]
    mine = replace(world.own_case_commands, caller=ByHolder(world.own_cases, renamed))
    with pytest.raises(NotFound):
        mine.withdraw(case.case_number, world.now)
    frozen = world.disavowals.disavow(renamed, case.case_number, {"reason": "不是我"}, world.now)
    assert frozen.disavowal is not None
    with pytest.raises(NotFound):
        world.disavowals.disavow(world.person(world.body(1)), case.case_number, {"reason": "不是我"}, world.now)


@pytest.mark.requirement("A1", "N4")
def test_a_passports_number_alone_is_nobody(world: World) -> None:
    body = world.body()
    body["holder"] |= {"identity_type": "passport", "identity_number": "E12345678"}
    case = world.submit(body)
    renamed = replace(world.person(body), name=f"{body['holder']['name']}一")
    assert world.own_case_list.page(renamed, None, "", world.now)["applications"] == []
    with pytest.raises(NotFound):
        world.disavowals.disavow(renamed, case.case_number, {"reason": "不是我"}, world.now)
