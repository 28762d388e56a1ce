"""The data keys of cases: who has read a case has its key, wrapped; who begins one makes it (N4).

A case's data key lies beside the case, wrapped under a version of the master secret, and comes with every reading of
the case. Destroyed, nothing that was sealed for the case can be opened again, wherever the ciphertext still stands.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_MOST_KNOWN = 2048
_TRUSTED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What lies beside a case: its data key, wrapped, and what was sealed again of what the log has under the master
    secret itself (by `name_of_sealed`). A case from before there were data keys has none until it is given one; of an
    erased case the key is `destroyed`."""

    wrapped: bytes | None = None
    again: Mapping[str, str] = field(default_factory=dict)
    destroyed: bool = False


@dataclass(slots=True)
class _Known:
    stored: StoredKey
    read_at: float
    begun: bool = False
    unwrapped: bytes | None = None


class CaseKeys:
    """The data keys that this process knows, the latest read ones."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._read: Callable[[str], StoredKey | None] = lambda _: None

    def read_from(self, read: Callable[[str], StoredKey | None]) -> None:
        """Where the key of a case lies that was not read before; None for a case that is not stored."""
        self._read = read

    def begin(self, case_number: str, wrapped: bytes, key: bytes) -> None:
        """A case is about to be stored, and its key with it."""
        self._keep(case_number, _Known(StoredKey(wrapped), self._clock(), begun=True, unwrapped=key))

    def of_new(self, case_number: str) -> bytes | None:
        """The wrapped key of a case that this process has begun, to be stored with it."""
        known = self._known.get(case_number)
        return known.stored.wrapped if known is not None and known.begun else None

    def learn(self, case_number: str, stored: StoredKey) -> None:
        """What lay beside a case that was read."""
        known = self._known.get(case_number)
        same = known is not None and known.stored.wrapped == stored.wrapped
        kept = known.unwrapped if known is not None and same else None
        if known is not None and not stored.destroyed and known.stored.again:
            stored = StoredKey(stored.wrapped, {**known.stored.again, **stored.again})
        self._keep(case_number, _Known(stored, self._clock(), unwrapped=kept))

    def learn_again(self, case_number: str, again: Mapping[str, str]) -> None:
        """What lay beside an entry of the log."""
        known = self._find(case_number)
        if again and known is not None and not known.stored.destroyed:
            known.stored = StoredKey(known.stored.wrapped, {**known.stored.again, **again})

    def stored(self, case_number: str, *, anew: bool = False) -> StoredKey | None:
        """What lies beside a case; None when it is not stored. Read once more when it was read long ago, or `anew`."""
        known = self._find(case_number, anew=anew)
        return None if known is None else known.stored

    def key(self, case_number: str, unwrap: Callable[[bytes], bytes]) -> bytes | None:
        """The data key of a case, None where it has none."""
        known = self._find(case_number)
        if known is None or known.stored.wrapped is None:
            return None
        if known.unwrapped is None:
            known.unwrapped = unwrap(known.stored.wrapped)
        return known.unwrapped

    def _find(self, case_number: str, *, anew: bool = False) -> _Known | None:
        known = self._known.get(case_number)
        trusted = known is not None and (known.begun or self._clock() - known.read_at < _TRUSTED_SECONDS)
        if known is not None and trusted and not (anew and not known.begun):
            return known
        stored = self._read(case_number)
        if stored is None:
            return known
        self.learn(case_number, stored)
        return self._known[case_number]

    def _keep(self, case_number: str, known: _Known) -> None:
        self._known[case_number] = known
        self._known.move_to_end(case_number)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


def name_of_sealed(sealed: bytes) -> str:
    """How a sealed value is named where it was sealed again: 22 characters of its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(sealed).digest()[:16]).rstrip(b"=").decode()
