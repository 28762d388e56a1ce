"""When an institution will answer, from answers of the last year: no promise, but what is usual (article 12, N6).

Answers are counted by the working days that the institution had used. The quantile of n answers is the order statistic
that a further answer of the same kind stays within with at least the share asked for, whatever the distribution
(split conformal prediction).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.expectation import AwardAge, Basis, Expectation
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.cases.task import Task
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import Calendar, shanghai_day

HALF, MOST = 0.5, 0.8
"""The shares of answers within the two quantiles that are told."""

FEWEST_ANSWERS = 20
"""With fewer answers of a kind, a wider kind is looked at."""

LONGEST_DAYS = 60
"""Answers that took longer count as these working days: that many are said to be so many or more, and to no day."""

_RECENT, _MIDDLE = timedelta(days=5 * 365), timedelta(days=15 * 365)

Histogram = Mapping[int, int]
"""How many answers took so many working days."""

BASIS_WORDS: Mapping[Basis, Words] = {
    Basis.LEVEL_AND_AGE: Words(
        "该单位对同层次、相近年份学位", "of this institution about degrees of this level and age"
    ),
    Basis.LEVEL: Words("该单位对同层次学位", "of this institution about degrees of this level"),
    Basis.INSTITUTION: Words("该单位", "of this institution"),
    Basis.FEW_ANSWERS: Words(
        "反馈不多的各单位对同层次学位", "of institutions with few answers, about degrees of this level"
    ),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it is counted: of which kinds, in which quarter, after how many working days of the institution, and
    what had been expected."""

    task_id: str
    groups: tuple[str, ...]
    period: str
    days: int
    expectation: Expectation

    @property
    def is_within(self) -> bool | None:
        """Whether it came within what was expected of four in five; None when no end was stated."""
        most = self.expectation.most
        return None if most is None or most >= LONGEST_DAYS else self.days <= most


def age_of(award_date: date, today: date) -> AwardAge:
    """How long ago a degree was awarded."""
    since = today - award_date
    return AwardAge.RECENT if since < _RECENT else AwardAge.MIDDLE if since < _MIDDLE else AwardAge.OLD


def groups_of(institution_code: str, level: str, age: AwardAge) -> dict[Basis, str]:
    """Under which names answers of each kind are counted, the nearest first.

    The widest kind are institutions of which there were too few answers: a few large ones would speak for all.
    """
    return {
        Basis.LEVEL_AND_AGE: f"{institution_code}#{level}#{age}",
        Basis.LEVEL: f"{institution_code}#{level}",
        Basis.INSTITUTION: institution_code,
        Basis.FEW_ANSWERS: f"few#{level}",
    }


def counted_under(institution_code: str, found: Expectation) -> tuple[str, ...]:
    """Under which names an answer is counted of which this was expected."""
    groups = groups_of(institution_code, found.level, found.age)
    if found.basis not in (None, Basis.FEW_ANSWERS):
        del groups[Basis.FEW_ANSWERS]
    return tuple(groups.values())


def period_of(day: date) -> str:
    """The quarter of a day, as `2026Q4`."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def first_period(today: date) -> str:
    """The quarter from which on answers count: a year, and what has passed of this quarter."""
    return period_of(date(today.year - 1, today.month, 1))


def quantile(histogram: Histogram, share: float) -> int | None:
    """The working days within which a further answer comes with at least this probability; None: there are too few."""
    wanted = ceil((sum(histogram.values()) + 1) * share)
    seen = 0
    for days in sorted(histogram):
        seen += histogram[days]
        if seen >= wanted:
            return days
    return None


def expect(level: str, age: AwardAge, histograms: Sequence[tuple[Basis, Histogram]]) -> Expectation:
    """What is expected, by the nearest kind of which there are enough answers."""
    count = 0
    for basis, histogram in histograms:
        count = sum(histogram.values())
        if count >= FEWEST_ANSWERS:
            return Expectation(level, age, quantile(histogram, HALF), quantile(histogram, MOST), basis, count)
    return Expectation(level, age, answers=count)


def answered(task: Task, calendar: Calendar, at: datetime) -> Answered | None:
    """How an answer is counted that was given at this moment; None when the task has none, or nothing was recorded
    about it when it was routed."""
    if not task.is_answered or task.expectation is None:
        return None
    found = task.expectation
    groups = counted_under(task.institution_code, found)
    days = min(task.used_days(calendar, at), LONGEST_DAYS)
    return Answered(task.task_id, groups, period_of(shanghai_day(at)), days, found)


def expected_by(case: Case, calendar: Calendar) -> date | None:
    """The day by which four of five such answers come; None while no institution holds the case, nothing is expected,
    or it is so far that days are not counted."""
    task = case.task
    if case.held_by is not HeldBy.INSTITUTION or task is None or task.expectation is None:
        return None
    most = task.expectation.most
    return None if most is None or most >= LONGEST_DAYS else task.counted_due(calendar, most)


def expectation_words(case: Case, calendar: Calendar, today: date) -> Words | None:
    """What is expected, in words; None while no institution holds the case, or its task is not routed yet."""
    task = case.task
    if case.held_by is not HeldBy.INSTITUTION or task is None or task.expectation is None:
        return None
    told, by = task.expectation, expected_by(case, calendar)
    if told.basis is None or told.half is None:
        return Words(
            f"单位过去一年的反馈过少（{told.answers} 件），尚无法预计反馈日期。",
            f"There are too few answers of the last year ({told.answers}) to expect one by a day.",
        )
    basis = BASIS_WORDS[told.basis]
    if by is None:
        return _without_a_day(basis, told.answers, told.half)
    late = today > by
    return Words(
        f"{'已晚于' if late else ''}预计 {by} 前反馈：{basis.zh}过去一年的 {told.answers} 件反馈，"
        f"半数在 {told.half} 个工作日内，五分之四在 {told.most} 个工作日内。",
        f"{'It is later than usual: an' if late else 'An'} answer was to be expected by {by}. Of the last year's "
        f"{told.answers} answers {basis.en}, half came within {told.half} working days, four of five within "
        f"{told.most}.",
    )


def _without_a_day(basis: Words, answers: int, half: int) -> Words:
    """What is said where a fifth and more of the answers took the longest time that is counted."""
    zh = f"半数在 {half} 个工作日内" if half < LONGEST_DAYS else f"半数以上用了 {LONGEST_DAYS} 个工作日或更久"
    en = (
        f"half came within {half} working days"
        if half < LONGEST_DAYS
        else f"half took {LONGEST_DAYS} working days or more"
    )
    return Words(
        f"无法预计反馈日期：{basis.zh}过去一年的 {answers} 件反馈，{zh}，约五分之一或更多用了 {LONGEST_DAYS} 个工作日"
        "或更久。",
        f"No day is to be expected: of the last year's {answers} answers {basis.en}, {en}, and a fifth or so, or more, "
        f"took {LONGEST_DAYS} working days or more.",
    )


def expectation_json(case: Case, calendar: Calendar, today: date) -> dict[str, Any] | None:
    """What is expected, as the API shows it."""
    words, by = expectation_words(case, calendar, today), expected_by(case, calendar)
    if words is None or case.task is None or case.task.expectation is None:
        return None
    told = case.task.expectation
    return {
        "by": None if by is None else by.isoformat(),
        "basis": told.basis,
        "answers": told.answers,
        "words": words._asdict(),
    }
