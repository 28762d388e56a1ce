"""How often somebody may apply: counted once a case, by person and by record, anew each day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.bounds import MOST_APPLICATIONS, MOST_FAILED_COMPARISONS, seconds_to_tomorrow
from degree_auth.domain.shared.errors import TooMany
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N1", "N4")


@pytest.fixture
def world() -> World:
    return World()


def numbered(body: dict[str, Any], number: int) -> dict[str, Any]:
    """The same application from another address, which makes it another case."""
    return {**body, "contact": {**body["contact"], "email": f"{number}@example.org"}}


def test_a_person_has_so_many_applications_a_day_and_repeats_do_not_count(world: World) -> None:
    for number in range(MOST_APPLICATIONS):
        for _ in range(2):
            world.submit(numbered(world.body(), number))
    with pytest.raises(TooMany) as refused:
        world.submit(numbered(world.body(), MOST_APPLICATIONS))
    assert (refused.value.code, refused.value.retry_after) == (
        "too_many_applications",
        seconds_to_tomorrow(world.now),
    )
    assert len(world.cases.cases) == MOST_APPLICATIONS
    # Another person is not held up, nor is a repeat of what was taken.
    world.submit(world.body(1))
    world.submit(numbered(world.body(), 0))
    world.now += timedelta(seconds=refused.value.retry_after)
    world.submit(numbered(world.body(), MOST_APPLICATIONS))


def test_strangers_in_a_holders_name_are_bounded_by_themselves_and_do_not_hold_the_holder_up(world: World) -> None:
    for number in range(MOST_APPLICATIONS):
        world.unproven(numbered(world.body(), number))
    with pytest.raises(TooMany):
        world.unproven(numbered(world.body(), MOST_APPLICATIONS))
    assert world.submit(world.body()).proven_by == "identity_provider"


def test_comparisons_that_fail_are_bounded_by_certificate_number_whoever_makes_them(world: World) -> None:
    """Many people who each guess at one record."""
    victim = world.body(0)["degree"]
    for number in range(MOST_FAILED_COMPARISONS):
        guess = world.body(1 + number % 4)
        guess["degree"] |= {name: victim[name] for name in ("certificate_number", "institution_code")}
        guess["degree"]["discipline"] = f"学科{'甲乙丙丁'[number % 4]}"
        world.submit(numbered(guess, number))
    again = world.body(1)
    again["degree"] |= {name: victim[name] for name in ("certificate_number", "institution_code")}
    with pytest.raises(TooMany):
        world.submit(numbered(again, 1000))
    # The holder's own claim matches, so it is none of these.
    assert world.submit(world.body(0)).comparison is not None


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), 86401),
        (datetime(2026, 11, 23, 15, 59, 59, 999999, tzinfo=UTC), 1),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(now: datetime, seconds: int) -> None:
    assert seconds_to_tomorrow(now) == seconds
