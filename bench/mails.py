"""10,000 notifications to a mail relay that fails a third of the time and is down for six hours: lost, twice, attempts.

The real service and the real SMTP adapter, over a connection for each attempt to a server on this machine. Time is the
schedule's own: an attempt that failed waits as the queue would have it wait. The outbox is in memory; its table is
held by the same contract. In the second round the relay also hangs up after it took a mail, before it says so, once in
a hundred: what a sender cannot know. Such a mail goes out again under the same Message-ID.
"""

from __future__ import annotations

import heapq
import socket
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from aiosmtpd.controller import Controller

from bench.figure import Figure, Measurement
from degree_auth.adapters.notifications.mail_relay import Security, SmtpRelay
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.outbox import MOST_ATTEMPTS, MessageState, wait_after
from degree_auth.domain.notifications.recipient import Channel, Recipient
from degree_auth.services.notifications.contacts import new_address
from degree_auth.services.notifications.sending import Sending
from degree_auth.services.notifications.webhooks import Undelivered
from tests.doubles.notified import MemoryGateway, MemoryOutbox

EVENTS = 10_000
_BEGAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_OVER = timedelta(hours=2)
_DOWN = (timedelta(hours=1), timedelta(hours=7))


@dataclass
class Stumbling:
    """A relay: takes two of three, is down for a stretch, and hangs up after so many of those that it took."""

    random: Random
    hangs_up: float = 0.0
    down: bool = False
    taken: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Refuse one of three for now; all of them while it is down."""
        if self.down or self.random.random() < 1 / 3:
            return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail, and sometimes hang up before saying so."""
        head = envelope.content.split(b"\r\n\r\n")[0].decode()
        unfolded = head.replace("\r\n ", " ")
        self.taken[unfolded.split("Message-ID:")[1].split("\r\n")[0].strip()] += 1
        if self.random.random() < self.hangs_up:
            server.transport.close()
        return "250 taken"


def _round(events: int, hangs_up: float) -> tuple[Stumbling, int, int]:
    """Send so many; the relay, the attempts, and how many messages the outbox does not know as sent."""
    relay, keyring, outbox = Stumbling(Random(7), hangs_up), Keyring(b"m" * 64), MemoryOutbox()  # noqa: S311
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(relay, hostname="127.0.0.1", port=port)
    controller.start()
    sending = Sending(
        outbox=outbox,
        sealer=keyring,
        relay=SmtpRelay("127.0.0.1", port, Security.NONE, "degrees@example.org", lambda: None),
        gateway=MemoryGateway(),
        domain="example.org",
        hotline="010-00000000",
    )
    facts = {"case_number": "RZ1", "name": "测*", "page": "https://example.org/case"}
    due = [(_OVER * number / events, number, 1) for number in range(events)]
    heapq.heapify(due)
    attempts = 0
    try:
        while due:
            at, number, attempt = heapq.heappop(due)
            relay.down = _DOWN[0] <= at < _DOWN[1]
            recipient = Recipient(f"account#{number}")
            address = new_address(keyring, recipient.key, Channel.MAIL, f"m{number}@example.org")
            attempts += 1
            try:
                sending.send_once(recipient, address, f"e{number}", NotificationKind.RECEIVED, facts, _BEGAN + at)
            except Undelivered:
                if attempt < MOST_ATTEMPTS:
                    heapq.heappush(due, (at + timedelta(seconds=wait_after(attempt)), number, attempt + 1))
    finally:
        controller.stop()
    unsent = events - sum(one.state is MessageState.SENT for one in outbox.messages.values())
    return relay, attempts, unsent


def measure(events: int = EVENTS) -> Iterable[Figure]:
    """Lost, twice and attempts; then what a relay that hangs up after taking costs."""
    relay, attempts, unsent = _round(events, 0.0)
    twice = sum(count - 1 for count in relay.taken.values())
    yield Figure("mails_lost", "丢失的邮件", "mails lost", events - len(relay.taken) + unsent, "mails")
    yield Figure("mails_twice", "重复的邮件（按 Message-ID）", "mails twice, by Message-ID", twice, "mails")
    yield Figure("mail_attempts", "每封邮件的尝试次数", "attempts a mail", attempts / events, "attempts")
    relay, _, unsent = _round(events, 0.01)
    twice = sum(count - 1 for count in relay.taken.values())
    lost = events - len(relay.taken) + unsent
    yield Figure("mails_lost_hanging_up", "丢失（中继收后断线）", "lost, where the relay hangs up", lost, "mails")
    yield Figure(
        "mails_twice_hanging_up",
        "重复（中继收后断线 1%）",
        "twice, where it hangs up after 1 % of them",
        twice,
        "mails",
    )


MEASUREMENT = Measurement(
    chinese="邮件中继出错与停机时的通知",
    english="notifications while the mail relay fails and is down",
    measure=measure,
    needs_stack=False,
    quick={"events": 100},
)
