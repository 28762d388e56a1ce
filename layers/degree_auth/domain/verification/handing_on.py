"""A breach that nobody has looked at yet is put on record by whoever hands the case on (article 12).

The looks at a deadline come after its midnight, and a case may be handed on before. Then nobody looks any more.
"""

from __future__ import annotations

from datetime import date, datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.ledger import CENTRE_DAYS, ledger
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification.centre_deadline import centre_deadline_events, is_watched
from degree_auth.domain.verification.deadlines import deadline_data, deadline_events
from degree_auth.domain.verification.tasks import waiting_task


def breaches_left_behind(case: Case, after: Case, now: datetime, calendar: Calendar) -> list[NewEvent]:
    """The breaches that are due by now and that nobody would record after a change; they belong before it.

    `case` is as it was before the change, `after` as it is then. A reminder of what is handed on reminds of nothing.
    """
    return [*_of_institution(case, after, now, calendar), *_of_centre(case, after, now, calendar)]


def _of_institution(case: Case, after: Case, now: datetime, calendar: Calendar) -> list[NewEvent]:
    asked, still = waiting_task(case), waiting_task(after)
    if asked is None or (
        still is not None and (still.task_id, still.allowed_days) == (asked.task_id, asked.allowed_days)
    ):
        return []
    events = deadline_events(case, now, calendar)
    return events if any(one.type is EventType.TASK_OVERDUE for one in events) else []


def _of_centre(case: Case, after: Case, now: datetime, calendar: Calendar) -> list[NewEvent]:
    if case.centre_overdue_for is not None or after.centre_overdue_for is not None or not _is_handed_on(case, after):
        return []
    events = centre_deadline_events(case, now, calendar)
    if any(one.type is EventType.CENTRE_OVERDUE for one in events):
        return events
    due = _exceeded(after, now, calendar)
    return [] if due is None else [NewEvent(EventType.CENTRE_OVERDUE, SYSTEM, deadline_data(due, calendar))]


def _is_handed_on(case: Case, after: Case) -> bool:
    """Whether the centre's watch ends with the change, or the change shows that it should have run before."""
    if _holds_it(after) or (case.charged_to is HeldBy.CENTRE and not is_watched(case)):
        return False
    return _holds_it(case) or case.held_by is not after.held_by


def _holds_it(case: Case) -> bool:
    return case.charged_to is HeldBy.CENTRE and is_watched(case)


def _exceeded(after: Case, now: datetime, calendar: Calendar) -> date | None:
    """The centre's last day, if it has had more: as when a written form shows that the days since its receipt were the
    centre's (article 14)."""
    if not after.charged or now < after.charged[0][0]:
        return None  # the clock of whoever asks is behind that of whoever took the case
    days = [day for day, party in ledger(after.charged, now, calendar).charged if party is HeldBy.CENTRE]
    return days[CENTRE_DAYS - 1] if len(days) > CENTRE_DAYS else None
