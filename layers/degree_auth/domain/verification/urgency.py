"""Urgent handling (article 12): the applicant asks for it, and staff approve it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_thawed
from degree_auth.domain.cases.task import URGENT_DAYS, TaskStatus, task_data
from degree_auth.domain.shared.actors import APPLICANT, staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification.deadlines import deadline_data, running_due


def request_urgency(case: Case, sealed: str) -> list[NewEvent]:
    """The applicant asks for urgent handling (article 12), which staff approve; `sealed` is the reason.

    The first request stands: a repeat, or one of a case that is urgent already, changes nothing.
    """
    require_thawed(case)
    if case.is_final:
        raise Conflict("case_has_ended")
    if case.urgency_request is not None or case.urgent:
        return []
    return [NewEvent(EventType.URGENCY_REQUESTED, APPLICANT, {"sealed": sealed})]


def approve_urgency(
    case: Case, reviewer: str, reason: str, command: str, calendar: Calendar, now: datetime
) -> list[NewEvent]:
    """Staff approve urgent handling: it sorts first, and the task, also one that waits for the applicant, is due sooner
    (article 12)."""
    require_thawed(case)
    if case.is_final:
        raise Conflict("case_has_ended")
    if case.urgent:
        return []
    data: dict[str, Any] = {"reason": reason, "command": command}
    task = case.task
    if task is not None and task.status in (TaskStatus.OPEN, TaskStatus.WAITING_APPLICANT):
        allowed = min(task.allowed_days, task.used_days(calendar, now) + URGENT_DAYS)
        data |= {**task_data(task), "allowed_days": allowed}
        if task.is_with_institution:
            data |= deadline_data(running_due(task, calendar, allowed), calendar)
    return [NewEvent(EventType.URGENCY_APPROVED, staff_actor(reviewer), data)]
