"""Who may see a verification task, and what with it may be done by whom (articles 9, 14)."""

from __future__ import annotations

from datetime import datetime

from degree_auth.domain.accounts.accounts import LEAD_TIER
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task, TaskStatus
from degree_auth.domain.shared.workdays import Calendar, shanghai_day
from degree_auth.domain.verification.deadlines import counted_due
from degree_auth.domain.verification.messages import MOST_MESSAGES


def holds(task: Task, tier: int) -> bool:
    """Whether an account that sees the task, of this tier, is of the department that has it (article 9)."""
    return tier != LEAD_TIER or task.department_id is None


def allowed_actions(case: Case, task: Task, tier: int, calendar: Calendar, now: datetime) -> list[str]:
    """What an account that sees the task may do with it now, by the last part of the route that does it."""
    allowed = []
    if case.stage is Stage.VERIFICATION and task.is_open:
        if holds(task, tier):
            allowed += ["feedback", "attachments"]
        if shanghai_day(now) <= counted_due(task, calendar):
            allowed.append("extension")
        if tier == LEAD_TIER:
            allowed.append("reassignment")
    if case.stage is Stage.CONCLUDED and task.status is TaskStatus.ANSWERED:
        allowed.append("correction")
    if len(task.messages) < MOST_MESSAGES:
        allowed.append("messages")
    return allowed
