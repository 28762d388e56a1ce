"""Sealing and keyed digests: how personal data is kept at rest (N4).

One master secret; every use has a key of its own, derived from it by HKDF-SHA-256, so that a digest
made for one purpose says nothing about another.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_VERSION = b"\x01"


class Keyring:
    """Keys derived from one master secret of at least 32 bytes."""

    def __init__(self, master: bytes) -> None:
        if len(master) < 32:
            raise ValueError("the master secret needs at least 32 bytes")
        self._key = lru_cache(maxsize=32)(lambda purpose: _derive(master, purpose))

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt with AES-256-GCM; `context` (for instance the case number) must be given again to open."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key("seal")).encrypt(nonce, plaintext, context.encode())
        return _VERSION + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt the result of `seal`.

        Raises:
            cryptography.exceptions.InvalidTag: changed, or sealed for another context or by another key.
            ValueError: not something that `seal` made.
        """
        if sealed[:1] != _VERSION:
            raise ValueError("unknown sealing version")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return AESGCM(self._key("seal")).decrypt(nonce, body, context.encode())

    def digest(self, purpose: str, value: str) -> bytes:
        """Keyed digest (HMAC-SHA-256, 32 bytes) of a value for one purpose; the same input gives the same digest."""
        return hmac.digest(self._key(f"digest:{purpose}"), value.encode(), "sha256")

    def token(self, purpose: str, value: str) -> str:
        """The digest as URL-safe text of 43 characters."""
        return base64.urlsafe_b64encode(self.digest(purpose, value)).rstrip(b"=").decode()


def _derive(master: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"degree-auth/{purpose}".encode()).derive(master)
