"""Clock ledgers of whole cases, against counting the working days of the same spans with the package chinesecalendar.

Both run in turn in one process on one core, so that a busy machine slows both; both must find as many days. Synthetic
cases of the years whose notices both have.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import chinese_calendar

from bench.figure import Baseline, Figure, Measurement
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.shared.working_days import SHANGHAI, shanghai_day

CASES = 2_000
ROUNDS = 5
_FIRST, _LAST = date(2015, 1, 1), date(2026, 9, 30)
History = list[tuple[datetime, HeldBy]]


def measure(cases: int = CASES, rounds: int = ROUNDS) -> list[Figure]:
    """How many a second (processor time, best round), against the other counting of the same spans."""
    rng = Random(20261123)  # noqa: S311 -- sample data
    calendar = published_calendar()
    histories = [_history(rng) for _ in range(cases)]
    counts: dict[str, Callable[[], list[int]]] = {
        "ledgers": lambda: [ledger(history, now, calendar).working_day for history, now in histories],
        "theirs": lambda: [_count_days(history, now) for history, now in histories],
    }
    best = dict.fromkeys(counts, float("inf"))
    found: dict[str, list[int]] = {}
    for _turn in range(rounds):
        for name, count in counts.items():
            started = time.process_time()
            found[name] = count()
            best[name] = min(best[name], time.process_time() - started)
    if found["ledgers"] != found["theirs"]:
        raise AssertionError("the two do not count the same days")
    other = Baseline("chinesecalendar 计同样区间", "chinesecalendar over the same spans", cases / best["theirs"])
    return [
        Figure(
            "ledgers_a_second", "计时账（整件）", "clock ledgers of whole cases", cases / best["ledgers"], "/s", other
        )
    ]


MEASUREMENT = Measurement(
    chinese="计时账（单核）",
    english="clock ledgers on one core",
    measure=measure,
    needs_stack=False,
    quick={"cases": 20, "rounds": 1},
)


def _history(rng: Random) -> tuple[History, datetime]:
    """A case that changed hands a few times within some weeks, and the moment at which it is looked at."""
    day = _FIRST + timedelta(days=rng.randrange((_LAST - _FIRST).days))
    moment = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(minutes=rng.randrange(24 * 60))
    history = []
    for _ in range(rng.randint(2, 6)):
        history.append((moment, rng.choice((HeldBy.CENTRE, HeldBy.INSTITUTION, HeldBy.APPLICANT))))
        moment += timedelta(minutes=rng.randrange(14 * 24 * 60))
    return history, moment


def _count_days(history: History, now: datetime) -> int:
    """Working days of the spans in which the centre or the institution held the case, the first day left out."""
    days = 0
    for (since, party), until in zip(history, [*(moment for moment, _ in history[1:]), now], strict=True):
        first, last = shanghai_day(since) + timedelta(days=1), shanghai_day(until)
        if party is not HeldBy.APPLICANT and first <= last:
            days += len(chinese_calendar.get_workdays(first, last))
    return days
