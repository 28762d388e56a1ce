"""The contract of the report log's store, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from degree_auth.adapters.reports.log_table import NodeItem, ReportLogTable
from degree_auth.domain.reports.log import LoggedEntry, ReportEvent, SignedTreeHead, TreeHead
from degree_auth.domain.reports.merkle import Node, Tree, append_leaves, inclusion_nodes, inclusion_proof
from degree_auth.services.reports.log import LARGEST_BATCH
from degree_auth.services.reports.ports import LogStore
from degree_auth.services.shared.ports import Stale
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.report_log import MemoryReportLog
from tests.samples.filled import filled
from tests.samples.report_log import NOW, event, events


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[LogStore]:
    if request.param == "memory":
        yield MemoryReportLog()
        return
    with cloud_in_memory():
        table = ReportLogTable("contract-log", "ap-southeast-1")
        NodeItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield table


def append(store: LogStore, *new: ReportEvent) -> Tree:
    before = store.tree()
    after, nodes = append_leaves(before, (one.leaf for one in new))
    store.append(before, after, new, nodes)
    return after


@pytest.mark.requirement("N3")
def test_a_log_begins_empty_and_grows_by_what_is_appended(store: LogStore) -> None:
    assert store.tree() == Tree()
    after = append(store, *events(3))
    assert store.tree() == after
    after = append(store, *events(4, start=3))
    assert store.tree() == after
    assert after == append_leaves(Tree(), (one.leaf for one in events(7)))[0]


@pytest.mark.requirement("N3")
def test_the_stored_nodes_prove_every_entry(store: LogStore) -> None:
    for number in range(6):
        append(store, event(number))
    _, nodes = append_leaves(Tree(), (one.leaf for one in events(6)))
    for index in range(6):
        wanted = inclusion_nodes(index, 6)
        assert inclusion_proof(index, 6, store.nodes(wanted)) == inclusion_proof(index, 6, nodes)
    assert store.nodes([]) == {}
    assert store.nodes([Node(5, 0)]) == {}


@pytest.mark.requirement("N1", "N3")
def test_of_two_writers_one_wins_and_nothing_of_the_other_is_stored(store: LogStore) -> None:
    seen = store.tree()
    first = append(store, event(1))
    for before in (seen, replace(first, size=2)):
        after, nodes = append_leaves(before, [event(2).leaf])
        with pytest.raises(Stale):
            store.append(before, after, [event(2)], nodes)
    assert store.tree() == first
    assert not store.held([event(2)])
    assert store.entries_of(event(2).sha256) == []


@pytest.mark.requirement("N1", "N3")
def test_an_event_has_one_place_in_the_log(store: LogStore) -> None:
    assert not store.held([event(1)])
    tree = append(store, event(1))
    assert store.held([event(1)])
    with pytest.raises(Stale):
        append(store, event(2), event(1))
    assert store.tree() == tree
    assert not store.held([event(2)])


@pytest.mark.requirement("A15", "N3")
def test_the_entries_about_a_file_come_in_the_order_of_the_log(store: LogStore) -> None:
    issued, revoked = event(7), replace(event(7, "revoked"), seq=12)
    append(store, event(1), issued)
    append(store, event(2), revoked)
    assert store.entries_of(issued.sha256) == [LoggedEntry(1, issued.content), LoggedEntry(3, revoked.content)]


@pytest.mark.requirement("N1")
def test_the_largest_batch_fits_one_transaction_wherever_it_begins(store: LogStore) -> None:
    append(store, *events(LARGEST_BATCH - 1))
    tree = append(store, *events(LARGEST_BATCH, start=LARGEST_BATCH))
    assert tree.size == 2 * LARGEST_BATCH - 1


@pytest.mark.requirement("N3")
def test_the_latest_head_is_replaced_only_by_who_has_seen_it(store: LogStore) -> None:
    assert store.signed_head() is None
    first = SignedTreeHead(TreeHead("ab" * 32, 3, b"\1" * 32, NOW), b"signature", (b"certificate",))
    second = replace(first, head=replace(first.head, size=5))
    store.keep_head(None, first)
    assert store.signed_head() == first
    with pytest.raises(Stale):
        store.keep_head(None, second)
    store.keep_head(first, second)
    with pytest.raises(Stale):
        store.keep_head(first, replace(first, head=replace(first.head, size=9)))
    renewed = replace(second, head=replace(second.head, at=NOW + timedelta(days=1)))
    store.keep_head(second, renewed)
    assert store.signed_head() == renewed


@pytest.mark.requirement("N3")
def test_every_field_of_a_head_and_of_an_entry_comes_back_as_a_copy(store: LogStore) -> None:
    head = filled(SignedTreeHead, head=filled(TreeHead, log_id="ab" * 32, root=b"\1" * 32))
    store.keep_head(None, head)
    assert store.signed_head() == head
    append(store, event(1))
    for _ in range(2):
        (read,) = store.entries_of(event(1).sha256)
        assert read == LoggedEntry(0, event(1).content)
        assert isinstance(read.content, dict)
        read.content.clear()
