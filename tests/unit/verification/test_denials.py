"""Denials: what the register contradicts is concluded by a person, never by itself (N2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus
from degree_auth.domain.cases.stages import ChangeStage, HeldBy, Machine, Outcome, Stage
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import record_choice
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.denials import contradicting_records
from tests.doubles.world import World, lead_of, principal

DENIALS = ["not_awarded", "no_such_person", "cannot_verify"]


def questioned(world: World, result: str = "not_awarded") -> Case:
    """A denial about somebody whose award the register has, once the register was looked at."""
    return world.drive(world.answer(world.asked(), result).case_number)


@pytest.mark.requirement("A11", "N2")
@pytest.mark.parametrize(
    ("change", "speaks"),
    [
        ({}, True),
        ({"institution_code": "10003", "discipline_name": "法语", "certificate_number": "1000342020000001"}, True),
        ({"identity_number": "110105194912310021"}, True),
        ({"name": "另一人"}, True),
        ({"identity_number": "110105194912310021", "name": "另一人"}, False),
    ],
    ids=["the award itself", "another award", "by name and birth date", "by identity number", "somebody else"],
)
def test_every_award_of_the_person_speaks_against_a_denial(change: dict[str, Any], speaks: bool) -> None:
    world = World(records=1)
    claim = parse_submission(world.body(discipline="园艺学"), shanghai_day(world.now)).claim
    record: AwardRecord = replace(world.records[0], **change)
    assert contradicting_records(claim, [record]) == ([record] if speaks else [])


@pytest.mark.requirement("A11", "N2", "N6")
@pytest.mark.parametrize("result", DENIALS)
def test_a_denial_of_somebody_whose_award_the_register_has_waits_for_a_reviewer(result: str) -> None:
    world = World()
    case = questioned(world, result)
    assert (case.stage, case.outcome, case.held_by) == (Stage.VERIFICATION, None, HeldBy.CENTRE)
    assert world.keep_register(case).change_stage is ChangeStage.OUTCOME
    status = world.own_case.status(case.case_number, world.now)
    assert (status["notice"], status["report"]) == (None, None)
    world.workflows.running = {machine: set() for machine in Machine}
    world.reconcile()
    assert world.workflows.live_cases(Machine.VERIFICATION) == {case.case_number}
    world.staff("open_review", case, command="look")
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert record_choice(world.records[0]) in sheet
    assert f"{case.case_number}-1" in sheet


@pytest.mark.requirement("A11", "N2")
def test_a_denial_is_questioned_also_when_the_register_has_the_award_by_name_and_birth_date_alone() -> None:
    world = World()
    case = world.asked()
    record = replace(world.records[0], identity_number="110105194912310021", certificate_number="1000142020999999")
    world.forget()
    world.register.records.append(record)
    case = world.drive(world.answer(case, "no_such_person").case_number)
    assert (case.stage, case.outcome) == (Stage.VERIFICATION, None)


@pytest.mark.requirement("A12")
def test_while_the_reviewer_decides_the_days_are_the_centres() -> None:
    world = World()
    case = questioned(world)
    world.now += timedelta(days=2)
    clock = world.own_case.status(case.case_number, world.now)["clock"]
    assert (clock["centre"]["used"], clock["institution"]["used"]) == (2, 0)
    case = world.staff(
        "redirect_task", case, command="again", reason="请再查", institution_code=case.institution_code
    ).case
    world.now += timedelta(days=1)
    clock = world.own_case.status(case.case_number, world.now)["clock"]
    assert (clock["centre"]["used"], clock["institution"]["used"]) == (2, 1)
    assert case.task is not None
    assert case.task.used_days(world.calendar, world.now) == 1


@pytest.mark.requirement("A4", "A9", "N2")
def test_the_reviewer_asks_the_institution_again_and_another_department_answers() -> None:
    world = World()
    code = world.records[0].institution_code
    world.registrations.routes[code] = "archive"
    world.registrations.departments |= {(code, "archive"), (code, "graduate")}
    case = world.drive(world.answer(world.asked(), "no_such_person", principal("a", code, "archive", 2)).case_number)
    case = world.staff("redirect_task", case, command="again", reason="数据库有记载", institution_code=code).case
    case = world.attend(case)
    assert case.task is not None
    assert (case.task.task_id, case.task.department_id, case.task.routed) == (f"{case.case_number}-2", None, True)
    with pytest.raises(Conflict, match="department_answered_before"):
        world.verification.reassign(
            lead_of(case), case.task.task_id, {"department_id": "archive", "reason": "归口"}, world.now
        )
    assert world.answer(case, "verified").stage is Stage.ISSUING


@pytest.mark.requirement("A11", "N2")
def test_a_second_denial_is_looked_at_again() -> None:
    world = World()
    case = questioned(world)
    case = world.staff(
        "redirect_task", case, command="again", reason="请再查", institution_code=case.institution_code
    ).case
    case = world.drive(world.answer(world.attend(case), "cannot_verify").case_number)
    assert (case.stage, case.outcome) == (Stage.VERIFICATION, None)


@pytest.mark.requirement("A5", "A11", "N1", "N3")
def test_the_reviewer_concludes_with_a_reason_and_a_person_settles_the_register() -> None:
    world = World()
    world.register.records[0] = replace(world.records[0], record_id="10001#1#" + "a" * 22)
    case = questioned(world)
    for _ in range(2):
        confirmed = world.staff("confirm_denial", case, command="c", reason="档案与数据库所载非同一人").case
    assert confirmed.stage is Stage.CONCLUDING
    with pytest.raises(Conflict, match="case_already_ended"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    case = world.drive(case.case_number)
    assert (case.stage, case.outcome) == (Stage.CONCLUDED, Outcome.NOT_CONFIRMED)
    types = [one.type for one in world.cases.log(case.case_number)]
    assert [types.count(one) for one in (EventType.DENIAL_CONFIRMED, EventType.CASE_CONCLUDED)] == [1, 1]
    case = world.keep_register(case)
    assert (case.change_stage, case.register_changes[-1].status) == (ChangeStage.PROPOSAL, ChangeStatus.OPEN)
    with pytest.raises(Conflict, match="record_unknown"):
        world.staff("propose_register_change", case, command="n", record="new")
    name = record_choice(world.register.records[0])
    case = world.staff("propose_register_change", case, command="p", record=name).case
    assert case.register_changes[-1].kind is ChangeKind.REMOVE
    with pytest.raises(Conflict, match="second_person_required"):
        world.staff("approve_register_change", case, command="s", reason="同意")


@pytest.mark.requirement("A10", "N5")
def test_nothing_is_concluded_of_a_denial_that_does_not_wait() -> None:
    world = World()
    case = world.asked()
    with pytest.raises(Conflict, match="no_denial_to_confirm"):
        world.staff("confirm_denial", case, command="c", reason="依反馈")


@pytest.mark.requirement("N1", "N2")
def test_a_register_that_cannot_be_read_concludes_nothing() -> None:
    world = World()
    case = world.answer(world.asked(), "not_awarded")
    world.register.broken = True
    with pytest.raises(ConnectionError):
        world.issue(case)
    assert world.cases.load(case.case_number).stage is Stage.CONCLUDING


@pytest.mark.requirement("N2")
def test_a_case_that_waits_for_its_notice_never_gets_a_report() -> None:
    world = World()
    case = world.drive(world.submit(world.body()).case_number)
    case = world.staff("open_recheck", case, command="o", reason="复查", cause="institution_report").case
    case = world.attend(world.staff("admit_recheck", case, command="a", reason="复查").case)
    case = world.answer(case, "not_awarded")
    world.staff("decide_recheck", case, command="d", reason="无此授予", decision="revoked")
    case = world.drive(case.case_number)
    assert (case.stage, case.report, case.outcome) == (Stage.CONCLUDED, None, Outcome.NOT_CONFIRMED)
    assert [(one.kind, one.state) for one in world.cases.reports.values()] == [
        ("report", "revoked"),
        ("written_notice", "valid"),
    ]


@pytest.mark.requirement("A11", "N2")
@pytest.mark.parametrize("result", DENIALS)
def test_a_record_that_comes_in_while_a_denial_is_concluded_calls_it_into_question(result: str) -> None:
    world = World()
    asked = world.asked()
    world.forget()
    case = world.answer(asked, result)

    def imported() -> None:
        world.cases.before_commit = lambda: None
        world.register.records = list(world.records)

    world.cases.before_commit = imported
    case = world.issue(case)
    assert (case.stage, case.rechecks[-1].cause) == (Stage.RECHECK_ADMISSION, Cause.REGISTER_CHANGE)
    assert case.written_notice is not None
    assert world.issue(case) == case


@pytest.mark.requirement("A11", "N2")
def test_what_a_person_concluded_against_the_register_is_not_called_into_question_by_itself() -> None:
    world = World()
    case = world.staff("confirm_denial", questioned(world), command="c", reason="档案无记载").case
    case = world.drive(case.case_number)
    assert (case.stage, case.rechecks) == (Stage.CONCLUDED, ())
