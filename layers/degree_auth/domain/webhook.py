"""Messages of the national government service platform, signed after Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from degree_auth.domain.errors import Invalid, Malformed, NotSignedIn, Problem, shown_key

TOLERANCE_SECONDS = 300
_FIELDS = ("type", "timestamp", "data")
SUBMITTED = "application.submitted"
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,12}\Z", re.ASCII)


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: `v1,` and the base64 HMAC-SHA-256 of id, timestamp (Unix seconds) and body."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def verify_signature(headers: Mapping[str, str], body: bytes, secret: bytes, now: datetime) -> str:
    """The message's id, when one of its signatures is right and it was sent within five minutes of `now`.

    Raises:
        NotSignedIn: otherwise, without saying what of it was wrong.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "").split(" ")
    if _MESSAGE_ID.match(message_id) and _TIMESTAMP.match(timestamp):
        sent = int(timestamp)
        right = sign(secret, message_id, sent, body).encode()
        fits = any(hmac.compare_digest(one.encode("utf-8", "replace"), right) for one in signatures)
        if fits and abs(now.timestamp() - sent) <= TOLERANCE_SECONDS:
            return message_id
    raise NotSignedIn("signature_invalid")


def parse_platform_message(message: object) -> Any:
    """The submission inside a message of the platform.

    Raises:
        Malformed: not an object.
        Invalid: not a message of the type that is known here; all problems are named.
    """
    if not isinstance(message, dict):
        raise Malformed("not_an_object")
    problems = [Problem(field, "required") for field in _FIELDS if field not in message]
    problems += [Problem(shown_key(field), "unknown_field") for field in message if field not in _FIELDS]
    if "type" in message and message["type"] != SUBMITTED:
        problems.append(Problem("type", "webhook_type_unknown"))
    if "timestamp" in message and not _is_moment(message["timestamp"]):
        problems.append(Problem("timestamp", "moment_format"))
    if problems:
        raise Invalid(problems)
    return message["data"]


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() is not None
    except ValueError:
        return False
