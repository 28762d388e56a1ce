"""The contract of the watch store, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from degree_auth.adapters.cases.items import CaseItem
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.notifications.watch_table import WatchTable
from degree_auth.domain.notifications.watch import Watch, Watches
from degree_auth.services.shared.ports import Stale, TooOften
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryWatches
from tests.samples.filled import filled

pytestmark = pytest.mark.requirement("A15", "N1")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Store = WatchTable | MemoryWatches


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryWatches()
        return
    with cloud_in_memory():
        table = CaseTable("contract-watches", "ap-southeast-1")
        CaseItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield WatchTable(table)


def test_watches_come_back_as_they_were_stored(store: Store) -> None:
    none = store.watches("2026-A")
    assert none == Watches("2026-A")
    one = none.with_watch(Watch("a", "address-a", "sealed", NOW), NOW)
    store.replace_watches(none, one)
    assert store.watches("2026-A") == one
    both = one.with_watch(Watch("b", "address-b", "sealed", NOW), NOW.replace(year=2025))
    store.replace_watches(one, both)
    assert store.watches("2026-A") == both
    store.replace_watches(both, both.without_watch("a"))
    assert [watch.watch_id for watch in store.watches("2026-A").watches] == ["b"]
    assert store.watches("2026-B") == Watches("2026-B")


def test_of_two_that_change_them_at_once_the_second_is_refused(store: Store) -> None:
    none = store.watches("2026-A")
    one = none.with_watch(Watch("a", "address-a", "sealed", NOW), NOW)
    store.replace_watches(none, one)
    other = none.with_watch(Watch("b", "address-b", "sealed", NOW), NOW)
    with pytest.raises(Stale):
        store.replace_watches(none, other)
    two = one.without_watch("a")
    store.replace_watches(one, two)
    with pytest.raises(Stale):
        store.replace_watches(one, one.with_watch(Watch("c", "address-c", "sealed", NOW), NOW))
    assert store.watches("2026-A") == two


def test_every_field_of_a_watch_comes_back(store: Store) -> None:
    whole = filled(Watches)
    store.replace_watches(Watches(whole.report_number), whole)
    assert store.watches(whole.report_number) == whole


def test_challenges_are_counted_by_name_and_day_up_to_a_bound(store: Store) -> None:
    today = NOW.date()
    for _ in range(3):
        store.count_challenge("report#2026-A", today, 3)
    with pytest.raises(TooOften):
        store.count_challenge("report#2026-A", today, 3)
    store.count_challenge("report#2026-B", today, 1)
    store.count_challenge("report#2026-A", today + timedelta(days=1), 3)
    store.count_challenge("report#2026-A", today + timedelta(days=1), 2)
    # Who comes with yesterday's clock starts no new count.
    for day in (today, today + timedelta(days=1)):
        with pytest.raises(TooOften):
            store.count_challenge("report#2026-A", day, 2)
    assert store.watches("2026-A") == Watches("2026-A")
