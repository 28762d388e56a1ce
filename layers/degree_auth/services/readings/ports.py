"""What the record of readings needs from outside; the adapters implement it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from degree_auth.domain.readings.record import ReadingEntry, Record


class CasesRead(NamedTuple):
    """How many cases a reader came to read in the hour, and on the day in Shanghai."""

    hour: int
    day: int


class ReadingStore(Protocol):
    """Records of readings. Reads of a record are consistent; an entry is one transaction with the record's head."""

    def record(self, subject: str) -> Record:
        """The head of a subject's record; an empty one of a subject that nobody has read."""
        ...

    def append(self, before: Record, after: Record, entry: ReadingEntry) -> None:
        """Store an entry and the head after it, both or neither. Raises `Stale`: the record is no longer `before`."""
        ...

    def entries(self, subject: str, limit: int, before_seq: int | None = None) -> Sequence[ReadingEntry]:
        """At most `limit` entries of a record, the latest first; those before a number."""
        ...

    def entries_by(
        self, actor: str, day: date, limit: int, after: str | None = None
    ) -> Sequence[tuple[str, ReadingEntry]]:
        """What an actor has read on a day in Shanghai, in order, each with its place; those after a place. Read from an
        index, so a moment late. Readers of their own cases are not in it."""
        ...

    def count_case(self, actor: str, now: datetime) -> CasesRead:
        """Count one case more of a reader, and give the counts with it."""
        ...


class CheckCounts(Protocol):
    """How often reports were checked, by day."""

    def count_check(self, report_number: str, day: date) -> None:
        """Count one check of a report."""
        ...

    def checks_of(self, report_number: str, latest: int) -> Sequence[tuple[date, int]]:
        """On which days a report was checked, and how often; at most so many days, the latest first."""
        ...
