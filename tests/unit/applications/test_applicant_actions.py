"""An applicant is offered exactly what the system then accepts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.shared.errors import Conflict
from tests.doubles.world import World

FILE = {"content_type": "application/pdf", "size": 9}


def waiting_for_applicant(world: World) -> Case:
    asked = {"reason": "请补充成绩单", "fields": ["certificate_scan"]}
    return world.staff("return_to_applicant", world.mismatched(), **asked).case


def reported(world: World) -> Case:
    return world.drive(world.submit(world.body()).case_number)


def disputed(world: World) -> Case:
    case = world.attach(reported(world), b"%PDF-1.7 evidence", "evidence")
    body = {"reason": "专业名称与证书不符", "evidence": [case.attachments[-1].attachment_id]}
    return world.disputes.dispute(case.case_number, body, world.now)


def disputed_and_answered(world: World) -> Case:
    admitted = world.staff("admit_recheck", disputed(world), command="admit", reason="符合条件").case
    return world.answer(world.attend(admitted), "verified")


def withdrawn(world: World) -> Case:
    return world.own_case_commands.withdraw(world.mismatched().case_number, world.now)


def urgent(world: World) -> Case:
    case = world.mismatched()
    return world.own_case_commands.request_urgency(case.case_number, {"reason": "入学报到"}, world.now)


def too_late(world: World) -> Case:
    case = reported(world)
    world.now += timedelta(days=61)
    return case


STATES: dict[Callable[[World], Case], list[str]] = {
    World.mismatched: ["attachments", "urgency", "withdrawal"],
    urgent: ["attachments", "withdrawal"],
    waiting_for_applicant: ["supplements", "attachments", "urgency", "withdrawal"],
    World.asked: ["urgency", "withdrawal"],
    reported: ["disputes"],
    too_late: [],
    disputed: ["urgency", "withdrawal"],
    disputed_and_answered: ["urgency"],
    withdrawn: [],
}


def allowed(world: World, case: Case) -> list[str]:
    actions: list[str] = world.own_case.status(case.case_number, world.now)["allowed_actions"]
    return actions


@pytest.mark.requirement("A10", "N6")
@pytest.mark.parametrize("reach", STATES)
def test_the_status_names_what_the_applicant_may_do(reach: Callable[[World], Case]) -> None:
    world = World()
    assert allowed(world, reach(world)) == STATES[reach]


@pytest.mark.requirement("A10")
@pytest.mark.parametrize("reach", STATES)
def test_a_file_is_refused_where_none_is_asked_for(reach: Callable[[World], Case]) -> None:
    world = World()
    case = reach(world)
    if "attachments" in allowed(world, case):
        assert world.own_case_commands.announce_attachment(case.case_number, {"kind": "supplement", **FILE}, world.now)
    else:
        with pytest.raises(Conflict):
            world.own_case_commands.announce_attachment(case.case_number, {"kind": "supplement", **FILE}, world.now)


@pytest.mark.requirement("A6")
@pytest.mark.parametrize("reach", STATES)
def test_evidence_is_taken_wherever_a_dispute_is_allowed(reach: Callable[[World], Case]) -> None:
    world = World()
    case = reach(world)
    if "disputes" in allowed(world, case):
        assert world.own_case_commands.announce_attachment(case.case_number, {"kind": "evidence", **FILE}, world.now)


@pytest.mark.requirement("A10")
def test_no_further_file_is_offered_once_the_case_holds_as_many_as_it_may() -> None:
    world = World()
    case = world.mismatched()
    for number in range(9):
        assert "attachments" in allowed(world, case)
        case = world.attach(case, b"%PDF-1.7 " + str(number).encode(), "supplement")
    assert "attachments" not in allowed(world, case)
