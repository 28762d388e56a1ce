"""A second question shows the lead department, and it alone, why it is asked and what was answered first."""

from __future__ import annotations

import pytest

from degree_auth.domain.cases.case import Case
from tests.doubles.world import World, lead_of, principal
from tests.unit.rechecks.test_rechecks import disputed, reported


def shown(world: World, case: Case, department: str | None = None) -> object:
    assert case.task is not None
    asker = lead_of(case) if department is None else principal("a", case.task.institution_code, department, 2)
    return world.forms.form(asker, case.task.task_id, world.now)["second_question"]


@pytest.mark.requirement("A6", "A9", "N4")
def test_a_dispute_shows_its_reason_evidence_and_the_first_answer_to_the_lead_department_alone() -> None:
    world = World()
    case = disputed(world, world.denied("no_such_person"))
    case = world.attend(world.staff("admit_recheck", case, command="admit", reason="受理").case)
    question = shown(world, case)
    assert isinstance(question, dict)
    assert (question["cause"]["code"], question["statement"]) == ("dispute", "专业名称与证书不符")
    assert [one["attachment_id"] for one in question["evidence"]] == list(case.rechecks[-1].evidence)
    assert question["evidence"][0]["url"]
    first = question["first_answer"]
    assert (first["result"], first["archive_searched"]) == ("no_such_person", "2022 届学位授予名册")
    world.registrations.departments.add((case.institution_code, "graduate"))
    assert case.task is not None
    body = {"department_id": "graduate", "reason": "归口"}
    case = world.verification.reassign(lead_of(case), case.task.task_id, body, world.now)
    assert shown(world, case, "graduate") is None
    assert shown(world, case) == question


@pytest.mark.requirement("A6")
def test_a_dispute_of_a_register_match_has_no_first_answer() -> None:
    world = World()
    case = disputed(world, reported(world))
    case = world.attend(world.staff("admit_recheck", case, command="admit", reason="受理").case)
    question = shown(world, case)
    assert isinstance(question, dict)
    assert (question["first_answer"], question["statement"]) == (None, "专业名称与证书不符")


@pytest.mark.requirement("A4", "N6")
def test_who_is_asked_again_after_a_denial_sees_the_centres_reason_and_its_own_answer() -> None:
    world = World()
    case = world.drive(world.answer(world.asked(), "not_awarded").case_number)
    assert shown(world, world.cases.load(case.case_number)) is None
    more = {"reason": "年报数据库有同一人的记载", "institution_code": case.institution_code}
    case = world.attend(world.staff("redirect_task", case, command="again", **more).case)
    question = shown(world, case)
    assert isinstance(question, dict)
    assert (question["cause"], question["reason"], question["evidence"]) == (None, "年报数据库有同一人的记载", [])
    assert question["first_answer"]["result"] == "not_awarded"


@pytest.mark.requirement("A3")
def test_a_first_question_and_one_sent_on_to_another_institution_show_no_other_answer() -> None:
    world = World()
    case = world.asked()
    assert shown(world, case) is None
    other = next(code for code in ("10001", "10003") if code != case.institution_code)
    case = world.answer(case, "not_this_institution")
    case = world.attend(world.staff("redirect_task", case, command="on", reason="转送", institution_code=other).case)
    assert shown(world, case) is None


@pytest.mark.requirement("A6", "N4")
def test_once_the_recheck_is_over_what_was_said_for_it_is_shown_no_longer() -> None:
    world = World()
    case = disputed(world, world.denied())
    case = world.attend(world.staff("admit_recheck", case, command="admit", reason="受理").case)
    case = world.answer(case, "not_awarded")
    world.staff("decide_recheck", case, command="d", reason="维持", decision="upheld")
    question = shown(world, world.drive(case.case_number))
    assert isinstance(question, dict)
    assert (question["cause"], question["statement"], question["evidence"]) == (None, "", [])
