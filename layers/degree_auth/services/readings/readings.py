"""Reading what is sealed, for somebody: the entry is written first, and without it nothing is opened (N3, N4)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.accounts.places import source_of
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import OF_OWN_CASES, Reader
from degree_auth.domain.readings.record import note, standing_entry
from degree_auth.services.readings.ports import ReadingStore
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Links, Sealer
from degree_auth.services.shared.recorded_opening import OnRecord, RecordedOpening, once_on_record

_NO_CASE_MORE = frozenset({Purpose.AUDIT, Purpose.COMPARISON})
"""Looking at who has read; and records beside a case, which itself counts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that is on record: what it may open, and links to the files that it is about."""

    opening: RecordedOpening
    links: Links

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt. Raises `PermissionError`: the reading is of another case."""
        return self.opening.open(sealed, context)

    def link(self, key: str, filename: str, seconds: int) -> str:
        """A link that hands out a stored file for some seconds."""
        return self.links.download_link(key, filename, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Begins readings. `tell` is told, for the alarm, what kind of reader somebody is who reads others' cases, who, and
    how many cases that are in this hour and on this day; `report_fault` that they could not be counted."""

    store: ReadingStore
    sealer: Sealer
    links: Links
    tell: Callable[[str, str, int, int], None]
    report_fault: Callable[[str], None]

    def begin(
        self,
        subject: str,
        reader: Reader,
        purpose: Purpose,
        now: datetime,
        contexts: Collection[str] | None = None,
    ) -> Reading:
        """The reading of a subject, once it is on record; `contexts` are those of the sealed parts, by default the
        subject itself.

        A repeat for which an entry stands writes nothing.

        Raises:
            Unavailable: others kept writing to the record. As for every error here: nothing is on record, and nothing
                may be shown.
        """
        opening = once_on_record(
            self.sealer,
            lambda: self._on_record(subject, reader, purpose, now),
            (subject,) if contexts is None else contexts,
        )
        return Reading(opening, self.links)

    def begin_with_new_case(self, case_number: str) -> Reading:
        """The reading of a case by whoever made it at this very moment: the first entry of the case's own log tells
        that, and no other is written. It hands out files and opens nothing."""
        return Reading(once_on_record(self.sealer, lambda: OnRecord(case_number, 1), ()), self.links)

    def _on_record(self, subject: str, reader: Reader, purpose: Purpose, now: datetime) -> OnRecord:
        source = reader.address and self.sealer.token("reading-source", source_of(reader.address))
        is_first = False

        def attempt() -> OnRecord:
            nonlocal is_first
            before = self.store.record(subject)
            standing = standing_entry(before, reader, purpose, source, now)
            if standing is not None:
                is_first = False
                return OnRecord(subject, standing.seq)
            noted = note(before, reader, purpose, source, now)
            self.store.append(before, noted.record, noted.entry)
            is_first = noted.is_first
            return OnRecord(subject, noted.entry.seq)

        entry = until_stored(attempt)
        if is_first and reader.kind not in OF_OWN_CASES and purpose not in _NO_CASE_MORE:
            self._count(reader, now)
        return entry

    def _count(self, reader: Reader, now: datetime) -> None:
        """Count for the alarm. The entry is on record by now, so a count that fails keeps nobody from reading."""
        try:
            hour, day = self.store.count_case(reader.actor, now)
            self.tell(reader.kind.value, reader.actor, hour, day)
        except Exception as error:  # whatever it is, the record holds what the count would tell
            self.report_fault(f"a reading was not counted: {type(error).__name__}")
