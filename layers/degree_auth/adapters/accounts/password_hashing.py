"""Password hashes: argon2id (RFC 9106)."""

from __future__ import annotations

import os
from base64 import b64encode

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

# The memory of RFC 9106's second choice; one lane, because a function has about one processor.
_MEMORY_KIB = 64 * 1024
_PASSES = 3
_LANES = 1
_SALT_BYTES = 16
_HASH_BYTES = 32


class Argon2:
    """Implements `PasswordHashing`: 64 MiB and some 0.2 seconds of one processor a hash."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(_PASSES, _MEMORY_KIB, _LANES, _HASH_BYTES, _SALT_BYTES, type=Type.ID)
        # Random bytes in the place of salt and hash: nothing has to be computed, and nothing fits.
        salt, digest = (b64encode(os.urandom(size)).rstrip(b"=").decode() for size in (_SALT_BYTES, _HASH_BYTES))
        self._decoy = f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${salt}${digest}"

    @property
    def decoy(self) -> str:
        """A hash that no password fits."""
        return self._decoy

    def hash(self, password: str) -> str:
        """The hash in its encoded form, with its parameters and a fresh salt."""
        return self._hasher.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        """Whether a hash was made from this password.

        Raises:
            argon2.exceptions.InvalidHashError: what was kept is no hash.
        """
        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False
