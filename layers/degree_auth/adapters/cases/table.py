"""The table of cases: a case, its log, its tasks, and the names under which it is found.

Items (`pk` / `sk`):
- case number / CASE: the case as it stands; `stage` and `version` stand apart, for the machines to read. Beside it, its
  data key, wrapped.
- case number / EVENT#000001 …: its log.
- case number / TASK#id: its verification tasks, as lists show them.
- case number / WORK#kind: what of it waits for staff, as lists show it.
- work / RELISTED: how far stored cases were looked through after a change of what lists show.
- case number / SEEN#id#account: what an account has seen of a task.
- certificate#digest / TASK#id: the tasks that ask about a certificate.
- submission#digest / SUBMISSION: which case a submission became.
- count#digest / day: how often something was counted that day.
- open#digest / OPEN: which cases are open of a person, or with a certificate number.
- holder#digest / case number: the cases that name a holder, or once did.
- disavowed#digest / CASES: the cases that were ever disavowed of a holder, or about an award, and how often one was.
- case number / CHANGE: what the case's register change waits for, for its machine to read.
- report#number / REPORT and file#sha256 / REPORT: what the online check reads.
- award#digest / REPORT#number: the reports about one award.
- award#digest / HOLDING: the latest report about one award of one holder, and the cases in which it was denied.
- notices#year / moment#number: the public corrections.
- retention / SWEPT: up to which day it was looked at what is over.
- status#list / PLACE#index and BIT#index: places in status lists, and bits that are set; `StatusListTable` reads them.

Index `open_cases` (sparse): every case that is not at its end, and every live register change, by the machine that
drives it.
Indexes `tasks_by_institution` and `tasks_by_department` (sparse): tasks, by list and their place in it.
Index `work_lists` (sparse): what waits for staff, by kind and place; and cases by the day on which to look at the
centre's deadline.
Index `reports_by_month` (sparse): every report by the month of its issue, for spot checks.
Index `cases_by_retention` (sparse): cases by the day on which something of them is over, for the sweep.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from operator import attrgetter

from pynamodb.exceptions import DeleteError, DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from degree_auth.adapters.cases.items import (
    CASE,
    CHANGE,
    CHANGE_DONE,
    EVENT,
    HOLDING,
    SHARDS,
    STATUS_BIT,
    STATUS_PLACE,
    TASK,
    WORK,
    AwardReportItem,
    CaseItem,
    CaseTableItem,
    CertificateItem,
    ChangeItem,
    CountItem,
    DisavowedItem,
    EventItem,
    FileItem,
    HolderItem,
    HoldingItem,
    NoticeItem,
    OpenCountItem,
    RelistedItem,
    ReportItem,
    SeenItem,
    StatusItem,
    SubmissionItem,
    SweptItem,
    TaskItem,
    WaitingItem,
    body_of,
    case_of,
    day_of,
    event_item,
    event_of,
    iso,
    listed_task,
    listed_work,
    month_shard,
    notice_of,
    seen_key,
    shard_of,
    status_item,
    stored_key_of,
    task_details,
    task_item,
    waiting_item,
)
from degree_auth.adapters.fees.table import FeeTable
from degree_auth.adapters.shared.case_keys import CaseKeys, StoredKey
from degree_auth.adapters.shared.dynamo import CONDITION_FAILED, Writes, connect, refusal_code
from degree_auth.adapters.shared.retention import published_retention
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.report_state import (
    STATE_AFTER,
    Basis,
    ReportState,
    confirmed_reports,
    upheld_reports,
)
from degree_auth.domain.cases.retention import next_swept
from degree_auth.domain.cases.stages import Machine, Stage, machine_for
from degree_auth.domain.fees.fee import earned_fees
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument, Timestamp, impersonal_facts
from degree_auth.domain.reports.public_notice import PublicNotice
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.domain.review.work import Stretch, Work, WorkKind, changed_work, work_of
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.spot_checks.population import FinishedReport
from degree_auth.domain.verification.centre_deadline import centre_look
from degree_auth.domain.verification.listing import ListedTask, TaskDetails, TaskFilter, changed_listings
from degree_auth.domain.verification.tasks import waiting_task
from degree_auth.services.cases.ports import (
    Change,
    Count,
    DescribeTask,
    Disavowed,
    Lookups,
    OpenCase,
    OpenLimit,
    SubmissionKey,
)
from degree_auth.services.shared.ports import Taken, TooManyOpen, TooOften

_SWEPT = ("retention", "SWEPT")
_RELISTED = ("work", "RELISTED")
_CENTRE = "centre"
_CONFIRMED = ReportItem.confirmed_by_institution.set(True)


class CaseTable:
    """Cases in DynamoDB; implements `CaseStore`, `OpenCases`, `PublicNotices`, `TaskLists` and `WorkLists`.

    One table a process.
    `fees` is where the fees of answers go, for functions through which tasks are answered. `keys` learn the data key of
    every case that is read, and have those of cases that are new, for functions that seal or open. `describe` tells
    these functions what lists show of a task's degree.
    """

    def __init__(
        self,
        table_name: str,
        region: str,
        fees: FeeTable | None = None,
        keys: CaseKeys | None = None,
        describe: DescribeTask | None = None,
    ) -> None:
        self._fees = fees
        self._describe = describe
        self.keys = CaseKeys() if keys is None else keys
        self.keys.read_from(self.stored_key)
        self._connection = connect(CaseTableItem.Meta, table_name, region)

    @property
    def calendar(self) -> Calendar:
        """The published working days."""
        return published_calendar()

    def load(self, case_number: str) -> Case:
        """The case. Raises `NotFound`."""
        item = self._item(case_number)
        self.keys.learn(case_number, stored_key_of(item))
        return case_of(item)

    def stored_key(self, case_number: str) -> StoredKey | None:
        """What lies beside a case, to open what is sealed for it; None when there is no such case."""
        try:
            return stored_key_of(self._item(case_number))
        except NotFound:
            return None

    def wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case, if one ever did. Raises `NotFound`."""
        return self._item(case_number).wait_token

    def change_wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case's register change, if one ever did."""
        try:
            return ChangeItem.get(case_number, CHANGE, consistent_read=True).wait_token
        except DoesNotExist:
            return None

    def log(self, case_number: str) -> list[Event]:
        """The whole log in order. Raises `NotFound`."""
        items = list(EventItem.query(case_number, EventItem.sk.startswith(EVENT), consistent_read=True))
        if not items:
            raise NotFound("not_found")
        self.keys.learn_again(case_number, {name: one for item in items for name, one in _again(item).items()})
        return [event_of(item) for item in items]

    def submission(self, name: str) -> SubmissionKey | None:
        """The submission known under this name."""
        try:
            item = SubmissionItem.get(f"submission#{name}", "SUBMISSION", consistent_read=True)
        except DoesNotExist:
            return None
        return SubmissionKey(name, item.fingerprint, item.case_number)

    def counted(self, count: Count) -> int:
        """How often something was counted on its day, as it was last written."""
        try:
            return int(CountItem.get(f"count#{count.digest}", count.day.isoformat(), consistent_read=True).count_)
        except DoesNotExist:
            return 0

    def count(self, count: Count) -> None:
        """Count something once more, beside no commit and beyond any bound."""
        CountItem(f"count#{count.digest}", count.day.isoformat()).update([CountItem.count_.add(1)])

    def cases_naming(self, holder_key: str, limit: int, before: str | None = None) -> list[str]:
        """At most `limit` case numbers, the latest first, of cases that once named this holder; those before
        `before`."""
        found = HolderItem.query(
            f"holder#{holder_key}",
            None if before is None else HolderItem.sk < before,
            consistent_read=True,
            scan_index_forward=False,
            limit=limit,
        )
        return [item.sk for item in found]

    def disavowals_under(self, digest: str) -> Disavowed:
        """The cases that were ever disavowed of a holder, or about an award."""
        try:
            item = DisavowedItem.get(*_disavowed_key(digest), consistent_read=True)
        except DoesNotExist:
            return Disavowed(digest)
        return Disavowed(digest, tuple(sorted(item.cases or ())), int(item.times))

    def report(self, report_number: str) -> IssuedDocument | None:
        """The report with this number."""
        try:
            item = ReportItem.get(f"report#{report_number}", "REPORT", consistent_read=True)
        except DoesNotExist:
            return None
        return IssuedDocument(
            report_number=report_number,
            case_number=item.case_number,
            version=int(item.version),
            state=ReportState(item.state),
            sha256=item.sha256,
            object_key=item.object_key,
            issued_at=datetime.fromisoformat(item.issued_at),
            facts=item.facts,
            certificate_digest=item.award_key,
            supersedes=item.supersedes,
            superseded_by=item.superseded_by,
            followed_by=item.followed_by,
            changed_at=None if item.changed_at is None else datetime.fromisoformat(item.changed_at),
            cause=item.cause or "",
            print_key=item.print_key or "",
            content_key=item.content_key or "",
            adopted_by=tuple(sorted(item.adopted_by or ())),
            timestamp=None if item.timestamp is None else _timestamp_of(item.timestamp),
            status=None if item.status_list is None else StatusPlace(item.status_list, int(item.status_index)),
            kind=DocumentKind(item.kind or DocumentKind.REPORT),
            confirmed_by_institution=bool(item.confirmed_by_institution),
            erased_at=None if item.erased_at is None else datetime.fromisoformat(item.erased_at),
            erasure_began=bool(item.erasure_began),
        )

    def holding(self, key: str) -> Holding:
        """What was noted of an award of one holder."""
        try:
            item = HoldingItem.get(f"award#{key}", HOLDING, consistent_read=True)
        except DoesNotExist:
            return Holding(key)
        latest = None if item.report_number is None else self.report(item.report_number)
        return Holding(key, int(item.version), latest, tuple(sorted(item.denied_in or ())))

    def status_holder(self, place: StatusPlace) -> str | None:
        """The number of the report that has this place in a status list, if any has."""
        wanted = status_item(STATUS_PLACE, place, "")
        try:
            return StatusItem.get(wanted.pk, wanted.sk, consistent_read=True).report_number
        except DoesNotExist:
            return None

    def reports_of_award(self, certificate_digest: str) -> list[IssuedDocument]:
        """The reports ever issued about an award."""
        numbers = [
            item.report_number for item in AwardReportItem.query(f"award#{certificate_digest}", consistent_read=True)
        ]
        return [report for number in numbers if (report := self.report(number)) is not None]

    def notices(self, year: int, before: str, limit: int) -> list[tuple[str, PublicNotice]]:
        """Notices of a year, the latest first, each with its place; those before the place `before`."""
        found = NoticeItem.query(
            f"notices#{year}",
            NoticeItem.sk < before if before else None,
            scan_index_forward=False,
            limit=limit,
        )
        return [(item.sk, notice_of(item)) for item in found]

    def report_of_file(self, sha256: str) -> IssuedDocument | None:
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
                        due=day_of(item.due),
                        received_on=day_of(item.received_on),
                        is_frozen=item.stage == Stage.FROZEN.value,
                    )

    def list_tasks(self, of: TaskFilter, limit: int, after: str | None = None) -> list[ListedTask]:
        """At most `limit` tasks of a list in its order, from behind the place `after` on; reads no more than these."""
        index = TaskItem.by_institution if of.department_id is None else TaskItem.by_department
        behind = None
        if after is not None:
            behind = TaskItem.place > after if of.is_unfinished else TaskItem.place < after
        found = index.query(of.key, behind, scan_index_forward=of.is_unfinished, limit=limit)
        return [listed_task(item) for item in found]

    def list_work(self, kind: WorkKind, within: Stretch, limit: int) -> list[Work]:
        """At most `limit` entries of a list within a stretch of it, in order; reads no more than these."""
        # A range includes its ends. No place is one of these: places are longer, and a space sorts before what follows.
        places = WaitingItem.work_place.between(f"{within.above} ", within.below)
        return [listed_work(item) for item in WaitingItem.work_lists.query(kind.value, places, limit=limit)]

    def executions(self, case_numbers: Sequence[str]) -> dict[str, str]:
        """The ARN of the execution that waits for each case, or was the last to; nothing else of the cases is read."""
        found: dict[str, str] = {}
        for number in dict.fromkeys(case_numbers):
            with suppress(DoesNotExist):
                item = CaseItem.get(number, CASE, attributes_to_get=["pk", "sk", "wait_execution"])
                if item.wait_execution is not None:
                    found[number] = item.wait_execution
        return found

    def centre_looks(self, today: date, limit: int) -> list[str]:
        """At most `limit` cases whose centre's deadline is to be looked at by a day, an equal share of each shard."""
        share = -(-limit // SHARDS)
        return [
            item.pk
            for shard in range(SHARDS)
            for item in islice(
                WaitingItem.work_lists.query(
                    f"{_CENTRE}#{shard}", WaitingItem.work_place <= today.isoformat(), limit=share, page_size=share
                ),
                share,
            )
        ]

    def relisted(self) -> tuple[str, str | None]:
        """By which rules the stored cases were last looked through, and up to where; all of them for None."""
        try:
            item = RelistedItem.get(*_RELISTED, consistent_read=True)
        except DoesNotExist:
            return "", None
        return item.rules, item.after

    def mark_relisted(self, rules: str, after: str | None) -> None:
        """The stored cases were looked through by these rules, up to there."""
        RelistedItem(*_RELISTED, rules=rules, after=after).save()

    def relist(self, before: Case, after: Case) -> bool:
        """Put what lists show of a case right, and what an earlier release did not keep on it: whether anything was
        wrong. `after` is the same case, as its log makes it. Raises `Stale`: it has changed since it was read."""
        stored = list(WaitingItem.query(before.case_number, WaitingItem.sk.startswith(WORK), consistent_read=True))
        listed = [listed_work(item) for item in stored if item.work_list is not None]
        wanted = work_of(after, published_calendar())
        kinds = {one.kind for one in wanted}
        wrong = [one for one in wanted if one not in listed]
        gone = [one.kind for one in listed if one.kind not in kinds]
        look, item = _centre_place(after), self._item(before.case_number)
        if not wrong and not gone and before == after and look == (item.work_list, item.work_place):
            return False
        writes = Writes()
        writes.update(
            CaseItem(before.case_number, CASE),
            [CaseItem.body.set(body_of(after)), *_centre_actions(look)],
            condition=CaseItem.version == before.version,
        )
        _put_work(writes, before.case_number, wrong, gone)
        writes.commit(self._connection)
        return True

    def task_details(self, tasks: Sequence[ListedTask], account_id: str) -> dict[str, TaskDetails]:
        """What stands beside these tasks, by their number, and what an account has seen of them; tasks without an item
        are left out."""
        seen = {
            (item.pk, item.sk): item
            for item in SeenItem.batch_get([seen_key(task.task_id, account_id) for task in tasks])
        }
        items = TaskItem.batch_get([(task.case_number, f"{TASK}{task.task_id}") for task in tasks])
        ids = [(item.sk.removeprefix(TASK), item) for item in items]
        return {task_id: task_details(item, seen.get(seen_key(task_id, account_id))) for task_id, item in ids}

    def see_task(self, task_id: str, account_id: str, *, asked: str | None = None, messages: int | None = None) -> None:
        """An account has seen the question of a task, or so many of its messages."""
        actions: list[Action] = []
        if asked is not None:
            actions.append(SeenItem.asked.set(asked))
        if messages is not None:
            actions.append(SeenItem.messages.set(messages))
        SeenItem(*seen_key(task_id, account_id)).update(actions)

    def tasks_about(self, certificate_digest: str, limit: int) -> list[str]:
        """At most `limit` numbers of tasks that ask, or asked, about a certificate, the latest first."""
        found = CertificateItem.query(
            f"certificate#{certificate_digest}", scan_index_forward=False, limit=limit, consistent_read=True
        )
        return [item.sk.removeprefix(TASK) for item in found]

    def finished_reports(self, months: Sequence[str]) -> Iterator[FinishedReport]:
        """Every report issued in these months (YYYY-MM, Asia/Shanghai), whatever its state, by number; page by page."""
        shards = [month_shard(month, shard) for month in dict.fromkeys(months) for shard in range(SHARDS)]
        yield from heapq.merge(*map(_reports_in, shards), key=attrgetter("report_number"))

    def commit(
        self,
        before: Case | None,
        after: Case,
        entries: Sequence[Event],
        *,
        submissions: Sequence[SubmissionKey] = (),
        counts: Sequence[Count] = (),
        limits: Sequence[OpenLimit] = (),
        report: IssuedDocument | None = None,
        adopted: str | None = None,
        holdings: Sequence[Holding] = (),
        as_read: Sequence[Case] = (),
        disavowed: Sequence[Disavowed] = (),
        beside: Sequence[Change] = (),
        erasing: IssuedDocument | None = None,
    ) -> None:
        """Store case, entries and what they create, the fees that they earn among it, all or nothing.

        Raises:
            Stale: the case is no longer `before`; or one of the `holdings`, of the cases `as_read` or `beside`, or of
                what was `disavowed` is no longer as it was read; or a report that is adopted, confirmed or superseded
                is not in force, or is being erased; or one that is `erasing` has other cases than were read.
            Taken: a submission is known under one of the names already.
            TooOften: one of the `counts` is as high as it may be.
            TooManyOpen: under one of the `limits` as many cases are open as may be.
            DoubleFee: a task has a fee already, though its case does not know the answer.
            Unavailable: others kept changing the same items; nothing was stored.
        """
        earned = earned_fees(entries)
        if earned and self._fees is None:
            raise RuntimeError("an answer earns a fee, and this function has no table for it")
        writes = Writes()
        for key in submissions:
            writes.save(*_submission_put(key), refused=Taken)
        for count in counts:
            item = CountItem(f"count#{count.digest}", count.day.isoformat())
            room = None if count.most is None else CountItem.pk.does_not_exist() | (CountItem.count_ < count.most)
            writes.update(item, [CountItem.count_.add(1)], room, refused=TooOften)
        _put_open(writes, before, after, limits)
        self._put_with_log(
            writes,
            before,
            after,
            entries,
            data_key=self.keys.of_new(after.case_number),
            submissions=[key.name for key in submissions],
        )
        for other in beside:
            self._put_with_log(writes, *other)
        latest = _latest_after(report, adopted)
        handed_on = self._put_corrections(writes, entries)
        if latest is not None:
            for former in _revoked_latest(holdings):
                _put_following(writes, former.report_number, latest)
                handed_on.setdefault(latest, set()).update((former.case_number, *former.adopted_by))
        for holder_key in {entry.data["holder_key"] for entry in entries if "holder_key" in entry.data}:
            writes.save(HolderItem(f"holder#{holder_key}", after.case_number))
        for digest in {one for entry in entries for one in entry.data.get("disavowed_under", ())}:
            noted: list[Action] = [DisavowedItem.cases.add({after.case_number}), DisavowedItem.times.add(1)]
            writes.update(DisavowedItem(*_disavowed_key(digest)), noted)
        for one in disavowed:
            as_it_was = DisavowedItem.times == one.times if one.times else DisavowedItem.pk.does_not_exist()
            writes.check(DisavowedItem, _disavowed_key(one.digest), as_it_was)
        if report is not None:
            had_by = handed_on.pop(report.report_number, set()) - {after.case_number}
            adopted_by = tuple(sorted({*report.adopted_by, *had_by}))
            _put_report(writes, replace(report, adopted_by=adopted_by), after.institution_code)
        if adopted is not None:
            handed_on.setdefault(adopted, set()).add(after.case_number)
        _put_standing_reports(writes, handed_on, confirmed_reports(entries))
        if erasing is not None:
            _begin_erasing(writes, erasing)
        for holding in holdings:
            _put_holding(writes, holding, after.case_number, latest)
        for case in as_read:
            _overtake(writes, case)
        for fee in earned:
            FeeTable.save(writes, fee)
        writes.commit(self._connection)

    def _put_with_log(
        self,
        writes: Writes,
        before: Case | None,
        after: Case,
        entries: Sequence[Event],
        *,
        data_key: bytes | None = None,
        submissions: Sequence[str] = (),
    ) -> None:
        """The case with its register change, its new entries, and its tasks as lists show them; a new one with its data
        key and the names of its submission."""
        _put_case(writes, before, after, entries, data_key, submissions)
        _put_change(writes, before, after)
        for entry in entries:
            writes.save(event_item(entry), EventItem.pk.does_not_exist())
        for task, listed, question in changed_listings(before, after):
            degree = None
            if self._describe is not None and question.shows_degree:
                degree, digest = self._describe(after, task)
                writes.save(CertificateItem(f"certificate#{digest}", f"{TASK}{task.task_id}"))
            # The condition on the case guards its tasks too.
            writes.save(task_item(listed, question, degree))
        _put_work(writes, after.case_number, *changed_work(before, after, published_calendar()))

    def _put_corrections(self, writes: Writes, entries: Sequence[Event]) -> dict[str, set[str]]:
        """A report that ceased to be valid says so in check, public list and status, from the same moment on; a written
        notice in the check alone. Gives the cases that have what takes its place, by the number of that."""
        handed_on: dict[str, set[str]] = {}
        for entry in entries:
            if entry.type is EventType.NOTICE_SUPERSEDED:
                _put_state(writes, entry.data["notice_number"], ReportState.SUPERSEDED, entry)
                if "of_case" in entry.data:
                    handed_on.setdefault(entry.data["superseded_by"], set()).add(entry.data["of_case"])
            if entry.type not in STATE_AFTER:
                continue
            state, data, at = STATE_AFTER[entry.type], entry.data, entry.at.isoformat()
            number, following = data["report_number"], data.get("superseded_by")
            # A place is given once and never changed, so it may be read before the transaction.
            ceased = self.report(number)
            _put_state(writes, number, state, entry, () if ceased is None else ceased.adopted_by)
            if ceased is not None and following is not None:
                handed_on.setdefault(following, set()).update((ceased.case_number, *ceased.adopted_by))
            if ceased is not None and ceased.status is not None:
                writes.save(status_item(STATUS_BIT, ceased.status, number))
            writes.save(
                NoticeItem(
                    f"notices#{shanghai_day(entry.at).year}",
                    f"{at}#{number}",
                    report_number=number,
                    state=state.value,
                    cause=data["cause"],
                    superseded_by=following,
                    at=at,
                )
            )
        return handed_on

    def forget(self, case_number: str, found_by: Lookups, now: datetime) -> None:
        """Remove what leads to a case that is being erased, and what its documents show of its holder; each write by
        itself, and as often as it is called. What another case has taken over is left."""
        for digest in found_by.holders:
            HolderItem(f"holder#{digest}", case_number).delete()
        for digest in found_by.disavowed:
            _change(
                DisavowedItem(*_disavowed_key(digest)),
                [DisavowedItem.cases.delete({case_number}), DisavowedItem.times.add(1)],
                DisavowedItem.cases.contains(case_number),
            )
        for name in {*found_by.submissions, *(self._item(case_number).submissions or ())}:
            _remove(SubmissionItem(f"submission#{name}", "SUBMISSION"), SubmissionItem.case_number == case_number)
        for digest in found_by.holdings:
            item, changed = HoldingItem(f"award#{digest}", HOLDING), HoldingItem.version.add(1)
            without_case = HoldingItem.denied_in.delete({case_number})
            _change(item, [without_case, changed], HoldingItem.denied_in.contains(case_number))
            for number in found_by.documents:
                _change(item, [HoldingItem.report_number.remove(), changed], HoldingItem.report_number == number)
        for digest in found_by.certificates:
            of_case = CertificateItem.sk.startswith(f"{TASK}{case_number}-")
            for place in CertificateItem.query(f"certificate#{digest}", of_case, consistent_read=True):
                place.delete()
        for number in found_by.documents:
            self._forget_document(number, now)

    def _forget_document(self, number: str, now: datetime) -> None:
        found = self.report(number)
        if found is not None and found.certificate_digest:
            AwardReportItem(f"award#{found.certificate_digest}", f"REPORT#{number}").delete()
        CaseTableItem(f"watches#{number}", "WATCHES").delete()
        _change(
            ReportItem(f"report#{number}", "REPORT"),
            [
                ReportItem.facts.set({} if found is None else impersonal_facts(found.facts)),
                ReportItem.award_key.set(""),
                ReportItem.print_key.remove(),
                ReportItem.content_key.remove(),
                ReportItem.month_shard.remove(),
                ReportItem.award_year.remove(),
                ReportItem.erased_at.set(ReportItem.erased_at | now.isoformat()),
            ],
            ReportItem.pk.exists(),
        )

    def look_again(self, case: Case, day: date) -> None:
        """The sweep comes back to a case on this day, unless the case has changed since it was read."""
        item = CaseItem(case.case_number, CASE)
        _change(item, [CaseItem.retention_on.set(day.isoformat())], CaseItem.version == case.version)

    def due_on(self, day: str) -> list[str]:
        """The numbers of the cases of which something is over on a day (YYYY-MM-DD)."""
        return [item.pk for item in CaseItem.by_retention.query(day)]

    def swept_up_to(self) -> str | None:
        """The last day that was swept as a whole."""
        try:
            return SweptItem.get(*_SWEPT, consistent_read=True).day
        except DoesNotExist:
            return None

    def mark_swept(self, day: str) -> None:
        """Every case up to this day was looked at."""
        SweptItem(*_SWEPT, day=day).save()

    @staticmethod
    def _item(case_number: str) -> CaseItem:
        try:
            return CaseItem.get(case_number, CASE, consistent_read=True)
        except DoesNotExist:
            raise NotFound("not_found") from None


def _change(item: CaseTableItem, actions: list[Action], condition: Condition) -> None:
    """Change an item; where the condition does not hold there is nothing to do."""
    try:
        item.update(actions, condition=condition)
    except UpdateError as error:
        if refusal_code(error) != CONDITION_FAILED:
            raise


def _remove(item: CaseTableItem, condition: Condition) -> None:
    """Remove an item; where the condition does not hold there is nothing to do."""
    try:
        item.delete(condition=condition)
    except DeleteError as error:
        if refusal_code(error) != CONDITION_FAILED:
            raise


def _stored_timestamp(timestamp: Timestamp) -> dict[str, str]:
    return {"at": timestamp.at.isoformat(), "authority": timestamp.authority}


def _timestamp_of(stored: Mapping[str, str]) -> Timestamp:
    return Timestamp(datetime.fromisoformat(stored["at"]), stored["authority"])


def _reports_in(month_shard: str) -> Iterator[FinishedReport]:
    for item in ReportItem.reports_by_month.query(month_shard):
        yield FinishedReport(
            report_number=str(item.report_number),
            case_number=item.case_number,
            state=ReportState(item.state),
            institution_code=str(item.institution_code),
            basis=Basis(item.basis),
            award_year=str(item.award_year),
            issued_on=f"{shanghai_day(datetime.fromisoformat(item.issued_at)):%Y-%m-%d}",
        )


def _submission_put(key: SubmissionKey) -> tuple[SubmissionItem, Condition]:
    item = SubmissionItem(
        f"submission#{key.name}", "SUBMISSION", fingerprint=key.fingerprint, case_number=key.case_number
    )
    if key.replaces:
        return item, SubmissionItem.case_number == key.replaces
    return item, SubmissionItem.pk.does_not_exist()


def _put_open(writes: Writes, before: Case | None, after: Case, limits: Sequence[OpenLimit]) -> None:
    """The case is among the open ones under what it is limited by, until its log says that it counts no longer."""
    cases = OpenCountItem.cases
    for limit in limits:
        room = cases.does_not_exist() | (size(cases) < limit.most)  # type: ignore[no-untyped-call]
        writes.update(_open_count(limit.digest), [cases.add({after.case_number})], room, refused=TooManyOpen)
    was, now = set() if before is None else set(before.open_under), set(after.open_under)
    for digest in sorted(was - now):
        writes.update(_open_count(digest), [cases.delete({after.case_number})])


def _disavowed_key(digest: str) -> tuple[str, str]:
    return f"disavowed#{digest}", "CASES"


def _open_count(digest: str) -> OpenCountItem:
    return OpenCountItem(f"open#{digest}", "OPEN")


def _put_work(writes: Writes, case_number: str, waiting: Sequence[Work], gone: Sequence[WorkKind]) -> None:
    """What waits stands in its lists; what waits no longer leaves an item that is in none."""
    for one in waiting:
        writes.save(waiting_item(one))
    for kind in gone:
        writes.save(WaitingItem(case_number, f"{WORK}{kind}"))


def _centre_place(case: Case) -> tuple[str | None, str | None]:
    """Where a case stands among those whose centre's deadline is watched: list, and day on which to look."""
    look = centre_look(case, published_calendar())
    return (None, None) if look is None else (f"{_CENTRE}#{shard_of(case.case_number)}", look.isoformat())


def _centre_actions(place: tuple[str | None, str | None]) -> list[Action]:
    name, day = place
    return [
        CaseItem.work_list.remove() if name is None else CaseItem.work_list.set(name),
        CaseItem.work_place.remove() if day is None else CaseItem.work_place.set(day),
    ]


def _again(item: EventItem) -> Mapping[str, str]:
    return item.sealed_again or {}


def _put_case(
    writes: Writes,
    before: Case | None,
    after: Case,
    entries: Sequence[Event],
    data_key: bytes | None,
    submissions: Sequence[str],
) -> None:
    machine = machine_for(after.stage)
    shard = None if machine is None else f"{machine}#{shard_of(after.case_number)}"
    task, retention_on = waiting_task(after), next_swept(after, published_retention())
    due, received_on = (None, None) if task is None else (iso(task.due), iso(task.received_on))
    item = CaseItem(after.case_number, CASE)
    if before is None:
        item.stage, item.version, item.body = after.stage.value, after.version, body_of(after)
        item.open_shard, item.changed_at, item.due = shard, after.changed_at.isoformat(), due
        item.data_key, item.submissions = data_key, set(submissions) or None
        item.work_list, item.work_place = _centre_place(after)
        writes.save(item, condition=CaseItem.pk.does_not_exist())
        return
    # An update of named attributes, because the waiting machine's token stands on the same item.
    actions: list[Action] = [
        CaseItem.stage.set(after.stage.value),
        CaseItem.version.set(after.version),
        CaseItem.body.set(body_of(after)),
        CaseItem.changed_at.set(after.changed_at.isoformat()),
        CaseItem.workflow_failure.remove(),
        # Whoever waits next says until when; the machine that waits now is woken by the new version.
        CaseItem.wait_until.remove(),
        CaseItem.due.remove() if due is None else CaseItem.due.set(due),
        CaseItem.received_on.remove() if received_on is None else CaseItem.received_on.set(received_on),
        CaseItem.open_shard.remove() if shard is None else CaseItem.open_shard.set(shard),
        CaseItem.retention_on.remove() if retention_on is None else CaseItem.retention_on.set(retention_on.isoformat()),
        *_centre_actions(_centre_place(after)),
    ]
    if any(entry.type is EventType.CASE_ERASED for entry in entries):
        actions += [CaseItem.key_destroyed.set(True), CaseItem.data_key.remove(), CaseItem.sealed_again.remove()]
        actions.append(CaseItem.submissions.remove())
    condition = CaseItem.version == before.version
    for number in upheld_reports(entries):
        condition &= CaseItem.overtaken.does_not_exist() | (CaseItem.overtaken != number)
    writes.update(item, actions, condition=condition)


def _overtake(writes: Writes, case: Case) -> None:
    """Note on a case that its report gives way at this moment, unless something was decided of it since it was read."""
    if case.report is not None:
        actions: list[Action] = [CaseItem.overtaken.set(case.report.report_number)]
        writes.update(CaseItem(case.case_number, CASE), actions, condition=CaseItem.version == case.version)


def _put_change(writes: Writes, before: Case | None, after: Case) -> None:
    """What the register change waits for now, when that is not what it was; the case's own version guards it."""
    was = None if before is None else (before.change_stage, before.register_changes)
    if was == (after.change_stage, after.register_changes) or not after.register_changes:
        return
    stage = after.change_stage
    shard = f"{Machine.REGISTER_CHANGE}#{shard_of(after.case_number)}"
    writes.update(
        ChangeItem(after.case_number, CHANGE),
        [
            ChangeItem.stage.set(CHANGE_DONE if stage is None else stage.value),
            ChangeItem.version.set(after.version),
            ChangeItem.changed_at.set(after.changed_at.isoformat()),
            ChangeItem.open_shard.remove() if stage is None else ChangeItem.open_shard.set(shard),
            ChangeItem.workflow_failure.remove(),
        ],
    )


def _month_of(report: IssuedDocument) -> str | None:
    """Where spot checks find it; none for a written notice."""
    if report.kind is not DocumentKind.REPORT:
        return None
    return month_shard(f"{shanghai_day(report.issued_at):%Y-%m}", shard_of(report.report_number))


def _put_state(
    writes: Writes, number: str, state: ReportState, entry: Event, adopted_by: Sequence[str] | None = None
) -> None:
    """A document that was in force is so no longer; a report, on condition that no further case ended in it."""
    actions: list[Action] = [
        ReportItem.state.set(state.value),
        ReportItem.changed_at.set(entry.at.isoformat()),
        ReportItem.cause.set(entry.data["cause"]),
    ]
    if entry.data.get("superseded_by") is not None:
        actions.append(ReportItem.superseded_by.set(entry.data["superseded_by"]))
    condition = ReportItem.state == ReportState.VALID.value
    if entry.data.get("unconfirmed"):
        condition &= ReportItem.confirmed_by_institution.does_not_exist()
    if adopted_by is not None:
        condition &= _is_had_by(adopted_by)
    writes.update(ReportItem(f"report#{number}", "REPORT"), actions, condition=condition)


def _put_standing_reports(writes: Writes, had_by: Mapping[str, set[str]], confirmed: frozenset[str]) -> None:
    """Reports in force, beside a new one, that further cases have from now on, or that an institution has confirmed."""
    for number in sorted(had_by.keys() | confirmed):
        cases = had_by.get(number, set())
        actions: list[Action] = [ReportItem.adopted_by.add(cases)] if cases else []
        writes.update(
            ReportItem(f"report#{number}", "REPORT"),
            [*actions, *([_CONFIRMED] if number in confirmed else [])],
            condition=(ReportItem.state == ReportState.VALID.value) & ReportItem.erasure_began.does_not_exist(),
        )


def _begin_erasing(writes: Writes, report: IssuedDocument) -> None:
    """No further case ends in a report from now on, and none has since it was read."""
    writes.update(
        ReportItem(f"report#{report.report_number}", "REPORT"),
        [ReportItem.erasure_began.set(True)],
        condition=_is_had_by(report.adopted_by),
    )


def _is_had_by(cases: Sequence[str]) -> Condition:
    """The condition that these further cases have a report, and no others."""
    return ReportItem.adopted_by == set(cases) if cases else ReportItem.adopted_by.does_not_exist()


def _latest_after(report: IssuedDocument | None, adopted: str | None) -> str | None:
    """The report that a commit makes the latest, if it makes one."""
    new = report is not None and report.kind is DocumentKind.REPORT
    return report.report_number if report is not None and new else adopted


def _put_following(writes: Writes, number: str, following: str) -> None:
    """After a revoked report there is one again; the first one is the only one."""
    writes.update(
        ReportItem(f"report#{number}", "REPORT"),
        [ReportItem.followed_by.set(following)],
        condition=ReportItem.followed_by.does_not_exist(),
    )


def _revoked_latest(holdings: Sequence[Holding]) -> list[IssuedDocument]:
    """The revoked reports that nothing has come after yet."""
    latest = {one.latest.report_number: one.latest for one in holdings if one.latest is not None}
    return [one for one in latest.values() if one.state is ReportState.REVOKED]


def _put_holding(writes: Writes, holding: Holding, case_number: str, latest: str | None) -> None:
    actions: list[Action] = [HoldingItem.version.set(holding.version + 1)]
    if latest is None:
        actions.append(HoldingItem.denied_in.add({case_number}))
    else:
        actions.append(HoldingItem.report_number.set(latest))
    unseen, seen = HoldingItem.pk.does_not_exist(), HoldingItem.version == holding.version
    condition = seen if holding.version else unseen
    writes.update(HoldingItem(f"award#{holding.key}", HOLDING), actions, condition=condition)


def _put_report(writes: Writes, report: IssuedDocument, institution_code: str) -> None:
    writes.save(
        ReportItem(
            f"report#{report.report_number}",
            "REPORT",
            case_number=report.case_number,
            version=report.version,
            state=report.state.value,
            sha256=report.sha256,
            object_key=report.object_key,
            issued_at=report.issued_at.isoformat(),
            facts=dict(report.facts),
            award_key=report.certificate_digest,
            supersedes=report.supersedes,
            superseded_by=report.superseded_by,
            followed_by=report.followed_by,
            changed_at=None if report.changed_at is None else report.changed_at.isoformat(),
            cause=report.cause or None,
            print_key=report.print_key or None,
            content_key=report.content_key or None,
            adopted_by=set(report.adopted_by) or None,
            timestamp=None if report.timestamp is None else _stored_timestamp(report.timestamp),
            status_list=None if report.status is None else report.status.list_id,
            status_index=None if report.status is None else report.status.index,
            month_shard=_month_of(report),
            report_number=report.report_number,
            institution_code=institution_code,
            basis=report.facts.get("basis"),
            award_year=str(report.facts.get("award_date", ""))[:4] or None,
            kind=None if report.kind is DocumentKind.REPORT else report.kind.value,
            confirmed_by_institution=report.confirmed_by_institution or None,
            erased_at=None if report.erased_at is None else report.erased_at.isoformat(),
            erasure_began=report.erasure_began or None,
        ),
        condition=ReportItem.pk.does_not_exist(),
    )
    if report.certificate_digest:
        writes.save(
            AwardReportItem(
                f"award#{report.certificate_digest}",
                f"REPORT#{report.report_number}",
                report_number=report.report_number,
            ),
        )
    if report.status is not None:
        writes.save(
            status_item(STATUS_PLACE, report.status, report.report_number), condition=StatusItem.pk.does_not_exist()
        )
    writes.save(
        FileItem(f"file#{report.sha256}", "REPORT", report_number=report.report_number),
        condition=FileItem.pk.does_not_exist(),
    )
