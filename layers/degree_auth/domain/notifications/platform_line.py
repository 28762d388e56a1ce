"""In what order the platform is told of a case: one line a case, and nothing passes what stands before it (N1).

The case's log is what has to be told; the line holds how far that has come. So nothing is lost with a queue, and an
event that the platform does not take holds up its own case alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

HOLD = timedelta(seconds=120)
"""How long a sender has a line to itself; longer than it can live, so that another follows only when it is gone."""

WAITS = (5, 30, 300, 1800, 7200, 18000, 36000) + (43200,) * 13
"""Seconds to wait after each attempt that was refused; after one more, some seven days in all, the line is given up."""

_SPREAD = 0.1


class LineState(StrEnum):
    """Whether anything of a line is to be sent."""

    AT_REST = "at_rest"
    SENDING = "sending"
    WAITING = "waiting"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Line:
    """How far the platform has been told of a case.

    `sent` is the number of the last log entry that is done with; `attempts` counts the refusals of the next. `look_at`
    is when the sender is taken for gone (sending), when the next attempt is due (waiting), or since when it is given
    up. `version` counts the changes of the line; 0 before the first.
    """

    case_number: str
    version: int = 0
    state: LineState = LineState.AT_REST
    sent: int = 0
    attempts: int = 0
    look_at: datetime | None = None

    def may_be_sent(self, now: datetime) -> bool:
        """Whether a sender may take the line: nobody has it, no wait is left, it is not given up."""
        if self.state is LineState.AT_REST:
            return True
        return self.state is not LineState.GIVEN_UP and (self.look_at is None or self.look_at <= now)

    def was_refused_before(self, moment: datetime) -> bool:
        """Whether the line waits, or was given up, because of a refusal before that moment."""
        if self.look_at is None or self.state not in (LineState.WAITING, LineState.GIVEN_UP):
            return False
        wait = (
            wait_after(self.attempts, self.case_number) if self.state is LineState.WAITING and self.attempts else None
        )
        return self.look_at - (wait or timedelta(0)) < moment

    def taken_up(self, now: datetime) -> Line:
        """One sender has the line."""
        return self._changed(state=LineState.SENDING, look_at=now + HOLD)

    def with_sent(self, seq: int) -> Line:
        """Everything up to this entry is done with; the sender goes on."""
        return self._changed(sent=seq, attempts=0)

    def put_down(self) -> Line:
        """Nothing is left to send."""
        return self._changed(state=LineState.AT_REST, attempts=0, look_at=None)

    def refused(self, now: datetime) -> Line:
        """The platform did not take what is first in the line: it comes again after a wait, or is given up."""
        attempts = self.attempts + 1
        wait = wait_after(attempts, self.case_number)
        if wait is None:
            return self._changed(state=LineState.GIVEN_UP, attempts=attempts, look_at=now)
        return self._changed(state=LineState.WAITING, attempts=attempts, look_at=now + wait)

    def waiting(self, now: datetime) -> Line:
        """Something is to be sent, from now on; attempts made before count no more."""
        return self._changed(state=LineState.WAITING, attempts=0, look_at=now)

    def _changed(self, **changes: object) -> Line:
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]


def wait_after(attempts: int, case_number: str) -> timedelta | None:
    """How long to wait after so many refusals; None when there is to be no other attempt.

    Up to a tenth is added, by the case, so that the cases that an outage has stopped do not all come again at once.
    """
    if attempts > len(WAITS):
        return None
    share = crc32(case_number.encode()) % 1000 / 1000
    return timedelta(seconds=WAITS[attempts - 1] * (1 + _SPREAD * share))
