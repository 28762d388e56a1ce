"""A simulated year of answers: how many came within what was expected of four in five, by the size of the institution.

Answer times are drawn by institution: most within days, a tail of weeks, slower for old awards and in summer, with a
pace that changes once in the year. The rules are those that the system uses; the counts stand in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from bench.figure import Figure, Measurement
from degree_auth.domain.cases.expectation import AwardAge
from degree_auth.domain.verification.forecast import (
    LONGEST_DAYS,
    MOST,
    Answered,
    counted_under,
    expect,
    first_period,
    groups_of,
    period_of,
)
from tests.doubles.memory import MemoryAnswerTimes

SIZES = {"large": (5, 2000), "middle": (40, 200), "small": (200, 12)}
"""Institutions of each size, and the answers of each in a year."""

_LEVELS = ("bachelor", "master", "doctor")
_AGES = tuple(AwardAge)
_BEGIN = date(2025, 10, 1)
_DAYS = 365 * 2
_NAMES = {"large": "大", "middle": "中", "small": "小"}


def measure(scale: float = 1.0) -> Iterator[Figure]:
    """Shares of the second year; the first one is history."""
    random, times = Random(20261130), MemoryAnswerTimes()  # noqa: S311 -- a simulation
    asked: list[tuple[date, str, str]] = []
    for size, (institutions, answers) in SIZES.items():
        for number in range(max(1, round(institutions * scale))):
            code = f"{size}-{number}"
            asked += [(_BEGIN + timedelta(days=random.randrange(_DAYS)), size, code) for _ in range(2 * answers)]
    pace = {code: random.lognormvariate(1.1, 0.5) for code in sorted({code for _, _, code in asked})}
    turn = {code: random.choice([1, 1, 0.6, 1.7]) for code in pace}
    told: Counter[str] = Counter()
    within: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for number, (day, size, code) in enumerate(sorted(asked)):
        level, age = random.choices(_LEVELS, (8, 3, 1))[0], random.choices(_AGES, (5, 3, 2))[0]
        groups = groups_of(code, level, age)
        since = first_period(day)
        found = expect(level, age, [(basis, times.histogram(name, since)) for basis, name in groups.items()])
        slow = {AwardAge.RECENT: 1.0, AwardAge.MIDDLE: 1.4, AwardAge.OLD: 2.2}[age]
        slow *= 1.5 if day.month in (7, 8) else 1.0
        slow *= turn[code] if day > _BEGIN + timedelta(days=547) else 1.0
        days = min(LONGEST_DAYS, round(pace[code] * slow * random.lognormvariate(0, 0.7)))
        answer = Answered(str(number), counted_under(code, found), period_of(day), days, found)
        times.count(answer)
        if day < _BEGIN + timedelta(days=365):
            continue
        every[size] += 1
        if answer.is_within is not None:
            told[size] += 1
            within[size] += answer.is_within
    for size in SIZES:
        name = _NAMES[size]
        yield Figure(
            f"forecast_within_{size}",
            f"{name}单位：在预计之内的反馈（目标 {MOST:.0%}）",
            f"{size} institutions: answers within (target {MOST:.0%})",
            100 * within[size] / told[size],
            "%",
        )
        yield Figure(
            f"forecast_told_{size}",
            f"{name}单位：有预计的反馈",
            f"{size} institutions: answers with an expected day",
            100 * told[size] / every[size],
            "%",
        )


MEASUREMENT = Measurement(
    chinese="模拟一年的反馈与预计", english="a simulated year of answers and what was expected", measure=measure,
    needs_stack=False, quick={"scale": 0.1},
)  # fmt: skip
