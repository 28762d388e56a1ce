"""The items of the table of cases, which `table` lists, and what each is in the domain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zlib import crc32

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from degree_auth.adapters.shared.case_keys import StoredKey
from degree_auth.adapters.shared.dynamo import Item, TableMeta
from degree_auth.adapters.shared.log_items import LogItem, attributes_of, fields_of
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.reports.public_notice import PublicNotice
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.domain.review.work import Work, WorkKind
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.domain.verification.listing import (
    ListedDegree,
    ListedTask,
    Question,
    Seen,
    TaskDetails,
    lists_of,
)

SHARDS = 8
CASE = "CASE"
CHANGE = "CHANGE"
CHANGE_DONE = "done"
EVENT = "EVENT#"
SEEN = "SEEN#"
HOLDING = "HOLDING"
TASK = "TASK#"
WORK = "WORK#"
PLATFORM = "platform#"
STATUS_PLACE = "PLACE#"
STATUS_BIT = "BIT#"


class _CasesByRetention(GlobalSecondaryIndex["CaseItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "cases_by_retention"
        projection = KeysOnlyProjection()

    retention_on = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class _OpenCases(GlobalSecondaryIndex["CaseItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "open_cases"
        projection = IncludeProjection(
            ["stage", "version", "wait_version", "wait_token", "wait_until", "due", "received_on"]
        )

    open_shard = UnicodeAttribute(hash_key=True)
    changed_at = UnicodeAttribute(range_key=True)


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


class _ReportsByMonth(GlobalSecondaryIndex["ReportItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "reports_by_month"
        projection = IncludeProjection(["case_number", "state", "institution_code", "basis", "award_year", "issued_at"])

    month_shard = UnicodeAttribute(hash_key=True)
    report_number = UnicodeAttribute(range_key=True)


_SHOWN_OF_WORK = ["held_by", "since", "stage", "urgent", "due", "institution_code", "taken_by"]


class _WorkLists(GlobalSecondaryIndex["WaitingItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "work_lists"
        projection = IncludeProjection(_SHOWN_OF_WORK)

    work_list = UnicodeAttribute(hash_key=True)
    work_place = UnicodeAttribute(range_key=True)


class CaseTableItem(Item):
    """An item of the table of cases."""

    class Meta(TableMeta): ...


class CaseItem(CaseTableItem):
    """The case as it stands. `overtaken` is the report of it that another case has corrected last; `data_key` is its
    data key, wrapped, `sealed_again` what was sealed again under it of what the body has under the master secret.
    `submissions` are the names of its submission, `retention_on` is the day on which something of it is over.
    `wait_execution` is the execution that waits, or the last that did. While the centre's clock runs, `work_place` is
    the day on which to look at it."""

    stage = UnicodeAttribute()
    version = NumberAttribute()
    body = JSONAttribute()
    open_shard = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute()
    wait_token = UnicodeAttribute(null=True)
    wait_version = NumberAttribute(null=True)
    wait_until = UnicodeAttribute(null=True)
    wait_execution = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    received_on = UnicodeAttribute(null=True)
    workflow_failure = UnicodeAttribute(null=True)
    overtaken = UnicodeAttribute(null=True)
    data_key = BinaryAttribute(legacy_encoding=False, null=True)
    key_destroyed = BooleanAttribute(null=True)
    sealed_again = JSONAttribute(null=True)
    submissions = UnicodeSetAttribute(null=True)
    retention_on = UnicodeAttribute(null=True)
    work_list = UnicodeAttribute(null=True)
    work_place = UnicodeAttribute(null=True)
    open_cases = _OpenCases()
    by_retention = _CasesByRetention()


class ChangeItem(CaseTableItem):
    """What the register change of a case waits for; `version` is the case's when that last changed."""

    stage = UnicodeAttribute()
    version = NumberAttribute()
    open_shard = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute()
    wait_token = UnicodeAttribute(null=True)
    wait_version = NumberAttribute(null=True)
    workflow_failure = UnicodeAttribute(null=True)


class EventItem(LogItem, CaseTableItem):
    """One entry of the log. Beside the entry, and no part of its chain, stands what was sealed again under the case's
    data key of what the entry has under the master secret."""

    sealed_again = JSONAttribute(null=True)


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


class SubmissionItem(CaseTableItem):
    """A name of a submission."""

    fingerprint = UnicodeAttribute()
    case_number = UnicodeAttribute()


class HolderItem(CaseTableItem):
    """That a case names, or once named, a holder."""


class DisavowedItem(CaseTableItem):
    """Which cases were ever disavowed of a holder, or about an award, and how often one was."""

    cases = UnicodeSetAttribute(null=True)
    times = NumberAttribute()


