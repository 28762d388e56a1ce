"""The table of cases: a case, its log, its tasks, and the names under which it is found.

Items (`pk` / `sk`):
- case number / CASE: the case as it stands; `stage` and `version` stand apart, for the machines to read.
- case number / EVENT#000001 …: its log.
- case number / TASK#id: its verification tasks, as lists show them.
- submission#digest / SUBMISSION: which case a submission became.
- case number / CHANGE: what the case's register change waits for, for its machine to read.
- report#number / REPORT and file#sha256 / REPORT: what the online check reads.
- award#digest / REPORT#number: the reports about one award.
- notices#year / moment#number: the public corrections.

Index `open_cases` (sparse): every case that is not at its end, and every live register change, by the machine that
drives it.
Indexes `tasks_by_institution` and `tasks_by_department` (sparse): tasks, by list and their place in it.
Index `reports_by_month` (sparse): every report by the month of its issue, for spot checks.
"""

from __future__ import annotations

import heapq
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from zlib import crc32

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from degree_auth.adapters.fees.table import FeeTable
from degree_auth.domain.cases.case import Attachment, Case, FormerReport, ReportReference
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.recheck import recheck_as_dict, recheck_from_dict
from degree_auth.domain.cases.register_change import change_as_dict, change_from_dict
from degree_auth.domain.cases.stages import Machine, Outcome, Stage, machine_for
from degree_auth.domain.cases.task import TaskStatus, task_as_dict, task_from_dict
from degree_auth.domain.fees.fees import earned_fees
from degree_auth.domain.reports.issued import IssuedReport, Notice
from degree_auth.domain.shared.errors import NotFound, Unavailable
from degree_auth.domain.shared.workdays import shanghai_day
from degree_auth.domain.spot_checks.draw import FinishedReport
from degree_auth.domain.verification.decisions import waiting_task
from degree_auth.domain.verification.listing import ListedTask, TaskFilter, changed_listings, lists_of
from degree_auth.services.cases.ports import OpenCase, SubmissionKey
from degree_auth.services.shared.ports import Stale, Taken

SHARDS = 8
_CASE = "CASE"
_CHANGE = "CHANGE"
_CHANGE_DONE = "done"
_EVENT = "EVENT#"
_TASK = "TASK#"
_CONFLICT_TRIES = 6


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


class _Item(Model):
    class Meta:
        table_name = ""
        region = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 10
        max_retry_attempts = 3

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class CaseItem(_Item):
    """The case as it stands."""

    stage = UnicodeAttribute()
    version = NumberAttribute()
    body = JSONAttribute()
    open_shard = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute()
    wait_token = UnicodeAttribute(null=True)
    wait_version = NumberAttribute(null=True)
    wait_until = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    received_on = UnicodeAttribute(null=True)
    workflow_failure = UnicodeAttribute(null=True)
    open_cases = _OpenCases()


class ChangeItem(_Item):
    """What the register change of a case waits for; `version` is the case's when that last changed."""

    stage = UnicodeAttribute()
    version = NumberAttribute()
    open_shard = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute()
    wait_token = UnicodeAttribute(null=True)
    wait_version = NumberAttribute(null=True)
    workflow_failure = UnicodeAttribute(null=True)


class EventItem(_Item):
    """One entry of the log."""

    type = UnicodeAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    data = JSONAttribute()
    previous_hash = UnicodeAttribute()
    hash = UnicodeAttribute()


class TaskItem(_Item):
    """One verification task, as lists show it."""

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
    by_institution = _TasksByInstitution()
    by_department = _TasksByDepartment()


class SubmissionItem(_Item):
    """A name of a submission."""

    fingerprint = UnicodeAttribute()
    case_number = UnicodeAttribute()


class ReportItem(_Item):
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
    changed_at = UnicodeAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    print_key = UnicodeAttribute(null=True)
    month_shard = UnicodeAttribute(null=True)
    report_number = UnicodeAttribute(null=True)
    institution_code = UnicodeAttribute(null=True)
    basis = UnicodeAttribute(null=True)
    award_year = UnicodeAttribute(null=True)
    reports_by_month = _ReportsByMonth()


class AwardReportItem(_Item):
    """That a report is about an award."""

    report_number = UnicodeAttribute()


class NoticeItem(_Item):
    """One public correction."""

    report_number = UnicodeAttribute()
    state = UnicodeAttribute()
    cause = UnicodeAttribute()
    superseded_by = UnicodeAttribute(null=True)
    at = UnicodeAttribute()


