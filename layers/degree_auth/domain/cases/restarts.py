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


LOOKS_AGAIN = timedelta(weeks=4)
"""How long a machine waits at most before it looks at its case anew: `TimeoutSeconds` of the waiting states. A look
costs, and brings nothing: the reconciler makes good what was lost."""


def last_sign_of_life(changed_at: datetime, wait_until: datetime | None, now: datetime, *, waited: bool) -> datetime:
    """When a case's machine last showed that it runs: by a change, or by a wait, which was well until its end.

    Whoever waits for a moment has kept it, as `wait_until`. Whoever waits for a person only has `waited` since the last
    change, and looked again every four weeks.
    """
    if wait_until is not None:
        return max(changed_at, min(wait_until, now))
    looks = max(0, (now - changed_at) // LOOKS_AGAIN) if waited else 0
    return changed_at + looks * LOOKS_AGAIN


def restart_turn(silent: timedelta) -> int | None:
    """The turn in which a machine that has been silent so long is started again; None between two turns."""
    turn, begins, following = 0, timedelta(0), FIRST_PAUSE
    while following <= silent:
        turn, begins = turn + 1, following
        following += min(following, LONGEST_PAUSE)
    return turn if silent - begins < OPEN_FOR else None
