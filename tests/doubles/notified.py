"""Mail relay, gateway and outbox in memory, and the real services that tell people over a world in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.outbox import OutboxMessage
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.domain.notifications.recipient import Channel, Recipient, with_code_entered
from degree_auth.services.notifications.address_proof import AddressProof, code_of
from degree_auth.services.notifications.contacts import recipient_of_case
from degree_auth.services.notifications.notification_ports import Mail
from degree_auth.services.notifications.sending import Sending
from degree_auth.services.notifications.telling import Telling
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.services.shared.ports import Stale
from tests.doubles.world import World


class MemoryOutbox:
    """Implements `Outbox`."""

    def __init__(self) -> None:
        self.recipients: dict[str, Recipient] = {}
        self.messages: dict[tuple[str, str], OutboxMessage] = {}
        self.counts: Counter[tuple[str, date]] = Counter()
        self.digests: dict[str, None] = {}

    def recipient(self, key: str) -> Recipient:
        return self.recipients.get(key, Recipient(key))

    def replace_recipient(self, before: Recipient, after: Recipient) -> None:
        if self.recipient(after.key).version != before.version:
            raise Stale
        if after.digest:
            self.digests[after.key] = None
        self.recipients[after.key] = replace(after, version=before.version + 1)

    def forget(self, key: str) -> None:
        self.recipients.pop(key, None)
        self.digests.pop(key, None)
        self.messages = {named: one for named, one in self.messages.items() if one.recipient != key}

    def message(self, recipient: str, message_id: str) -> OutboxMessage | None:
        return self.messages.get((recipient, message_id))

    def replace_message(self, before: OutboxMessage | None, after: OutboxMessage) -> None:
        key = (after.recipient, after.message_id)
        present = self.messages.get(key)
        if (None if present is None else present.version) != (None if before is None else before.version):
            raise Stale
        self.messages[key] = replace(after, version=1 if before is None else before.version + 1)

    def latest_messages(self, recipient: str, limit: int) -> list[OutboxMessage]:
        found = [one for one in self.messages.values() if one.recipient == recipient]
        return sorted(found, key=lambda one: (one.at, one.message_id), reverse=True)[:limit]

    def count(self, name: str, day: date, most: int) -> bool:
        if self.counts[name, day] >= most:
            return False
        self.counts[name, day] += 1
        return True

    def digest_recipients(self) -> list[str]:
        return sorted(self.digests)


@dataclass
class MemoryRelay:
    """Implements `MailRelay`; `behave` may raise, for each attempt, before a mail is taken, `after` once it is."""

    taken: list[Mail] = field(default_factory=list)
    attempts: int = 0
    behave: Callable[[Mail], None] = lambda _: None
    after: Callable[[Mail], None] = lambda _: None

    def send(self, mail: Mail) -> str:
        self.attempts += 1
        self.behave(mail)
        self.taken.append(mail)
        self.after(mail)
        return "250"


@dataclass
class MemoryGateway:
    """Implements `TextGateway`."""

    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, message_id: str, to: str, text: str, now: datetime) -> str:
        self.taken.append((message_id, to, text))
        return "taken"


class NoAccounts:
    """Implements `Accounts`."""

    def __init__(self) -> None:
        self.accounts: list[Account] = []

    def accounts_of(self, institution_code: str) -> Sequence[Account]:
        return [one for one in self.accounts if one.institution_code == institution_code]


class Told:
    """The services that tell people about the cases of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outbox, self.relay, self.gateway, self.accounts = (
            MemoryOutbox(),
            MemoryRelay(),
            MemoryGateway(),
            NoAccounts(),
        )
        self.sending = Sending(
            outbox=self.outbox,
            sealer=world.keyring,
            relay=self.relay,
            gateway=self.gateway,
            domain="degrees.example.org",
            hotline="010-00000000",
        )
        self.proof = AddressProof(cases=world.cases, outbox=self.outbox, sealer=world.keyring, sending=self.sending)
        self.telling = Telling(
            cases=world.cases,
            accounts=self.accounts,
            outbox=self.outbox,
            sealer=world.keyring,
            sending=self.sending,
            proof=self.proof,
            base_url="https://degrees.example.org",
        )

    def events(self, case: Case) -> list[dict[str, Any]]:
        """The public events of a case so far."""
        return [public_event(entry.as_dict()) for entry in self.world.cases.log(case.case_number)]

    def tell_all(self, case: Case) -> int:
        """Tell every event once more; how many of them have to come again."""
        missed = 0
        for event in self.events(case):
            try:
                self.telling.tell(event, self.world.now)
            except Undelivered:
                missed += 1
        return missed

    def prove(self, case: Case, channel: Channel = Channel.MAIL) -> Recipient:
        """The applicant enters the code that was sent."""
        recipient = self.outbox.recipient(case.case_number)
        if not recipient.version:
            recipient = recipient_of_case(self.outbox, self.world.keyring, case)
        right = code_of(self.world.keyring, recipient, channel)
        proven = with_code_entered(recipient, channel, right, right, self.world.now)
        self.outbox.replace_recipient(self.outbox.recipient(recipient.key), proven)
        return self.outbox.recipient(recipient.key)

    def subjects(self, to: str | None = None) -> list[str]:
        """The subjects of the mails that were taken."""
        return [mail.subject for mail in self.relay.taken if to in (None, mail.to)]
