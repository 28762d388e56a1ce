"""The contract of the store of the platform's lines, held by the table in DynamoDB and its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.notifications.platform_table import PlatformTable
from degree_auth.domain.notifications.platform_endpoint import Endpoint
from degree_auth.domain.notifications.platform_line import WAITS, Line, LineState
from degree_auth.services.shared.ports import Stale
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryPlatform
from tests.doubles.tables import create_table
from tests.samples.filled import filled

pytestmark = pytest.mark.requirement("A15", "N1")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Store = PlatformTable | MemoryPlatform


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryPlatform()
        return
    with cloud_in_memory():
        create_table("CasesTable", "contract-lines", "ap-southeast-1")
        yield PlatformTable(CaseTable("contract-lines", "ap-southeast-1"))


def test_every_field_of_a_line_comes_back(store: Store) -> None:
    whole = replace(filled(Line), look_at=NOW)
    store.replace_line(Line(whole.case_number), whole)
    assert store.line(whole.case_number) == whole
    assert store.line("RZ2") == Line("RZ2")


def test_every_field_of_the_endpoint_comes_back(store: Store) -> None:
    assert store.endpoint() == Endpoint()
    whole = filled(Endpoint)
    store.replace_endpoint(Endpoint(), whole)
    assert store.endpoint() == whole
    with pytest.raises(Stale):
        store.replace_endpoint(Endpoint(), whole)


def test_of_two_senders_that_take_a_line_at_once_one_has_it(store: Store) -> None:
    line = store.line("RZ1")
    store.replace_line(line, line.taken_up(NOW))
    with pytest.raises(Stale):
        store.replace_line(line, line.taken_up(NOW))
    held = store.line("RZ1")
    store.replace_line(held, held.with_sent(3).put_down())
    with pytest.raises(Stale):
        store.replace_line(held, held.refused(NOW))
    assert (store.line("RZ1").sent, store.line("RZ1").state) == (3, LineState.AT_REST)


def test_lines_are_listed_by_what_is_to_be_done_with_them(store: Store) -> None:
    fresh = {number: Line(number) for number in ("RZ1", "RZ2", "RZ3", "RZ4", "RZ5")}
    exhausted = replace(fresh["RZ4"], attempts=len(WAITS))
    for before, after in (
        (fresh["RZ1"], fresh["RZ1"].waiting(NOW)),
        (fresh["RZ2"], fresh["RZ2"].refused(NOW)),
        (fresh["RZ3"], fresh["RZ3"].taken_up(NOW)),
        (fresh["RZ4"], exhausted.refused(NOW)),
        (fresh["RZ5"], fresh["RZ5"].taken_up(NOW).with_sent(1).put_down()),
    ):
        store.replace_line(before, after)
    assert list(store.due_lines(NOW, 10)) == ["RZ1"]
    assert set(store.later_lines(NOW, 10)) == {"RZ2", "RZ3"}
    assert list(store.given_up_lines(10)) == ["RZ4"]
    # A sender that is gone leaves its line to the sweep.
    assert set(store.due_lines(NOW + timedelta(hours=1), 10)) == {"RZ1", "RZ2", "RZ3"}
    assert len(store.due_lines(NOW + timedelta(hours=1), 1)) == 1