class CountItem(CaseTableItem):
    """How often something was counted on a day."""

    count_ = NumberAttribute(attr_name="count")


class OpenCountItem(CaseTableItem):
    """Which cases are open of a person, or with a certificate number."""

    cases = UnicodeSetAttribute(null=True)


class ReportItem(CaseTableItem):
    """A report as the online check finds it."""

    case_number = UnicodeAttribute()
    version = NumberAttribute()
    state = UnicodeAttribute()
    sha256 = UnicodeAttribute()
    object_key = UnicodeAttribute()
    issued_at = UnicodeAttribute()
    facts = JSONAttribute()
    award_key = UnicodeAttribute()
    supersedes = UnicodeAttribute(null=True)
    superseded_by = UnicodeAttribute(null=True)
    followed_by = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    print_key = UnicodeAttribute(null=True)
    content_key = UnicodeAttribute(null=True)
    adopted_by = UnicodeSetAttribute(null=True)
    timestamp = JSONAttribute(null=True)
    status_list = UnicodeAttribute(null=True)
    status_index = NumberAttribute(null=True)
    month_shard = UnicodeAttribute(null=True)
    report_number = UnicodeAttribute(null=True)
    institution_code = UnicodeAttribute(null=True)
    basis = UnicodeAttribute(null=True)
    award_year = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    confirmed_by_institution = BooleanAttribute(null=True)
    erased_at = UnicodeAttribute(null=True)
    erasure_began = BooleanAttribute(null=True)
    reports_by_month = _ReportsByMonth()


class AwardReportItem(CaseTableItem):
    """That a report is about an award."""

    report_number = UnicodeAttribute()


class HoldingItem(CaseTableItem):
    """What was noted of an award of one holder."""

    version = NumberAttribute()
    report_number = UnicodeAttribute(null=True)
    denied_in = UnicodeSetAttribute(null=True)


class StatusItem(CaseTableItem):
    """A place in a status list, or its bit that is set."""

    report_number = UnicodeAttribute()


class NoticeItem(CaseTableItem):
    """One public correction."""

    report_number = UnicodeAttribute()
    state = UnicodeAttribute()
    cause = UnicodeAttribute()
    superseded_by = UnicodeAttribute(null=True)
    at = UnicodeAttribute()


class SweptItem(CaseTableItem):
    """Up to which day it was looked at what is over."""

    day = UnicodeAttribute()


class FileItem(CaseTableItem):
    """Which report an issued file is."""

    report_number = UnicodeAttribute()


def status_key(list_id: str) -> str:
    return f"status#{list_id}"


def status_item(kind: str, place: StatusPlace, report_number: str) -> StatusItem:
    return StatusItem(status_key(place.list_id), f"{kind}{place.index:06d}", report_number=report_number)


def shard_of(name: str) -> int:
    return crc32(name.encode()) % SHARDS


def month_shard(month: str, shard: int) -> str:
    return f"{month}#{shard}"


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


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def event_item(entry: Event) -> EventItem:
    return EventItem(
        entry.case_number,
        f"{EVENT}{entry.seq:06d}",
        **attributes_of(entry),
    )


def entry_of_image(image: Mapping[str, Any]) -> dict[str, Any]:
    """A log entry, as `Event.as_dict` gives it, from an item image of the table's stream."""
    return {
        "case_number": image["pk"],
        "seq": int(image["sk"].removeprefix(EVENT)),
        "type": image["type"],
        "at": image["at"],
        "actor": image["actor"],
        "data": json.loads(image["data"]),
        "previous_hash": image["previous_hash"],
        "hash": image["hash"],
    }


def event_of(item: EventItem) -> Event:
    return Event(case_number=item.pk, type=EventType(item.type), **fields_of(item, EVENT))


def stored_key_of(item: CaseItem) -> StoredKey:
    """What lies beside a case, to open what is sealed for it."""
    return StoredKey(item.data_key, item.sealed_again or {}, destroyed=bool(item.key_destroyed))


def body_of(case: Case) -> dict[str, Any]:
    """What the item of a case holds beside its own attributes."""
    return {name: value for name, value in as_data(case).items() if name not in _OWN_ATTRIBUTES}


def case_of(item: CaseItem) -> Case:
    own = dict(zip(_OWN_ATTRIBUTES, (item.pk, int(item.version), item.stage, item.changed_at), strict=True))
    return from_data(Case, {**item.body, **own})


_OWN_ATTRIBUTES = ("case_number", "version", "stage", "changed_at")


def notice_of(item: NoticeItem) -> PublicNotice:
    return PublicNotice(item.report_number, ReportState(item.state), item.cause, item.superseded_by, moment(item.at))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
