"""How files come onto a case (article 10): announced within limits, then stored or refused. Repeatable (N1)."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from degree_auth.domain.cases.attachment import Announcement, Attachment, AttachmentState, FileKind
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_stage, require_thawed
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task, task_data
from degree_auth.domain.shared.actors import APPLICANT, SYSTEM
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.working_days import shanghai_day

MOST_ATTACHMENTS = 10
MOST_ANNOUNCED = 100
"""Files announced for a case, or for a task, refused and never uploaded ones included: the case record stays small."""
INFECTED = "attachment_infected"
_OPEN_TO_APPLICANT = frozenset(
    {Stage.IDENTITY_REVIEW, Stage.RECEIVED, Stage.MATERIAL_REVIEW, Stage.AWAITING_APPLICANT, Stage.PARKED}
)


def announce_attachment(
    case: Case, attachment_id: str, announced: Announcement, now: datetime, disputable_until: date | None = None
) -> list[NewEvent]:
    """The applicant announces a file.

    The limit counts files that are stored and files whose announced upload may still come. After a conclusion, evidence
    for a dispute is counted separately. The last day of disputes, in Shanghai, is `disputable_until`. While the next
    conclusion is being made, there is nothing to dispute.

    Raises:
        Conflict: the case takes no such file any more, or as `announce_file` does.
    """
    require_thawed(case)
    undisputable = case.stage in (Stage.ISSUING, Stage.CONCLUDING, Stage.ANNULLED)
    disputable = announced.kind == FileKind.EVIDENCE and case.concluded_at is not None and not undisputable
    if not disputable:
        require_stage(case, _OPEN_TO_APPLICANT, "attachments_closed")
    elif case.is_final and disputable_until is not None and shanghai_day(now) > disputable_until:
        raise Conflict("dispute_period_over")
    return announce_file(case, attachment_id, announced, APPLICANT, MOST_ATTACHMENTS, now)


def announce_file(
    case: Case,
    attachment_id: str,
    announced: Announcement,
    actor: str,
    most: int,
    now: datetime,
    task: Task | None = None,
) -> list[NewEvent]:
    """A file is announced by the applicant, or by the institution of a task. No more than its size may be uploaded.

    Empty where the file is announced already.

    Raises:
        Conflict: so many files, `most`, are stored or may still come; or too many were announced in all.
    """
    if any(one.attachment_id == attachment_id for one in case.attachments):
        return []
    task_id = None if task is None else task.task_id
    in_all = sum(one.is_given_by(task_id) for one in case.files_of_this_person)
    if counted_files(case, task_id, now) >= most or in_all >= MOST_ANNOUNCED:
        raise Conflict("too_many_attachments")
    named = {} if task is None else task_data(task)
    data = {**named, "attachment_id": attachment_id, **asdict(announced)}
    return [NewEvent(EventType.ATTACHMENT_ANNOUNCED, actor, data)]


def earlier_announcement(
    case: Case, task_id: str | None, announced: Announcement, named: str | None, now: datetime
) -> str | None:
    """The attachment of which this is the announcement once more; None when it announces another file.

    The caller's own key tells, from which `named` follows. Without a key, two announcements are the same if kind, type,
    size and, where given, digest are equal, and if the first one's upload may still come. What a
    former applicant announced, before the claim came to name this person, is no announcement of this one's.

    Raises:
        Conflict: the key was used to announce something else, or by the former applicant.
    """
    for one in case.attachments:
        if one not in case.files_of_this_person:
            if named is not None and one.attachment_id == named:
                raise Conflict("idempotency_key_reused")
            continue
        said = Announcement(one.kind, one.content_type, one.size, one.sha256)
        if named is not None and one.attachment_id == named:
            # Once the file was looked at, its own digest stands where none was given.
            if said != announced and replace(said, sha256=None) != announced:
                raise Conflict("idempotency_key_reused")
            return named
        if named is None and one.is_awaited(now) and one.task_id == task_id and said == announced:
            return one.attachment_id
    return None


def counted_files(case: Case, task_id: str | None, now: datetime) -> int:
    """The files that count against the limit: the applicant's since the last conclusion (None), or those of a task's
    institution. A former applicant's do not."""
    began = case.concluded_at or case.received_at
    return sum(
        one.is_stored or one.is_awaited(now)
        for one in case.files_of_this_person
        if one.is_given_by(task_id) and (task_id is not None or one.announced_at >= began)
    )


def settle_file(
    case: Case, attachment_id: str, sha256: str, copy_sha256: str | None, refusal: str | None
) -> list[NewEvent]:
    """An uploaded file was looked at: stored, with its own SHA-256 in hex and its copy's, or refused with a message
    code. An annulled case takes none, though a link that takes an upload may outlive the impostor's right."""
    announced = case.file(attachment_id)
    if announced is None or announced.state is not AttachmentState.ANNOUNCED:
        return []
    data = _named_file(announced)
    if case.stage is Stage.ANNULLED:
        refusal = "attachments_closed"
    if refusal is None:
        digests = {"sha256": sha256, "copy_sha256": copy_sha256}
        return [NewEvent(EventType.ATTACHMENT_STORED, SYSTEM, {**data, **digests})]
    return [NewEvent(EventType.ATTACHMENT_REFUSED, SYSTEM, {**data, "reason": refusal})]


def withdraw_file(case: Case, attachment_id: str, sha256: str) -> list[NewEvent]:
    """A scanner has found something in the stored file with this SHA-256, in hex: nobody is shown it any more. One that
    is still being looked at is refused. Another file of the attachment than the one that was taken changes nothing."""
    found = case.file(attachment_id)
    if found is not None and found.is_stored and found.sha256 == sha256:
        data = {**_named_file(found), "sha256": sha256, "reason": INFECTED}
        return [NewEvent(EventType.ATTACHMENT_WITHDRAWN, SYSTEM, data)]
    if found is not None and found.state is AttachmentState.ANNOUNCED:
        return [NewEvent(EventType.ATTACHMENT_REFUSED, SYSTEM, {**_named_file(found), "reason": INFECTED})]
    return []


def _named_file(file: Attachment) -> dict[str, Any]:
    named = {"attachment_id": file.attachment_id}
    return named if file.task_id is None else {**named, "task_id": file.task_id}
