"""What a record of readings has of whom (N3): every reader, and no more entries than somebody can look through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import Reader, ReaderKind, holder, link_bearer, staff
from degree_auth.domain.readings.record import (
    MOST_SOURCES,
    MOST_STANDING,
    SEVERAL,
    ReadingEntry,
    Record,
    note,
    standing_entry,
)
from degree_auth.domain.shared.chain import verify

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CASE = "RZ20261123K7Q2M9XD"
LEAD = Reader(ReaderKind.INSTITUTION, "account:lead", "lead_department", "10001", "192.0.2.1")
SYSTEM = replace(LEAD, kind=ReaderKind.MACHINE_CLIENT, actor="account:10001.archive")

pytestmark = pytest.mark.requirement("N3", "N4")


class Book:
    """A record, and all its entries."""

    def __init__(self) -> None:
        self.record = Record(CASE)
        self.entries: list[ReadingEntry] = []

    def read(self, reader: Reader, purpose: Purpose = Purpose.VERIFICATION, source: str = "a", now=NOW) -> int:
        """The number of the entry that stands for the reading."""
        standing = standing_entry(self.record, reader, purpose, source, now)
        if standing is not None:
            return standing.seq
        noted = note(self.record, reader, purpose, source, now)
        self.record = noted.record
        self.entries.append(noted.entry)
        return noted.entry.seq


def test_an_entry_says_who_as_what_for_which_purpose_when_and_from_where() -> None:
    entry = note(Record(CASE), LEAD, Purpose.VERIFICATION, "digest", NOW).entry
    assert entry.as_dict() | {"hash": ""} == {
        "readings_of": CASE,
        "seq": 1,
        "type": "read",
        "at": "2026-11-23T02:00:00+00:00",
        "actor": "account:lead",
        "data": {
            "kind": "institution",
            "role": "lead_department",
            "institution_code": "10001",
            "purpose": "verification",
            "source": "digest",
            "execution": "",
            "until": "2026-11-23T03:00:00+00:00",
        },
        "previous_hash": "",
        "hash": "",
    }
    of_staff = note(Record(CASE), staff("li.ming", [Role.REVIEWER, Role.APPROVER], "run-1"), Purpose.REVIEW, "", NOW)
    assert of_staff.entry.actor == "staff:li.ming"
    assert (of_staff.entry.data["role"], of_staff.entry.data["execution"]) == ("approver+reviewer", "run-1")


def test_a_repeat_within_the_hour_adds_nothing_and_a_later_one_does() -> None:
    book = Book()
    assert [book.read(LEAD), book.read(LEAD, now=NOW + timedelta(minutes=59))] == [1, 1]
    assert book.read(LEAD, now=NOW + timedelta(hours=1)) == 2


@pytest.mark.parametrize("reader", [holder(""), link_bearer(""), SYSTEM], ids=lambda one: one.kind.value)
def test_who_polls_is_entered_once_a_day_of_shanghai(reader: Reader) -> None:
    book, midnight = Book(), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert [book.read(reader), book.read(reader, now=midnight - timedelta(seconds=1))] == [1, 1]
    assert book.read(reader, now=midnight) == 2


def test_another_reader_purpose_role_source_or_execution_is_an_entry_of_its_own() -> None:
    book = Book()
    of_staff = staff("li.ming", [Role.REVIEWER], "run-1")
    readings = [
        (LEAD, Purpose.VERIFICATION, "a"),
        (replace(LEAD, actor="account:other"), Purpose.VERIFICATION, "a"),
        (replace(LEAD, role="department"), Purpose.VERIFICATION, "a"),
        (LEAD, Purpose.MESSAGES, "a"),
        (LEAD, Purpose.VERIFICATION, "b"),
        (of_staff, Purpose.REVIEW, ""),
        (replace(of_staff, execution="run-2"), Purpose.REVIEW, ""),
    ]
    assert [book.read(*one) for one in readings * 2] == [*range(1, 8)] * 2


def test_whoever_comes_from_ever_new_places_is_entered_a_few_times_a_day() -> None:
    book = Book()
    for place in range(1000):
        book.read(link_bearer(""), Purpose.OWN_CASE, f"source-{place}", NOW + timedelta(seconds=place))
    assert [one.data["source"] for one in book.entries] == [*(f"source-{n}" for n in range(MOST_SOURCES)), SEVERAL]
    # The owner who was there before is still told apart.
    assert book.read(link_bearer(""), Purpose.OWN_CASE, "source-0", NOW + timedelta(hours=1)) == 1


def test_a_reader_has_one_case_more_when_nothing_of_theirs_stands() -> None:
    first = note(Record(CASE), LEAD, Purpose.VERIFICATION, "a", NOW)
    again = note(first.record, LEAD, Purpose.MESSAGES, "a", NOW)
    other = note(again.record, SYSTEM, Purpose.VERIFICATION, "a", NOW)
    assert [one.is_first for one in (first, again, other)] == [True, False, True]
    later = note(other.record, LEAD, Purpose.MESSAGES, "a", NOW + timedelta(hours=2))
    assert later.is_first


READERS = [holder(""), link_bearer(""), SYSTEM, *(replace(LEAD, actor=f"account:{n}") for n in range(60))]


@given(
    st.lists(
        st.tuples(st.sampled_from(READERS), st.sampled_from(Purpose), st.sampled_from("abcdefg"), st.integers(0, 5000)),
        max_size=150,
    )
)
def test_every_reading_stands_behind_an_entry_of_its_reader_and_the_chain_holds(
    readings: list[tuple[Reader, Purpose, str, int]],
) -> None:
    book, now = Book(), NOW
    for reader, purpose, source, pause in readings:
        now += timedelta(seconds=pause)
        entry = book.entries[book.read(reader, purpose, source, now) - 1]
        assert (entry.actor, entry.data["purpose"]) == (reader.actor, purpose.value)
        assert entry.data["source"] in {source, SEVERAL}
        assert entry.at <= now < datetime.fromisoformat(entry.data["until"])
        assert len(book.record.standing) <= MOST_STANDING
    log = [one.as_dict() for one in book.entries]
    assert not log or verify(CASE, log, named="readings_of") is None
