"""Who may see a verification task, and who may answer it or do anything else with it (articles 9, 12, 14, 15; N4)."""

from __future__ import annotations

from enum import StrEnum

from degree_auth.domain.accounts.principal import Permission, Principal, require_permission
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import UNANSWERED, Task, TaskStatus
from degree_auth.domain.shared.errors import Forbidden, NotFound
from degree_auth.domain.verification.tasks import find_task

_SHOWS_THE_CLAIM = UNANSWERED | {TaskStatus.ANSWERED}


class TaskAction(StrEnum):
    """What an institution's account does with a task, by the last part of the route that does it."""

    FEEDBACK = "feedback"
    ANSWER_FILES = "attachments"
    EXTENSION = "extension"
    REASSIGNMENT = "reassignment"
    WRONG_ANSWER = "correction"
    MESSAGES = "messages"


ANSWERING = frozenset({TaskAction.FEEDBACK, TaskAction.ANSWER_FILES})
"""What only the department does that has the task."""


def may_see(asker: Principal, task: Task) -> bool:
    """The lead department sees all tasks of its institution, a verifying department those that it has (article 9)."""
    return _same_institution(asker, task) and (asker.is_lead or has_task(asker, task))


def has_task(asker: Principal, task: Task) -> bool:
    """Whether the task is with the asker's own department.

    The lead department has what is routed to no verifying department, and what is not routed yet.
    """
    if not _same_institution(asker, task):
        return False
    if asker.is_lead:
        return task.department_id is None
    return task.routed and asker.department_id is not None and task.department_id == asker.department_id


def may(asker: Principal, task: Task, action: TaskAction) -> bool:
    """Whether the asker's role permits the action; whether the task's state permits it too, other functions say:
    `require_answerable_task` for an answer, `allowed_actions` for every action.

    The department that has the task answers it (article 9). The lead department alone gives it to another department.
    All who see it may extend its deadline, write messages about it and report that its answer was wrong. A system needs
    the permission to answer.
    """
    if Permission.ANSWER not in asker.permissions:
        return False
    if action in ANSWERING:
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
    if action is not None:
        require_permission(asker, Permission.ANSWER)
    if action is not None and not may(asker, task, action):
        raise Forbidden("verifying_department_only" if action in ANSWERING else "lead_department_only")
    return task


def listed_department(asker: Principal, department_id: str | None) -> str | None:
    """The department whose tasks a list shows to the asker who wants those of this one; None is the whole institution.

    Raises:
        Forbidden: a verifying department wants another's.
    """
    if asker.is_lead:
        return department_id
    if asker.department_id is None or department_id not in (None, asker.department_id):
        raise Forbidden("own_department_only")
    return asker.department_id


def shows_claim(case: Case, task: Task) -> bool:
    """Whether the task shows the person and the degree: once the question is no longer its institution's, they are none
    of its business (N4)."""
    return task == case.task and task.status in _SHOWS_THE_CLAIM


def _same_institution(asker: Principal, task: Task) -> bool:
    return task.institution_code == asker.institution_code