class FileItem(_Item):
    """Which report an issued file is."""

    report_number = UnicodeAttribute()


class CaseTable:
    """Cases in DynamoDB; implements `CaseStore`, `OpenCases`, `Notices` and `TaskLists`. One table a process.

    `fees` is where the fees of answers go, for functions through which tasks are answered.
    """

    def __init__(self, table_name: str, region: str, fees: FeeTable | None = None) -> None:
        self._fees = fees
        _Item.Meta.table_name = table_name
        _Item.Meta.region = region
        self._connection = Connection(
            region=region,
            connect_timeout_seconds=_Item.Meta.connect_timeout_seconds,
            read_timeout_seconds=_Item.Meta.read_timeout_seconds,
            max_retry_attempts=_Item.Meta.max_retry_attempts,
        )

    def load(self, case_number: str) -> Case:
        """The case. Raises `NotFound`."""
        return _case_of(self._item(case_number))

    def wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case, if one ever did. Raises `NotFound`."""
        return self._item(case_number).wait_token

    def change_wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case's register change, if one ever did."""
        try:
            return ChangeItem.get(case_number, _CHANGE, consistent_read=True).wait_token
        except DoesNotExist:
            return None

    def log(self, case_number: str) -> list[Event]:
        """The whole log in order. Raises `NotFound`."""
        entries = [
            _event_of(item)
            for item in EventItem.query(case_number, EventItem.sk.startswith(_EVENT), consistent_read=True)
        ]
        if not entries:
            raise NotFound("not_found")
        return entries

    def submission(self, name: str) -> SubmissionKey | None:
        """The submission known under this name."""
        try:
            item = SubmissionItem.get(f"submission#{name}", "SUBMISSION", consistent_read=True)
        except DoesNotExist:
            return None
        return SubmissionKey(name, item.fingerprint, item.case_number)

    def report(self, report_number: str) -> IssuedReport | None:
        """The report with this number."""
        try:
            item = ReportItem.get(f"report#{report_number}", "REPORT", consistent_read=True)
        except DoesNotExist:
            return None
        return IssuedReport(
            report_number=report_number,
            case_number=item.case_number,
            version=int(item.version),
            state=item.state,
            sha256=item.sha256,
            object_key=item.object_key,
            issued_at=datetime.fromisoformat(item.issued_at),
            facts=item.facts,
            award_key=item.award_key,
            supersedes=item.supersedes,
            superseded_by=item.superseded_by,
            changed_at=None if item.changed_at is None else datetime.fromisoformat(item.changed_at),
            cause=item.cause or "",
            print_key=item.print_key or "",
        )

    def reports_of_award(self, award_key: str) -> list[IssuedReport]:
        """The reports ever issued about an award."""
        numbers = [item.report_number for item in AwardReportItem.query(f"award#{award_key}", consistent_read=True)]
        return [report for number in numbers if (report := self.report(number)) is not None]

    def notices(self, year: int, before: str, limit: int) -> list[tuple[str, Notice]]:
        """Notices of a year, the latest first, each with its place; those before the place `before`."""
        found = NoticeItem.query(
            f"notices#{year}",
            NoticeItem.sk < before if before else None,
            scan_index_forward=False,
            limit=limit,
        )
        return [
            (item.sk, Notice(item.report_number, item.state, item.cause, item.superseded_by, _moment(item.at)))
            for item in found
        ]

    def report_of_file(self, sha256: str) -> IssuedReport | None:
        """The report whose issued file has this SHA-256 (hex)."""
        try:
            item = FileItem.get(f"file#{sha256}", "REPORT", consistent_read=True)
        except DoesNotExist:
            return None
        return self.report(item.report_number)

    def open_cases(self, changed_before: datetime) -> Iterator[OpenCase]:
        """Cases that are not at their end and have not changed since, by machine and shard."""
        for machine in Machine:
            for shard in range(SHARDS):
                for item in CaseItem.open_cases.query(
                    f"{machine}#{shard}", CaseItem.changed_at < changed_before.isoformat()
                ):
                    waiting = None if item.wait_version is None else int(item.wait_version)
                    until = item.wait_until
                    yield OpenCase(
                        case_number=item.pk,
                        machine=machine,
                        version=int(item.version),
                        changed_at=datetime.fromisoformat(item.changed_at),
                        wait_version=waiting,
                        wait_token=item.wait_token,
                        wait_until=None if until is None else datetime.fromisoformat(until),
                        due=_day(item.due),
                        received_on=_day(item.received_on),
                    )

    def listed(self, of: TaskFilter, limit: int, after: str | None = None) -> list[ListedTask]:
        """At most `limit` tasks of a list in its order, from behind the place `after` on; reads no more than these."""
        index = TaskItem.by_institution if of.department_id is None else TaskItem.by_department
        behind = None
        if after is not None:
            behind = TaskItem.place > after if of.is_open else TaskItem.place < after
        found = index.query(of.key, behind, scan_index_forward=of.is_open, limit=limit)
        return [_listed_task(item) for item in found]

    def finished_reports(self, months: Sequence[str]) -> Iterator[FinishedReport]:
        """Every report issued in these months (YYYY-MM, Asia/Shanghai), whatever its state, by number; page by page."""
        shards = [_month_shard(month, shard) for month in dict.fromkeys(months) for shard in range(SHARDS)]
        yield from heapq.merge(*map(_reports_in, shards), key=attrgetter("report_number"))

    def commit(
        self,
        before: Case | None,
        after: Case,
        entries: Sequence[Event],
        *,
        submissions: Sequence[SubmissionKey] = (),
        report: IssuedReport | None = None,
    ) -> None:
        """Store case, entries and what they create, the fees that they earn among it, all or nothing.

        Raises:
            Stale: the case is no longer `before`.
            Taken: a submission is known under one of the names already.
            Unavailable: others kept changing the same items; nothing was stored.
        """
        earned = earned_fees(entries)
        if earned and self._fees is None:
            raise RuntimeError("an answer earns a fee, and this function has no table for it")
        for attempt in range(_CONFLICT_TRIES):
            try:
                with TransactWrite(connection=self._connection) as transaction:
                    # Submissions come first, so that their place among the cancellation reasons is known.
                    for key in submissions:
                        transaction.save(
                            SubmissionItem(
                                f"submission#{key.name}",
                                "SUBMISSION",
                                fingerprint=key.fingerprint,
                                case_number=key.case_number,
                            ),
                            condition=SubmissionItem.case_number == key.replaces
                            if key.replaces
                            else SubmissionItem.pk.does_not_exist(),
                        )
                    _put_case(transaction, before, after)
                    _put_change(transaction, before, after)
                    _put_corrections(transaction, entries)
                    for entry in entries:
                        transaction.save(_event_item(entry), condition=EventItem.pk.does_not_exist())
                    for task in changed_listings(before, after):
                        # The condition on the case guards its tasks too.
                        transaction.save(task_item(task))
                    if report is not None:
                        _put_report(transaction, report, after.institution_code)
                    for fee in earned:
                        FeeTable.save(transaction, fee)
            except TransactWriteError as error:
                reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
                if "ConditionalCheckFailed" in reasons[: len(submissions)]:
                    raise Taken from error
                if "ConditionalCheckFailed" in reasons:
                    raise Stale from error
                if not set(reasons) & {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}:
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
            else:
                return
        raise Unavailable("try_again")

    @staticmethod
    def _item(case_number: str) -> CaseItem:
        try:
            return CaseItem.get(case_number, _CASE, consistent_read=True)
        except DoesNotExist:
            raise NotFound("not_found") from None


