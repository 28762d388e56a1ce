"""When a verification task is due, reminded of and overdue, and what moves its deadline (articles 12, 14)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.restarts import LOOKS_AGAIN
from degree_auth.domain.cases.task import Task, task_data
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.errors import Conflict, Invalid, Problem
from degree_auth.domain.shared.working_days import Calendar, beginning_of, shanghai_day
from degree_auth.domain.verification.tasks import require_open_task, waiting_task

REMINDER_DAYS = 2
"""A reminder goes out when no more than so many working days are left after today."""

LONGEST_EXTENSION_DAYS = 30
"""Working days by which one announcement may move the deadline."""

LOOK_AGAIN_WITHOUT_NOTICE = timedelta(weeks=1)
"""The longest time between two looks while the deadline rests on a year without a notice, which may move it either way,
should nobody have asked for the recount."""

LOOKS_APART = timedelta(minutes=30)
"""Over how long looks at one moment are spread, so that not all machines of the account move at one midnight."""


def overdue_days(due: date | None, received_on: date | None, today: date) -> int:
    """By how many calendar days an institution has missed its deadline (article 12); 0 when it has not.

    `due` is the last working day, None while the clock is stopped. `received_on` is the day on which its written form
    arrived, None without one: the form counts from that day, also before a second person confirms it (article 14).
    """
    if due is None or (received_on is not None and received_on <= due):
        return 0
    return max(0, (today - due).days)


def is_due_soon(due: date, today: date, calendar: Calendar) -> bool:
    """Whether an institution is to be reminded of its deadline: few working days are left after today (article 12). Not
    once it has passed."""
    return today <= due <= calendar.add_working_days(today, REMINDER_DAYS)


def may_extend(due: date, now: datetime) -> bool:
    """Whether a later deadline may still be announced: to the end of the day on which the task is due (article 12)."""
    return shanghai_day(now) <= due


def announce_extension(
    case: Case, task_id: str, new_due: date, reason: str, actor: str, calendar: Calendar, now: datetime
) -> list[NewEvent]:
    """The institution announces, before its deadline, a reason and a new one (article 12)."""
    task = require_open_task(case, task_id)
    due = running_due(task, calendar)
    if new_due == due:
        return []
    if not may_extend(due, now):
        raise Conflict("extension_too_late")
    problems = []
    if new_due < due:
        problems.append(Problem("due", "extension_not_later"))
    elif not calendar.is_working_day(new_due):
        problems.append(Problem("due", "extension_not_working_day"))
    elif new_due > calendar.add_working_days(due, LONGEST_EXTENSION_DAYS):
        problems.append(Problem("due", "extension_too_long"))
    if problems:
        raise Invalid(problems)
    data = {
        **task_data(task),
        "department_id": task.department_id,
        "reason": reason,
        **deadline_data(new_due, calendar),
        "allowed_days": task.allowed_days + calendar.working_days_between(due, new_due),
    }
    return [NewEvent(EventType.EXTENSION_ANNOUNCED, actor, data)]


def deadline_events(case: Case, now: datetime, calendar: Calendar) -> list[NewEvent]:
    """The events that are due by now: a deadline counted again after a notice on holidays, a reminder, a breach. Each
    is recorded once per deadline."""
    task = waiting_task(case)
    if task is None or not task.routed:
        return []
    due, today = running_due(task, calendar), shanghai_day(now)
    data = {**task_data(task), "department_id": task.department_id, **deadline_data(due, calendar)}
    events = []
    if due != task.due:
        recounted = {**data, "calendar": calendar.version}
        events.append(NewEvent(EventType.DEADLINE_RECOUNTED, SYSTEM, recounted))
    if today > due:
        if task.overdue_for != due and overdue_days(due, task.received_on, today):
            events.append(NewEvent(EventType.TASK_OVERDUE, SYSTEM, data))
    elif is_due_soon(due, today, calendar) and task.reminded_for != due:
        events.append(NewEvent(EventType.TASK_REMINDED, SYSTEM, data))
    return events


def next_look(case: Case, now: datetime, calendar: Calendar) -> datetime:
    """When to look at the task next: after the midnight of a reminder or a breach, by less than `LOOKS_APART`, and that
    much after four weeks at the latest; after a week while the deadline's year has no notice.

    The day of the look decides what is due, and is the same for every moment of the spread.
    """
    moments = [now + LOOKS_AGAIN]
    task = waiting_task(case)
    if task is not None:
        due = running_due(task, calendar)
        moments += [beginning_of(reminder_day(due, calendar)), beginning_of(due + timedelta(days=1))]
        if calendar.is_provisional(due.year):
            moments.append(now + LOOK_AGAIN_WITHOUT_NOTICE)
    return min(moment for moment in moments if moment > now) + _place_in_spread(case.case_number)


def _place_in_spread(case_number: str) -> timedelta:
    """How long after a moment shared by many this case is looked at, in whole seconds; the same at every look."""
    number = int.from_bytes(sha256(case_number.encode()).digest()[:8])
    return timedelta(seconds=number % int(LOOKS_APART.total_seconds()))


def running_due(task: Task, calendar: Calendar, allowed_days: int | None = None) -> date:
    due = task.counted_due(calendar, allowed_days)
    if due is None:
        raise ValueError("the clock of this task stands")
    return due


def deadline_data(due: date, calendar: Calendar) -> dict[str, Any]:
    """A deadline as the log tells it, marked while its year has no notice."""
    return {"due": due.isoformat()} | ({"provisional": True} if calendar.is_provisional(due.year) else {})


def reminder_day(due: date, calendar: Calendar) -> date:
    """The first day on which the task is due soon."""
    day = due
    while is_due_soon(due, day - timedelta(days=1), calendar):
        day -= timedelta(days=1)
    return day
