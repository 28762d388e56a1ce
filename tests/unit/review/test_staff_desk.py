"""Every staff action finds its group; what no group knows is refused in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import pytest

from degree_auth.domain.fees.request import FeeAction
from degree_auth.domain.institutions.staff_actions import InstitutionAction
from degree_auth.domain.review.staff_actions import Action
from degree_auth.domain.shared.errors import Invalid, Malformed, NotSignedIn
from degree_auth.domain.shared.reading import required_object
from degree_auth.domain.shared.words import Words
from degree_auth.services.review.staff_decisions import CaseDecisions
from degree_auth.services.shared.staff_desk import ActionGroup, ActionResult, Admitted, StaffDesk
from tests.doubles.world import World

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Group:
    """A group that tells its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        return ActionResult(Words("好", "done"), {"group": self.name, "command": command})


class OpenGate:
    """A gate that admits everybody; what the real one does is shown in `test_staff_gate`."""

    def admit(self, body: object, execution: str, now: datetime) -> Admitted:
        return Admitted(required_object(body), f"command of {execution}")


class ClosedGate:
    """A gate that admits nobody."""

    def admit(self, body: object, execution: str, now: datetime) -> Admitted:
        raise NotSignedIn("staff_not_proven")


def never() -> ActionGroup:
    raise AssertionError("a group was made that nobody asked for")


@pytest.mark.requirement("A13")
def test_an_action_goes_to_its_group_and_no_other_is_made() -> None:
    desk = StaffDesk(OpenGate(), ((Action, never), (InstitutionAction, lambda: Group("institution"))))
    done = desk.carry_out({"action": "register_institution"}, "1", NOW)
    assert done.facts == {"group": "institution", "command": "command of 1"}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("body", "code"), [({}, "required"), ({"action": "delete"}, "unknown_choice"), ({"action": 7}, "unknown_choice")]
)
def test_an_action_that_no_group_knows_is_refused(body: dict[str, object], code: str) -> None:
    desk = StaffDesk(OpenGate(), ((Action, never), (InstitutionAction, never)))
    with pytest.raises(Invalid) as refused:
        desk.carry_out(body, "1", NOW)
    assert [(one.field, one.code) for one in refused.value.problems] == [("action", code)]
    with pytest.raises(Malformed):
        desk.carry_out([], "1", NOW)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("body", [{"action": "register_institution"}, {"action": "unknown"}, {}, []])
def test_nothing_of_an_input_is_looked_at_before_the_gate_has_admitted_it(body: object) -> None:
    desk = StaffDesk(ClosedGate(), ((Action, never), (InstitutionAction, never)))
    with pytest.raises(NotSignedIn):
        desk.carry_out(body, "1", NOW)


@pytest.mark.requirement("N5")
def test_no_action_belongs_to_two_groups() -> None:
    groups: tuple[type[StrEnum], ...] = (Action, InstitutionAction, FeeAction)
    names = [action.value for group in groups for action in group]
    assert len(names) == len(set(names))


@pytest.mark.requirement("A10", "N4")
def test_a_decision_on_a_case_answers_with_its_number_stage_and_place() -> None:
    world = World()
    case = world.mismatched()
    body = {"action": "open_review", "case_number": case.case_number, "reviewer": "li.ming"}
    done = CaseDecisions(world.review).carry_out(body, "staff:1", world.now)
    assert done.facts == {
        "case_number": case.case_number,
        "stage": "material_review",
        "version": case.version,
        "location": f"s3://documents/review/{case.case_number}/",
    }
