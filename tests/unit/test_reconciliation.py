"""The reconciler: what died is started, what sleeps on an answer is woken, what lives is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from degree_auth.domain.case import Machine, Stage
from tests.doubles.world import World


@pytest.mark.requirement("N1")
def test_a_dead_machine_is_started_once_and_a_live_one_left_alone() -> None:
    world = World()
    case = world.mismatched()
    assert world.reconcile().started == 0
    world.workflows.live[Machine.MATCHING].clear()
    assert world.reconcile().started == 1
    assert world.reconcile().started == 0
    assert {number for _, number in world.workflows.started.values()} == {case.case_number}


@pytest.mark.requirement("N1")
def test_two_reconcilers_in_the_same_minute_start_one_machine() -> None:
    world = World()
    world.mismatched()
    world.workflows.live[Machine.MATCHING].clear()
    first = world.reconcile()
    world.workflows.live[Machine.MATCHING].clear()
    world.now -= timedelta(minutes=1)
    second = world.reconcile()
    assert (first.started, second.started) == (1, 0)


@pytest.mark.requirement("N1")
def test_a_machine_that_sleeps_on_a_recorded_answer_is_woken() -> None:
    world = World()
    case = world.mismatched()
    world.cases.tokens[case.case_number] = ("token", case.version)
    assert world.reconcile().woken == 0
    world.workflows.refuse = True
    with pytest.raises(ConnectionError):
        world.staff("confirm_material", case)
    assert world.cases.load(case.case_number).stage is Stage.VERIFICATION
    world.workflows.refuse = False
    world.workflows.waiting.add("token")
    world.staff("confirm_material", case)
    assert world.workflows.woken == ["token"]


@pytest.mark.requirement("N1")
def test_a_token_that_nobody_waits_with_any_more_is_made_good_by_a_new_machine() -> None:
    world = World()
    case = world.mismatched()
    world.cases.tokens[case.case_number] = ("overwritten", case.version - 1)
    world.workflows.live[Machine.MATCHING] = {case.case_number}
    assert world.reconcile().started == 1


@pytest.mark.requirement("N1")
def test_a_case_that_just_changed_is_left_to_its_machine() -> None:
    world = World()
    world.mismatched()
    world.workflows.live[Machine.MATCHING].clear()
    assert world.reconcile(grace=timedelta(minutes=5)).open == 0


@pytest.mark.requirement("N6")
def test_the_longest_wait_for_a_report_is_told_in_seconds() -> None:
    world = World()
    world.submit(world.body())
    world.mismatched()
    world.now += timedelta(minutes=9)
    assert world.reconcile().oldest_issuing_seconds == 600
