"""The contract of the store of links, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient

from degree_auth.adapters.reports.share_table import ShareTable, SlotItem
from degree_auth.domain.reports.share import NameShown, Share
from degree_auth.services.reports.ports import FoundShare
from degree_auth.services.shared.ports import Stale
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryShares

pytestmark = pytest.mark.requirement("A15", "N1")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHARE = Share("a" * 32, "2026-A", ("sex", "level"), NameShown.WHOLE, NOW, NOW + timedelta(days=1), 3, "sealed")
Store = ShareTable | MemoryShares


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryShares()
        return
    with cloud_in_memory():
        table = ShareTable("contract-shares", "ap-southeast-1")
        SlotItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield table


def test_a_link_comes_back_field_by_field_by_its_case_and_by_its_token(store: Store) -> None:
    assert store.of_case("RZ1") == {}
    assert store.find("digest") is None
    store.add("RZ1", 7, None, SHARE, "digest")
    assert store.of_case("RZ1") == {7: SHARE}
    assert store.of_case("RZ2") == {}
    assert store.find("digest") == FoundShare("RZ1", 7, SHARE)
    used = replace(SHARE, share_id="b" * 32, used=2, closed_at=NOW, name=NameShown.MASKED)
    store.add("RZ1", 0, None, used, "other")
    assert store.of_case("RZ1") == {0: used, 7: SHARE}


def test_a_place_is_taken_once_and_given_on_by_who_saw_what_it_had(store: Store) -> None:
    store.add("RZ1", 0, None, SHARE, "digest")
    other = replace(SHARE, share_id="b" * 32)
    with pytest.raises(Stale):
        store.add("RZ1", 0, None, other, "other")
    with pytest.raises(Stale):
        store.add("RZ1", 0, other, other, "other")
    with pytest.raises(Stale):
        store.add("RZ1", 1, None, other, "digest")
    assert store.of_case("RZ1") == {0: SHARE}
    store.add("RZ1", 0, SHARE, other, "other")
    assert store.find("other") == FoundShare("RZ1", 0, other)
    assert store.find("digest") is None


def test_views_are_counted_up_to_their_number_while_the_link_is_open(store: Store) -> None:
    store.add("RZ1", 0, None, SHARE, "digest")
    assert [store.count_view("RZ1", 0, SHARE.share_id, NOW).used for _ in range(3)] == [1, 2, 3]
    with pytest.raises(Stale):
        store.count_view("RZ1", 0, SHARE.share_id, NOW)
    other = replace(SHARE, share_id="b" * 32)
    store.add("RZ1", 1, None, other, "other")
    for share_id, slot, at in ((SHARE.share_id, 1, NOW), (other.share_id, 2, NOW), (other.share_id, 1, other.ends_at)):
        with pytest.raises(Stale):
            store.count_view("RZ1", slot, share_id, at)
    counted = store.count_view("RZ1", 1, other.share_id, other.ends_at - timedelta(seconds=1))
    assert counted == replace(other, used=1) == store.of_case("RZ1")[1]


def test_a_closed_link_counts_nothing_and_keeps_its_first_moment(store: Store) -> None:
    store.add("RZ1", 0, None, SHARE, "digest")
    store.close("RZ1", 0, SHARE.share_id, NOW)
    store.close("RZ1", 0, SHARE.share_id, NOW + timedelta(hours=1))
    assert store.of_case("RZ1")[0].closed_at == NOW
    for attempt in (
        lambda: store.count_view("RZ1", 0, SHARE.share_id, NOW),
        lambda: store.close("RZ1", 0, "b" * 32, NOW),
        lambda: store.close("RZ1", 1, SHARE.share_id, NOW),
    ):
        with pytest.raises(Stale):
            attempt()


def test_the_links_of_a_case_are_forgotten_as_often_as_it_is_asked_and_no_other_ones(store: Store) -> None:
    other = replace(SHARE, share_id="b" * 32)
    store.add("RZ1", 0, None, SHARE, "digest")
    store.add("RZ1", 19, None, replace(SHARE, share_id="c" * 32), "further")
    store.add("RZ2", 0, None, other, "other")
    for _ in range(2):
        store.forget("RZ1")
        assert store.of_case("RZ1") == {}
        assert store.find("digest") is None
        assert store.find("further") is None
        assert store.find("other") == FoundShare("RZ2", 0, other)


def test_a_view_is_one_write_on_condition_so_those_who_look_at_once_never_exceed_the_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cloud in memory is not atomic between threads; DynamoDB is for one write, so it has to be one."""
    sent: list[tuple[str, dict[str, Any]]] = []
    call = BaseClient._make_api_call

    def recorded(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        sent.append((operation, arguments))
        return call(client, operation, arguments)

    with cloud_in_memory():
        table = ShareTable("contract-shares", "ap-southeast-1")
        SlotItem.create_table(billing_mode="PAY_PER_REQUEST")
        table.add("RZ1", 0, None, SHARE, "digest")
        monkeypatch.setattr(BaseClient, "_make_api_call", recorded)
        table.count_view("RZ1", 0, SHARE.share_id, NOW)
    ((operation, arguments),) = [one for one in sent if one[0] != "DescribeTable"]
    assert operation == "UpdateItem"
    names = arguments["ExpressionAttributeNames"].values()
    assert {"used", "most_views", "ends", "closed_at", "share_id"} <= set(names)
    assert "ConditionExpression" in arguments
