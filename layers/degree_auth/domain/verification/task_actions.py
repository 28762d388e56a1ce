"""What an institution's account may do with a verification task (articles 9, 12, 14, 15)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task, TaskStatus
from degree_auth.domain.shared.errors import Forbidden, NotFound
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification.access import has_task, may_see
from degree_auth.domain.verification.deadlines import running_due
from degree_auth.domain.verification.messages import MOST_MESSAGES
from degree_auth.domain.verification.tasks import find_task, waits_for_answer


class TaskAction(StrEnum):
    """What an institution's account does with a task, by the last part of the route that does it."""

    FEEDBACK = "feedback"
    ANSWER_FILES = "attachments"
    EXTENSION = "extension"
    REASSIGNMENT = "reassignment"
    CORRECTION = "correction"
    MESSAGES = "messages"


_OF_WHO_HAS_THE_TASK = frozenset({TaskAction.FEEDBACK, TaskAction.ANSWER_FILES})


def may(asker: Principal, task: Task, action: TaskAction) -> bool:
    """Whether the asker's role permits the action. `allowed_actions` says whether the task's state permits it as well.

    The department that has the task answers it (article 9), the lead department alone gives it to another; all who see
    it may extend its deadline, write messages about it and report that its answer was wrong.
    """
    if action in _OF_WHO_HAS_THE_TASK:
        return has_task(asker, task)
    return may_see(asker, task) and (asker.is_lead or action is not TaskAction.REASSIGNMENT)


def require_task(asker: Principal, case: Case, task_id: str, action: TaskAction | None = None) -> Task:
    """One of the case's tasks, for the asker to look at (None) or to act on.

    Raises:
        NotFound: the case has no such task, or it is not the asker's to see; both alike.
        Forbidden: the asker sees it and may not do this.
    """
    task = find_task(case, task_id)
    if not may_see(asker, task):
        raise NotFound("not_found")
    if action is not None and not may(asker, task, action):
        raise Forbidden("verifying_department_only" if action in _OF_WHO_HAS_THE_TASK else "lead_department_only")
    return task


def allowed_actions(asker: Principal, case: Case, task: Task, calendar: Calendar, now: datetime) -> list[TaskAction]:
    """What the asker may do with the task as it stands now."""
    possible = _possible_actions(case, task, calendar, now)
    return [action for action in TaskAction if action in possible and may(asker, task, action)]


def _possible_actions(case: Case, task: Task, calendar: Calendar, now: datetime) -> set[TaskAction]:
    possible = set()
    if waits_for_answer(case, task):
        possible |= {*_OF_WHO_HAS_THE_TASK, TaskAction.REASSIGNMENT}
        if shanghai_day(now) <= running_due(task, calendar):
            possible.add(TaskAction.EXTENSION)
    if task.status is TaskStatus.PAUSED:
        possible |= _OF_WHO_HAS_THE_TASK
    if case.stage is Stage.CONCLUDED and task.status is TaskStatus.ANSWERED:
        possible.add(TaskAction.CORRECTION)
    if len(task.messages) < MOST_MESSAGES:
        possible.add(TaskAction.MESSAGES)
    return possible
