"""Register changes that a row of an annual report file asks for (article 11): who decides on them.

Such a row never changes the register by itself. Two members of staff approve its change one after the other, and
neither of them has sent a file that asks for it. Plain decisions, repeatable (N1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from degree_auth.domain.accounts.staff import spelling
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register_changes.open_file_changes import (
    APPROVALS,
    OPEN_STATUSES,
    FileChangeStatus,
    OpenFileChange,
)
from degree_auth.domain.shared.actors import SYSTEM, require_second_person, staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.log_entry import LogEntry


class FileChangeEvent(StrEnum):
    """What happens to such a change."""

    PROPOSED = "file_change_proposed"
    SENT = "file_change_sent"
    APPROVED = "file_change_approved"
    APPLIED = "file_change_applied"
    CLOSED = "file_change_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChangeEntry(LogEntry):
    """An entry of a change's own log."""

    OWNER: ClassVar[str] = "change_id"

    change_id: str
    type: FileChangeEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A register change that a file asks for.

    `change_id` is a keyed digest of the row, so that the same row proposes it once. `place` is the row in the file that
    asked last, after the number of its sheet where there are several, `senders` the members of staff who sent files
    that ask for it while it is open. `sealed` holds the row, its sheet's name, and the records before and after
    (base64, encrypted for the change), `fields` names what differs. `certificate_version` is what the register had of
    the certificates when the change was proposed last, which is what staff decide on.
    """

    change_id: str
    import_id: str
    place: str
    senders: tuple[str, ...]
    mark: RowMark
    kind: ChangeKind
    fields: tuple[str, ...]
    sealed: str
    certificate_version: str
    proposed_at: datetime
    status: FileChangeStatus = FileChangeStatus.PROPOSED
    approved_by: tuple[str, ...] = ()
    log: tuple[FileChangeEntry, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        """Whether something is left to be done about it."""
        return self.status in OPEN_STATUSES

    @property
    def version(self) -> int:
        """How many entries its log has: another number after every change."""
        return len(self.log)

    @property
    def proposal(self) -> int:
        """How often it was proposed: the number of what staff are shown and decide on."""
        return sum(entry.type is FileChangeEvent.PROPOSED for entry in self.log)

    @property
    def reference(self) -> str:
        """What the register keeps of this change: its id and its proposal, for the same row may be right again after
        another change."""
        return f"{self.change_id}-{self.proposal}"

    @property
    def listing(self) -> OpenFileChange:
        """What the list of open changes says of it."""
        return OpenFileChange(
            change_id=self.change_id,
            kind=self.kind.value,
            status=self.status,
            approvals=len(self.approved_by),
            proposed_at=self.proposed_at,
            changed_at=self.log[-1].at,
            import_id=self.import_id,
            place=self.place,
        )

    def was_done_by(self, command: str) -> bool:
        """Whether this command is on record."""
        return any(entry.data.get("command") == command for entry in self.log)

    def with_entry(self, event: FileChangeEvent, actor: str, at: datetime, **data: Any) -> FileChange:
        """The change with one more entry in its log."""
        entry = FileChangeEntry(
            change_id=self.change_id,
            seq=len(self.log) + 1,
            type=event,
            at=at,
            actor=actor,
            data=data,
            previous_hash=self.log[-1].hash if self.log else "",
        )
        return replace(self, log=(*self.log, entry.with_hash()))


def propose(change: FileChange, now: datetime) -> FileChange:
    """The change with its proposal on record. Approvals of an earlier proposal no longer count."""
    fresh = replace(change, status=FileChangeStatus.PROPOSED, approved_by=(), proposed_at=now)
    facts = {"kind": change.kind.value, "fields": list(change.fields), "import_id": change.import_id}
    facts |= {"place": change.place, "senders": list(change.senders), "sealed": change.sealed}
    return fresh.with_entry(FileChangeEvent.PROPOSED, SYSTEM, now, **facts)


def add_senders(change: FileChange, senders: Sequence[str], import_id: str, now: datetime) -> FileChange:
    """The change with those on record who sent a further file that asks for it, whatever became of the change: none of
    them approves it, now or when it is proposed again. What one of them has approved of an open proposal counts no
    more; a decision that was taken stays. The same change where all are on record."""
    further = tuple(one for one in senders if one not in change.senders)
    if not further:
        return change
    others = change.approved_by
    if change.status is FileChangeStatus.PROPOSED:
        others = tuple(actor for actor in change.approved_by if not _is_among(actor, further))
    known = replace(change, senders=(*change.senders, *further), approved_by=others)
    return known.with_entry(FileChangeEvent.SENT, SYSTEM, now, senders=list(further), import_id=import_id)


def approve(change: FileChange, reviewer: str, reason: str, proposal: int, command: str, now: datetime) -> FileChange:
    """One more person approves the `proposal` that they saw; with the second one the change is approved. A repeat
    changes nothing. What is approved and not yet applied stays as it is, so that anybody of the staff may start again
    what a fault cut off.

    Raises:
        Conflict: it is no further person, or one who sent a file that asks for it; the change has ended, or was
            proposed anew since.
    """
    actor = staff_actor(reviewer)
    if change.was_done_by(command) or change.status is FileChangeStatus.APPROVED:
        return change
    if change.status is not FileChangeStatus.PROPOSED:
        raise Conflict("file_change_ended")
    sent = (actor,) if _is_among(actor, change.senders) else ()
    require_second_person(actor, (*change.approved_by, *sent))
    if change.proposal != proposal:
        raise Conflict("file_change_proposed_anew")
    approved_by = (*change.approved_by, actor)
    status = FileChangeStatus.APPROVED if len(approved_by) == APPROVALS else change.status
    approved = replace(change, approved_by=approved_by, status=status)
    return approved.with_entry(FileChangeEvent.APPROVED, actor, now, reason=reason, proposal=proposal, command=command)


def _is_among(actor: str, senders: Sequence[str]) -> bool:
    """Whether an account is one of those that sent a file. A sender is typed, so any spelling of the name is it."""
    return spelling(actor) in {spelling(staff_actor(one)) for one in senders}


def mark_applied(change: FileChange, now: datetime) -> FileChange:
    """The register was changed as approved; the same change when that is on record."""
    if change.status is not FileChangeStatus.APPROVED:
        return change
    return replace(change, status=FileChangeStatus.APPLIED).with_entry(FileChangeEvent.APPLIED, SYSTEM, now)


def close(change: FileChange, actor: str, reason: str, command: str, now: datetime) -> FileChange:
    """The register stays as it is; `reason` holds no personal data. A repeat changes nothing.

    Raises:
        Conflict: the change has ended, or is approved and being written.
    """
    if command and change.was_done_by(command):
        return change
    if change.status is FileChangeStatus.APPROVED and actor != SYSTEM:
        raise Conflict("change_being_applied")
    if not change.is_open:
        raise Conflict("file_change_ended")
    data = {"reason": reason, **({"command": command} if command else {})}
    return replace(change, status=FileChangeStatus.CLOSED).with_entry(FileChangeEvent.CLOSED, actor, now, **data)
