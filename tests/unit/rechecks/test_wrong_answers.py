"""An institution's report that an answer of its was wrong: the conclusion is looked at again, once, and by right."""

from __future__ import annotations

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.stages import Machine, Stage
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound
from degree_auth.services.cases.sealed_parts import recheck_statement
from tests.doubles.world import World, lead_of, principal

REASON = {"reason": "原反馈所依据的档案有误"}


def concluded(world: World) -> Case:
    """A case that was reported on the institution's word."""
    return world.drive(world.answer(world.asked(), "verified").case_number)


def task_id_of(case: Case) -> str:
    assert case.task is not None
    return case.task.task_id


@pytest.mark.requirement("A15", "A4", "N4")
def test_the_report_opens_a_recheck_with_a_sealed_reason_that_staff_read() -> None:
    world = World()
    case = concluded(world)
    after = world.wrong_answers.receive(lead_of(case), task_id_of(case), REASON, world.now)
    assert (after.stage, after.report) == (Stage.RECHECK_ADMISSION, case.report)
    assert after.recheck is not None
    assert after.recheck.cause is Cause.INSTITUTION_STATEMENT
    assert recheck_statement(world.keyring, after) == REASON["reason"]
    assert after.case_number in world.workflows.live_cases(Machine.DISPUTE)
    assert REASON["reason"] not in str([one.data for one in world.cases.log(case.case_number)])
    world.staff("open_review", after)
    assert REASON["reason"] in world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()


@pytest.mark.requirement("A15", "N1")
def test_the_same_report_again_is_as_good_and_another_one_is_told_that_a_recheck_is_open() -> None:
    world = World()
    case = concluded(world)
    once = world.wrong_answers.receive(lead_of(case), task_id_of(case), REASON, world.now)
    assert world.wrong_answers.receive(lead_of(case), task_id_of(case), REASON, world.now) == once
    with pytest.raises(Conflict, match="recheck_open"):
        world.wrong_answers.receive(lead_of(case), task_id_of(case), {"reason": "另有出入"}, world.now)
    refused = world.staff("refuse_recheck", once, command="r", reason="已核对，无误").case
    assert world.wrong_answers.receive(lead_of(case), task_id_of(case), REASON, world.now) == refused
    types = [one.type for one in world.cases.log(case.case_number)]
    assert types.count(EventType.RECHECK_OPENED) == 1


@pytest.mark.requirement("A15", "A4")
def test_only_an_answer_of_a_concluded_case_is_taken_back() -> None:
    world = World()
    case = world.asked()
    with pytest.raises(Conflict, match="task_not_answered"):
        world.wrong_answers.receive(lead_of(case), task_id_of(case), REASON, world.now)
    case = world.answer(case, "verified")
    with pytest.raises(Conflict, match="case_not_concluded"):
        world.wrong_answers.receive(lead_of(case), task_id_of(case), REASON, world.now)
    case = world.drive(case.case_number)
    with pytest.raises(Invalid):
        world.wrong_answers.receive(lead_of(case), task_id_of(case), {"reason": " ", "more": 1}, world.now)
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A9", "N4")
def test_the_department_and_its_lead_department_may_and_for_others_there_is_no_such_task() -> None:
    world = World()
    case = world.asked()
    code, task_id = case.institution_code, task_id_of(case)
    world.registrations.departments.add((code, "archive"))
    give = {"department_id": "archive", "reason": "归口"}
    world.verification.reassign(lead_of(case), task_id, give, world.now)
    department = principal("archive", code, "archive", 2)
    case = world.drive(world.answer(world.cases.load(case.case_number), "verified", department).case_number)
    for stranger in (principal("office", code, "office", 2), principal("other", "99999", None, 1)):
        with pytest.raises(NotFound):
            world.wrong_answers.receive(stranger, task_id, REASON, world.now)
    for asker in (department, lead_of(case)):
        assert "correction" in world.forms.form(asker, task_id, world.now)["allowed_actions"]
    after = world.wrong_answers.receive(department, task_id, REASON, world.now)
    assert after.stage is Stage.RECHECK_ADMISSION
    form = world.forms.form(department, task_id, world.now)
    assert "correction" not in form["allowed_actions"]
    assert form["history"][-1]["event"] == "recheck_opened"
