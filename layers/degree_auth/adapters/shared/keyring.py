"""Sealing and keyed digests: how personal data is kept at rest (N4).

What belongs to a case is sealed under the case's own data key; everything else under a key derived from a version of
the master secret. Digests have a key for each purpose, so that a digest made for one says nothing about another.

The first byte of what is sealed says how:
- 1: under version 1 of the master secret, by releases before there were versions.
- 2: under the data key of the case that is the context.
- 3: under the version of the master secret that the second byte names.
- 4: a data key, wrapped under the version that the second byte names.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import time
from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from degree_auth.adapters.shared.case_keys import CaseKeys, name_of_sealed
from degree_auth.adapters.shared.master_secret import MasterSecret, derived, parse_master_secret
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.shared.errors import Conflict, Unavailable

BEFORE_VERSIONS, BY_DATA_KEY, BY_MASTER, WRAPPED = b"\x01", b"\x02", b"\x03", b"\x04"
REFRESH_SECONDS = 60.0
"""How long a process goes by the master secret that it has read."""
UNREAD_SECONDS = 300.0
"""How long it goes on sealing under a version when it cannot read the secret again. A turning waits longer."""
LOCAL_UNREAD_SECONDS = REFRESH_SECONDS
"""The same on a local stack, where a turning need not take a quarter of an hour."""

_NONCE_BYTES = 12
_KEY_BYTES = 32


class Keyring:
    """The keys under the master secret, of at least 32 bytes, and the data keys of cases, `cases`.

    `master` is the stored secret, or reads it: then it is read again every minute, and at once where something is
    sealed under a version that is not known yet, so that a secret that was turned is seen without a new deployment.
    While it cannot be read, what was read still opens, and seals for `unread_seconds`: the version may have ended then.
    """

    def __init__(
        self,
        master: bytes | Callable[[], bytes],
        clock: Callable[[], float] = time.monotonic,
        unread_seconds: float = UNREAD_SECONDS,
    ) -> None:
        self._read = None if isinstance(master, bytes) else master
        self._clock = clock
        self._unread_seconds = unread_seconds
        self._stored = master if isinstance(master, bytes) else master()
        self._read_at = clock()
        self._secret = parse_master_secret(self._stored)
        self._derived = lru_cache(maxsize=64)(derived)
        self.cases = CaseKeys()

    @property
    def current(self) -> int:
        """The version of the master secret that seals now."""
        return self._master().current

    def begin_case(self, case_number: str) -> None:
        """Give a case that is about to be stored a data key of its own; its first commit stores it, wrapped."""
        key = secrets.token_bytes(_KEY_BYTES)
        self.cases.begin(case_number, self.wrap(case_number, key), key)

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt with AES-256-GCM; `context` (for instance the case number) must be given again to open.

        Raises:
            Conflict: the case is erased.
            Unavailable: the master secret was not read for too long.
        """
        if is_case_number(context):
            self._require_kept(context)
            key = self.cases.key(context, lambda wrapped: self.unwrap(context, wrapped))
            if key is not None:
                return BY_DATA_KEY + _encrypt(key, plaintext, context)
        return self._by_master(BY_MASTER, "seal", plaintext, context)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt the result of `seal`.

        Raises:
            Conflict: the case is erased.
            Unavailable: sealed under a version of the master secret that is not to be read yet.
            cryptography.exceptions.InvalidTag: changed, or sealed for another context or by another key.
            ValueError: not something that `seal` made.
        """
        if is_case_number(context):
            self._require_kept(context)
        kind = sealed[:1]
        if kind not in {BEFORE_VERSIONS, BY_DATA_KEY, BY_MASTER}:
            raise ValueError("unknown sealing version")
        if not is_case_number(context):
            return self.open_by_master(sealed, context)
        if kind != BY_DATA_KEY:
            stored = self.cases.stored(context)
            again = None if stored is None else stored.again.get(name_of_sealed(sealed))
            if again is None:
                return self.open_by_master(sealed, context)
            sealed = base64.b64decode(again)
        key = self.cases.key(context, lambda wrapped: self.unwrap(context, wrapped))
        if key is None:
            # The case may have been given its key since it was read.
            self.cases.stored(context, anew=True)
            self._require_kept(context)
            key = self.cases.key(context, lambda wrapped: self.unwrap(context, wrapped))
        if key is None:
            raise ValueError("the case has no data key")
        return _decrypt(key, sealed[1:], context)

    def open_by_master(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what was sealed under the master secret itself. Raises as `open` does."""
        if sealed[:1] == BEFORE_VERSIONS:
            return _decrypt(self._derived(self._version(1), "seal"), sealed[1:], context)
        if sealed[:1] != BY_MASTER:
            raise ValueError("not sealed under the master secret")
        return _decrypt(self._derived(self._version(sealed[1]), "seal"), sealed[2:], context)

    def wrap(self, case_number: str, key: bytes) -> bytes:
        """A case's data key, under the master secret's current version. Raises `Unavailable` as `seal` does."""
        return self._by_master(WRAPPED, "wrap", key, _wrapping(case_number))

    def unwrap(self, case_number: str, wrapped: bytes) -> bytes:
        """The data key that `wrap` wrapped. Raises as `open` does."""
        if wrapped[:1] != WRAPPED:
            raise ValueError("not a wrapped data key")
        return _decrypt(self._derived(self._version(wrapped[1]), "wrap"), wrapped[2:], _wrapping(case_number))

    def digest(self, purpose: str, value: str) -> bytes:
        """Keyed digest (HMAC-SHA-256, 32 bytes) of a value for one purpose; the same input gives the same digest,
        whichever version of the master secret is the current one. Raises `ValueError`: the purpose is not listed."""
        return hmac.digest(self._master().digest_key(purpose), value.encode(), "sha256")

    def token(self, purpose: str, value: str) -> str:
        """The digest as URL-safe text of 43 characters."""
        return base64.urlsafe_b64encode(self.digest(purpose, value)).rstrip(b"=").decode()

    def _by_master(self, kind: bytes, purpose: str, plaintext: bytes, context: str) -> bytes:
        master = self._master()
        if self._read is not None and self._clock() - self._read_at >= self._unread_seconds:
            raise Unavailable("try_again")
        key = self._derived(master.versions[master.current], purpose)
        return kind + bytes([master.current]) + _encrypt(key, plaintext, context)

    def _require_kept(self, case_number: str) -> None:
        stored = self.cases.stored(case_number)
        if stored is not None and stored.destroyed:
            raise Conflict("case_erased")

    def _version(self, number: int) -> bytes:
        found = self._master().versions.get(number) or self._master(anew=True).versions.get(number)
        if found is None:
            raise Unavailable("try_again")
        return found

    def _master(self, *, anew: bool = False) -> MasterSecret:
        if self._read is None or not (anew or self._clock() - self._read_at >= REFRESH_SECONDS):
            return self._secret
        try:
            stored = self._read()
        except Exception:  # what was read before still opens, and seals for a while; the next use tries again
            if anew:
                raise
            return self._secret
        self._read_at = self._clock()
        if stored != self._stored:
            self._stored, self._secret = stored, parse_master_secret(stored)
        return self._secret


def _wrapping(case_number: str) -> str:
    return f"data-key/{case_number}"


def _encrypt(key: bytes, plaintext: bytes, context: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def _decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
