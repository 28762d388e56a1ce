"""Addresses are proven by a code before anything else is sent there, and nobody's mailbox is flooded with codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.outbox import MessageState
from degree_auth.domain.notifications.recipient import (
    CODE_DIGITS,
    CODES_A_DAY,
    CODES_A_DAY_IN_ALL,
    CODES_A_DAY_OF_A_RECIPIENT,
    CODES_A_DAY_TO_A_DOMAIN,
    Address,
    Channel,
    Recipient,
    canonical_address,
    with_code_asked,
    with_code_renewed,
)
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.notifications.contacts import open_address, person_of
from degree_auth.services.notifications.notification_ports import Cases, Outbox
from degree_auth.services.notifications.sending import Sending
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer


def code_of(sealer: Sealer, recipient: Recipient, channel: Channel) -> str:
    """The code of an address on the day in Shanghai on which it was asked for last, six digits. It is derived, so it is
    stored nowhere and the same whenever it is sent again.

    It is the same for all cases that name the address: it proves the mailbox, whoever had it sent there. So strangers
    who use up the codes of a day have put a good one into the owner's mailbox."""
    address = recipient.address(channel)
    asked_at = None if address is None else address.asked_at
    whose = "account" if recipient.is_account else "case"
    named = "" if address is None else address.digest
    day = "" if asked_at is None else shanghai_day(asked_at).isoformat()
    number = int.from_bytes(sealer.digest("notified-code", f"{whose} {channel} {named} {day}")[:8])
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProof:
    """Sends codes, at most so many a day to an address and for a recipient: from each person or account, and from all
    who have not signed in together."""

    cases: Cases
    outbox: Outbox
    sealer: Sealer
    sending: Sending

    def send_first_code(self, recipient: Recipient, now: datetime) -> None:
        """The code to the mailbox that an application names, once. A number gets one when its owner asks for it."""
        address = recipient.address(Channel.MAIL)
        if address is None or address.serial > 1 or address.is_proven:
            return
        if address.serial == 0:
            recipient = self._ask(recipient, now)
        self.send_code(recipient, Channel.MAIL, now)

    def send_code(self, recipient: Recipient, channel: Channel, now: datetime) -> list[MessageState]:
        """Send the code that was asked for last, once; what became of it. Beyond the bounds nothing is sent, and nobody
        is told so: it would tell whether somebody else uses the address. One that waited long is made anew before.

        Raises:
            Undelivered: nobody took it; it is to be tried again.
        """
        address = recipient.address(channel)
        if address is None or address.is_proven or address.serial == 0:
            return []
        kind, name = NotificationKind.CODE, f"code-{address.digest[:16]}-{address.serial}"
        begun = self.outbox.message(recipient.key, f"{name}-{kind.value}-{channel.value}")
        if begun is None and not self._may_send(recipient, address, now):
            self.sending.hold_back(recipient, address, name, kind, "bound", now)
            return [MessageState.HELD_BACK]
        if begun is None or not begun.has_ended:
            recipient = self._renewed(recipient, channel, now)
        facts = {"code": code_of(self.sealer, recipient, channel)}
        return [self.sending.send_once(recipient, address, name, kind, facts, now)]

    def _may_send(self, recipient: Recipient, address: Address, now: datetime) -> bool:
        # The day of the code, so that whoever is held back on it finds one that is good in the mailbox.
        day = shanghai_day(address.asked_at or now)
        found = open_address(self.sealer, recipient, address).lower()
        mailbox = canonical_address(found)
        if not self._counts("codes-of", recipient.key, day, CODES_A_DAY_OF_A_RECIPIENT):
            return False
        source = self._source(recipient)
        if source is not None:
            return self._counts("codes-from", f"{source} {mailbox}", day, CODES_A_DAY)
        # Who names the mailbox itself is not held up by those who name other spellings.
        spelling = "itself" if found == mailbox else "otherwise"
        domain = mailbox.rpartition("@")[2] if address.channel is Channel.MAIL else ""
        return (
            self._counts("codes-to", f"{address.channel} {spelling} {mailbox}", day, CODES_A_DAY)
            and self._counts("codes-to", f"{address.channel} domain {domain}", day, CODES_A_DAY_TO_A_DOMAIN)
            and self._counts("codes-to", f"{address.channel} all", day, CODES_A_DAY_IN_ALL)
        )

    def _counts(self, purpose: str, what: str, day: date, most: int) -> bool:
        return self.outbox.count(self.sealer.token(purpose, what), day, most)

    def _source(self, recipient: Recipient) -> str | None:
        """Who has the code sent: an account, or the person who signed in; None where nobody is proven."""
        if recipient.is_account:
            return recipient.key
        case = self.cases.load(recipient.key)
        return None if case.proven_by is None else person_of(self.sealer, case)

    def _renewed(self, recipient: Recipient, channel: Channel, now: datetime) -> Recipient:
        if with_code_renewed(recipient, channel, now) is recipient:
            return recipient

        def attempt() -> Recipient:
            present = self.outbox.recipient(recipient.key)
            renewed = with_code_renewed(present, channel, now)
            if renewed is not present:
                self.outbox.replace_recipient(present, renewed)
            return renewed

        return until_stored(attempt)

    def _ask(self, recipient: Recipient, now: datetime) -> Recipient:
        def attempt() -> Recipient:
            present = self.outbox.recipient(recipient.key)
            if present.version:
                return present
            asked = with_code_asked(recipient, Channel.MAIL, now)
            self.outbox.replace_recipient(present, asked)
            return self.outbox.recipient(recipient.key)

        return until_stored(attempt)