def _shard(name: str) -> int:
    return crc32(name.encode()) % SHARDS


def _month_shard(month: str, shard: int) -> str:
    return f"{month}#{shard}"


def _reports_in(month_shard: str) -> Iterator[FinishedReport]:
    for item in ReportItem.reports_by_month.query(month_shard):
        yield FinishedReport(
            report_number=str(item.report_number),
            case_number=item.case_number,
            state=item.state,
            institution_code=str(item.institution_code),
            basis=str(item.basis),
            award_year=str(item.award_year),
            issued_on=f"{shanghai_day(datetime.fromisoformat(item.issued_at)):%Y-%m-%d}",
        )


def _put_case(transaction: TransactWrite, before: Case | None, after: Case) -> None:
    machine = machine_for(after.stage)
    shard = None if machine is None else f"{machine}#{_shard(after.case_number)}"
    task = waiting_task(after)
    due, received_on = (None, None) if task is None else (_iso(task.due), _iso(task.received_on))
    item = CaseItem(after.case_number, _CASE)
    if before is None:
        item.stage, item.version, item.body = after.stage.value, after.version, _body_of(after)
        item.open_shard, item.changed_at, item.due = shard, after.changed_at.isoformat(), due
        transaction.save(item, condition=CaseItem.pk.does_not_exist())
        return
    # An update of named attributes, because the waiting machine's token stands on the same item.
    actions: list[Action] = [
        CaseItem.stage.set(after.stage.value),
        CaseItem.version.set(after.version),
        CaseItem.body.set(_body_of(after)),
        CaseItem.changed_at.set(after.changed_at.isoformat()),
        CaseItem.workflow_failure.remove(),
        # Whoever waits next says until when; the machine that waits now is woken by the new version.
        CaseItem.wait_until.remove(),
        CaseItem.due.remove() if due is None else CaseItem.due.set(due),
        CaseItem.received_on.remove() if received_on is None else CaseItem.received_on.set(received_on),
        CaseItem.open_shard.remove() if shard is None else CaseItem.open_shard.set(shard),
    ]
    transaction.update(item, actions, condition=CaseItem.version == before.version)


