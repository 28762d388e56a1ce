"""Records of readings in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from degree_auth.domain.readings.reader import OF_OWN_CASES, ReaderKind
from degree_auth.domain.readings.record import ReadingEntry, Record
from degree_auth.domain.shared.working_days import SHANGHAI, shanghai_day
from degree_auth.services.readings.ports import CasesRead
from degree_auth.services.shared.ports import Stale
from tests.doubles.stored import as_stored


class MemoryReadings:
    """`ReadingStore` and `CheckCounts` in dictionaries. `before_append` is run before an entry is stored."""

    def __init__(self) -> None:
        self.heads: dict[str, Record] = {}
        self.logs: dict[str, list[ReadingEntry]] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        self.checks: dict[str, Counter[date]] = {}
        self.before_append: Callable[[], None] = lambda: None

    def record(self, subject: str) -> Record:
        return as_stored(self.heads.get(subject, Record(subject)))

    def append(self, before: Record, after: Record, entry: ReadingEntry) -> None:
        self.before_append()
        if self.heads.get(after.subject, Record(after.subject)).log_seq != before.log_seq:
            raise Stale
        self.heads[after.subject] = as_stored(after)
        self.logs.setdefault(after.subject, []).append(as_stored(entry))

    def entries(self, subject: str, limit: int, before_seq: int | None = None) -> list[ReadingEntry]:
        found = [one for one in self.logs.get(subject, ()) if before_seq is None or one.seq < before_seq]
        return list(map(as_stored, found[::-1][:limit]))

    def entries_by(self, actor: str, day: date, limit: int, after: str | None = None) -> list[tuple[str, ReadingEntry]]:
        found = sorted(
            (f"{one.at.astimezone(SHANGHAI).isoformat()}#{one.readings_of}#{one.seq:06d}", as_stored(one))
            for log in self.logs.values()
            for one in log
            if one.actor == actor and shanghai_day(one.at) == day and ReaderKind(one.data["kind"]) not in OF_OWN_CASES
        )
        return [one for one in found if after is None or one[0] > after][:limit]

    def count_case(self, actor: str, now: datetime) -> CasesRead:
        moment = now.astimezone(SHANGHAI)
        hour, day = f"{moment:%Y-%m-%dT%H}", f"{moment:%Y-%m-%d}"
        self.counts.update([(actor, hour), (actor, day)])
        return CasesRead(hour=self.counts[actor, hour], day=self.counts[actor, day])

    def count_check(self, report_number: str, day: date) -> None:
        self.checks.setdefault(report_number, Counter())[day] += 1

    def checks_of(self, report_number: str, latest: int) -> list[tuple[date, int]]:
        return sorted(self.checks.get(report_number, Counter()).items(), reverse=True)[:latest]
