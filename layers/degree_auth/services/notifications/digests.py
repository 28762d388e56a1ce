"""Sends the daily digest to the accounts that chose it, each once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from degree_auth.domain.notifications.digest import counted_messages, digest_facts
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.outbox import MessageState
from degree_auth.domain.notifications.recipient import ACCOUNT, Channel
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.listing import LEAD_DEPARTMENT, TaskFilter
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.notifications.notification_ports import AccountReader, Outbox, Queue, Tasks
from degree_auth.services.notifications.sending import Sending
from degree_auth.services.shared.ports import Sealer

_MOST = 1000
"""Tasks, and messages, that a digest counts; of an institution with more tasks, the most urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Spreads a day's digests over the queue, and sends one; `base_url` is where users see the service."""

    outbox: Outbox
    sealer: Sealer
    accounts: AccountReader
    tasks: Tasks
    sending: Sending
    queue: Queue
    base_url: str

    def spread(self, now: datetime) -> int:
        """Put a digest of today on the queue for each account that chose it; how many."""
        day = shanghai_day(now).isoformat()
        chosen = [
            one for one in map(self.outbox.recipient, self.outbox.digest_recipients()) if one.digest and one.is_account
        ]
        messages = [
            {
                "digest": {
                    "account_id": one.key.removeprefix(ACCOUNT),
                    "institution_code": one.institution_code,
                    "day": day,
                }
            }
            for one in chosen
        ]
        self.queue.send(messages)
        return len(messages)

    def send(self, institution_code: str, account_id: str, day: date, now: datetime) -> list[MessageState]:
        """Send an account's digest of a day, once. A day that is over is not told of any more: its next one comes.

        Raises:
            Undelivered: nobody took it; it is to be tried again.
        """
        try:
            account = self.accounts.account(institution_code, account_id)
        except NotFound:
            return []
        recipient = recipient_of_account(self.outbox, self.sealer, account)
        address = recipient.address(Channel.MAIL)
        if not recipient.digest or address is None or not address.is_proven or day != shanghai_day(now):
            return []
        department = account.department_id or LEAD_DEPARTMENT
        listed = self.tasks.list_tasks(
            TaskFilter(institution_code, is_unfinished=True, department_id=department), _MOST
        )
        messages = counted_messages(self.outbox.latest_messages(recipient.key, _MOST), now)
        facts = digest_facts(listed, messages, now)
        if facts is None:
            return []
        facts |= {"page": f"{self.base_url}/portal"}
        name = f"digest-{day.isoformat()}"
        return [self.sending.send_once(recipient, address, name, NotificationKind.DIGEST, facts, now)]
