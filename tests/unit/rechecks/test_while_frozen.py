"""What a frozen case's clock, its institution and what was under way do until its disavowal is decided."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.recheck import RecheckStatus
from degree_auth.domain.cases.register_change import ChangeStatus
from degree_auth.domain.cases.stages import ChangeStage, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.register_changes import decisions as register_changes
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.verification.access import TaskAction
from degree_auth.domain.verification.history import task_history
from degree_auth.domain.verification.task_actions import allowed_actions
from degree_auth.services.cases.advance import advance
from tests.doubles.world import World, lead_of
from tests.samples.disavowed_cases import case_that_waits, end_disavowal
from tests.unit.rechecks.test_rechecks import disputed, reported
from tests.unit.spot_checks.test_spot_checks import Centre

pytestmark = pytest.mark.requirement("A1")


def events_of(world: World, case: Case, since: int = 0) -> list[EventType]:
    return [entry.type for entry in world.cases.log(case.case_number) if entry.seq > since]


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
    back = end_disavowal(world, frozen, how)
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
    case = case_that_waits(world, "approved" if status is ChangeStatus.APPROVED else "proposed")
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
    case = case_that_waits(world, "approved")
    change_id = case.register_changes[0].change_id
    advance(world.cases, case.case_number, lambda one: register_changes.begin(one, change_id), world.now)
    annulled = world.decide_disavowal(world.disavow(case), "impersonation")
    assert annulled.register_changes[0].status is ChangeStatus.APPLYING
    after = world.keep_register(annulled)
    assert (after.stage, after.register_changes[0].status) == (Stage.ANNULLED, ChangeStatus.APPLIED)
