"""What a machine is told when a change of its case wakes it."""

from __future__ import annotations

import pytest

from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import Standing
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("N1", "N2")


def woken(seen: int) -> tuple[World, Standing]:
    """A case whose machine waits and has seen the case so many versions later than the change that wakes it."""
    world = World()
    case = world.mismatched()
    world.cases.tokens[case.case_number] = ("token", case.version + seen)
    world.workflows.waiting.add("token")
    Nudge(world.cases, world.workflows, world.faults.append)(case)
    assert world.workflows.woken == ["token"]
    return world, Standing(case.stage.value, case.version)


@pytest.mark.parametrize("seen", [-2, 0])
def test_a_machine_goes_on_from_where_the_change_has_left_the_case(seen: int) -> None:
    world, standing = woken(seen)
    assert world.workflows.told == {"token": standing}


def test_a_machine_that_has_seen_a_later_change_is_told_nothing_and_reads_the_case() -> None:
    world, _ = woken(1)
    assert world.workflows.told == {"token": None}
