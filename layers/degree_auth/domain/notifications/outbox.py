"""The state of one message to one address: written before it is handed to the relay, and after (N1).

The relay may have taken a message although nobody heard it say so. Then it is sent again under the same Message-ID,
which receivers know it by. Nothing else is ever sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from degree_auth.domain.notifications.webhook import RETRY_SECONDS

LEASE = timedelta(minutes=2)
"""How long a message that is being sent is left to whoever sends it; an attempt ends long before."""
KEPT = timedelta(days=180)
MOST_ATTEMPTS = 24
"""Attempts at one event's messages, over some nine days; then it goes to the dead letters. A relay that fails a third
of the time, and was down for a stretch, would exhaust fewer now and then."""


def wait_after(attempts: int) -> int:
    """Seconds to wait after so many attempts that failed: as webhooks do, then twice a day; none after the last."""
    if attempts >= MOST_ATTEMPTS:
        return 0
    return RETRY_SECONDS[min(attempts, len(RETRY_SECONDS)) - 1]


class MessageState(StrEnum):
    """Where a message stands; the last four are its ends."""

    SENDING = "sending"
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message; `message_id` is the same however often it is sent. `kind`, `channel` and `digest` say what it is and
    to which address it goes, `answer` is the relay's code or word. `version` 0 is not stored yet."""

    recipient: str
    message_id: str
    kind: str
    channel: str
    digest: str
    at: datetime
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    answer: str = ""
    version: int = 0

    @property
    def has_ended(self) -> bool:
        """Whether it is not sent any more."""
        return self.state not in (MessageState.SENDING, MessageState.WAITING)

    def is_taken(self, now: datetime) -> bool:
        """Whether somebody is sending it at this moment."""
        return self.state is MessageState.SENDING and now < self.at + LEASE
