"""Events to a platform that fails a third of the time and is down for hours: what arrives, in which order, how often.

The real delivery and the real sender, over HTTP to a receiver on this machine; lines in memory, the clock simulated.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from bench.figure import Figure, Measurement
from degree_auth.adapters.notifications.webhook_sender import WebhookSender
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.events import Event
from degree_auth.domain.notifications.platform_message import MESSAGES
from degree_auth.domain.notifications.webhook import Secret
from degree_auth.services.notifications.platform_delivery import PlatformDelivery
from tests.doubles.memory import MemoryPlatform
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tools.platform_simulator import Behaviour, Inbox, Receiver

EVENTS = 10_000
_SECRET = Secret("1", b"a synthetic secret of 32 bytes..")
_BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_COMMITTED = timedelta(hours=8)
_DOWN = (timedelta(hours=2), timedelta(hours=14))
_SWEEP = timedelta(minutes=1)


class _Clock:
    def __init__(self) -> None:
        self.now = _BEGIN


class _Logs:
    """Logs that grow while the platform is told."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Event]] = {}

    def log(self, case_number: str) -> list[Event]:
        return self.kept[case_number]


class _Nudges(list[str]):
    def send(self, messages: list[dict[str, str]]) -> None:
        self.extend(one["case_number"] for one in messages)


def measure(events: int = EVENTS) -> Iterator[Figure]:
    """What the receiver has once every line is at rest."""
    history = _history()
    a_case = sum(entry.type.value in MESSAGES for entry in history)
    cases = -(-events // a_case)
    random, order, clock, logs, nudges = Random(7), count(), _Clock(), _Logs(), _Nudges()  # noqa: S311 -- a simulation
    due: list[tuple[datetime, int, str, Event | None]] = []
    for number in range(cases):
        case_number = f"RZ20261123{number:08d}"
        moments = sorted(_BEGIN + _COMMITTED * random.random() for _ in history)
        for entry, moment in zip(history, moments, strict=True):
            heapq.heappush(due, (moment, next(order), case_number, replace(entry, case_number=case_number, at=moment)))
    inbox = Inbox(_SECRET.key, lambda: clock.now, Behaviour(refuses=1 / 3, forgets=0.02))
    receiver, store = Receiver(inbox), MemoryPlatform()
    delivery = PlatformDelivery(
        store=store,
        logs=logs,
        sender=WebhookSender(anywhere=True, local=True),
        queue=nudges,  # type: ignore[arg-type]
        url=receiver.url,
        secrets=lambda: (_SECRET,),
        calendar=published_calendar(),
    )
    swept = _BEGIN
    while due or any(line.look_at for line in store.lines.values()):
        moment = min(due[0][0] if due else swept + _SWEEP, swept + _SWEEP)
        clock.now = moment
        inbox.behaviour.down = _DOWN[0] <= moment - _BEGIN < _DOWN[1]
        if moment == swept + _SWEEP:
            swept = moment
            delivery.sweep(moment)
            for case_number in nudges:
                heapq.heappush(due, (moment, next(order), case_number, None))
            nudges.clear()
            continue
        _, _, case_number, committed = heapq.heappop(due)
        if committed is not None:
            logs.kept.setdefault(case_number, []).append(committed)
        done = delivery.deliver(case_number, lambda: clock.now)
        if done.come_again is not None:
            heapq.heappush(due, (moment + done.come_again, next(order), case_number, None))
    receiver.stop()
    sent, posts = cases * a_case, inbox.attempts.total()
    yield Figure("platform_events", "事件", "events", sent, "")
    yield Figure("platform_events_lost", "丢失的事件", "events lost", sent - len(inbox.came_at), "")
    kept = sum(len(found) for found in inbox.events.values())
    yield Figure("platform_events_twice", "去重后重复的事件", "events twice by id", kept - len(inbox.came_at), "")
    yield Figure("platform_events_out_of_order", "件内乱序的事件", "out of order in a case", inbox.out_of_order, "")
    yield Figure("platform_attempts", "每个事件的推送次数", "attempts an event", posts / sent, "")
    yield Figure("platform_repeats", "接收后又到的推送", "arrivals after it was taken", inbox.repeats, "")
    hours = (clock.now - _BEGIN).total_seconds() / 3600
    yield Figure("platform_all_told", "全部送达用时（模拟）", "until all was taken, simulated", hours, "h")


def _history() -> list[Event]:
    """The log of a case that was reported, disputed, verified and reported anew."""
    world = World()
    case = disputed(world, reported(world))
    case = verified_again(world, case, "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    world.staff("decide_recheck", case, command="decide", reason="以档案为准", decision="superseded")
    return world.cases.log(world.drive(case.case_number).case_number)


MEASUREMENT = Measurement(
    chinese=f"向平台推送 {EVENTS} 个事件：三分之一被拒，中断十二小时",
    english=f"{EVENTS} events to a platform that refuses a third and is down for twelve hours",
    measure=measure,
    needs_stack=False,
    quick={"events": 300},
)
