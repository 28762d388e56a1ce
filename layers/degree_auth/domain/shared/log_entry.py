"""One entry of a log that chains each entry to the one before (N3): a case's, an institution's, an account's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from degree_auth.domain.shared.chain import entry_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """An entry: numbered from 1 without gaps, chained by hash to the entry before.

    `data` holds no personal data in clear. Each kind of log names its owner by a field of its own, `OWNER`.
    """

    OWNER: ClassVar[str]

    seq: int
    type: StrEnum
    at: datetime
    actor: str
    data: Mapping[str, Any]
    previous_hash: str
    hash: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The entry as it is exported and hashed; `at` is ISO 8601 with its offset."""
        return {
            self.OWNER: getattr(self, self.OWNER),
            "seq": self.seq,
            "type": self.type.value,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "data": dict(self.data),
            "previous_hash": self.previous_hash,
            "hash": self.hash,
        }

    def with_hash(self) -> Self:
        """The entry with its hash."""
        return replace(self, hash=entry_hash(self.previous_hash, self.as_dict()))
