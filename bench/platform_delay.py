"""How long after its commit an event is with the platform, on the running stack: stream, bus, queue, line, POST."""

from __future__ import annotations

import statistics
import time
from datetime import datetime
from itertools import islice
from pathlib import Path

from bench.figure import Figure, Measurement, Run
from bench.submission import fresh_bodies
from tools.platform_simulator import Platform, Receiver
from tools.platform_words import as_platform

CASES = 20
_LONGEST_SECONDS = 300


def measure(run: Run, cases: int = CASES) -> list[Figure]:
    """Seconds from the entry in the log to its arrival, of matched cases that one delivery brings.

    Raises:
        TimeoutError: not every case was told whole.
    """
    platform = Platform(run.aws, run.stack)
    bodies = list(islice(fresh_bodies(Path(run.stack["sample_register"])), cases))
    items = [
        {"id": f"bench-{time.time_ns()}-{number}", "proven_by": "platform", "data": as_platform(body)}
        for number, body in enumerate(bodies)
    ]
    inbox = platform.inbox()
    receiver = Receiver(inbox)
    try:
        with platform.told_at(receiver.url):
            numbers = [one["case_number"] for one in platform.deliver(items).json()["results"]]
            deadline = time.monotonic() + _LONGEST_SECONDS
            while not all(_is_told(inbox.events.get(number, [])) for number in numbers):
                if time.monotonic() > deadline:
                    raise TimeoutError
                time.sleep(0.2)
    finally:
        receiver.stop()
    delays = [
        (inbox.came_at[event["id"]] - datetime.fromisoformat(event["time"])).total_seconds()
        for number in numbers
        for event in inbox.events[number]
    ]
    late = statistics.quantiles(delays, n=20)[-1]
    return [
        Figure(
            "platform_delay_median", "从提交到送达，中位", "commit to delivery, median", statistics.median(delays), "s"
        ),
        Figure("platform_delay_p95", "从提交到送达，95%", "commit to delivery, 95th percentile", late, "s"),
        Figure("platform_delay_events", "事件", "events", len(delays), ""),
        Figure("platform_delay_disorder", "件内乱序", "out of order in a case", inbox.out_of_order, ""),
    ]


def _is_told(events: list[dict[str, str]]) -> bool:
    return any(event["type"].endswith("conclusion.reached") for event in events)


MEASUREMENT = Measurement(
    chinese="平台何时得知", english="when the platform hears", measure=measure, needs_stack=True, quick={"cases": 4}
)
