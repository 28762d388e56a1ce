"""Standing explanations on the cases that they concern: seen with a case in hand, else not even read."""

from __future__ import annotations

from datetime import date

import pytest

from degree_auth.domain.applications.claim import Level
from degree_auth.domain.institutions.institution import Explanation
from tests.doubles.world import World, lead_of

TEXT, TEXT_EN = "1999 年前的学位证书由研究生院另册登记。", "Certificates before 1999 are in a register of their own."


def explanation(**more: object) -> Explanation:
    facts: dict[str, object] = {
        "explanation_id": "old-books",
        "text": TEXT,
        "text_en": TEXT_EN,
        "levels": (),
        "study_forms": (),
        "first_award_year": None,
        "last_award_year": None,
        "valid_from": date(2026, 1, 1),
        "valid_until": None,
    }
    return Explanation(**(facts | more))  # type: ignore[arg-type]


def explained(world: World, *explanations: Explanation) -> World:
    world.registrations.explained[world.records[0].institution_code] = list(explanations)
    return world


@pytest.mark.requirement("A8", "N6")
def test_applicant_institution_and_staff_see_the_explanation_from_the_moment_a_person_has_the_case() -> None:
    world = explained(World(), explanation())
    case = world.mismatched()
    shown = [{"zh": TEXT, "en": TEXT_EN}]
    assert world.own_case.status(case.case_number, world.now)["explanations"] == shown
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    assert case.task is not None
    form = world.forms.form(lead_of(case), case.task.task_id, world.now)
    assert form["explanations"] == world.own_case.status(case.case_number, world.now)["explanations"] == shown
    world.staff("open_review", case)
    assert TEXT in world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()


@pytest.mark.requirement("A8", "A2")
def test_a_degree_that_the_register_confirms_reads_no_explanation() -> None:
    world = explained(World(), explanation())
    case = world.drive(world.submit(world.body()).case_number)
    assert world.own_case.status(case.case_number, world.now)["explanations"] == []
    assert world.registrations.asked == []


@pytest.mark.requirement("A8")
def test_an_explanation_of_other_degrees_or_of_other_days_is_not_shown() -> None:
    world = World()
    others = [level for level in Level if level is not world.records[0].level]
    year = world.records[0].award_date.year
    explained(
        world,
        explanation(levels=tuple(others)),
        explanation(last_award_year=year - 1),
        explanation(valid_from=date(2026, 11, 24)),
        explanation(valid_until=date(2026, 11, 22)),
    )
    assert world.own_case.status(world.mismatched().case_number, world.now)["explanations"] == []


@pytest.mark.requirement("A8", "A3")
def test_the_institution_that_is_asked_explains_and_an_unregistered_one_explains_nothing() -> None:
    world = explained(World(), explanation())
    case = world.answer(world.asked(), "not_this_institution")
    other = "10003" if case.institution_code != "10003" else "10001"
    case = world.staff("redirect_task", case, command="on", reason="转送", institution_code=other).case
    case = world.attend(case)
    assert world.own_case.status(case.case_number, world.now)["explanations"] == []
    world.registrations.explained[other] = [explanation(text="另有口径")]
    shown = world.own_case.status(case.case_number, world.now)["explanations"]
    assert [one["zh"] for one in shown] == ["另有口径"]
