"""What every room needs from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from typing import Protocol


class Stale(Exception):
    """Somebody else changed what was read; read it again and decide anew."""


class Taken(Exception):
    """A name that was to be new is in use: a submission's or a username."""


class TooOften(Exception):
    """What is counted was counted as often as it may be."""


class TooManyOpen(Exception):
    """As many cases are open as may be."""


class KeyedDigest(Protocol):
    """Keyed digests, as the keyring makes them."""

    def token(self, purpose: str, value: str) -> str:
        """The digest of a value for a purpose, as URL-safe text."""
        ...


class Opener(Protocol):
    """What opens sealed parts. Services have one from `machine_opening` or, once a reading is on record, from
    `recorded_opening`."""

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what was sealed in this context."""
        ...


class Sealer(Protocol):
    """Sealing and keyed digests of personal data. The keyring opens as well; services do not reach that here."""

    def begin_case(self, case_number: str) -> None:
        """Give a case that is about to be stored a data key of its own; its first commit stores it, wrapped."""
        ...

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt."""
        ...

    def digest(self, purpose: str, value: str) -> bytes:
        """Keyed digest of 32 bytes."""
        ...

    def token(self, purpose: str, value: str) -> str:
        """Keyed digest as URL-safe text."""
        ...


class Documents(Protocol):
    """Object storage for reports, attachments and review sheets."""

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store an object."""
        ...

    def get(self, key: str, limit: int) -> bytes:
        """An object's content. Raises `NotFound`, or `TooLarge` beyond `limit` bytes."""
        ...

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        """A link that takes one PUT of exactly this type and size (bytes)."""
        ...


class Links(Protocol):
    """Links that hand out stored objects; services have them of a reading that is on record."""

    def download_link(self, key: str, filename: str, seconds: int) -> str:
        """A link that hands out the object for some seconds."""
        ...
