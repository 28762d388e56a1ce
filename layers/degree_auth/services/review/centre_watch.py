"""What is done about the centre's own work without anybody asking: its eight days are watched (article 12), and what
lists show of cases that an earlier release stored is put right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.review.work import WorkKind, stretches
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification.centre_deadline import centre_deadline_events
from degree_auth.domain.verification.deadlines import overdue_days
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.review.ports import WatchedCases
from degree_auth.services.shared.optimistic import until_stored

RULES = "1"
"""Counts what lists show. Raise it with a change of that, and every stored case is looked through."""

MOST_LOOKS = 500
"""Cases of which a round looks at the centre's deadline."""

MOST_RELISTED = 500
"""Stored cases that a round looks through."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The figures of one round: reminders and breaches of the centre that were recorded, stored cases whose lists were
    put right, cases that failed; and by how many calendar days the centre is late with the case that has waited
    longest."""

    reminded: int
    breached: int
    relisted: int
    failed: int
    oldest_late_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreWatch:
    """Watches the centre's deadlines and the lists; safe to run at any time, also twice at once."""

    store: WatchedCases
    nudge: Nudge
    calendar: Calendar

    def round(self, now: datetime, has_time: Callable[[], bool] = lambda: True) -> Watched:
        """Look at whatever is due, while it `has_time`; the next round goes on with the rest."""
        reminded, breached, failed = self._watch(now, has_time)
        relisted, failed_lists = self._relist(now, has_time)
        return Watched(reminded, breached, relisted, failed + failed_lists, self._oldest_late_days(now))

    def _watch(self, now: datetime, has_time: Callable[[], bool]) -> tuple[int, int, int]:
        reminded = breached = failed = 0
        for number in self.store.centre_looks(shanghai_day(now), MOST_LOOKS):
            if not has_time():
                break
            try:
                case = self.store.load(number)
                events = centre_deadline_events(case, now, self.calendar)
                if events:
                    self.nudge(
                        advance(self.store, number, lambda one: centre_deadline_events(one, now, self.calendar), now)
                    )
                else:  # the calendar has moved the day
                    self._put_right(number)
            except Exception:  # one case must not keep the others from being looked at
                failed += 1
                continue
            reminded += any(one.type is EventType.CENTRE_REMINDED for one in events)
            breached += any(one.type is EventType.CENTRE_OVERDUE for one in events)
        return reminded, breached, failed

    def _relist(self, now: datetime, has_time: Callable[[], bool]) -> tuple[int, int]:
        """Look through some of the open cases, if the rules or the calendar are others than when that was last done,
        and once a day: so what failed, or was written by a function of an earlier release, is missed for a day."""
        rules = f"{RULES}/{self.calendar.version}/{shanghai_day(now)}"
        known, after = self.store.relisted()
        if known == rules and after is None:
            return 0, 0
        begun = after if known == rules and after is not None else ""
        numbers = sorted({one.case_number for one in self.store.open_cases(now)})
        ahead = [number for number in numbers if number > begun]
        put_right = failed = reached = 0
        for number in ahead[:MOST_RELISTED]:
            if not has_time():
                break
            reached += 1
            try:
                put_right += self._put_right(number)
            except Exception:  # one case must not keep the others from being listed
                failed += 1
        if reached or not ahead:
            self.store.mark_relisted(rules, ahead[reached - 1] if ahead[reached:] else None)
        return put_right, failed

    def _put_right(self, number: str) -> bool:
        """Put a case's lists right, and what an earlier release did not keep on it; whether anything was wrong."""

        def attempt() -> bool:
            case = self.store.load(number)
            whole = case if case.charged else replay(self.store.log(number))
            return self.store.relist(case, whole)

        return until_stored(attempt)

    def _oldest_late_days(self, now: datetime) -> int:
        today = shanghai_day(now)
        late = stretches(WorkKind.LATE, today)[:2]
        first = [one for within in late for one in self.store.list_work(WorkKind.LATE, within, 1)]
        return max((overdue_days(one.due, None, today) for one in first), default=0)
