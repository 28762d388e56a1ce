"""When machines look at tasks again: never all at one moment, and never past the day that decides (article 12)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.restarts import LOOKS_AGAIN
from degree_auth.domain.shared.working_days import beginning_of, shanghai_day
from degree_auth.domain.verification.deadlines import LOOKS_APART, deadline_events, next_look
from tests.doubles.world import World

CALENDAR = published_calendar()
CASES = 1000
MINUTES = int(LOOKS_APART.total_seconds()) // 60


def looks(now: datetime, world: World) -> list[datetime]:
    """When each of a thousand cases with one deadline is looked at next."""
    asked = world.asked()
    return [next_look(replace(asked, case_number=f"RZ20261123{number:08}"), now, CALENDAR) for number in range(CASES)]


@pytest.mark.requirement("A12", "N5")
def test_a_thousand_tasks_of_one_deadline_are_looked_at_over_half_an_hour_after_its_midnight() -> None:
    world = World()
    found = looks(world.now + timedelta(days=4), world)
    midnight = beginning_of(shanghai_day(found[0]))
    assert all(timedelta(0) <= look - midnight < LOOKS_APART for look in found)
    in_a_minute = Counter((look - midnight) // timedelta(minutes=1) for look in found)
    assert len(in_a_minute) == MINUTES
    assert max(in_a_minute.values()) < 2 * CASES / MINUTES


@pytest.mark.requirement("A12", "N1")
def test_whenever_a_task_is_looked_at_nothing_is_due_between_two_looks_but_for_the_half_hour() -> None:
    world, random = World(), Random(12)
    case = world.asked()
    for _ in range(200):
        now = world.now + timedelta(seconds=random.randrange(30 * 24 * 3600))
        look = next_look(case, now, CALENDAR)
        assert now < look < now + LOOKS_AGAIN + LOOKS_APART
        # Whatever the last moment before the spread would record, a look now records already.
        known = [event.type for event in deadline_events(case, now, CALENDAR)]
        before = look - LOOKS_APART
        if before > now:
            assert [event.type for event in deadline_events(case, before, CALENDAR)] == known


@pytest.mark.requirement("A12")
def test_a_case_is_looked_at_at_the_same_place_of_the_half_hour_every_time() -> None:
    world = World()
    case = world.asked()
    first = next_look(case, world.now + timedelta(days=4), CALENDAR)
    second = next_look(case, first, CALENDAR)
    third = next_look(case, second, CALENDAR)
    assert first - beginning_of(shanghai_day(first)) == second - beginning_of(shanghai_day(second))
    assert second < third
