"""How a change is stored that somebody else may overtake: read, decide and store anew, a bounded number of times (N1).

There is no pause between the tries unless one is given: an attempt is repeated only because another one was stored, so
each round makes progress. Where many write one item, as in the report log, a pause keeps them out of each other's way.
Where DynamoDB refuses for another reason, the tables wait by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.shared.ports import Stale

TRIES = 12

_Stored = TypeVar("_Stored")


def until_stored(
    attempt: Callable[[], _Stored], tries: int = TRIES, pause: Callable[[int], None] = lambda _tried: None
) -> _Stored:
    """What an attempt returns; one that raises `Stale` is made anew, so it begins with reading. `pause` is told how
    many attempts were made.

    Raises:
        Unavailable: others were faster every time; nothing was stored.
    """
    for tried in range(1, tries + 1):
        try:
            return attempt()
        except Stale:
            if tried < tries:
                pause(tried)
    raise Unavailable("try_again")
