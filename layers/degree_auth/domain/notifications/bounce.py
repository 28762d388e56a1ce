"""Reads what comes back to the sender's mailbox: delivery status notifications (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import NamedTuple

LARGEST_BOUNCE = 200 * 1024
_STATUS = re.compile(r"5\.[0-9]{1,3}\.[0-9]{1,3}\Z", re.ASCII)
_NO_SUCH_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"})
"""Enhanced status codes by which an address does not exist or is switched off (RFC 3463, RFC 7505). Others tell of the
sender (5.1.7, 5.1.8), of a full mailbox, a policy or a fault, which somebody can mend."""


class Bounce(NamedTuple):
    """A mail that has come back for good: its Message-ID, and the status such as 5.1.1."""

    mail_id: str
    status: str


def refuses_address(status: str) -> bool:
    """Whether a status such as 5.1.1 says that the address takes no mail, and will not."""
    return status in _NO_SUCH_ADDRESS


def read_bounce(raw: bytes) -> Bounce | None:
    """What a mail says has come back; None when it is no notification of a final failure, or names no mail."""
    if len(raw) > LARGEST_BOUNCE:
        return None
    message = message_from_bytes(raw, policy=default)
    parts = list(message.walk())
    failed = [
        str(fields["Status"]).strip()
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for fields in _blocks(part)
        if str(fields.get("Action", "")).strip().lower() == "failed"
    ]
    status = next((one for one in failed if _STATUS.match(one)), None)
    mail_id = next((found for part in parts if (found := _returned_id(part))), None)
    return Bounce(mail_id, status) if status and mail_id else None


def _blocks(part: Message) -> Iterator[Message]:
    content = part.get_payload()
    yield from (one for one in content if isinstance(one, Message)) if isinstance(content, list) else ()


def _returned_id(part: Message) -> str | None:
    """The Message-ID of the mail that came back, which stands in the last part, whole or by its headers."""
    kind, content = part.get_content_type(), part.get_payload()
    if kind == "message/rfc822" and isinstance(content, list) and isinstance(content[0], Message):
        return str(content[0].get("Message-ID", "")).strip() or None
    if kind == "text/rfc822-headers":
        text = part.get_payload(decode=True)
        headers = message_from_bytes(text if isinstance(text, bytes) else b"", policy=default)
        return str(headers.get("Message-ID", "")).strip() or None
    return None
