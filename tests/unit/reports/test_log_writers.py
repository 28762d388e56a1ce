"""Many writers of the report log at once, as many partitions of a stream make them, with waits as on AWS (N1, N3, N6).

Time is reckoned, not waited for, and draws are seeded: each run is the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest

from degree_auth.domain.reports.log import ReportEvent, SignedTreeHead
from degree_auth.domain.reports.merkle import Node, Tree
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.reports.log import ReportLog
from degree_auth.services.reports.ports import HeadSigner
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.simulated_time import SimulatedTime
from tests.samples.report_log import NOW, event, signer
from tests.template.model import SOURCE

READ, TRANSACTION, SIGNATURE = 0.006, 0.035, 0.030
"""Seconds of a read, of a transaction and of a signature."""

_READER = SOURCE["Resources"]["LogReportsFunction"]["Properties"]["Events"]["ReportEvents"]["Properties"]
WINDOW = _READER["MaximumBatchingWindowInSeconds"]
"""Seconds for which a reader of the stream gathers a batch."""
LARGEST = _READER["BatchSize"]
EVENTS_A_SECOND, SECONDS = 100, 15


class SlowLog:
    """The store in memory, at the pace of AWS; transactions that meet on the tree are refused and sent again."""

    def __init__(self, time: SimulatedTime, draws: random.Random) -> None:
        self._time, self._draws = time, draws
        self.log = MemoryReportLog()
        self._written: set[str] = set()

    def _after(self, seconds: float) -> MemoryReportLog:
        self._time.sleep(seconds)
        return self.log

    def tree(self) -> Tree:
        return self._after(READ).tree()

    def held(self, events: Sequence[ReportEvent]) -> set[ReportEvent]:
        return self._after(READ).held(events)

    def signed_head(self) -> SignedTreeHead | None:
        return self._after(READ).signed_head()

    def nodes(self, wanted: Iterable[Node]) -> Mapping[Node, bytes]:
        return self._after(READ).nodes(wanted)

    def append(self, before: Tree, after: Tree, events: Sequence[ReportEvent], nodes: Mapping[Node, bytes]) -> None:
        self._transact("tree", lambda: self.log.append(before, after, events, nodes))

    def keep_head(self, before: SignedTreeHead | None, head: SignedTreeHead) -> None:
        self._transact("head", lambda: self.log.keep_head(before, head))

    def _transact(self, item: str, write: Callable[[], None]) -> None:
        for attempt in range(6):
            if item not in self._written:
                self._written.add(item)
                try:
                    self._time.sleep(TRANSACTION)
                    write()
                finally:
                    self._written.discard(item)
                return
            self._time.sleep(READ + self._draws.uniform(0, 0.02 * 2**attempt))
        raise Unavailable("try_again")


class Readers:
    """So many readers of a stream, each of a share of the events, and what became of their calls."""

    def __init__(self, number: int, window: float = WINDOW) -> None:
        self._window = window
        self.time, draws = SimulatedTime(), random.Random(20261130)
        self.store = SlowLog(self.time, draws)
        self.failed = 0
        self.latest = 0.0
        self.signer = signer()[0]
        self.signatures_before = self.signer.signed

        def pause(tried: int) -> None:
            self.time.sleep(draws.uniform(0, min(1.0, 0.02 * 2**tried)))

        self.log = ReportLog(self.store, self._sign, pause)
        self.time.run([lambda share=share: self._read(share, number) for share in range(number)])

    def _sign(self) -> HeadSigner:
        self.time.sleep(SIGNATURE)
        return self.signer

    def _read(self, share: int, readers: int) -> None:
        waiting = list(range(share, EVENTS_A_SECOND * SECONDS, readers))
        self.time.sleep(self._window * (share + 1) / readers)
        while waiting:
            if waiting[min(LARGEST, len(waiting)) - 1] > self.time.now * EVENTS_A_SECOND:
                self.time.sleep(self._window)
            batch = [number for number in waiting[:LARGEST] if number <= self.time.now * EVENTS_A_SECOND]
            try:
                self.log.enter([event(number) for number in batch], NOW)
            except Unavailable:
                self.failed += 1
                continue
            self.latest = max(self.latest, self.time.now - batch[0] / EVENTS_A_SECOND)
            del waiting[: len(batch)]

    @property
    def signatures(self) -> int:
        return self.signer.signed - self.signatures_before


@pytest.mark.requirement("N1", "N3", "N6")
@pytest.mark.parametrize("number", [1, 4, 8, 16])
def test_as_many_readers_as_a_stream_may_have_enter_a_hundred_reports_a_second_and_none_gives_up(number: int) -> None:
    readers = Readers(number)
    entered = readers.store.log.events
    assert readers.failed == 0
    assert len(entered) == len({one.case_number for one in entered}) == EVENTS_A_SECOND * SECONDS
    assert readers.store.log.heads[-1].head.size == len(entered)
    assert readers.latest < 10
    assert readers.signatures <= SECONDS * 8


@pytest.mark.requirement("N1", "N3", "N6")
def test_readers_that_gather_nothing_are_late_and_lose_nothing_and_none_gives_up() -> None:
    readers = Readers(8, window=0.1)
    assert readers.failed == 0
    assert len(readers.store.log.events) == EVENTS_A_SECOND * SECONDS


@pytest.mark.requirement("N1", "N6")
def test_a_batch_that_failed_is_not_halved_for_that_doubles_the_writes() -> None:
    assert _READER["BisectBatchOnFunctionError"] is False
