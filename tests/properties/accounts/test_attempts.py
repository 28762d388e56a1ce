"""Attempts over any history: how many are judged, and when the next one may be made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.accounts.attempts import (
    OF_A_KNOWN_PLACE,
    OF_A_SOURCE,
    OF_A_STRANGE_SOURCE,
    OF_ALL_STRANGERS,
    Allowance,
    Attempts,
    closed_until,
    since_unlocked,
    with_attempt,
    without_attempt,
)

pytestmark = pytest.mark.requirement("A13")
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ALLOWANCES = (OF_A_KNOWN_PLACE, OF_A_STRANGE_SOURCE, OF_ALL_STRANGERS, OF_A_SOURCE)
allowances = st.sampled_from(ALLOWANCES)
pauses = st.lists(st.integers(min_value=0, max_value=int(timedelta(hours=3).total_seconds())), max_size=60)


def judged(allowance: Allowance, history: list[int]) -> list[datetime]:
    """The moments at which an attempt was let through to be judged, of one attempt after each pause (seconds)."""
    attempts, now, through = None, START, []
    for pause in history:
        now += timedelta(seconds=pause)
        if closed_until(attempts, allowance, now) is None:
            attempts = with_attempt(attempts, allowance, now)
            through.append(now)
    return through


@given(allowances, pauses)
def test_no_more_are_judged_than_the_allowance_gives_in_any_time(allowance: Allowance, history: list[int]) -> None:
    through = judged(allowance, history)
    for first in range(len(through)):
        for last in range(first, len(through)):
            time = through[last] - through[first]
            assert last - first + 1 <= allowance.most + time // allowance.every


@given(allowances, st.integers(min_value=0, max_value=200))
def test_one_more_is_judged_at_the_moment_that_was_told_and_none_before(allowance: Allowance, more: int) -> None:
    attempts, now = None, START
    for _ in range(allowance.most + more):
        now = closed_until(attempts, allowance, now) or now
        attempts = with_attempt(attempts, allowance, now)
    until = closed_until(attempts, allowance, now)
    assert until == now + allowance.every
    assert closed_until(attempts, allowance, until - timedelta(microseconds=1)) == until
    assert closed_until(attempts, allowance, until) is None


@given(allowances, pauses)
def test_an_attempt_taken_back_leaves_what_was_there(allowance: Allowance, history: list[int]) -> None:
    attempts, now = None, START
    for pause in history:
        now += timedelta(seconds=pause)
        if closed_until(attempts, allowance, now) is None:
            again = without_attempt(with_attempt(attempts, allowance, now), allowance)
            for later in (now, now + allowance.every):
                assert closed_until(again, allowance, later) == closed_until(attempts, allowance, later)
            attempts = with_attempt(attempts, allowance, now)


def test_unlocking_forgets_what_was_before_and_nothing_after() -> None:
    attempts = Attempts(START, START + timedelta(hours=1))
    assert since_unlocked(attempts, None) == attempts
    assert since_unlocked(attempts, START - timedelta(microseconds=1)) == attempts
    assert since_unlocked(attempts, START) is None
    assert since_unlocked(None, START) is None
