"""Signed messages after Standard Webhooks: those of the national government service platform, and the system's own.

An own message keeps its id over every repetition, so that a receiver takes it once. While a secret changes, two are in
force: each message is signed with both, and either is taken.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from degree_auth.domain.applications.person import PLATFORM_AUTHORITIES, Authority
from degree_auth.domain.shared.errors import NotSignedIn
from degree_auth.domain.shared.reading import MAPPING, Fields, choice, read_object, text_of_form

TOLERANCE_SECONDS = 300
SUBMITTED = "application.submitted"
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)
RETRY_SECONDS = (5, 30, 300, 1800, 7200, 18000, 36000, 43000, 43000, 43000, 43000)
"""How long to wait after each attempt that failed; after one more, about 65 hours in all, the message is given up.

SQS hides a message for at most 12 hours after its receipt, so each wait stays below that.
"""
SECRET_PREFIX = "whsec_"  # noqa: S105 -- what a secret begins with
SHORTEST_KEY = 24  # bytes
JSON = "application/json; charset=utf-8"
CLOUD_EVENT = "application/cloudevents+json; charset=utf-8"
"""The media type of a CloudEvent in structured mode."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}\Z", re.ASCII)


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: `v1,` and the base64 HMAC-SHA-256 of id, timestamp (Unix seconds) and body."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


class Secret(NamedTuple):
    """A secret in force: the name of its version, and its bytes."""

    version: str
    key: bytes


def signed_headers(secret: bytes, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a message of our own, signed at this moment with one secret."""
    return _headers([secret], message_id, body, now, JSON)


def headers_signed_by_all(
    secrets: Sequence[Secret], message_id: str, body: bytes, now: datetime, content_type: str
) -> dict[str, str]:
    """The headers of a message of our own, with a signature of each secret in force.

    `webhook-secret-versions` names the versions in the order of the signatures: the signature's own form has no place
    for them.
    """
    headers = _headers([one.key for one in secrets], message_id, body, now, content_type)
    return {**headers, "webhook-secret-versions": " ".join(one.version for one in secrets)}


def _headers(keys: Sequence[bytes], message_id: str, body: bytes, now: datetime, content_type: str) -> dict[str, str]:
    timestamp = int(now.timestamp())
    return {
        "content-type": content_type,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(key, message_id, timestamp, body) for key in keys),
    }


def secret_text(secret: bytes) -> str:
    """A secret as a receiver is given it: `whsec_` and the bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_key(shown: str) -> bytes:
    """The bytes of a secret as `secret_text` shows it, with or without its prefix.

    Raises:
        ValueError: not base64, or fewer than the 24 bytes that Standard Webhooks asks for.
    """
    key = base64.b64decode(shown.strip().removeprefix(SECRET_PREFIX), validate=True)
    if len(key) < SHORTEST_KEY:
        raise ValueError("the secret is too short")
    return key


def retry_after(attempts: int) -> int | None:
    """Seconds to wait after so many attempts; None when there is to be no other."""
    return RETRY_SECONDS[attempts - 1] if attempts <= len(RETRY_SECONDS) else None


def verify_signature(headers: Mapping[str, str], body: bytes, secret: bytes, now: datetime) -> str:
    """As `verify_by_any`, with one secret."""
    return verify_by_any(headers, body, (Secret("", secret),), now)


def verify_by_any(headers: Mapping[str, str], body: bytes, secrets: Sequence[Secret], now: datetime) -> str:
    """The message's id, when one of its signatures is right by a secret in force and it was sent within five minutes of
    `now`.

    Raises:
        NotSignedIn: otherwise, without saying what of it was wrong.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signatures = [one.encode("utf-8", "replace") for one in headers.get("webhook-signature", "").split(" ")]
    if _MESSAGE_ID.match(message_id) and _TIMESTAMP.match(timestamp):
        sent = int(timestamp)
        right = [sign(secret.key, message_id, sent, body).encode() for secret in secrets]
        fits = any(hmac.compare_digest(one, other) for one in signatures for other in right)
        if fits and abs(now.timestamp() - sent) <= TOLERANCE_SECONDS:
            return message_id
    raise NotSignedIn("signature_invalid")


class Delivered(NamedTuple):
    """What the platform delivered: a submission, and by whose authority its user was proven to be the holder."""

    submission: Any
    proven_by: Authority


def parse_platform_message(message: object) -> Delivered:
    """The submission inside a message of the platform, and who proved its user.

    Raises:
        Malformed: not an object.
        Invalid: not a message of the type that is known here; all problems are named.
    """
    read = read_object(message, PLATFORM_MESSAGE).complete()
    return Delivered(read["data"], read["proven_by"])


def is_moment(text: str) -> bool:
    """Whether a text is a moment in ISO 8601 with its offset."""
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


PLATFORM_MESSAGE: Fields = {
    "type": choice([SUBMITTED], "webhook_type_unknown"),
    "timestamp": text_of_form(is_moment, "moment_format"),
    "proven_by": choice(PLATFORM_AUTHORITIES),
    "data": MAPPING,
}
