"""The items of the table of cases that stand in lists: tasks, and what waits for staff."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from degree_auth.adapters.cases.items import CaseTableItem, day_of, iso
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.review.work import Work, WorkKind
from degree_auth.domain.verification.listing import (
    ListedDegree,
    ListedTask,
    Question,
    Seen,
    TaskDetails,
    lists_of,
)

SEEN = "SEEN#"
TASK = "TASK#"
WORK = "WORK#"
PLATFORM = "platform#"
_SHOWN_OF_A_TASK = [
    "institution_code",
    "department_id",
    "status",
    "urgent",
    "opened_at",
    "due",
    "ended_at",
    "received_on",
    "reminded",
]


class _TasksByInstitution(GlobalSecondaryIndex["TaskItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "tasks_by_institution"
        projection = IncludeProjection(_SHOWN_OF_A_TASK)

    institution_list = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class _TasksByDepartment(GlobalSecondaryIndex["TaskItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "tasks_by_department"
        projection = IncludeProjection(_SHOWN_OF_A_TASK)

    department_list = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


_SHOWN_OF_WORK = ["held_by", "since", "stage", "urgent", "due", "institution_code", "taken_by"]


class _WorkLists(GlobalSecondaryIndex["WaitingItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "work_lists"
        projection = IncludeProjection(_SHOWN_OF_WORK)

    work_list = UnicodeAttribute(hash_key=True)
    work_place = UnicodeAttribute(range_key=True)


class TaskItem(CaseTableItem):
    """One verification task, as lists show it. The indexes do not hold what stands from `level` on."""

    institution_list = UnicodeAttribute()
    department_list = UnicodeAttribute()
    place = UnicodeAttribute()
    institution_code = UnicodeAttribute()
    department_id = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    urgent = BooleanAttribute()
    opened_at = UnicodeAttribute()
    due = UnicodeAttribute(null=True)
    ended_at = UnicodeAttribute(null=True)
    received_on = UnicodeAttribute(null=True)
    reminded = BooleanAttribute()
    level = UnicodeAttribute(null=True)
    award_year = UnicodeAttribute(null=True)
    category = UnicodeAttribute(null=True)
    discipline = UnicodeAttribute(null=True)
    asked = UnicodeAttribute(null=True)
    messages = NumberAttribute(null=True)
    by_institution = _TasksByInstitution()
    by_department = _TasksByDepartment()


class ListedItem(CaseTableItem):
    """What stands in a list of work, as the list shows it; without a list, it stands in none any more."""

    work_list = UnicodeAttribute(null=True)
    work_place = UnicodeAttribute(null=True)
    held_by = UnicodeAttribute(null=True)
    since = UnicodeAttribute(null=True)
    stage = UnicodeAttribute(null=True)
    urgent = BooleanAttribute(null=True)
    due = UnicodeAttribute(null=True)
    institution_code = UnicodeAttribute(null=True)
    taken_by = UnicodeAttribute(null=True)


class WaitingItem(ListedItem):
    """What of a case waits for staff, of one kind."""

    work_lists = _WorkLists()


class RelistedItem(CaseTableItem):
    """By which rules and which calendar the lists of work were last looked through, and how far."""

    rules = UnicodeAttribute()
    after = UnicodeAttribute(null=True)


class SeenItem(CaseTableItem):
    """What an account has seen of a task: which question, and how many of its messages."""

    asked = UnicodeAttribute(null=True)
    messages = NumberAttribute(null=True)


class CertificateItem(CaseTableItem):
    """That a task asks about a certificate."""


def task_item(task: ListedTask, question: Question | None = None, degree: ListedDegree | None = None) -> TaskItem:
    """The item of a task, which puts it into its two lists."""
    of_institution, of_department = lists_of(task)
    return TaskItem(
        task.case_number,
        f"{TASK}{task.task_id}",
        institution_list=of_institution.key,
        department_list=of_department.key,
        place=task.place,
        institution_code=task.institution_code,
        department_id=task.department_id,
        status=task.status.value,
        urgent=task.urgent,
        opened_at=task.opened_at.isoformat(),
        due=iso(task.due),
        ended_at=None if task.ended_at is None else task.ended_at.isoformat(),
        received_on=iso(task.received_on),
        reminded=task.reminded,
        asked=None if question is None else question.asked,
        messages=None if question is None else question.messages,
        **({} if degree is None else asdict(degree)),
    )


def task_details(item: TaskItem, seen: SeenItem | None) -> TaskDetails:
    """What stands beside a listed task, and what an account has seen of it."""
    degree = None
    if item.level is not None:
        degree = ListedDegree(item.level, str(item.award_year), str(item.category), str(item.discipline))
    question = None if item.asked is None else Question(item.asked, int(item.messages or 0), degree is not None)
    return TaskDetails(degree, question, Seen() if seen is None else Seen(seen.asked or "", int(seen.messages or 0)))


def seen_key(task_id: str, account_id: str) -> tuple[str, str]:
    """Where it stands what an account has seen of a task: beside the task's case."""
    return task_id.rpartition("-")[0], f"{SEEN}{task_id}#{account_id}"


def listed_task(item: TaskItem) -> ListedTask:
    return ListedTask(
        task_id=item.sk.removeprefix(TASK),
        case_number=item.pk,
        institution_code=item.institution_code,
        department_id=item.department_id,
        status=TaskStatus(item.status),
        urgent=item.urgent,
        opened_at=datetime.fromisoformat(item.opened_at),
        due=day_of(item.due),
        ended_at=None if item.ended_at is None else datetime.fromisoformat(item.ended_at),
        received_on=day_of(item.received_on),
        reminded=item.reminded,
    )


def waiting_item(work: Work) -> WaitingItem:
    """The item of what waits, which puts it into the list of its kind."""
    return WaitingItem(work.case_number, f"{WORK}{work.kind}", **work_attributes(work))


def work_attributes(work: Work) -> dict[str, Any]:
    """What an item has that stands in a list of work."""
    return {
        "work_list": work.kind.value,
        "work_place": work.place,
        "held_by": work.held_by.value,
        "since": work.since.isoformat(),
        "stage": None if work.stage is None else work.stage.value,
        "urgent": work.urgent,
        "due": iso(work.due),
        "institution_code": work.institution_code,
        "taken_by": work.taken_by,
    }


def listed_work(item: WaitingItem) -> Work:
    return Work(
        case_number=item.pk.removeprefix(PLATFORM),
        kind=WorkKind(item.work_list),
        held_by=HeldBy(item.held_by),
        since=datetime.fromisoformat(str(item.since)),
        stage=None if item.stage is None else Stage(item.stage),
        urgent=bool(item.urgent),
        due=day_of(item.due),
        institution_code=item.institution_code,
        taken_by=item.taken_by,
    )
