"""Ending what is over, day by day: files whose time has come, and cases (N1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from degree_auth.domain.cases.retention import RetentionTerms
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.review.erasures import Erasures

_LONGEST_PAUSE = timedelta(days=40)
"""As many days are swept at most that no sweep has looked at."""


class DueCases(Protocol):
    """Cases by the day on which something of them is over, and up to which day that was looked at."""

    def due_on(self, day: str) -> Sequence[str]:
        """The numbers of the cases of a day (YYYY-MM-DD)."""
        ...

    def swept_up_to(self) -> str | None:
        """The last day that was swept as a whole."""
        ...

    def mark_swept(self, day: str) -> None:
        """Every case up to this day was looked at."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSweep:
    """Ends what is over, day by day; `report_fault` is told what could not be ended, which keeps the day from counting
    as swept."""

    erasures: Erasures
    due: DueCases
    terms: RetentionTerms
    report_fault: Callable[[str], None]

    def sweep(self, now: datetime) -> dict[str, int]:
        """End everything that is over by now. How many cases lost files, were erased, were kept, and failed."""
        today = shanghai_day(now)
        last = self.due.swept_up_to()
        first = today - _LONGEST_PAUSE if last is None else type(today).fromisoformat(last)
        done = {"files": 0, "erased": 0, "kept": 0, "failed": 0}
        for offset in range((today - first).days + 1):
            day = (first + timedelta(days=offset)).isoformat()
            due = self.due.due_on(day)
            for number in due:
                done[self._end(number, now)] += 1
            # A day on which nothing was due is looked at again for little, after a sweep that is cut off.
            if not done["failed"] and (due or day == today.isoformat()):
                self.due.mark_swept(day)
        return done

    def _end(self, case_number: str, now: datetime) -> str:
        try:
            return self.erasures.end_time_of(case_number, self.terms, now)
        except DegreeAuthError as error:
            self.report_fault(f"what is over was not ended: {error.code}")
        except Exception as error:  # one case must not keep the others
            self.report_fault(f"what is over was not ended: {type(error).__name__}")
        return "failed"
