"""What is expected of an institution when a task is routed, and how its answer is counted then (article 12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.claim import Degree
from degree_auth.domain.cases.expectation import Expectation
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification.forecast import Answered, age_of, answered, expect, first_period, groups_of
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.verification.ports import AnswerTimes


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Expects answers, by counts of those of the last year; nothing is scanned."""

    times: AnswerTimes

    def expect(self, institution_code: str, degree: Degree, now: datetime) -> Expectation:
        """What is expected of an institution that is asked about a degree."""
        today = shanghai_day(now)
        age = age_of(degree.award_date, today)
        groups = groups_of(institution_code, degree.level.value, age)
        since = first_period(today)
        return expect(
            degree.level.value, age, [(basis, self.times.histogram(name, since)) for basis, name in groups.items()]
        )


@dataclass(frozen=True, slots=True)
class AnswerCounting:
    """Counts answers as the bus tells of them."""

    store: CaseStore
    times: AnswerTimes
    calendar: Calendar

    def count(self, case_number: str, seq: int) -> Answered | None:
        """Count the answer that an entry of a log is, once however often it is told; None when it is none, or was
        counted before."""
        log = [entry for entry in self.store.log(case_number) if entry.seq <= seq]
        task = replay(log).task
        found = None if task is None else answered(task, self.calendar, log[-1].at)
        return found if found is not None and self.times.count(found) else None
