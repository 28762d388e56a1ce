"""What a list of verification tasks shows of one, and how the lists are ordered (article 9): no personal data in it.

Open tasks stand urgent first, then by the nearest deadline; tasks without a running deadline last. Closed ones stand
by the moment they left the institution, the latest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import UNANSWERED, Task, TaskStatus
from degree_auth.domain.shared.dates import NO_DEADLINE
from degree_auth.domain.verification.access import shows_claim

LEAD_DEPARTMENT = "_lead"
"""Stands for the lead department where a department is asked for; no department can have this id."""


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task as its institution's lists show it.

    `department_id` is None for the lead department, which also has what is not routed yet. `due` is None while the
    clock is stopped. `ended_at` is when the task left the institution, None while it is open. `received_on` is
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
        due = NO_DEADLINE if self.due is None else self.due.isoformat()
        return f"{0 if self.urgent else 1}#{due}#{self.task_id}"


@dataclass(frozen=True, slots=True)
class ListedDegree:
    """What lists show of the degree that a task asks about: its level, the year of its award, its name and its subject.
    Whose it is, and the number of its certificate, no list shows."""

    level: str
    award_year: str
    category: str
    discipline: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked by a task as it stands, which tells whether somebody has seen it.

    `asked` changes when the question is given to another department, or is asked again. `messages` is how many messages
    the task has. `shows_degree` is whether the degree is the institution's business.
    """

    asked: str
    messages: int
    shows_degree: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What an account has seen of a task: which question, and how many of its messages."""

    asked: str = ""
    messages: int = 0


@dataclass(frozen=True, slots=True)
class TaskDetails:
    """What stands beside a listed task: the degree, the question, and what the account that looks has seen.

    What was stored before lists showed these has neither degree nor question, until the task changes.
    """

    degree: ListedDegree | None = None
    question: Question | None = None
    seen: Seen = Seen()


class Unread(StrEnum):
    """What of a task an account has not seen yet."""

    TASK = "task"
    MESSAGES = "messages"


def unread(task: ListedTask, details: TaskDetails) -> Unread | None:
    """What the account has not seen: the task as it is asked now, while it waits for an answer, or a message on it."""
    question, seen = details.question, details.seen
    if question is None:
        return None
    if task.is_unfinished and seen.asked != question.asked:
        return Unread.TASK
    return Unread.MESSAGES if seen.messages < question.messages else None


def listed_degree(claim: Claim) -> ListedDegree:
    """What lists show of a claim."""
    degree = claim.degree
    return ListedDegree(degree.level.value, f"{degree.award_date:%Y}", degree.category, degree.discipline)


def question_of(case: Case, task: Task) -> Question:
    """What one of the case's tasks asks."""
    asked = f"{task.department_id or LEAD_DEPARTMENT}#{task.asked_at.isoformat()}"
    return Question(asked, len(task.messages), bool(case.sealed) and shows_claim(case, task))


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
    return [listed_task(case, task) for task in case.tasks]


def changed_listings(before: Case | None, after: Case) -> Sequence[tuple[Task, ListedTask, Question]]:
    """The tasks that lists show otherwise after a change of their case."""
    known = [] if before is None else _listings(before)
    was = {task.task_id: (listed, question) for task, listed, question in known}
    return [one for one in _listings(after) if was.get(one[0].task_id) != one[1:]]


def _listings(case: Case) -> list[tuple[Task, ListedTask, Question]]:
    return [(task, listed_task(case, task), question_of(case, task)) for task in case.tasks]


def listed_task(case: Case, task: Task) -> ListedTask:
    """One of the case's tasks as lists show it."""
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
