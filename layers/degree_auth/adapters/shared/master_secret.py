"""The master secret as it stands in the store of secrets: its versions, and the keys of the digests (N4).

As the template makes it, it is one text: version 1, from which everything is derived. Once it was turned it is JSON:

    {"current": 2, "versions": {"1": "...", "2": "..."}, "turned_at": Unix seconds,
     "digests": {"root": base64, "keys": {purpose: base64}}}

Sealing goes by the versions. Digests do not: codes on paper and the keys under which everything is found derive from
them. When the secret is turned for the first time, the digest keys are kept as they were, purpose by purpose, so that
version 1 can end without them; a purpose that the program learns later derives from a root of its own.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSES = frozenset(
    {
        "access-link",
        "applicant-session",
        "applicant-sign-in",
        "award",
        "check-code",
        "client-assertion",
        "codes-asked-by",
        "codes-from",
        "codes-of",
        "codes-to",
        "correction",
        "disavowals-open",
        "disavowed-document",
        "disavowed-name",
        "dispute",
        "failed-comparison-count",
        "feedback",
        "file-change",
        "holding",
        "institution-access",
        "institution-device",
        "institution-refresh",
        "institution-refresh-token",
        "link-count",
        "machine-access-by-key",
        "message",
        "message-id",
        "message-id-hidden",
        "message-text",
        "notice-number",
        "notified-address",
        "notified-code",
        "notified-user",
        "own-failed-comparison-count",
        "person",
        "person-export",
        "reading-source",
        "register-content",
        "register-fault",
        "register-file-sender",
        "register-holder",
        "register-person",
        "registration",
        "report-content",
        "report-number",
        "report-print",
        "share-link",
        "sign-in-source",
        "spot-check-draw",
        "spot-check-seed",
        "staff-execution",
        "staff-one-time-code",
        "staff-principal",
        "status-place",
        "supplement",
        "task-asked",
        "task-certificate",
        "temporary-password",
        "text-id",
        "watch",
        "watch-host",
        "watch-id",
        "watch-secret",
    }
    | {
        f"{who}-{what}"
        for who in ("signed-in", "platform", "unproven")
        for what in (
            "submission",
            "submission-key",
            "submission-count",
            "submission-open",
            "matched-open",
            "record-open",
            "own-record-open",
        )
    }
)
"""Every purpose of a keyed digest. One that is not here cannot be used, so that none is forgotten when the secret is
turned."""

SHORTEST = 32
MOST_VERSIONS = 255
_TURNED = b'{"current": '
"""What the form begins with of a secret that was turned; one that was made at random may begin with the brace alone."""


@dataclass(frozen=True, slots=True)
class MasterSecret:
    """The secret, read: the version that seals now, every version that opens, and what digests derive from.

    `digest_keys` has the keys that were kept when the secret was first turned; `turned_at` is when it last was, in Unix
    seconds, 0 for never.
    """

    current: int
    versions: Mapping[int, bytes] = field(repr=False)
    digest_root: bytes = field(repr=False)
    digest_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    turned_at: int = 0

    def digest_key(self, purpose: str) -> bytes:
        """The key of the digests for a purpose. Raises `ValueError`: nobody has named this purpose."""
        if purpose not in PURPOSES:
            raise ValueError(f"not among the purposes of digests: {purpose}")
        kept = self.digest_keys.get(purpose)
        return derived(self.digest_root, f"digest:{purpose}") if kept is None else kept

    @property
    def former(self) -> tuple[int, ...]:
        """The versions that only open."""
        return tuple(sorted(set(self.versions) - {self.current}))


def parse_master_secret(stored: bytes) -> MasterSecret:
    """The secret as it is stored. Raises `ValueError`: too short, or not in its form."""
    if not stored.startswith(_TURNED):
        return MasterSecret(1, {1: _long_enough(stored)}, stored)
    content = json.loads(stored)
    versions = {int(number): _long_enough(text.encode()) for number, text in content["versions"].items()}
    if content["current"] not in versions:
        raise ValueError("the current version of the master secret is not there")
    digests = content["digests"]
    return MasterSecret(
        content["current"],
        versions,
        base64.b64decode(digests["root"], validate=True),
        {purpose: base64.b64decode(key, validate=True) for purpose, key in digests["keys"].items()},
        int(content["turned_at"]),
    )


def turned(secret: MasterSecret, at: int) -> MasterSecret:
    """The secret with a new version that seals from now on; the former ones still open.

    Raises:
        ValueError: there were as many versions as there can be.
    """
    number = secret.current + 1
    if number > MOST_VERSIONS:
        raise ValueError("the master secret was turned as often as it can be")
    root, keys = secret.digest_root, secret.digest_keys
    if not secret.turned_at:
        keys = {purpose: secret.digest_key(purpose) for purpose in PURPOSES}
        root = secrets.token_bytes(SHORTEST)
    fresh = secrets.token_urlsafe(48).encode()
    return MasterSecret(number, {**secret.versions, number: fresh}, root, keys, at)


def without_former(secret: MasterSecret) -> MasterSecret:
    """The secret when nothing is sealed under its former versions any more."""
    current = {secret.current: secret.versions[secret.current]}
    return MasterSecret(secret.current, current, secret.digest_root, secret.digest_keys, secret.turned_at)


def stored_form(secret: MasterSecret) -> str:
    """What `parse_master_secret` reads; one text as long as it was never turned."""
    if not secret.turned_at:
        return secret.versions[secret.current].decode()
    content: dict[str, Any] = {
        "current": secret.current,
        "versions": {str(number): text.decode() for number, text in sorted(secret.versions.items())},
        "turned_at": secret.turned_at,
        "digests": {
            "root": base64.b64encode(secret.digest_root).decode(),
            "keys": {purpose: base64.b64encode(key).decode() for purpose, key in sorted(secret.digest_keys.items())},
        },
    }
    return json.dumps(content)


def derived(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, by HKDF-SHA-256."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"degree-auth/{purpose}".encode()).derive(secret)


def _long_enough(text: bytes) -> bytes:
    if len(text) < SHORTEST:
        raise ValueError("the master secret needs at least 32 bytes")
    return text
