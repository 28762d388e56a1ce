"""Several workers at once in a time that is reckoned and not waited for: the same run every time."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Sequence
from itertools import count


class SimulatedTime:
    """Workers in threads, of which one runs at a time: whoever sleeps hands on to whoever is to wake first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, threading.Event]] = []
        self._serials = count()
        self._faults: list[BaseException] = []

    def run(self, workers: Sequence[Callable[[], None]]) -> None:
        """Run the workers to their end. Raises what the first of them raised."""
        threads = [threading.Thread(target=self._begin, args=(worker, self._at(self.now))) for worker in workers]
        for thread in threads:
            thread.start()
        self._hand_on()
        for thread in threads:
            thread.join()
        if self._faults:
            raise self._faults[0]

    def sleep(self, seconds: float) -> None:
        """Let so much time pass for the worker that calls."""
        turn = self._at(self.now + seconds)
        self._hand_on()
        turn.wait()

    def _begin(self, worker: Callable[[], None], turn: threading.Event) -> None:
        turn.wait()
        try:
            worker()
        except BaseException as fault:  # told by `run`, and the others still come to their end
            self._faults.append(fault)
        self._hand_on()

    def _at(self, moment: float) -> threading.Event:
        turn = threading.Event()
        heapq.heappush(self._sleepers, (moment, next(self._serials), turn))
        return turn

    def _hand_on(self) -> None:
        if self._sleepers:
            self.now, _, turn = heapq.heappop(self._sleepers)
            turn.set()
