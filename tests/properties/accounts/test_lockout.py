"""Lockout over any history of attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.accounts.lockout import (
    ATTEMPTS_ALLOWED,
    FIRST_LOCK,
    LONGEST_LOCK,
    REMEMBERED,
    Attempts,
    count_attempt,
    is_locked,
)

pytestmark = pytest.mark.requirement("A13")
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pauses = st.lists(st.integers(min_value=0, max_value=int(timedelta(hours=40).total_seconds())), max_size=60)


def judged(history: list[int]) -> list[datetime]:
    """The moments at which an attempt was let through to be judged, of one attempt after each pause (seconds)."""
    attempts, now, through = None, START, []
    for pause in history:
        now += timedelta(seconds=pause)
        if not is_locked(attempts, now):
            attempts = count_attempt(attempts, now)
            through.append(now)
    return through


@given(pauses)
def test_no_more_than_five_attempts_are_judged_in_any_quarter_of_an_hour(history: list[int]) -> None:
    through = judged(history)
    for first in range(len(through) - ATTEMPTS_ALLOWED):
        assert through[first + ATTEMPTS_ALLOWED] - through[first] >= FIRST_LOCK


@given(st.integers(min_value=1, max_value=20_000))
def test_each_lock_is_twice_the_one_before_up_to_a_day(lock: int) -> None:
    before = Attempts(lock * ATTEMPTS_ALLOWED - 1, START)
    after = count_attempt(before, START)
    expected = min(FIRST_LOCK * 2 ** min(lock - 1, 20), LONGEST_LOCK)
    assert after.locked_until == START + expected
    assert is_locked(after, START + expected - timedelta(microseconds=1))
    assert not is_locked(after, START + expected)


@given(st.integers(min_value=1, max_value=ATTEMPTS_ALLOWED - 1))
def test_fewer_than_five_lock_nothing(count: int) -> None:
    attempts = None
    for _ in range(count):
        attempts = count_attempt(attempts, START)
    assert attempts is not None
    assert not is_locked(attempts, START)


def test_attempts_are_forgotten_only_after_every_lock_is_over() -> None:
    assert REMEMBERED > LONGEST_LOCK
    attempts = Attempts(499, START)
    assert count_attempt(attempts, START + REMEMBERED) == Attempts(1, START + REMEMBERED)
    assert count_attempt(attempts, START + REMEMBERED - timedelta(seconds=1)).count == 500