def _put_change(transaction: TransactWrite, before: Case | None, after: Case) -> None:
    """What the register change waits for now, when that is not what it was; the case's own version guards it."""
    was = None if before is None else (before.change_stage, before.register_changes)
    if was == (after.change_stage, after.register_changes) or not after.register_changes:
        return
    stage = after.change_stage
    shard = f"{Machine.REGISTER_CHANGE}#{_shard(after.case_number)}"
    transaction.update(
        ChangeItem(after.case_number, _CHANGE),
        [
            ChangeItem.stage.set(_CHANGE_DONE if stage is None else stage.value),
            ChangeItem.version.set(after.version),
            ChangeItem.changed_at.set(after.changed_at.isoformat()),
            ChangeItem.open_shard.remove() if stage is None else ChangeItem.open_shard.set(shard),
            ChangeItem.workflow_failure.remove(),
        ],
    )


_STATE_AFTER = {EventType.REPORT_SUPERSEDED: "superseded", EventType.REPORT_REVOKED: "revoked"}


def _put_corrections(transaction: TransactWrite, entries: Sequence[Event]) -> None:
    """A report that ceased to be valid says so in the check, and in the public list, from the same moment on."""
    for entry in entries:
        if entry.type not in _STATE_AFTER:
            continue
        state, data, at = _STATE_AFTER[entry.type], entry.data, entry.at.isoformat()
        number, following = data["report_number"], data.get("superseded_by")
        actions: list[Action] = [
            ReportItem.state.set(state),
            ReportItem.changed_at.set(at),
            ReportItem.cause.set(data["cause"]),
        ]
        if following is not None:
            actions.append(ReportItem.superseded_by.set(following))
        transaction.update(ReportItem(f"report#{number}", "REPORT"), actions, condition=ReportItem.state == "valid")
        transaction.save(
            NoticeItem(
                f"notices#{shanghai_day(entry.at).year}",
                f"{at}#{number}",
                report_number=number,
                state=state,
                cause=data["cause"],
                superseded_by=following,
                at=at,
            )
        )


def _put_report(transaction: TransactWrite, report: IssuedReport, institution_code: str) -> None:
    transaction.save(
        ReportItem(
            f"report#{report.report_number}",
            "REPORT",
            case_number=report.case_number,
            version=report.version,
            state=report.state,
            sha256=report.sha256,
            object_key=report.object_key,
            issued_at=report.issued_at.isoformat(),
            facts=dict(report.facts),
            award_key=report.award_key,
            supersedes=report.supersedes,
            superseded_by=report.superseded_by,
            changed_at=None if report.changed_at is None else report.changed_at.isoformat(),
            cause=report.cause or None,
            print_key=report.print_key or None,
            month_shard=_month_shard(f"{shanghai_day(report.issued_at):%Y-%m}", _shard(report.report_number)),
            report_number=report.report_number,
            institution_code=institution_code,
            basis=report.facts.get("basis"),
            award_year=str(report.facts.get("award_date", ""))[:4] or None,
        ),
        condition=ReportItem.pk.does_not_exist(),
    )
    transaction.save(
        AwardReportItem(
            f"award#{report.award_key}", f"REPORT#{report.report_number}", report_number=report.report_number
        ),
    )
    transaction.save(
        FileItem(f"file#{report.sha256}", "REPORT", report_number=report.report_number),
        condition=FileItem.pk.does_not_exist(),
    )


