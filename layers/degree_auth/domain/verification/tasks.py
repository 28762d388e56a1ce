"""A case's verification tasks: their numbers, and which of them waits for its institution."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task, TaskStatus
from degree_auth.domain.shared.errors import Conflict, NotFound


def next_task_id(case: Case) -> str:
    """The number of the next task: the case's, then 1, 2, …"""
    return f"{case.case_number}-{len(case.tasks) + 1}"


def case_number_of(task_id: str) -> str:
    """The number of the case that a task belongs to. Raises `NotFound`: it has not the form of a task's number."""
    case_number = task_id.rpartition("-")[0]
    if not is_case_number(case_number):
        raise NotFound("not_found")
    return case_number


def find_task(case: Case, task_id: str) -> Task:
    """One of the case's tasks. Raises `NotFound`."""
    for task in case.tasks:
        if task.task_id == task_id:
            return task
    raise NotFound("not_found")


def waits_for_answer(case: Case, task: Task) -> bool:
    """Whether the institution has to answer the case's task now."""
    return case.stage is Stage.VERIFICATION and task.is_with_institution


def may_be_answered(case: Case, task: Task) -> bool:
    """Whether the institution may answer the case's task: also while the case is frozen, so that no answer is lost."""
    return waits_for_answer(case, task) or task.status is TaskStatus.PAUSED


def waiting_task(case: Case) -> Task | None:
    """The task that the institution has to answer now."""
    return case.task if case.task is not None and waits_for_answer(case, case.task) else None


def require_answerable_task(case: Case, task_id: str) -> Task:
    """The task, if the institution may answer it. Raises as `require_open_task` does."""
    task = find_task(case, task_id)
    return task if may_be_answered(case, task) else require_open_task(case, task_id)


def require_open_task(case: Case, task_id: str) -> Task:
    """The task, if it waits for the institution. Raises `NotFound`, or `Conflict` with the task's present state."""
    task = find_task(case, task_id)
    if waits_for_answer(case, task):
        return task
    if task.status is TaskStatus.PAUSED:
        raise Conflict("task_paused")
    if case.stage is Stage.WITHDRAWN:
        raise Conflict("application_withdrawn")
    if case.stage is Stage.REJECTED:
        raise Conflict("application_rejected")
    if case.report is not None and case.recheck is None:
        raise Conflict("report_already_issued")
    if task.status is TaskStatus.WAITING_APPLICANT:
        raise Conflict("waiting_for_applicant")
    if task.status is TaskStatus.CLOSED:
        raise Conflict("task_closed")
    raise Conflict("already_answered")
