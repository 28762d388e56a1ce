"""Who may see what of a verification task (article 9; N4)."""

from __future__ import annotations

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import UNANSWERED, Task, TaskStatus
from degree_auth.domain.shared.errors import Forbidden

_SHOWS_THE_CLAIM = UNANSWERED | {TaskStatus.ANSWERED}


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