def task_item(task: ListedTask) -> TaskItem:
    """The item of a task, which puts it into its two lists."""
    of_institution, of_department = lists_of(task)
    return TaskItem(
        task.case_number,
        f"{_TASK}{task.task_id}",
        institution_list=of_institution.key,
        department_list=of_department.key,
        place=task.place,
        institution_code=task.institution_code,
        department_id=task.department_id,
        status=task.status.value,
        urgent=task.urgent,
        opened_at=task.opened_at.isoformat(),
        due=_iso(task.due),
        ended_at=None if task.ended_at is None else task.ended_at.isoformat(),
        received_on=_iso(task.received_on),
        reminded=task.reminded,
    )


def _listed_task(item: TaskItem) -> ListedTask:
    return ListedTask(
        task_id=item.sk.removeprefix(_TASK),
        case_number=item.pk,
        institution_code=item.institution_code,
        department_id=item.department_id,
        status=TaskStatus(item.status),
        urgent=item.urgent,
        opened_at=datetime.fromisoformat(item.opened_at),
        due=_day(item.due),
        ended_at=None if item.ended_at is None else datetime.fromisoformat(item.ended_at),
        received_on=_day(item.received_on),
        reminded=item.reminded,
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _event_item(entry: Event) -> EventItem:
    return EventItem(
        entry.case_number,
        f"{_EVENT}{entry.seq:06d}",
        type=entry.type.value,
        at=entry.at.isoformat(),
        actor=entry.actor,
        data=dict(entry.data),
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )


def entry_of_image(image: Mapping[str, Any]) -> dict[str, Any]:
    """A log entry, as `Event.as_dict` gives it, from an item image of the table's stream."""
    return {
        "case_number": image["pk"],
        "seq": int(image["sk"].removeprefix(_EVENT)),
        "type": image["type"],
        "at": image["at"],
        "actor": image["actor"],
        "data": json.loads(image["data"]),
        "previous_hash": image["previous_hash"],
        "hash": image["hash"],
    }


def _event_of(item: EventItem) -> Event:
    return Event(
        case_number=item.pk,
        seq=int(item.sk.removeprefix(_EVENT)),
        type=EventType(item.type),
        at=datetime.fromisoformat(item.at),
        actor=item.actor,
        data=item.data,
        previous_hash=item.previous_hash,
        hash=item.hash,
    )


def _body_of(case: Case) -> dict[str, Any]:
    body = asdict(case)
    for name in ("case_number", "version", "stage", "changed_at"):
        del body[name]
    body["received_at"] = case.received_at.isoformat()
    for stored, one in zip(body["attachments"], case.attachments, strict=True):
        stored["announced_at"] = one.announced_at.isoformat()
    body["tasks"] = [task_as_dict(task) for task in case.tasks]
    body["rechecks"] = [recheck_as_dict(one) for one in case.rechecks]
    body["register_changes"] = [change_as_dict(one) for one in case.register_changes]
    body["concluded_at"] = None if case.concluded_at is None else case.concluded_at.isoformat()
    if case.report is not None:
        body["report"]["issued_at"] = case.report.issued_at.isoformat()
    return body


def _case_of(item: CaseItem) -> Case:
    body = item.body
    report = body["report"]
    return Case(
        **{
            **body,
            "case_number": item.pk,
            "version": int(item.version),
            "stage": Stage(item.stage),
            "outcome": None if body["outcome"] is None else Outcome(body["outcome"]),
            "received_at": datetime.fromisoformat(body["received_at"]),
            "changed_at": datetime.fromisoformat(item.changed_at),
            "tasks": tuple(task_from_dict(one) for one in body.get("tasks", ())),
            "attachments": tuple(
                Attachment(**{**one, "announced_at": datetime.fromisoformat(one["announced_at"])})
                for one in body["attachments"]
            ),
            "commands": tuple(body["commands"]),
            "concluded_at": None if body["concluded_at"] is None else _moment(body["concluded_at"]),
            "former_reports": tuple(FormerReport(**one) for one in body["former_reports"]),
            "spot_checks": tuple(body["spot_checks"]),
            "rechecks": tuple(map(recheck_from_dict, body["rechecks"])),
            "register_changes": tuple(map(change_from_dict, body["register_changes"])),
            "report": None
            if report is None
            else ReportReference(**{**report, "issued_at": datetime.fromisoformat(report["issued_at"])}),
        }
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
