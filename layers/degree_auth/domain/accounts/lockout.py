"""Lockout: how often a username may be tried with a wrong password or code, as plain data.

The rule also holds for a username that nobody has, so a lock does not tell whether there is an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ATTEMPTS_ALLOWED = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)

REMEMBERED = timedelta(hours=48)
"""Attempts are forgotten when none was made for so long: longer than any lock, so that no lock is cut short."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts since the last success; `last_at` is the moment of the last one that was counted."""

    count: int
    last_at: datetime
    locked_until: datetime | None = None


def is_locked(attempts: Attempts | None, now: datetime) -> bool:
    """Whether nobody signs in under the username at present."""
    return attempts is not None and attempts.locked_until is not None and now < attempts.locked_until


def count_attempt(attempts: Attempts | None, now: datetime) -> Attempts:
    """One attempt more. Each fifth closes the username: 15 minutes, then twice as long each time, at most 24 hours.

    An attempt is counted before its password is checked, so parallel attempts cannot exceed the limit. A success resets
    the count. The fifth attempt is still checked.
    """
    if attempts is None or now >= attempts.last_at + REMEMBERED:
        return Attempts(1, now)
    count = attempts.count + 1
    locks, rest = divmod(count, ATTEMPTS_ALLOWED)
    if rest:
        return Attempts(count, now, attempts.locked_until)
    # The cap comes first: a count can grow beyond what a power of two can hold as a time.
    doublings = min(locks - 1, 10)
    return Attempts(count, now, now + min(FIRST_LOCK * 2**doublings, LONGEST_LOCK))
