"""The case (认证件): one application from receipt to its last report, as its log leaves it.

Nothing but the log changes a case: see `fold` (N1, N3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.attachment import Attachment, FileKind
from degree_auth.domain.cases.disavowal import Disavowal
from degree_auth.domain.cases.erasure import Erasure
from degree_auth.domain.cases.recheck import Recheck
from degree_auth.domain.cases.register_change import ChangeStatus, RegisterChange
from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import (
    FINAL_STAGES,
    HELD_BY,
    UNCHARGED_STAGES,
    ChangeStage,
    HeldBy,
    Outcome,
    Stage,
)
from degree_auth.domain.cases.task import ANSWERED_STATUSES, Task


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """The report or written notice of a case: its number, its version, the file's SHA-256 in hex, and where the file is
    stored."""

    report_number: str
    version: int
    sha256: str
    object_key: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class FormerReport:
    """A report that is no longer in force: its number and version, and whether it was superseded or revoked."""

    report_number: str
    version: int
    state: ReportState


@dataclass(frozen=True, slots=True)
class InHand:
    """Who of the staff has taken a case in hand, and when."""

    by: str
    since: datetime


@dataclass(frozen=True)  # without slots, a copy with some fields changed is made many times faster
class Case:
    """A case as its log leaves it. `version` is the number of the last entry, `head` that entry's hash.

    `sealed` is the applicant's submission as it now stands, encrypted; `stated` is that as it was before an archive, or
    a report of another case, first changed the claim of the person for whom it was made. `comparison` names fields and
    codes only. `tasks` are the verification tasks opened so far, `task_id` the last one's. `basis` is
    what has confirmed the claim as it stands, if anything has. `urgent` cases were
    approved as such, until a recheck opens; `urgency_request` holds when the applicant asked for it and the sealed
    reason. `commands` names the latest commands, so that one that comes again is told from a new one.
    `report` is the one in force, `former_reports` those before it; `concluded_at` is when the present conclusion, a
    report or a written notice, was reached. `rechecks` and `register_changes` are in the order opened; `spot_checks`
    are the draws after which the register confirmed the report. While a recheck is open, something else may question
    the report: `flagged` tells that a register change did, `contested_by` are the written notices of other cases that
    did. `written_notice` is the one in force, of `notices` issued. `asked` are the keyed digests of former holdings,
    about which institutions were asked before the claim changed. `open_under` are the keyed digests under which the
    case counts as open. `disavowals` are in the order in which holders said so; while one is open the
    case is frozen. `released_beside` are annulled cases in the holder's name; a reviewer knew of them and
    released this case. `same_holder_as` are cases with another identity document, which a reviewer found to be of the
    same person. `corrected_by` are the members of staff who corrected the claim. `former_files` is how many
    files there were when the claim last came to name another person, or when that was asked for; None while it names
    the person who applied. `stage_since` is when the case came to its stage; in it the applicant was reminded so many
    times of what is asked, and has time until the day `asked_until` once reminded.
    `erasure` is how far its erasure has come, if somebody asks for it. `charged` is to whom the case was charged from
    which moment on, for the clock that runs; empty where an earlier release stored the case and nobody has counted it
    since. `centre_reminded_for` names the deadline that the centre was reminded of, `centre_overdue_for` the one that
    it has missed; each is on record once. `in_hand` is who of the staff works on it; `unread_since` is when the first
    message of an institution came that staff have not read. `sheet_version` is the last entry that changed what a
    review sheet shows; None as `charged` is empty.
    """

    case_number: str
    version: int
    head: str
    stage: Stage
    outcome: Outcome | None
    source: str
    institution_code: str
    sealed: str
    received_at: datetime
    changed_at: datetime
    comparison: Mapping[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    request: Mapping[str, Any] | None = None
    reason: Mapping[str, Any] | None = None
    task_id: str | None = None
    report: DocumentReference | None = None
    commands: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    basis: Basis | None = None
    urgent: bool = False
    concluded_at: datetime | None = None
    former_reports: tuple[FormerReport, ...] = ()
    rechecks: tuple[Recheck, ...] = ()
    spot_checks: tuple[str, ...] = ()
    flagged: bool = False
    contested_by: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    register_changes: tuple[RegisterChange, ...] = ()
    urgency_request: Mapping[str, str] | None = None
    written_notice: DocumentReference | None = None
    notices: int = 0
    proven_by: str | None = None
    open_under: tuple[str, ...] = ()
    link_digest: str | None = None
    disavowals: tuple[Disavowal, ...] = ()
    released_beside: tuple[str, ...] = ()
    same_holder_as: tuple[str, ...] = ()
    corrected_by: tuple[str, ...] = ()
    former_files: int | None = None
    stated: str | None = None
    stage_since: datetime | None = None
    erasure: Erasure | None = None
    applicant_reminders: int = 0
    asked_until: date | None = None
    charged: tuple[tuple[datetime, HeldBy], ...] = ()
    centre_reminded_for: date | None = None
    centre_overdue_for: date | None = None
    in_hand: InHand | None = None
    unread_since: datetime | None = None
    sheet_version: int | None = None

    @property
    def held_by(self) -> HeldBy:
        """Who holds the case now. The stage tells, but once the institution has answered, the centre holds the case."""
        if self.stage is Stage.VERIFICATION and self.task is not None and not self.task.is_with_institution:
            return HeldBy.CENTRE
        return HELD_BY[self.stage]

    @property
    def charged_to(self) -> HeldBy:
        """Who is charged with the working days of the case now: whoever holds it, nobody while it is frozen."""
        return HeldBy.NOBODY if self.stage in UNCHARGED_STAGES else self.held_by

    @property
    def holder_signed_in(self) -> bool:
        """Whether whoever applied had signed in, and so is the holder (article 1)."""
        return self.proven_by == Authority.IDENTITY_PROVIDER

    @property
    def is_being_erased(self) -> bool:
        """Whether its erasure was approved, or carried out: nothing else happens to it."""
        return self.erasure is not None and self.erasure.is_approved

    @property
    def disavowal(self) -> Disavowal | None:
        """The disavowal that is open, the first if two people made one: the case is frozen."""
        return next((one for one in self.disavowals if one.is_open), None)

    @property
    def stood_at(self) -> Stage:
        """The stage of the case, or where it stood when it was frozen."""
        return self.stage if self.disavowal is None else self.disavowal.stood_at

    @property
    def has_certificate_scan(self) -> bool:
        """Whether a scan of the certificate was received, against which an entry can be checked (article 10)."""
        return any(one.kind == FileKind.CERTIFICATE_SCAN for one in self.stored_files(None))

    @property
    def has_identity_document(self) -> bool:
        """Whether a copy of an identity document was received, by which a reviewer confirms who applies (article 1).
        What was announced before the claim came to name this person is of somebody else."""
        of_this_person = self.files_of_this_person
        return any(
            one.kind == FileKind.IDENTITY_DOCUMENT and one.is_stored and one.task_id is None for one in of_this_person
        )

    @property
    def files_of_this_person(self) -> tuple[Attachment, ...]:
        """The files that were announced since the claim came to name this person; a former applicant's are none."""
        return self.attachments[self.former_files or 0 :]

    @property
    def names_another(self) -> bool:
        """Whether the claim has come to name another person, and nobody has confirmed yet that this person applies."""
        return self.former_files is not None and self.proven_by is None

    def file(self, attachment_id: str) -> Attachment | None:
        """The file with this id, in whatever state it is."""
        return next((one for one in self.attachments if one.attachment_id == attachment_id), None)

    def stored_files(self, task_id: str | None) -> tuple[Attachment, ...]:
        """The files that were received: the applicant's own (None), or those that a task's institution gave."""
        return tuple(one for one in self.attachments if one.is_given_by(task_id) and one.is_stored)

    @property
    def task(self) -> Task | None:
        """The verification task opened last."""
        return self.tasks[-1] if self.tasks else None

    @property
    def recheck(self) -> Recheck | None:
        """The recheck that is open."""
        return self.rechecks[-1] if self.rechecks and self.rechecks[-1].is_open else None

    @property
    def answers(self) -> tuple[Result, ...]:
        """What institutions have answered in what goes on: since the application was received, or since the last
        recheck was opened, where that is admitted. That material is needed is no answer."""
        if self.stood_at is Stage.RECHECK_ADMISSION:
            return ()
        asked = self.tasks[self.rechecks[-1].first_task if self.rechecks else 0 :]
        return tuple(
            task.answer.result for task in asked if task.answer is not None and task.status in ANSWERED_STATUSES
        )

    @property
    def is_answered_otherwise(self) -> bool:
        """Whether an institution has answered otherwise than was claimed, however often it was asked again since."""
        return any(result is not Result.VERIFIED for result in self.answers)

    @property
    def register_change(self) -> RegisterChange | None:
        """The register change that something is left to be done about; one that is being applied comes before the one
        that a new verification has opened meanwhile."""
        return next((one for one in self.register_changes if one.is_live), None)

    @property
    def shapeable_change(self) -> RegisterChange | None:
        """The live register change that a verification may still shape: not the one that is being applied."""
        last = self.register_changes[-1] if self.register_changes else None
        return last if last is not None and last.is_live and last.status is not ChangeStatus.APPLYING else None

    @property
    def change_stage(self) -> ChangeStage | None:
        """What the live register change waits for: the outcome is known once the verification has ended. One that is
        being applied waits for nothing else, whatever opens beside it."""
        change = self.register_change
        if change is None:
            return None
        if change.status is ChangeStatus.APPLYING:
            return ChangeStage.WRITING
        if not self.is_outcome_known:
            return ChangeStage.OUTCOME
        if change.status is ChangeStatus.OPEN:
            return ChangeStage.PROPOSAL
        return ChangeStage.WRITING if change.status is ChangeStatus.APPROVED else ChangeStage.SECOND_PERSON

    @property
    def is_outcome_known(self) -> bool:
        """Whether it is known how the verification of the case came out: also for a denial that a reviewer confirmed
        and whose written notice is still to be issued."""
        if self.stage is Stage.CONCLUDING:
            return "confirmed" in (self.reason or {})
        return self.is_final or self.stage is Stage.ISSUING

    @property
    def is_final(self) -> bool:
        """Whether the case has come to its end."""
        return self.stage in FINAL_STAGES
