"""The contract of the store of readings, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import boto3
import pytest

from degree_auth.adapters.readings.table import ReadingTable
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import Reader, ReaderKind, holder, link_bearer, platform
from degree_auth.domain.readings.record import Noted, Record, note
from degree_auth.domain.shared.chain import ChainHead, verify
from degree_auth.services.shared.ports import Stale
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.readings import MemoryReadings
from tests.doubles.tables import create_table

NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
CASE = "RZ20261123K7Q2M9XD"
LEAD = Reader(ReaderKind.INSTITUTION, "account:lead", "lead_department", "10001", "192.0.2.1")
Store = ReadingTable | MemoryReadings

pytestmark = pytest.mark.requirement("N3", "N4")


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryReadings()
        return
    with cloud_in_memory():
        create_table("CasesTable", "contract-readings", "ap-southeast-1")
        yield ReadingTable("contract-readings", "ap-southeast-1", boto3.client("dynamodb", "ap-southeast-1"))


def read(store: Store, reader: Reader = LEAD, subject: str = CASE, at: datetime = NOW) -> Noted:
    before = store.record(subject)
    noted = note(before, reader, Purpose.VERIFICATION, "digest", at)
    store.append(before, noted.record, noted.entry)
    return noted


def test_a_record_comes_back_as_it_was_stored_and_is_a_chain(store: Store) -> None:
    assert store.record(CASE) == Record(CASE)
    assert store.entries(CASE, 10) == []
    entries = [read(store, at=NOW + timedelta(hours=hour)).entry for hour in range(4)]
    latest = read(store, holder("192.0.2.2"), at=NOW + timedelta(hours=4))
    assert store.record(CASE) == latest.record
    assert store.entries(CASE, 10) == [latest.entry, *entries[::-1]]
    assert store.entries(CASE, 2) == [latest.entry, entries[3]]
    assert store.entries(CASE, 2, before_seq=3) == [entries[1], entries[0]]
    assert store.entries(CASE, 2, before_seq=1) == []
    log = [one.as_dict() for one in store.entries(CASE, 10)][::-1]
    head = ChainHead(latest.record.log_seq, latest.record.log_hash)
    assert verify(CASE, log, head, named="readings_of") is None


def test_of_two_who_write_at_once_one_writes_anew(store: Store) -> None:
    before = store.record(CASE)
    first = note(before, LEAD, Purpose.VERIFICATION, "digest", NOW)
    other = note(before, LEAD, Purpose.MESSAGES, "digest", NOW)
    store.append(before, first.record, first.entry)
    with pytest.raises(Stale):
        store.append(before, other.record, other.entry)
    assert store.entries(CASE, 10) == [first.entry]
    late = note(first.record, LEAD, Purpose.MESSAGES, "digest", NOW)
    store.append(first.record, late.record, late.entry)
    with pytest.raises(Stale):
        store.append(first.record, late.record, late.entry)


def test_readers_of_others_cases_are_found_by_reader_and_day(store: Store) -> None:
    subjects = [f"RZ2026112300000{place}00" for place in range(5)]
    entries = [
        read(store, subject=subject, at=NOW + timedelta(minutes=place)).entry for place, subject in enumerate(subjects)
    ]
    read(store, at=NOW + timedelta(days=1))
    for reader in (holder(""), link_bearer(""), platform("")):
        read(store, reader)
        assert store.entries_by(reader.actor, date(2026, 11, 23), 10) == []
    found = store.entries_by("account:lead", date(2026, 11, 23), 3)
    assert [entry for _, entry in found] == entries[:3]
    rest = store.entries_by("account:lead", date(2026, 11, 23), 3, after=found[-1][0])
    assert [entry for _, entry in rest] == entries[3:]
    assert store.entries_by("account:le", date(2026, 11, 23), 3) == []


def test_cases_are_counted_by_the_hour_and_the_day_of_shanghai(store: Store) -> None:
    assert store.count_case("staff:li.ming", NOW) == (1, 1)
    assert store.count_case("staff:li.ming", NOW) == (2, 2)
    assert store.count_case("staff:li.ming", NOW + timedelta(hours=1)) == (1, 3)
    assert store.count_case("staff:other", NOW) == (1, 1)
    assert store.count_case("staff:li.ming", datetime(2026, 11, 23, 16, tzinfo=UTC)) == (1, 1)


def test_checks_are_counted_by_day(store: Store) -> None:
    number = "2026-0001-0002-0003"
    assert store.checks_of(number, 10) == []
    for day in (23, 24, 23, 25):
        store.count_check(number, date(2026, 11, day))
    store.count_check("2026-0001-0002-0004", date(2026, 11, 23))
    assert store.checks_of(number, 2) == [(date(2026, 11, 25), 1), (date(2026, 11, 24), 1)]
    assert store.checks_of(number, 9)[-1] == (date(2026, 11, 23), 2)
