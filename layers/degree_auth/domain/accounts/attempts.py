"""Attempts to sign in: how many are judged, by place and by username, as plain data.

The rules also hold for a username that nobody has, so what is closed does not tell whether there is an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many attempts at once, and then one more in each `every`."""

    most: int
    every: timedelta


OF_A_KNOWN_PLACE = Allowance(5, timedelta(minutes=15))
"""Of one device or source, at an account that was signed in to from there."""

OF_A_STRANGE_SOURCE = Allowance(5, timedelta(hours=1))
"""Of one source, at a username that was not signed in to from there."""

OF_ALL_STRANGERS = Allowance(20, timedelta(minutes=15))
"""Of everybody together, at a username that was not signed in to from where they are."""

OF_A_SOURCE = Allowance(50, timedelta(minutes=2))
"""Of one source, at all usernames together."""

OF_STAFF = Allowance(5, timedelta(minutes=15))
"""Wrong codes of one account of staff. Who may start executions at all is asked by AWS, so there are no strangers."""

STRANGERS = "strangers"
"""The place that stands for all from which an account was never signed in to."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts that were counted: when the last one was, and when all of them are forgotten."""

    last_at: datetime
    forgotten_at: datetime


@dataclass(frozen=True, slots=True)
class Counter:
    """What attempts are counted of: `place` is a digest of a source or a device, or `STRANGERS`.

    Without a `username` those at all usernames are counted. Where a counter is not `binding`, it is closed to who
    lacks the password alone.
    """

    username: str
    place: str
    allowance: Allowance
    binding: bool = True


def counters(username: str, device: str | None, source: str, *, known: bool, unguessable: bool) -> tuple[Counter, ...]:
    """What an attempt counts against.

    Strangers are counted each and together: many of them guess no more often than a few, and none of them keeps out
    who comes from a known place.

    Args:
        username: under which somebody signs in, whether anybody has it or not.
        device: the digest of the account's own device, None of any other.
        source: the digest of the source.
        known: whether the account was signed in to from this source.
        unguessable: whether the account waits for its first sign-in, with a password that was drawn at random.
    """
    if device is not None:
        return (Counter(username, device, OF_A_KNOWN_PLACE),)
    everywhere = Counter("", source, OF_A_SOURCE)
    if known:
        return (Counter(username, source, OF_A_KNOWN_PLACE), everywhere)
    together = Counter(username, STRANGERS, OF_ALL_STRANGERS, binding=not unguessable)
    return (Counter(username, source, OF_A_STRANGE_SOURCE), everywhere, together)


def closed_until(attempts: Attempts | None, allowance: Allowance, now: datetime) -> datetime | None:
    """When the next attempt may be made; None when that is now."""
    if attempts is None:
        return None
    opens_at = attempts.forgotten_at - allowance.every * (allowance.most - 1)
    return opens_at if now < opens_at else None


def with_attempt(attempts: Attempts | None, allowance: Allowance, now: datetime) -> Attempts:
    """One attempt more, which is counted before it is judged: many at once cannot outrun the count."""
    begins_at = now if attempts is None else max(attempts.forgotten_at, now)
    return Attempts(now, begins_at + allowance.every)


def without_attempt(attempts: Attempts, allowance: Allowance) -> Attempts:
    """One attempt less: it was no guess."""
    return Attempts(attempts.last_at, attempts.forgotten_at - allowance.every)


def since_unlocked(attempts: Attempts | None, unlocked_at: datetime | None) -> Attempts | None:
    """The attempts that count after staff have unlocked the account."""
    if attempts is None or (unlocked_at is not None and attempts.last_at <= unlocked_at):
        return None
    return attempts
