"""Auditors' look at who has read what (N3): by person or by reader, page by page, itself on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import Reader
from degree_auth.domain.readings.record import ReadingEntry, record_subject
from degree_auth.domain.review.reading_actions import ReadingQuery, parse_reading_query
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.applications.own_case_list import list_subject
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.readings.ports import ReadingStore
from degree_auth.services.readings.readings import Readings
from degree_auth.services.shared.cursors import cursor_of, invalid_cursor, place_of
from degree_auth.services.shared.ports import Documents
from degree_auth.services.shared.staff_desk import ActionResult

A_PAGE = 1000
_MOST_CASES = 100
"""Cases of a person that are looked through; more than anybody's."""

_Found = tuple[Sequence[ReadingEntry], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsDesk:
    """Lists readings; `lay_out` makes them a table, `bucket` is where it lies. Entries name accounts and cases, and no
    person; what is listed opens nothing, and is on record beside what it is about."""

    store: ReadingStore
    cases: CaseStore
    readings: Readings
    readers: StaffReaders
    documents: Documents
    bucket: str
    lay_out: Callable[[Sequence[ReadingEntry], Language], str]

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """List one page.

        Raises:
            Malformed, Invalid: what is wrong with the input, a cursor that no page gave included.
            NotFound: there is no such case.
        """
        query = parse_reading_query(body)
        auditor = self.readers.reader(query.reviewer, query.action, command)
        found, following = (
            self._of_person(query, auditor, now) if query.case_number else self._by_reader(query, auditor, now)
        )
        key = f"review/readings/{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S-%f}.csv"
        self.documents.put(key, self.lay_out(found, query.language).encode(), "text/csv; charset=utf-8")
        location = f"s3://{self.bucket}/{key}"
        more = Words(f"还有下页，cursor 为 {following}。", f"There is more behind cursor {following}.")
        words = Words(
            f"查看记录 {len(found)} 条，清单：{location}，三十天后删除。{more.zh if following else ''}",
            f"{len(found)} readings are listed at {location}; the list is removed after thirty days."
            f"{' ' + more.en if following else ''}",
        )
        return ActionResult(words, {"readings": len(found), "next_cursor": following or None, "location": location})

    def _of_person(self, query: ReadingQuery, auditor: Reader, now: datetime) -> _Found:
        """The entries of the cases of the person whom a case names, of their list, and of the award records that these
        cases were compared with, subject by subject."""
        holder = self._holder_key(query.case_number)
        numbers = self.cases.cases_naming(holder, _MOST_CASES)
        compared = [(self.cases.load(one).comparison or {}).get("record") for one in numbers]
        records = [record_subject(one) for one in dict.fromkeys(compared) if one]
        subjects = [list_subject(holder), *numbers, *records]
        start, before = _person_place(query.cursor, subjects)
        found: list[ReadingEntry] = []
        for place, subject in enumerate(subjects[start:], start):
            self.readings.begin(subject, auditor, Purpose.AUDIT, now)
            room = A_PAGE - len(found)
            entries = self.store.entries(subject, room + 1, before)
            found += entries[:room]
            if len(entries) > room:
                following = entries[room - 1].seq if room else entries[0].seq + 1
                return found, cursor_of(f"{subjects[place]}.{following}".encode())
            before = None
        return found, ""

    def _by_reader(self, query: ReadingQuery, auditor: Reader, now: datetime) -> _Found:
        """What a reader has read on a day, in order; that it was looked up is on record under the reader."""
        if query.day is None:
            raise ValueError("a reader is asked for by day")
        self.readings.begin(query.reader, auditor, Purpose.AUDIT, now)
        after = place_of(query.cursor).decode(errors="replace") if query.cursor else None
        found = self.store.entries_by(query.reader, query.day, A_PAGE + 1, after)
        shown = found[:A_PAGE]
        return [entry for _, entry in shown], cursor_of(shown[-1][0].encode()) if len(found) > A_PAGE else ""

    def _holder_key(self, case_number: str) -> str:
        """The keyed digest of whom a case names now; no seal is opened for it."""
        keys = [one.data["holder_key"] for one in self.cases.log(case_number) if "holder_key" in one.data]
        if not keys:
            raise NotFound("not_found")
        return str(keys[-1])


def _person_place(cursor: str, subjects: Sequence[str]) -> tuple[int, int | None]:
    """From which record a page goes on, and before which of its entries. Raises `Invalid`: no page gave the cursor."""
    if not cursor:
        return 0, None
    subject, _, before = place_of(cursor).decode(errors="replace").rpartition(".")
    if subject not in subjects or not (before.isascii() and before.isdecimal()):
        raise invalid_cursor()
    return subjects.index(subject), int(before)
