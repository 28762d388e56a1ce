"""How soon an execution that died is started again: at once, and then after pauses that double (N1).

Nothing is kept for it. The pauses follow from how long a machine has been silent, and each turn has a number, under
which an execution is started once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=6)
OPEN_FOR = timedelta(minutes=20)
"""How long a turn can be taken: four runs of the reconciler, of which some may fail."""


def last_sign_of_life(changed_at: datetime, wait_until: datetime | None, now: datetime) -> datetime:
    """When a case's machine last showed that it runs: by a change, or by a wait, which was well until its end."""
    return changed_at if wait_until is None else max(changed_at, min(wait_until, now))


def restart_turn(silent: timedelta) -> int | None:
    """The turn in which a machine that has been silent so long is started again; None between two turns."""
    turn, begins, following = 0, timedelta(0), FIRST_PAUSE
    while following <= silent:
        turn, begins = turn + 1, following
        following += min(following, LONGEST_PAUSE)
    return turn if silent - begins < OPEN_FOR else None
