"""Writers of the report log that get in each other's way never make it fork, lose an entry or hold one twice."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from degree_auth.domain.reports.merkle import Tree, append_leaves, consistency_proof, verify_consistency
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.reports.log import ReportLog
from tests.doubles.report_log import MemoryReportLog
from tests.samples.report_log import NOW, event, signer

pytestmark = pytest.mark.requirement("N1", "N3")

batches = st.lists(st.integers(0, 40), max_size=20)


@settings(max_examples=60)
@given(st.lists(batches, min_size=1, max_size=6), st.lists(st.tuples(st.integers(0, 5), batches), max_size=8))
def test_concurrent_writers_never_fork_the_log(turns, interruptions):
    store = MemoryReportLog()
    waiting = list(interruptions)

    def somebody_elses_turn() -> None:
        # Whoever writes is interrupted, again and again, by another whole run; such a run may be interrupted too.
        if waiting:
            skew, numbers = waiting.pop()
            run(numbers, -timedelta(minutes=skew))

    def run(numbers: list[int], skew: timedelta = timedelta()) -> None:
        ReportLog(store, lambda: signer()[0]).enter([event(number) for number in numbers], NOW + skew)

    store.before_write = somebody_elses_turn
    entered: set[int] = set()
    for turn in turns:
        run(turn)
        entered |= set(turn)
    entered |= {number for _, numbers in interruptions[len(waiting) :] for number in numbers}

    leaves = [one.leaf for one in store.events]
    assert len(set(leaves)) == len(leaves) == len(entered)
    assert {one.case_number for one in store.events} == {f"RZ{number}" for number in entered}
    tree, nodes = append_leaves(Tree(), leaves)
    assert (store.standing, store.stored) == (tree, nodes)
    heads = [one.head for one in store.heads]
    assert heads[-1].size == len(leaves)
    assert heads[-1].root == tree.root
    for earlier, later in pairwise(heads):
        assert earlier.size < later.size
        assert earlier.at <= later.at
        if earlier.size:
            proof = consistency_proof(earlier.size, later.size, nodes)
            assert verify_consistency(earlier.size, earlier.root, later.size, later.root, proof)


def test_a_writer_that_always_loses_gives_up_and_harms_nothing():
    store = MemoryReportLog()
    numbers = iter(range(1000))

    def somebody_else_is_always_first() -> None:
        store.before_write = lambda: None
        before = store.tree()
        other = event(next(numbers))
        after, nodes = append_leaves(before, [other.leaf])
        store.append(before, after, [other], nodes)
        store.before_write = somebody_else_is_always_first

    store.before_write = somebody_else_is_always_first
    with pytest.raises(Unavailable):
        ReportLog(store, lambda: signer()[0]).enter([event(5000)], NOW)
    assert not store.held([event(5000)])
    assert store.standing == append_leaves(Tree(), (one.leaf for one in store.events))[0]
