"""Staff's decisions on register changes that files ask for (article 11): looked at, approved by two, or closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from degree_auth.domain.readings.purposes import MachinePurpose, Purpose
from degree_auth.domain.register_changes.file_change import FileChange, approve, close, mark_applied, propose
from degree_auth.domain.register_changes.file_change_actions import (
    FileChangeAction,
    FileChangeDecision,
    parse_file_change_action,
)
from degree_auth.domain.register_changes.file_change_plan import RecordNotFound
from degree_auth.domain.register_changes.open_file_changes import (
    APPROVALS,
    FileChangeStatus,
    OpenFileChange,
    file_change_waits,
    in_order_of_work,
)
from degree_auth.domain.register_changes.plan import RecordChoiceNeeded, RegisterPlan
from degree_auth.domain.shared.actors import SYSTEM, staff_actor
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.readings.readings import Readings
from degree_auth.services.register_changes.file_proposals import Asked, FileProposals
from degree_auth.services.register_changes.ports import FileChangeStore, OpenFileChanges, RegisterKeeper
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Documents
from degree_auth.services.shared.staff_desk import ActionResult

_STATUSES: Mapping[FileChangeStatus, Words] = {
    FileChangeStatus.PROPOSED: Words("待批准", "waiting for approval"),
    FileChangeStatus.APPROVED: Words("已批准，正在写入", "approved, being written"),
    FileChangeStatus.APPLIED: Words("已执行，数据库已变更", "applied, the register is changed"),
    FileChangeStatus.CLOSED: Words("已结束，数据库未变更", "closed, the register stays as it is"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChangeDesk:
    """Carries out staff's actions; `lay_out` makes a change, its plan and its row's place a page, `lay_out_list` the
    open changes a table, `bucket` is where both lie."""

    store: FileChangeStore
    listed: OpenFileChanges
    proposals: FileProposals
    keeper: RegisterKeeper
    flags: ReportFlags
    documents: Documents
    bucket: str
    readings: Readings
    readers: StaffReaders
    lay_out: Callable[[FileChange, RegisterPlan, str, Language], str]
    lay_out_list: Callable[[Sequence[OpenFileChange], datetime, Language], str]

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Carry out one action. What was approved is written at once; a repeat goes on where a crash has cut it off.

        Raises:
            Malformed, Invalid: what is wrong with the input.
            NotFound: no such change.
            Conflict: it has ended, or the approver is no further person.
        """
        decision = parse_file_change_action(body)
        if decision.action is FileChangeAction.LIST_FILE_CHANGES:
            return self._list(decision.language, now)
        if decision.action is FileChangeAction.OPEN_FILE_CHANGE:
            return self._show(decision, command, now)
        if decision.action is FileChangeAction.CLOSE_FILE_CHANGE:
            return self._change_result(self._close(decision, command, now))
        change = self._store(
            decision.change,
            lambda one: approve(one, decision.reviewer, decision.reason, decision.proposal, command, now),
        )
        if change.status is FileChangeStatus.APPROVED:
            change = self._apply(change, now)
        return self._change_result(change)

    def _apply(self, change: FileChange, now: datetime) -> FileChange:
        opener = for_nobody(self.proposals.sealer, MachinePurpose.REGISTER_CHANGE)
        asked = self.proposals.open_asked(opener, change)
        plan = asked.plan
        if not self.keeper.revise(plan.before, plan.after, change.reference, now):
            return self._propose_anew(change, asked, now)
        # Before the change counts as applied: a crash in between flags again, and finds it done.
        self.flags.flag_after(plan, now)
        return self._unless_decided(change, lambda one: mark_applied(one, now))

    def _propose_anew(self, change: FileChange, asked: Asked, now: datetime) -> FileChange:
        """The register no longer says what it said: what the row asks for is proposed again, for two other looks."""
        plan: RegisterPlan | None = None
        version, reason = "", "file_change_unneeded"
        try:
            plan, version = self.proposals.plan(change.mark, asked.row)
        except RecordNotFound:
            reason = "file_change_not_found"
        except RecordChoiceNeeded:
            reason = "file_change_ambiguous"
        if plan is None:
            return self._unless_decided(change, lambda one: close(one, SYSTEM, reason, "", now))
        facts = {
            **self.proposals.seal_asked(change.change_id, replace(asked, plan=plan)),
            "certificate_version": version,
        }
        return self._unless_decided(change, lambda one: propose(replace(one, **facts), now))

    def _close(self, decision: FileChangeDecision, command: str, now: datetime) -> FileChange:
        actor = staff_actor(decision.reviewer)
        return self._store(decision.change, lambda one: close(one, actor, decision.reason, command, now))

    def _unless_decided(self, change: FileChange, decide: Callable[[FileChange], FileChange]) -> FileChange:
        """Store the result of a decision, unless somebody took one since the change was read; a further sender who was
        named meanwhile takes none."""

        def is_undecided(one: FileChange) -> bool:
            return (one.reference, one.status) == (change.reference, change.status)

        return self._store(change.change_id, lambda one: decide(one) if is_undecided(one) else one)

    def _store(self, change_id: str, decide: Callable[[FileChange], FileChange]) -> FileChange:
        def once() -> FileChange:
            change = self._load(change_id)
            decided = decide(change)
            if decided is not change:
                self.store.save(decided, change)
            return decided

        return until_stored(once)

    def _load(self, change_id: str) -> FileChange:
        change = self.store.find(change_id)
        if change is None:
            raise NotFound("not_found")
        return change

    def _list(self, language: Language, now: datetime) -> ActionResult:
        changes = in_order_of_work(self.listed.open_changes())
        waits = file_change_waits(changes, now)
        key = f"review/file-changes/open-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.csv"
        self.documents.put(key, self.lay_out_list(changes, now, language).encode(), "text/csv; charset=utf-8")
        location = f"s3://{self.bucket}/{key}"
        words = Words(
            f"未办结 {waits.open} 项：待第二人批准 {waits.half_approved} 项，已批准而未写入 {waits.unwritten} 项；"
            f"最久已等 {waits.oldest_waiting_days} 天。清单：{location}，三十天后删除。",
            f"{waits.open} changes are open: {waits.half_approved} wait for the second person, {waits.unwritten} are "
            f"approved and not written, the oldest has waited {waits.oldest_waiting_days} days. The list is at "
            f"{location}; it is removed after thirty days.",
        )
        told = {"open": waits.open, "half_approved": waits.half_approved, "unwritten": waits.unwritten}
        return ActionResult(words, {**told, "oldest_waiting_days": waits.oldest_waiting_days, "location": location})

    def _show(self, decision: FileChangeDecision, command: str, now: datetime) -> ActionResult:
        change = self._load(decision.change)
        reader = self.readers.reader(decision.reviewer, decision.action, command)
        reading = self.readings.begin(change.change_id, reader, Purpose.REGISTER_CHANGE, now)
        asked = self.proposals.open_asked(reading, change)
        key = f"review/file-changes/{change.change_id}.html"
        page = self.lay_out(change, asked.plan, asked.place, decision.language)
        self.documents.put(key, page.encode(), "text/html; charset=utf-8")
        location = f"s3://{self.bucket}/{key}"
        words = Words(
            f"变更前后对照已生成：{location}，三十天后删除。批准时 proposal 填 {change.proposal}。",
            f"Before and after are at {location}; they are removed after thirty days. Approve them as proposal "
            f"{change.proposal}.",
        )
        return ActionResult(words, {**_facts(change), "location": location})

    def _change_result(self, change: FileChange) -> ActionResult:
        status = _STATUSES[change.status]
        left = APPROVALS - len(change.approved_by)
        more = (
            Words(f"，还需 {left} 人批准", f", {left} more to approve")
            if change.status is FileChangeStatus.PROPOSED
            else Words("", "")
        )
        return ActionResult(Words(f"{status.zh}{more.zh}。", f"The change is {status.en}{more.en}."), _facts(change))


def _facts(change: FileChange) -> dict[str, object]:
    facts = {"change": change.change_id, "status": change.status.value, "proposal": change.proposal}
    return {**facts, "approvals": len(change.approved_by)}
