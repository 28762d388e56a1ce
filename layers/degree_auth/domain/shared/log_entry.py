"""One entry of a log that chains each entry to the one before (N3): a case's, an institution's, an account's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self

from degree_auth.domain.shared.chain import entry_hash


class Logged(Protocol):
    """What has a log, and knows the number and the hash of its last entry: 0 and no hash before the first."""

    @property
    def log_seq(self) -> int: ...

    @property
    def log_hash(self) -> str: ...


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

    @classmethod
    def following(
        cls, logged: Logged, owner: str, kind: StrEnum, actor: str, data: Mapping[str, Any], now: datetime
    ) -> Self:
        """The entry that comes next in the log of its owner."""
        values: dict[str, Any] = {cls.OWNER: owner, "seq": logged.log_seq + 1, "previous_hash": logged.log_hash}
        return cls(**values, type=kind, at=now, actor=actor, data=data).with_hash()

    def with_hash(self) -> Self:
        """The entry with its hash."""
        return replace(self, hash=entry_hash(self.previous_hash, self.as_dict()))
