"""Values that only a token's bearer can open: encrypted by a key that derives from the token, which is not kept."""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class AesTokenBox:
    """Implements `TokenBox` by AES-256-GCM, the key by HKDF-SHA-256 from a token of 256 random bits."""

    def seal(self, token: str, text: str) -> str:
        """The text encrypted, base64."""
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(_key(token)).encrypt(nonce, text.encode(), None)).decode()

    def open(self, token: str, sealed: str) -> str:
        """What `seal` made by this token.

        Raises:
            cryptography.exceptions.InvalidTag: changed, or sealed by another token.
        """
        content = base64.b64decode(sealed)
        return AESGCM(_key(token)).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None).decode()


def _key(token: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"degree-auth/share").derive(token.encode())
