"""Addresses are proven by a code before anything else is sent there, and nobody's mailbox is flooded with codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.recipient import (
    CODE_DIGITS,
    CODES_A_DAY,
    CODES_A_DAY_OF_A_RECIPIENT,
    Channel,
    Recipient,
    with_code_asked,
)
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.notifications.notification_ports import Outbox
from degree_auth.services.notifications.sending import Sending
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer


def code_of(sealer: Sealer, recipient: Recipient, channel: Channel) -> str:
    """The code of an address that was asked for last, six digits. It is derived, so it is stored nowhere and the same
    whenever it is sent again."""
    address = recipient.address(channel)
    serial, digest = (0, "") if address is None else (address.serial, address.digest)
    number = int.from_bytes(sealer.digest("notified-code", f"{recipient.key} {channel} {digest} {serial}")[:8])
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProof:
    """Sends codes, at most so many a day to an address and for a recipient, whoever asks."""

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

    def send_code(self, recipient: Recipient, channel: Channel, now: datetime) -> None:
        """Send the code that was asked for last, once. Beyond the bounds nothing is sent, and nobody is told so: it
        would tell whether somebody else uses the address.

        Raises:
            Undelivered: nobody took it; it is to be tried again.
        """
        address = recipient.address(channel)
        if address is None or address.is_proven or address.serial == 0:
            return
        kind, name = NotificationKind.CODE, f"code-{address.digest[:16]}-{address.serial}"
        begun = self.outbox.message(recipient.key, f"{name}-{kind.value}-{channel.value}")
        if begun is None and not self._may_send(recipient.key, address.digest, now):
            self.sending.hold_back(recipient, address, name, kind, "bound", now)
            return
        facts = {"code": code_of(self.sealer, recipient, channel)}
        self.sending.send_once(recipient, address, name, kind, facts, now)

    def _may_send(self, key: str, digest: str, now: datetime) -> bool:
        day = shanghai_day(now)
        by_recipient = self.outbox.count(self.sealer.token("codes-of", key), day, CODES_A_DAY_OF_A_RECIPIENT)
        return by_recipient and self.outbox.count(digest, day, CODES_A_DAY)

    def _ask(self, recipient: Recipient, now: datetime) -> Recipient:
        def attempt() -> Recipient:
            present = self.outbox.recipient(recipient.key)
            if present.version:
                return present
            asked = with_code_asked(recipient, Channel.MAIL, now)
            self.outbox.replace_recipient(present, asked)
            return self.outbox.recipient(recipient.key)

        return until_stored(attempt)
