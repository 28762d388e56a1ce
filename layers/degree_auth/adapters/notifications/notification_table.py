"""Recipients and the messages to them, in a table of their own: nothing in it is part of a case.

Items (`pk` / `sk`):
- recipient / RECIPIENT: addresses, sealed, and what the recipient wishes to hear. The key is a case number, or
  `account#` and an account's id.
- recipient / MESSAGE#id: one message; expires by itself.
- count#name#day / COUNT: how many codes were sent; expires by itself.
- digests / recipient: that a recipient chose the digest.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError

from degree_auth.adapters.shared.dynamo import CONDITION_FAILED, Item, TableMeta, connect, refusal_code, save_if
from degree_auth.domain.notifications.outbox import KEPT, MessageState, OutboxMessage
from degree_auth.domain.notifications.recipient import Recipient
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.domain.shared.working_days import beginning_of

_RECIPIENT = "RECIPIENT"
_MESSAGE = "MESSAGE#"
_DIGESTS = "digests"


class _Item(Item):
    class Meta(TableMeta): ...


class RecipientItem(_Item):
    """A recipient."""

    version = NumberAttribute()
    body = JSONAttribute()


class MessageItem(_Item):
    """A message; `expires_at` in Unix seconds."""

    version = NumberAttribute()
    kind = UnicodeAttribute()
    channel = UnicodeAttribute()
    digest = UnicodeAttribute()
    at = UnicodeAttribute()
    state = UnicodeAttribute()
    attempts = NumberAttribute()
    answer = UnicodeAttribute()
    expires_at = NumberAttribute()


class CountItem(_Item):
    """How often something was counted on a day."""

    count_ = NumberAttribute(attr_name="count")
    expires_at = NumberAttribute()


class DigestItem(_Item):
    """That a recipient chose the digest."""


class NotificationTable:
    """Implements `Outbox`. One table a process."""

    def __init__(self, table_name: str, region: str) -> None:
        connect(_Item.Meta, table_name, region)

    def recipient(self, key: str) -> Recipient:
        """The recipient; of version 0 when nothing was ever stored of it."""
        try:
            item = RecipientItem.get(key, _RECIPIENT, consistent_read=True)
        except DoesNotExist:
            return Recipient(key)
        return from_data(Recipient, {**item.body, "key": key, "version": int(item.version)})

    def replace_recipient(self, before: Recipient, after: Recipient) -> None:
        """Store the recipient one version later. Raises `Stale`: it is no longer `before`."""
        body = {name: value for name, value in as_data(after).items() if name not in ("key", "version")}
        item = RecipientItem(after.key, _RECIPIENT, version=before.version + 1, body=body)
        unchanged = RecipientItem.version == before.version if before.version else RecipientItem.pk.does_not_exist()
        # The list may name one recipient too many, never one too few: whoever reads it looks at the recipient.
        if after.digest:
            DigestItem(_DIGESTS, after.key).save()
        save_if(item, unchanged)

    def forget(self, key: str) -> None:
        """Remove a recipient and the messages to it, as often as it is called."""
        for item in _Item.query(key, consistent_read=True):
            _Item(item.pk, item.sk).delete()
        DigestItem(_DIGESTS, key).delete()

    def message(self, recipient: str, message_id: str) -> OutboxMessage | None:
        """One message."""
        try:
            item = MessageItem.get(recipient, _MESSAGE + message_id, consistent_read=True)
        except DoesNotExist:
            return None
        return _message_of(item)

    def replace_message(self, before: OutboxMessage | None, after: OutboxMessage) -> None:
        """Store the message one version later. Raises `Stale`: it is no longer `before`."""
        item = MessageItem(
            after.recipient,
            _MESSAGE + after.message_id,
            version=1 if before is None else before.version + 1,
            kind=after.kind,
            channel=after.channel,
            digest=after.digest,
            at=after.at.isoformat(),
            state=after.state.value,
            attempts=after.attempts,
            answer=after.answer,
            expires_at=int((after.at + KEPT).timestamp()),
        )
        save_if(item, MessageItem.pk.does_not_exist() if before is None else MessageItem.version == before.version)

    def latest_messages(self, recipient: str, limit: int) -> list[OutboxMessage]:
        """The messages to a recipient, at most so many, the latest first."""
        found = MessageItem.query(recipient, MessageItem.sk.startswith(_MESSAGE), consistent_read=True)
        return sorted(map(_message_of, found), key=lambda one: (one.at, one.message_id), reverse=True)[:limit]

    def count(self, name: str, day: date, most: int) -> bool:
        """Count one more under a name on a day; false, and not counted, when there are as many as there may be."""
        item = CountItem(f"count#{name}#{day.isoformat()}", "COUNT")
        expires = int((beginning_of(day) + timedelta(days=3)).timestamp())
        room = CountItem.count_.does_not_exist() | (CountItem.count_ < most)
        try:
            item.update([CountItem.count_.add(1), CountItem.expires_at.set(expires)], condition=room)
        except UpdateError as error:
            if refusal_code(error) == CONDITION_FAILED:
                return False
            raise
        return True

    def digest_recipients(self) -> list[str]:
        """The keys of the recipients that ever chose the digest; each says itself whether it still does."""
        return [item.sk for item in DigestItem.query(_DIGESTS, consistent_read=True)]


def _message_of(item: MessageItem) -> OutboxMessage:
    return OutboxMessage(
        recipient=item.pk,
        message_id=item.sk.removeprefix(_MESSAGE),
        kind=item.kind,
        channel=item.channel,
        digest=item.digest,
        at=datetime.fromisoformat(item.at),
        state=MessageState(item.state),
        attempts=int(item.attempts),
        answer=item.answer,
        version=int(item.version),
    )
