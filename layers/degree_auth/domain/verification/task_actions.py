"""What an institution's account may do with a verification task as it stands now (articles 9, 12, 14, 15)."""

from __future__ import annotations

from datetime import datetime

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification.access import ANSWERING, TaskAction, may
from degree_auth.domain.verification.deadlines import may_extend, running_due
from degree_auth.domain.verification.messages import takes_messages
from degree_auth.domain.verification.tasks import may_be_answered, waits_for_answer


def allowed_actions(asker: Principal, case: Case, task: Task, calendar: Calendar, now: datetime) -> list[TaskAction]:
    """What the asker may do with the task as it stands now."""
    possible = _possible_actions(case, task, calendar, now)
    return [action for action in TaskAction if action in possible and may(asker, task, action)]


def _possible_actions(case: Case, task: Task, calendar: Calendar, now: datetime) -> set[TaskAction]:
    possible: set[TaskAction] = set()
    if may_be_answered(case, task):
        possible |= ANSWERING
    if waits_for_answer(case, task):
        possible.add(TaskAction.REASSIGNMENT)
        if may_extend(running_due(task, calendar), now):
            possible.add(TaskAction.EXTENSION)
    if case.stage is Stage.CONCLUDED and task.is_answered:
        possible.add(TaskAction.WRONG_ANSWER)
    if takes_messages(task):
        possible.add(TaskAction.MESSAGES)
    return possible
