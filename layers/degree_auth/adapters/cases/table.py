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

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from degree_auth.adapters.cases.documents import begin_erasing
from degree_auth.adapters.cases.items import (
    CASE,
    CHANGE,
    EVENT,
    SHARDS,
    CaseItem,
    CaseTableItem,
    ChangeItem,
    CountItem,
    DisavowedItem,
    EventItem,
    HolderItem,
    OpenCountItem,
    SubmissionItem,
    body_of,
    case_of,
    day_of,
    disavowed_key,
    event_item,
    event_of,
    iso,
    shard_of,
    stored_item,
    stored_key_of,
)
from degree_auth.adapters.cases.list_items import TASK, WORK, CertificateItem, WaitingItem, listed_work, task_item
from degree_auth.adapters.cases.lists import ListTable, centre_actions, centre_place, put_work
from degree_auth.adapters.cases.retention import RetentionTable
from degree_auth.adapters.fees.table import FeeTable
from degree_auth.adapters.shared.case_keys import CaseKeys, StoredKey
from degree_auth.adapters.shared.dynamo import Writes, connect
from degree_auth.adapters.shared.retention import published_retention
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.report_state import upheld_reports
from degree_auth.domain.cases.retention import next_swept
from degree_auth.domain.cases.stages import CHANGE_DONE, Machine, Stage, machine_for
from degree_auth.domain.fees.fee import earned_fees
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.review.work import changed_work, work_of
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification.listing import changed_listings
from degree_auth.domain.verification.tasks import waiting_task
from degree_auth.services.cases.ports import (
    Change,
    Count,
    DescribeTask,
    Disavowed,
    OpenCase,
    OpenLimit,
    Standing,
    SubmissionKey,
    Wait,
)
from degree_auth.services.shared.ports import Taken, TooManyOpen, TooOften


class CaseTable(ListTable, RetentionTable):
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
        item = stored_item(case_number)
        self.keys.learn(case_number, stored_key_of(item))
        return case_of(item)

    def stored_key(self, case_number: str) -> StoredKey | None:
        """What lies beside a case, to open what is sealed for it; None when there is no such case."""
        try:
            return stored_key_of(stored_item(case_number))
        except NotFound:
            return None

    def wait(self, case_number: str) -> Wait | None:
        """The last wait of a machine for the case, if one ever did. Raises `NotFound`."""
        item = stored_item(case_number)
        return None if item.wait_token is None else Wait(item.wait_token, int(item.wait_version or 0))

    def change_wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case's register change, if one ever did."""
        try:
            return ChangeItem.get(case_number, CHANGE, consistent_read=True).wait_token
        except DoesNotExist:
            return None

    def change_standing(self, case_number: str) -> Standing | None:
        """What the case's register change waits for, `done` at its end, and since which version of the case; None when
        there never was one."""
        try:
            item = ChangeItem.get(case_number, CHANGE, consistent_read=True)
        except DoesNotExist:
            return None
        return Standing(item.stage, int(item.version))

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
            item = DisavowedItem.get(*disavowed_key(digest), consistent_read=True)
        except DoesNotExist:
            return Disavowed(digest)
        return Disavowed(digest, tuple(sorted(item.cases or ())), int(item.times))

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

    def relist(self, before: Case, after: Case) -> bool:
        """Put what lists show of a case right, and what an earlier release did not keep on it: whether anything was
        wrong. `after` is the same case, as its log makes it. Raises `Stale`: it has changed since it was read."""
        stored = list(WaitingItem.query(before.case_number, WaitingItem.sk.startswith(WORK), consistent_read=True))
        listed = [listed_work(item) for item in stored if item.work_list is not None]
        wanted = work_of(after, published_calendar())
        kinds = {one.kind for one in wanted}
        wrong = [one for one in wanted if one not in listed]
        gone = [one.kind for one in listed if one.kind not in kinds]
        look, item = centre_place(after), stored_item(before.case_number)
        if not wrong and not gone and before == after and look == (item.work_list, item.work_place):
            return False
        writes = Writes()
        writes.update(
            CaseItem(before.case_number, CASE),
            [CaseItem.body.set(body_of(after)), *centre_actions(look)],
            condition=CaseItem.version == before.version,
        )
        put_work(writes, before.case_number, wrong, gone)
        writes.commit(self._connection)
        return True

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
        self._put_documents(writes, after, entries, report, adopted, holdings)
        if erasing is not None:
            begin_erasing(writes, erasing)
        for holder_key in {entry.data["holder_key"] for entry in entries if "holder_key" in entry.data}:
            writes.save(HolderItem(f"holder#{holder_key}", after.case_number))
        for digest in {one for entry in entries for one in entry.data.get("disavowed_under", ())}:
            noted: list[Action] = [DisavowedItem.cases.add({after.case_number}), DisavowedItem.times.add(1)]
            writes.update(DisavowedItem(*disavowed_key(digest)), noted)
        for one in disavowed:
            as_it_was = DisavowedItem.times == one.times if one.times else DisavowedItem.pk.does_not_exist()
            writes.check(DisavowedItem, disavowed_key(one.digest), as_it_was)
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
        put_work(writes, after.case_number, *changed_work(before, after, published_calendar()))


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


def _open_count(digest: str) -> OpenCountItem:
    return OpenCountItem(f"open#{digest}", "OPEN")


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
        item.work_list, item.work_place = centre_place(after)
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
        *centre_actions(centre_place(after)),
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
