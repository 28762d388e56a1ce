"""When the centre's own eight working days are used up, and what is on record of it (article 12).

The centre is watched as the institutions are: a reminder when few of its days are left, a breach once they are over,
each once. While the applicant has to send a scan first the days go on counting, and nothing is recorded until it comes.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.next_step import asks_applicant
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification.deadlines import deadline_data, is_due_soon, overdue_days, reminder_day


def centre_due(case: Case, calendar: Calendar) -> date | None:
    """The last of the centre's days if the case stays with it; None while its clock is stopped or not known."""
    if not case.charged or case.charged_to is not HeldBy.CENTRE:
        return None
    latest = max(moment for moment, _ in case.charged)
    return ledger(case.charged, latest, calendar).centre_due(calendar)


def is_watched(case: Case) -> bool:
    """Whether the centre could go on now: not while it waits for a scan of the applicant's."""
    return not asks_applicant(case)


def centre_deadline_events(case: Case, now: datetime, calendar: Calendar) -> list[NewEvent]:
    """What time alone has brought: a reminder, or the breach; the breach once for the clock that runs."""
    due = _watched_due(case, calendar)
    if due is None:
        return []
    today, data = shanghai_day(now), deadline_data(due, calendar)
    if overdue_days(due, None, today):
        return [] if case.centre_overdue_for else [NewEvent(EventType.CENTRE_OVERDUE, SYSTEM, data)]
    if is_due_soon(due, today, calendar) and case.centre_reminded_for != due:
        return [NewEvent(EventType.CENTRE_REMINDED, SYSTEM, data)]
    return []


def centre_look(case: Case, calendar: Calendar) -> date | None:
    """The day on which something about the centre's deadline is to be recorded; None when nothing is."""
    due = _watched_due(case, calendar)
    if due is None or case.centre_overdue_for is not None:
        return None
    return due + timedelta(days=1) if case.centre_reminded_for == due else reminder_day(due, calendar)


def is_late(case: Case, calendar: Calendar) -> bool:
    """Whether the centre has the case beyond its days, and could go on: the breach is on record."""
    return case.centre_overdue_for is not None and _watched_due(case, calendar) is not None


def _watched_due(case: Case, calendar: Calendar) -> date | None:
    return centre_due(case, calendar) if is_watched(case) else None
