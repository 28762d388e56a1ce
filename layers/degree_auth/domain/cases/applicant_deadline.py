"""Until when an applicant has to do what is asked, and what happens then: reminders, and the end (articles 10, 12).

The regulation is silent; decided: 30 calendar days, a reminder 14 and 3 days before the last of them, and an
application that nobody supplied by then counts as withdrawn. Nobody loses one without a reminder three days before.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.next_step import asks_applicant
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.working_days import shanghai_day

DAYS_TO_SUPPLY = 30
"""Calendar days from the day after the request."""

REMINDED_BEFORE = (14, 3)
"""Days left, after today, at which a reminder goes out."""


def asked_until(case: Case) -> date | None:
    """The last day on which the applicant may do what is asked; None while nothing is asked."""
    if not asks_applicant(case):
        return None
    if case.asked_until is not None:
        return case.asked_until
    return shanghai_day(case.stage_since or case.changed_at) + timedelta(days=DAYS_TO_SUPPLY)


def lapses(case: Case) -> bool:
    """Whether the application counts as withdrawn when nothing comes. It does not once something was concluded, or an
    institution has answered otherwise than was claimed: then the centre decides by what it has."""
    return not case.rechecks and not case.is_answered_otherwise


def asked_until_json(case: Case) -> dict[str, Any] | None:
    """The last day, and whether the application counts as withdrawn after it; None while nothing is asked."""
    until = asked_until(case)
    return None if until is None else {"due": until.isoformat(), "lapses": lapses(case)}


def applicant_deadline_events(case: Case, now: datetime) -> list[NewEvent]:
    """What time alone has brought: a reminder, or the end of the application. Each is recorded once.

    Whoever was not reminded in time has three days more from the reminder.
    """
    until, today = asked_until(case), shanghai_day(now)
    if until is None:
        return []
    left = (until - today).days
    due_reminders = sum(left <= days for days in REMINDED_BEFORE)
    if left < 0 and case.applicant_reminders:
        return [NewEvent(EventType.APPLICATION_LAPSED, SYSTEM, {"due": until.isoformat()})] if lapses(case) else []
    if due_reminders <= case.applicant_reminders:
        return []
    last_day = max(until, today + timedelta(days=REMINDED_BEFORE[-1]))
    return [NewEvent(EventType.APPLICANT_REMINDED, SYSTEM, {"due": last_day.isoformat(), "reminders": due_reminders})]
