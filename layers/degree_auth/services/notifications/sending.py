"""Hands one message to one address, once: the outbox knows what was sent, whatever is repeated (N1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from degree_auth.domain.notifications.bounce import refuses_address
from degree_auth.domain.notifications.letter import letter, text_message
from degree_auth.domain.notifications.notification import SWITCHABLE, NotificationKind
from degree_auth.domain.notifications.outbox import MessageState, OutboxMessage
from degree_auth.domain.notifications.recipient import Address, Channel, Recipient, with_refusal
from degree_auth.services.notifications.contacts import open_address
from degree_auth.services.notifications.notification_ports import Mail, MailRelay, Outbox, Refused, TextGateway
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer, Stale

_PROOF = 16
_HIDDEN = "m-"


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent to one address; `name` tells it from every other message to its recipient."""

    recipient: Recipient
    address: Address
    name: str
    kind: NotificationKind
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Sends messages; `domain` is the right side of a Message-ID."""

    outbox: Outbox
    sealer: Sealer
    relay: MailRelay
    gateway: TextGateway
    domain: str
    hotline: str

    def send_each(self, messages: Iterable[Message], now: datetime) -> list[MessageState]:
        """Send messages, each once; what became of each. One that is not taken keeps no other one back.

        Raises:
            Undelivered: some message was not taken.
        """
        states: list[MessageState] = []
        undelivered: Undelivered | None = None
        for one in messages:
            try:
                states.append(self.send_once(one.recipient, one.address, one.name, one.kind, one.facts, now))
            except Undelivered as error:
                undelivered = error
        if undelivered is not None:
            raise undelivered
        return states

    def send_once(
        self,
        recipient: Recipient,
        address: Address,
        name: str,
        kind: NotificationKind,
        facts: Mapping[str, str],
        now: datetime,
    ) -> MessageState:
        """Send a message unless it was sent; `name` tells it from every other one to this recipient.

        Raises:
            Undelivered: nobody took it, or somebody else is sending it; it is to be tried again.
        """
        message_id = f"{name}-{kind.value}-{address.channel.value}"
        before = self.outbox.message(recipient.key, message_id)
        if before is not None and before.has_ended:
            return before.state
        if before is not None and before.is_taken(now):
            raise Undelivered("taken")
        begun = OutboxMessage(
            recipient=recipient.key,
            message_id=message_id,
            kind=kind.value,
            channel=address.channel.value,
            digest=address.digest,
            at=now,
            state=MessageState.SENDING,
            attempts=1 if before is None else before.attempts + 1,
        )
        begun = self._store(before, begun)
        try:
            answer = self._hand_over(recipient, address, message_id, kind, facts, now)
        except Refused as error:
            self._refuse(recipient.key, address.channel, address.digest, str(error))
            self._store(begun, replace(begun, state=MessageState.REFUSED, answer=str(error)))
            return MessageState.REFUSED
        except Undelivered as error:
            self._store(begun, replace(begun, state=MessageState.WAITING, answer=str(error)))
            raise
        self._store(begun, replace(begun, state=MessageState.SENT, answer=answer))
        return MessageState.SENT

    def hold_back(
        self, recipient: Recipient, address: Address, name: str, kind: NotificationKind, answer: str, now: datetime
    ) -> None:
        """Record that a message is never sent, and why."""
        message_id = f"{name}-{kind.value}-{address.channel.value}"
        if self.outbox.message(recipient.key, message_id) is None:
            held = OutboxMessage(
                recipient.key, message_id, kind.value, address.channel.value, address.digest, now,
                MessageState.HELD_BACK, 0, answer,
            )  # fmt: skip
            self._store(None, held)

    def mail_id(self, recipient: str, message_id: str) -> str:
        """The Message-ID of a mail: whom and what it is about, with a proof that it is ours, for what comes back. That
        of a code is encrypted, because nobody knows yet whose mailbox it goes to."""
        if message_id.startswith(f"{NotificationKind.CODE}-"):
            sealed = self._hidden.encrypt(f"{recipient} {message_id}".encode(), [])
            return f"{_HIDDEN}{sealed.hex()}@{self.domain}"
        return f"{recipient.replace('#', '=')}.{message_id}.{self._proof(recipient, message_id)}@{self.domain}"

    def read_mail_id(self, mail_id: str) -> tuple[str, str] | None:
        """Recipient and message of a Message-ID of ours; None when it is not."""
        left, _, domain = mail_id.strip("<>").rpartition("@")
        if domain == self.domain and left.startswith(_HIDDEN):
            return self._read_hidden(left.removeprefix(_HIDDEN))
        recipient, _, rest = left.partition(".")
        message_id, _, proof = rest.rpartition(".")
        recipient = recipient.replace("=", "#")
        right = domain == self.domain and proof == self._proof(recipient, message_id)
        return (recipient, message_id) if right else None

    @property
    def _hidden(self) -> AESSIV:
        """The same text is always encrypted alike, so that a repeat has the same Message-ID."""
        return AESSIV(self.sealer.digest("message-id-hidden", self.domain))

    def _read_hidden(self, sealed: str) -> tuple[str, str] | None:
        try:
            recipient, _, message_id = self._hidden.decrypt(bytes.fromhex(sealed), []).decode().partition(" ")
        except (ValueError, InvalidTag):
            return None
        return recipient, message_id

    def _proof(self, recipient: str, message_id: str) -> str:
        return self.sealer.digest("message-id", f"{recipient} {message_id}").hex()[:_PROOF]

    def _hand_over(
        self,
        recipient: Recipient,
        address: Address,
        message_id: str,
        kind: NotificationKind,
        facts: Mapping[str, str],
        now: datetime,
    ) -> str:
        to, facts = open_address(self.sealer, recipient, address), {**facts, "hotline": self.hotline}
        if address.channel is Channel.TEXT:
            text = text_message(kind, facts, recipient.language)
            # An id that says nothing: the gateway is to know it again, no more.
            text_id = self.sealer.digest("text-id", f"{recipient.key} {message_id}").hex()[:32]
            return self.gateway.send(text_id, to, text, now)
        said = letter(kind, facts, recipient.language)
        leave = facts["page"] if kind in SWITCHABLE else ""
        return self.relay.send(Mail(self.mail_id(recipient.key, message_id), to, said.subject, said.body, now, leave))

    def _store(self, before: OutboxMessage | None, after: OutboxMessage) -> OutboxMessage:
        after = replace(after, version=1 if before is None else before.version + 1)
        try:
            self.outbox.replace_message(before, after)
        except Stale:
            raise Undelivered("taken") from None
        return after

    def _refuse(self, key: str, channel: Channel, digest: str, answer: str) -> None:
        def attempt() -> None:
            present = self.outbox.recipient(key)
            refused = with_refusal(present, channel, digest, answer)
            if refused is not present:
                self.outbox.replace_recipient(present, refused)

        until_stored(attempt)

    def bounce(self, mail_id: str, answer: str) -> bool:
        """What the relay took came back: the message has bounced. The address is not written to any more where the
        status says that there is none. False when the Message-ID is not one of ours, or its message is not there any
        more."""
        named = self.read_mail_id(mail_id)
        if named is None:
            return False

        def attempt() -> OutboxMessage | None:
            message = self.outbox.message(*named)
            if message is None or message.state is MessageState.BOUNCED:
                return message
            bounced = replace(message, state=MessageState.BOUNCED, answer=answer, version=message.version + 1)
            self.outbox.replace_message(message, bounced)
            return bounced

        message = until_stored(attempt)
        if message is not None and refuses_address(answer):
            self._refuse(message.recipient, Channel(message.channel), message.digest, answer)
        return message is not None
