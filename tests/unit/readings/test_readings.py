"""Beginning a reading: repeated, concurrent, cut off, hostile (N1, N3)."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import Reader, ReaderKind, holder, link_bearer
from degree_auth.domain.readings.record import MOST_SOURCES
from degree_auth.domain.shared.chain import ChainHead, verify
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.shared.ports import Stale
from tests.doubles.world import World

CASE = "RZ20261123K7Q2M9XD"
LEAD = Reader(ReaderKind.INSTITUTION, "account:lead", "lead_department", "10001", "192.0.2.1")

pytestmark = pytest.mark.requirement("N1", "N3", "N4")


def begin(world: World, reader: Reader = LEAD, purpose: Purpose = Purpose.VERIFICATION) -> int:
    return world.readings.begin(CASE, reader, purpose, world.now).opening.entry.seq


def test_of_two_readers_at_once_both_are_on_record() -> None:
    world = World()
    raced = False

    def race() -> None:
        nonlocal raced
        if not raced:
            raced = True
            begin(world, link_bearer("192.0.2.2"), Purpose.OWN_CASE)

    world.reading_store.before_append = race
    assert begin(world) == 2
    assert [one.actor for one in world.reading_store.entries(CASE, 9)] == ["account:lead", "link"]


def test_the_same_reader_twice_at_once_is_one_entry() -> None:
    world = World()
    raced = False

    def race() -> None:
        nonlocal raced
        if not raced:
            raced = True
            begin(world)

    world.reading_store.before_append = race
    assert begin(world) == 1
    assert len(world.reading_store.entries(CASE, 9)) == 1
    assert world.told == [("institution", "account:lead", 1, 1)]


def test_forty_readers_at_once_are_all_on_record_or_are_told_to_try_again() -> None:
    world, barrier, through = World(), Barrier(40), []

    def read(which: int) -> None:
        barrier.wait(timeout=10)
        reader = Reader(ReaderKind.INSTITUTION, f"account:{which}", "department", "10001")
        try:
            begin(world, reader)
        except Unavailable:
            return
        through.append(reader.actor)

    threads = [Thread(target=read, args=(which,)) for which in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = world.reading_store.entries(CASE, 99)[::-1]
    assert {one.actor for one in entries} >= set(through)
    assert len(entries) == len({one.actor for one in entries})
    head = world.reading_store.record(CASE)
    assert (
        verify(CASE, [one.as_dict() for one in entries], ChainHead(head.log_seq, head.log_hash), "readings_of") is None
    )


def test_a_record_that_stays_busy_refuses_the_reading() -> None:
    world = World()

    def busy() -> None:
        raise Stale

    world.reading_store.before_append = busy
    with pytest.raises(Unavailable):
        begin(world)
    assert world.told == []


def test_the_record_keeps_no_address_and_tells_the_same_source_again() -> None:
    world = World()
    for address in ("192.0.2.77", "2001:db8:1:2::7", "2001:db8:1:2:ffff::9", ""):
        begin(world, link_bearer(address), Purpose.OWN_CASE)
    stored = str([one.as_dict() for one in world.reading_store.entries(CASE, 9)])
    assert "192.0.2.77" not in stored
    assert "2001:db8" not in stored
    # Two addresses of one subscriber's network are one source; no address is another.
    assert len(world.reading_store.entries(CASE, 9)) == 3


def test_ten_thousand_requests_from_everywhere_are_a_few_entries_a_day() -> None:
    world = World()
    for which in range(10_000):
        begin(world, link_bearer(f"198.51.{which % 200}.{which // 200}"), Purpose.OWN_CASE)
    assert len(world.reading_store.entries(CASE, 99)) == MOST_SOURCES + 1


def test_a_reader_of_others_cases_is_counted_once_a_case_and_their_own_readers_never() -> None:
    world = World()
    begin(world)
    begin(world, purpose=Purpose.MESSAGES)
    begin(world, holder(""), Purpose.OWN_CASE)
    world.readings.begin("RZ2026112300000000", LEAD, Purpose.VERIFICATION, world.now)
    assert world.told == [("institution", "account:lead", 1, 1), ("institution", "account:lead", 2, 2)]
    world.now += timedelta(hours=2)
    begin(world)
    assert world.told[-1] == ("institution", "account:lead", 1, 3)


def test_a_count_that_fails_keeps_nobody_from_reading_and_is_told() -> None:
    world = World()

    def fail(*_: object) -> None:
        raise RuntimeError("192.0.2.1 张三")

    world.reading_store.count_case = fail  # type: ignore[method-assign, assignment]
    assert begin(world) == 1
    assert world.faults == ["a reading was not counted: RuntimeError"]
