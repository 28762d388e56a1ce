"""A namesake under another document neither gets nor shakes somebody's report; his birth date is self-stated (A1)."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import Stage
from tests.doubles.world import World, lead_of
from tests.unit.review.test_review_sections import sheet_of

pytestmark = pytest.mark.requirement("A1", "A10")


def namesakes(world: World, **degree: Any) -> tuple[Case, Case]:
    """The holder's case with its report; and the case of somebody with a passport who states the same name, birth date
    and award, and whose institution is asked."""
    own = world.drive(world.submit(world.body()).case_number)
    assert own.report is not None
    return own, asked_under_passport(world, **degree)


def asked_under_passport(world: World, **degree: Any) -> Case:
    body = world.body(**degree)
    body["holder"] |= {"identity_type": IdentityType.PASSPORT, "identity_number": "E12345678"}
    body["contact"]["email"] = "other@example.org"
    case = world.attach(world.submit(body))
    return world.attend(world.staff("confirm_material", case, command="confirm").case)


def applied_again(world: World) -> Case:
    """The holder applies once more, under another mail address."""
    body = world.body()
    body["contact"]["email"] = "again@example.org"
    return world.drive(world.submit(body).case_number)


def waits_for(case: Case) -> dict[str, Any]:
    assert case.stage is Stage.PARKED
    return dict(case.reason or {})


@pytest.mark.parametrize("claimed", [{}, {"discipline": "园艺学"}])
def test_a_namesake_does_not_end_in_the_holders_report_nor_supersede_it(claimed: dict[str, str]) -> None:
    world = World()
    own, other = namesakes(world, **claimed)
    other = world.issue(world.answer(other, "verified"))
    assert own.report is not None
    against = {"document": own.report.report_number, "case": own.case_number}
    assert waits_for(other) == {"reason": "holder_unsure", **against}
    report = world.cases.reports[own.report.report_number]
    assert (report.state, report.adopted_by) == (ReportState.VALID, ())


def test_a_reviewer_who_finds_both_to_be_of_one_person_releases_the_case_for_the_report() -> None:
    world = World()
    own, other = namesakes(world)
    other = world.issue(world.answer(other, "verified"))
    other = world.issue(world.staff("release", other, command="release", reason="同一人").case)
    assert own.report is not None
    assert other.report is not None
    assert other.report.report_number == own.report.report_number


@pytest.mark.parametrize("result", ["no_such_person", "not_awarded"])
@pytest.mark.parametrize("claimed", [{}, {"certificate_number": "ZZ999999"}])
def test_what_is_denied_to_a_namesake_holds_up_nobody_else(result: str, claimed: dict[str, str]) -> None:
    world = World()
    own, other = namesakes(world, **claimed)
    other = world.issue(world.answer(other, result))
    assert other.stage is Stage.VERIFICATION
    assert applied_again(world).report is not None
    other = world.issue(world.staff("confirm_denial", other, command="deny", reason="不是该人").case)
    assert other.stage is Stage.CONCLUDED
    own = world.cases.load(own.case_number)
    assert (own.stage, own.recheck) == (Stage.CONCLUDED, None)
    assert own.report is not None
    assert world.cases.reports[own.report.report_number].state is ReportState.VALID


def test_what_is_denied_to_the_holder_holds_up_the_namesake() -> None:
    world = World()
    denied = world.denied()
    other = world.issue(world.answer(asked_under_passport(world), "verified"))
    assert denied.written_notice is not None
    against = {"document": denied.written_notice.report_number, "case": denied.case_number}
    assert waits_for(other) == {"reason": "holder_unsure", **against}


def test_task_and_review_sheet_say_that_a_birth_date_is_self_stated() -> None:
    world = World()
    for case, stated in ((asked_under_passport(world), True), (world.asked(), False)):
        assert case.task is not None
        form = world.forms.form(lead_of(case), case.task.task_id, world.now)
        assert form["birth_date_self_stated"] is stated
        assert ("出生日期系申请人自报" in sheet_of(world, case)) is stated
