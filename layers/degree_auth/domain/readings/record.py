"""The record of who read a case: an append-only chain of its own beside the case's log (N3).

An entry stands for all that its reader reads of the same case for the same purpose from the same source until the
moment that it names: repeats in that time add nothing, so that no polling makes a record grow. Beyond some sources of
one reader in that time all others count as one.

A record belongs to a subject: a case, an award record that was shown beside one, a register change that a file asks
for, a person's list of cases (by a keyed digest), or a reader whose readings somebody looked up. Plain data and
decisions; no clock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple

from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import OF_OWN_CASES, Reader, ReaderKind
from degree_auth.domain.shared.chain import READINGS
from degree_auth.domain.shared.log_entry import LogEntry
from degree_auth.domain.shared.working_days import SHANGHAI

STANDS_FOR = timedelta(hours=1)
"""How long an entry of a person at an institution, or of staff's execution, stands for repeats."""

MOST_SOURCES = 4
"""Sources of one reader and purpose that are told apart while their entries stand."""

MOST_STANDING = 40
"""Entries that a record knows to stand. Of more, the oldest are forgotten: a repeat of one is an entry again."""

SEVERAL = "several"
"""The source of an entry that stands for all further sources."""

_DIGEST_LENGTH = 16


class ReadingEventType(StrEnum):
    """What a record has entries of."""

    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEntry(LogEntry):
    """One entry: who (`actor`) read what `readings_of` names. `data` has kind, role, institution and purpose, the keyed
    digest of the source or the execution, and until when the entry stands for repeats."""

    OWNER: ClassVar[str] = READINGS

    readings_of: str
    type: ReadingEventType


@dataclass(frozen=True, slots=True)
class StandingEntry:
    """An entry that stands for repeats: digests of its reader, and of its purpose and source."""

    by: str
    what: str
    source: str
    until: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Record:
    """The head of a subject's record: number and hash of its last entry, and the entries that stand."""

    subject: str
    log_seq: int = 0
    log_hash: str = ""
    standing: tuple[StandingEntry, ...] = ()


class Noted(NamedTuple):
    """What a reading does to a record: the record after it, the entry, and whether no entry of this reader stood, so
    that the reader has one case more."""

    record: Record
    entry: ReadingEntry
    is_first: bool


def record_subject(choice: str) -> str:
    """By what the readings of an award record are found; `choice` is the part of its id by which staff know it."""
    return f"record/{choice}"


def standing_entry(
    record: Record, reader: Reader, purpose: Purpose, source: str, now: datetime
) -> StandingEntry | None:
    """The entry that stands for this reading already; None where it needs one of its own."""
    by, what, told = _place_of(record, reader, purpose, source, now)
    return next(
        (one for one in _live(record, now) if (one.by, one.what, one.source) == (by, what, told)),
        None,
    )


def note(record: Record, reader: Reader, purpose: Purpose, source: str, now: datetime) -> Noted:
    """The record with an entry of this reading; `source` is the keyed digest of the reader's address, or empty."""
    by, what, told = _place_of(record, reader, purpose, source, now)
    until = _stands_until(reader, now)
    data = {
        "kind": reader.kind.value,
        "role": reader.role,
        "institution_code": reader.institution_code,
        "purpose": purpose.value,
        "source": told,
        "execution": reader.execution,
        "until": until.isoformat(),
    }
    entry = ReadingEntry.following(record, record.subject, ReadingEventType.READ, reader.actor, data, now)
    live = _live(record, now)
    kept = (*live, StandingEntry(by, what, told, until, entry.seq))[-MOST_STANDING:]
    return Noted(
        Record(record.subject, entry.seq, entry.hash, kept), entry, is_first=not any(one.by == by for one in live)
    )


def _place_of(record: Record, reader: Reader, purpose: Purpose, source: str, now: datetime) -> tuple[str, str, str]:
    """By what an entry is known: its reader, its purpose with staff's execution, and its source as far as it is told
    apart."""
    by = _digest(reader.kind, reader.actor, reader.role, reader.institution_code)
    what = _digest(purpose, reader.execution)
    sources = {one.source for one in _live(record, now) if (one.by, one.what) == (by, what)}
    is_further = source not in sources and len(sources - {SEVERAL}) >= MOST_SOURCES
    return by, what, SEVERAL if is_further else source


def _live(record: Record, now: datetime) -> tuple[StandingEntry, ...]:
    return tuple(one for one in record.standing if now < one.until)


def _stands_until(reader: Reader, now: datetime) -> datetime:
    """Until the end of the day in Shanghai for readers of their own cases and for systems, which poll; else an hour."""
    if reader.kind in OF_OWN_CASES or reader.kind is ReaderKind.MACHINE_CLIENT:
        midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=1)
    return now + STANDS_FOR


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGEST_LENGTH]
