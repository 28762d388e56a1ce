"""What a list of verification tasks shows of one, and how the lists are ordered (article 9): no personal data in it.

Open tasks stand urgent first, then by the nearest deadline; tasks without a running deadline last. Closed ones stand
by the moment they left the institution, the latest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import UNANSWERED, Task, TaskStatus

LEAD_DEPARTMENT = "_lead"
"""Stands for the lead department where a department is asked for; no department can have this id."""

_NO_DEADLINE = "9999-12-31"


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task as its institution's lists show it.

    `department_id` is None for the lead department, which also has what is not routed yet. `due` is None while the
    clock stands. `ended_at` is when the task left the institution, None while it is listed as open. `received_on` is
    the day on which a written form arrived that is not confirmed yet. `reminded` is what is on record for the present
    deadline.
    """

    task_id: str
    case_number: str
    institution_code: str
    department_id: str | None
    status: TaskStatus
    urgent: bool
    opened_at: datetime
    due: date | None
    ended_at: datetime | None
    received_on: date | None
    reminded: bool

    @property
    def is_unfinished(self) -> bool:
        """Whether the institution is not done with it: one that waits for the applicant, or is paused, counts."""
        return self.status in UNANSWERED

    @property
    def place(self) -> str:
        """Its place in a list, unique there: ascending for open tasks, descending for closed ones."""
        if self.ended_at is not None:
            return f"{self.ended_at.astimezone(UTC).isoformat(timespec='microseconds')}#{self.task_id}"
        due = _NO_DEADLINE if self.due is None else self.due.isoformat()
        return f"{0 if self.urgent else 1}#{due}#{self.task_id}"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which of an institution's lists: its open or closed tasks, of all departments (None) or of one.

    `department_id` may be `LEAD_DEPARTMENT`.
    """

    institution_code: str
    is_unfinished: bool
    department_id: str | None = None

    @property
    def key(self) -> str:
        """The list's name, which the index keeps it under."""
        state = "open" if self.is_unfinished else "closed"
        between = "" if self.department_id is None else f"#{self.department_id}"
        return f"{self.institution_code}{between}#{state}"


def lists_of(task: ListedTask) -> tuple[TaskFilter, TaskFilter]:
    """The two lists that a task stands in: its institution's and its department's."""
    department = task.department_id or LEAD_DEPARTMENT
    return (
        TaskFilter(task.institution_code, task.is_unfinished),
        TaskFilter(task.institution_code, task.is_unfinished, department),
    )


def listed_tasks(case: Case) -> list[ListedTask]:
    """The case's tasks as lists show them."""
    return [_listed_task(case, task) for task in case.tasks]


def changed_listings(before: Case | None, after: Case) -> Sequence[ListedTask]:
    """The tasks that lists show otherwise after a change of their case."""
    known = [] if before is None else listed_tasks(before)
    return [task for task in listed_tasks(after) if task not in known]


def _listed_task(case: Case, task: Task) -> ListedTask:
    is_unfinished = task.status in UNANSWERED
    return ListedTask(
        task_id=task.task_id,
        case_number=case.case_number,
        institution_code=task.institution_code,
        department_id=task.department_id,
        status=task.status,
        urgent=case.urgent,
        opened_at=task.spans[0][0],
        due=task.due if task.is_with_institution else None,
        ended_at=None if is_unfinished else task.spans[-1][1],
        received_on=task.received_on,
        reminded=task.is_with_institution and task.due is not None and task.reminded_for == task.due,
    )
