"""An applicant does not escape what an institution has answered (N1, N2)."""

from __future__ import annotations

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.shared.errors import Conflict
from degree_auth.services.applications import applicant_actions
from tests.doubles.world import World
from tests.samples.award_cases import asked_again, asking
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again

pytestmark = pytest.mark.requirement("N1", "N2")


# What an applicant may not escape


def answered_case(world: World, result: str) -> Case:
    """A case whose institution has answered, and whose reviewer has not decided."""
    more = {"archive_values": {"degree.discipline": "园林"}} if result == "partly_inconsistent" else {}
    return world.drive(world.answer(asking(world), result, **more).case_number)


ANSWERS_OTHERWISE = ["not_awarded", "no_such_person", "cannot_verify", "partly_inconsistent", "not_this_institution"]


@pytest.mark.requirement("A4", "A5")
@pytest.mark.parametrize("result", ANSWERS_OTHERWISE)
def test_an_application_is_not_withdrawn_once_the_institution_has_answered_otherwise(result: str) -> None:
    world = World()
    case = answered_case(world, result)
    assert case.stage is Stage.VERIFICATION
    with pytest.raises(Conflict, match="institution_has_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    assert world.cases.load(case.case_number) == case
    actions = applicant_actions.allowed_actions(case, world.own_case.dispute_period, world.now)
    assert "withdrawal" not in actions
    assert actions == world.own_case.status(case.case_number, world.now)["allowed_actions"]


@pytest.mark.requirement("A4", "A5")
@pytest.mark.parametrize("result", ANSWERS_OTHERWISE)
def test_an_application_is_not_withdrawn_while_the_institution_is_asked_again(result: str) -> None:
    world = World()
    case = asked_again(world, answered_case(world, result))
    with pytest.raises(Conflict, match="institution_has_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)


@pytest.mark.requirement("A4", "A5")
@pytest.mark.parametrize("result", ANSWERS_OTHERWISE)
def test_the_claim_is_not_changed_under_an_answer_that_waits(result: str) -> None:
    world = World()
    case = world.answer(asked_again(world, answered_case(world, result)), "needs_material")
    for change in ({"degree": as_claimed(world)}, {"holder": {"name": "另一·样例"}}):
        with pytest.raises(Conflict, match="institution_has_answered"):
            world.own_case_commands.supplement(case.case_number, change, world.now)
    with pytest.raises(Conflict, match="institution_has_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    # Files are taken, and the question goes on.
    assert world.supplied(case).stage is Stage.VERIFICATION


def as_claimed(world: World) -> dict[str, str]:
    """The register's value, with which the claim would match."""
    return {"discipline": world.records[0].discipline_name}


@pytest.mark.requirement("A4")
def test_an_application_is_withdrawn_while_the_institution_has_said_nothing_of_it() -> None:
    world = World()
    case = world.answer(asking(world), "needs_material")
    assert world.own_case_commands.withdraw(case.case_number, world.now).stage is Stage.WITHDRAWN


@pytest.mark.requirement("A6")
@pytest.mark.parametrize("result", [*ANSWERS_OTHERWISE, "verified"])
def test_a_dispute_is_not_taken_back_while_the_institution_is_asked_again(result: str) -> None:
    world = World()
    more = {"archive_values": {"degree.discipline": "园林"}} if result == "partly_inconsistent" else {}
    case = verified_again(world, disputed(world, reported(world)), result, **more)
    case = asked_again(world, case)
    for _ in range(2):
        with pytest.raises(Conflict, match="recheck_answered"):
            world.own_case_commands.withdraw(case.case_number, world.now)
        if case.stage is Stage.VERIFICATION:
            case = world.answer(case, "needs_material")


@pytest.mark.requirement("A4", "A5")
def test_a_reviewer_concludes_what_an_institution_returned_and_no_other_awarded() -> None:
    world = World()
    first = reported(world)
    case = world.answer(asking(world), "not_this_institution")
    case = world.staff("confirm_denial", case, command="c", reason="无其他授予单位").case
    case = world.drive(case.case_number)
    assert (case.stage, case.outcome) == (Stage.CONCLUDED, Outcome.NOT_CONFIRMED)
    notice = world.own_case.status(case.case_number, world.now)["notice"]
    assert notice["code"] == "notice_not_this_institution"
    assert world.cases.load(first.case_number).rechecks[-1].cause is Cause.INSTITUTION_STATEMENT
