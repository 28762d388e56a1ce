"""What each command does to a case: plain decisions that give the events to be recorded, or refuse.

A decision that finds its work done already gives no events, so that every command can be repeated
(N1). Refusals name the state that stands in the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.cases.attachment import Announcement
from degree_auth.domain.cases.case import AttachmentState, Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.register_change import ChangeStatus
from degree_auth.domain.cases.report_state import Basis, Objection
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.shared.actors import APPLICANT, SYSTEM, staff_actor
from degree_auth.domain.shared.errors import Conflict, Invalid, Problem

MOST_ATTACHMENTS = 10
MOST_ANNOUNCED = 100
"""Files announced for a case, or for a task, refused and never uploaded ones included: the case record stays small."""
UPLOAD_TIME = timedelta(minutes=15)
_OPEN_TO_APPLICANT = frozenset(
    {Stage.IDENTITY_REVIEW, Stage.RECEIVED, Stage.MATERIAL_REVIEW, Stage.AWAITING_APPLICANT, Stage.PARKED}
)


def receive(
    source: str,
    institution_code: str,
    sealed: str,
    holder_key: str,
    proven_by: str | None,
    link_digest: str | None,
) -> list[NewEvent]:
    """An application is received (article 1); `source` is api or platform.

    `holder_key`, here and where a claim changes, is a keyed digest by which the holder's cases are found. `proven_by`
    is by whose authority the applicant is the holder; None waits for a reviewer. `link_digest` is the keyed digest of
    the token in the case's link.
    """
    data = {
        "source": source,
        "institution_code": institution_code,
        "sealed": sealed,
        "holder_key": holder_key,
        "proven_by": proven_by,
        "link_digest": link_digest,
    }
    return [NewEvent(EventType.APPLICATION_RECEIVED, APPLICANT if source == "api" else source, data)]


def confirm_identity(case: Case, reviewer: str, reason: str, command: str) -> list[NewEvent]:
    """The reviewer finds that the holder applies, by the copy of the identity document; nothing moves before that."""
    _require(case, {Stage.IDENTITY_REVIEW}, "case_not_in_identity_review")
    if not case.has_identity_document:
        raise Conflict("identity_document_missing")
    return [NewEvent(EventType.IDENTITY_CONFIRMED, staff_actor(reviewer), {"reason": reason, "command": command})]


def renew_link(case: Case, link_digest: str) -> list[NewEvent]:
    """The case gets another link; the former one is void."""
    return [NewEvent(EventType.ACCESS_LINK_RENEWED, APPLICANT, {"link_digest": link_digest})]


def revoke_link(case: Case) -> list[NewEvent]:
    """The case's link is void; who signs in as the holder still sees the case."""
    return [] if case.link_digest is None else [NewEvent(EventType.ACCESS_LINK_REVOKED, APPLICANT, {})]


def compare(case: Case, comparison: Mapping[str, Any], printable: bool) -> list[NewEvent]:
    """The comparison's outcome is recorded (article 2); a match that no shipped font can print waits for a person."""
    if case.stage is not Stage.RECEIVED:
        return []
    events = [NewEvent(EventType.CLAIM_COMPARED, SYSTEM, {"comparison": dict(comparison)})]
    if comparison["result"] == "matched" and not printable:
        events.append(_parked("unprintable_character"))
    return events


def compare_again(case: Case, comparison: Mapping[str, Any]) -> list[NewEvent]:
    """The register no longer says what the case was matched with: nothing is issued, the new comparison counts.

    What the institution confirmed does not rest on the register.
    """
    if case.stage is not Stage.ISSUING or case.basis is Basis.INSTITUTION:
        return []
    return [
        NewEvent(EventType.CASE_RELEASED, SYSTEM, {"reason": "register_changed"}),
        NewEvent(EventType.CLAIM_COMPARED, SYSTEM, {"comparison": dict(comparison)}),
    ]


def park(case: Case, reason: str, against: Mapping[str, str] | None = None) -> list[NewEvent]:
    """A case whose report cannot be made as it should waits for a person; `reason` is a message code, `against` names
    what stands against it: the `document`, a report or a written notice, or the `case` that has none yet."""
    return [_parked(reason, against)] if case.stage is Stage.ISSUING else []


def release(case: Case, reviewer: str, reason: str, command: str) -> list[NewEvent]:
    """Staff release a parked case (N2). A match with the register is compared again, and issued if it still holds. A
    claim that the institution confirmed does not rest on the register and is issued as it is."""
    _require(case, {Stage.PARKED}, "case_not_parked")
    return [NewEvent(EventType.CASE_RELEASED, staff_actor(reviewer), {"reason": reason, "command": command})]


def confirm_material(
    case: Case, reviewer: str, reason: str, task_id: str, command: str, institution_code: str | None = None
) -> list[NewEvent]:
    """The reviewer finds the entry equal to the scan; the institution is asked next (articles 3, 10). Also of a case
    that the register matched and that an institution's former word stands against.

    `institution_code` is who answers today for the institution that the claim names, if that is another.
    """
    if not _is_parked_by_an_answer(case):
        _require(case, {Stage.MATERIAL_REVIEW}, "case_not_in_review")
    _require_scan(case)
    asked = institution_code or case.institution_code
    data = {"reason": reason, "task_id": task_id, "institution_code": asked, "command": command}
    actor = staff_actor(reviewer)
    return [NewEvent(EventType.MATERIAL_CONFIRMED, actor, data), *open_register_change(case, actor)]


def open_register_change(case: Case, actor: str) -> list[NewEvent]:
    """With every manual verification a register change is opened (article 11), unless one waits for its outcome.

    A change that rests on an earlier verification is closed, because the new verification decides what the register
    should say. One that is being applied is applied all the same, and the new change starts from the register after it.
    """
    live = case.shapeable_change
    if live is not None and live.status is ChangeStatus.OPEN:
        return []
    opened = {"change_id": f"{case.case_number}-R{len(case.register_changes) + 1}"}
    events = [NewEvent(EventType.REGISTER_CHANGE_OPENED, actor, opened)]
    if live is not None:
        closed = {"change_id": live.change_id, "reason": "verified_again"}
        events.insert(0, NewEvent(EventType.REGISTER_CHANGE_CLOSED, SYSTEM, closed))
    return events


def correct_claim(
    case: Case,
    reviewer: str,
    reason: str,
    fields: Sequence[str],
    sealed: str,
    sealed_changes: str,
    institution_code: str,
    holder_key: str,
    command: str,
) -> list[NewEvent]:
    """The reviewer puts right what was mistyped, left out or badly formed; the comparison runs again (article 10).

    `sealed_changes` keeps both values of every corrected field, encrypted.
    """
    _require(case, {Stage.MATERIAL_REVIEW, Stage.PARKED}, "case_not_in_review")
    _require_first_conclusion(case)
    _require_scan(case)
    data = {
        "reason": reason,
        "fields": list(fields),
        "sealed": sealed,
        "sealed_changes": sealed_changes,
        "institution_code": institution_code,
        "holder_key": holder_key,
        "command": command,
    }
    return [NewEvent(EventType.CLAIM_CORRECTED, staff_actor(reviewer), data)]


def return_to_applicant(case: Case, reviewer: str, reason: str, fields: Sequence[str], command: str) -> list[NewEvent]:
    """The reviewer asks the applicant for what is missing; the clock waits for the applicant (articles 10, 12)."""
    _require(case, {Stage.IDENTITY_REVIEW, Stage.MATERIAL_REVIEW, Stage.PARKED}, "case_not_in_review")
    _require_first_conclusion(case)
    data = {"reason": reason, "fields": list(fields), "command": command}
    return [NewEvent(EventType.RETURNED_TO_APPLICANT, staff_actor(reviewer), data)]


def reject(case: Case, reviewer: str, reason: str, command: str) -> list[NewEvent]:
    """The reviewer finds the application not eligible for authentication (article 10)."""
    reviewed = {Stage.IDENTITY_REVIEW, Stage.MATERIAL_REVIEW, Stage.AWAITING_APPLICANT, Stage.PARKED}
    _require(case, reviewed, "case_not_in_review")
    _require_first_conclusion(case)
    return [NewEvent(EventType.APPLICATION_REJECTED, staff_actor(reviewer), {"reason": reason, "command": command})]


def supplement(
    case: Case,
    fields: Sequence[str],
    sealed: str,
    sealed_changes: str,
    institution_code: str,
    holder_key: str,
    command: str,
    *,
    other_person: bool = False,
) -> list[NewEvent]:
    """The applicant supplies what was asked for: a changed claim is compared again, and so is one that staff asked
    about; an unchanged one goes back to the institution that asked.

    A claim that now names an `other_person` is as unproven as any: who was proven was somebody else. Under an answer
    that says otherwise and is not decided, the claim stays as it was asked about; files may be supplied.

    Raises:
        Conflict: nothing was asked, or the claim can no longer be changed.
        Invalid: something that was asked for is missing; all of it is named.
    """
    _require(case, {Stage.AWAITING_APPLICANT}, "nothing_was_asked")
    if fields:
        _require_first_conclusion(case)
        _require_unanswered(case)
    if missing := missing_from_supplement(case, fields):
        raise Invalid([Problem(field, "supplement_missing") for field in missing])
    data: dict[str, Any] = {
        "fields": list(fields),
        "sealed": sealed,
        "sealed_changes": sealed_changes,
        "institution_code": institution_code,
        "holder_key": holder_key,
        "command": command,
        "other_person": other_person,
    }
    asked_by_institution = case.task is not None and case.task.status is TaskStatus.WAITING_APPLICANT
    if asked_by_institution and not fields:
        # The claim is what the institution was asked about, so its task goes on.
        data["resumes"] = case.task_id
    return [NewEvent(EventType.APPLICATION_SUPPLEMENTED, APPLICANT, data)]


def missing_from_supplement(case: Case, changed: Sequence[str]) -> list[str]:
    """What the applicant was asked for and has not supplied: neither by a change of the field, nor by any file that was
    received since."""
    if case.request is None:
        return []
    since = case.attachments[case.request.get("files", 0) :]
    if any(one.task_id is None and one.state is AttachmentState.STORED for one in since):
        return []
    return [field for field in case.request["fields"] if field not in changed]


def withdraw(case: Case) -> list[NewEvent]:
    """The applicant withdraws; what is concluded can no longer be withdrawn, nor what the institution has answered
    otherwise."""
    if case.stage is Stage.WITHDRAWN:
        return []
    if case.is_final or case.rechecks or case.stage is Stage.CONCLUDING:
        raise Conflict("case_already_ended")
    _require_unanswered(case)
    return [NewEvent(EventType.APPLICATION_WITHDRAWN, APPLICANT, {})]


def announce_attachment(
    case: Case, attachment_id: str, kind: str, content_type: str, size: int, sha256: str | None, now: datetime
) -> list[NewEvent]:
    """The applicant announces a file; `size` in bytes is what may then be uploaded, no more.

    The limit counts files that are stored and files whose announced upload may still come. After a conclusion, evidence
    for a dispute is counted separately; while the next one is on its way, nothing can be disputed.
    """
    on_its_way = case.stage in (Stage.ISSUING, Stage.CONCLUDING)
    disputable = kind == "evidence" and case.concluded_at is not None and not on_its_way
    if not disputable:
        _require(case, _OPEN_TO_APPLICANT, "attachments_closed")
    if any(one.attachment_id == attachment_id for one in case.attachments):
        return []
    announced = sum(one.task_id is None for one in case.attachments)
    if counted_files(case, None, now) >= MOST_ATTACHMENTS or announced >= MOST_ANNOUNCED:
        raise Conflict("too_many_attachments")
    data = {"attachment_id": attachment_id, "kind": kind, "content_type": content_type, "size": size, "sha256": sha256}
    return [NewEvent(EventType.ATTACHMENT_ANNOUNCED, APPLICANT, data)]


def announced_before(
    case: Case, task_id: str | None, announced: Announcement, named: str | None, now: datetime
) -> str | None:
    """The attachment of which this is the announcement once more; None when it announces another file.

    A caller's own key tells, from which `named` follows. Without one an announcement is the same while its upload may
    still come: of one kind, type, size and, where given, digest.

    Raises:
        Conflict: the key was used to announce something else.
    """
    for one in case.attachments:
        said = Announcement(one.kind, one.content_type, one.size, one.sha256)
        if named is not None and one.attachment_id == named:
            # Once the file was looked at, its own digest stands where none was given.
            if said != announced and replace(said, sha256=None) != announced:
                raise Conflict("idempotency_key_reused")
            return named
        awaited = one.state is AttachmentState.ANNOUNCED and now - one.announced_at <= UPLOAD_TIME
        if named is None and awaited and one.task_id == task_id and said == announced:
            return one.attachment_id
    return None


def counted_files(case: Case, task_id: str | None, now: datetime) -> int:
    """The files that count against the limit: the applicant's since the last conclusion (None), or those of a task's
    institution."""
    began = case.concluded_at or case.received_at
    return sum(
        one.state is AttachmentState.STORED
        or (one.state is AttachmentState.ANNOUNCED and now - one.announced_at <= UPLOAD_TIME)
        for one in case.attachments
        if one.task_id == task_id and (task_id is not None or one.announced_at >= began)
    )


def request_urgency(case: Case, sealed: str) -> list[NewEvent]:
    """The applicant asks for urgent handling (article 12), which staff approve; `sealed` is the reason.

    The first request stands: a repeat, or one of a case that is urgent already, changes nothing.
    """
    if case.is_final:
        raise Conflict("case_has_ended")
    if case.urgency_request is not None or case.urgent:
        return []
    return [NewEvent(EventType.URGENCY_REQUESTED, APPLICANT, {"sealed": sealed})]


def settle_attachment(case: Case, attachment_id: str, sha256: str, refusal: str | None) -> list[NewEvent]:
    """An uploaded file was looked at: stored, with its SHA-256 in hex, or refused with a message code."""
    announced = next((one for one in case.attachments if one.attachment_id == attachment_id), None)
    if announced is None or announced.state is not AttachmentState.ANNOUNCED:
        return []
    data = {"attachment_id": attachment_id}
    if announced.task_id is not None:
        data["task_id"] = announced.task_id
    if refusal is None:
        return [NewEvent(EventType.ATTACHMENT_STORED, SYSTEM, {**data, "sha256": sha256})]
    return [NewEvent(EventType.ATTACHMENT_REFUSED, SYSTEM, {**data, "reason": refusal})]


def issue_report(
    case: Case, report_number: str, version: int, sha256: str, object_key: str, superseding: Sequence[NewEvent] = ()
) -> list[NewEvent]:
    """The report is on record; the first one recorded is the only one (articles 2, 5; N1).

    `superseding` tells that the one in force gives way to it.
    """
    if case.stage is not Stage.ISSUING:
        return []
    data = {"report_number": report_number, "version": version, "sha256": sha256, "object_key": object_key}
    return [*superseding, NewEvent(EventType.REPORT_ISSUED, SYSTEM, data)]


def _parked(reason: str, against: Mapping[str, str] | None = None) -> NewEvent:
    return NewEvent(EventType.CASE_PARKED, SYSTEM, {"reason": reason, **(against or {})})


def _is_parked_by_an_answer(case: Case) -> bool:
    """Whether the register alone stands against what an institution has said, so that it may be asked."""
    return case.stage is Stage.PARKED and (case.reason or {}).get("reason") in frozenset(Objection)


def _require(case: Case, stages: frozenset[Stage] | set[Stage], code: str) -> None:
    if case.stage not in stages:
        raise Conflict(code)


def _require_first_conclusion(case: Case) -> None:
    """During a recheck the claim can no longer be corrected, returned or rejected: the conclusion rests on it."""
    if case.rechecks:
        raise Conflict("case_in_recheck")


def _require_unanswered(case: Case) -> None:
    """What an institution has said against a claim is decided by a person, whatever its applicant would rather do."""
    if case.is_answered_otherwise:
        raise Conflict("institution_has_answered")


def _require_scan(case: Case) -> None:
    """An entry is confirmed or corrected against the certificate scan, so there must be one (article 10)."""
    if not case.has_certificate_scan:
        raise Conflict("certificate_scan_missing")
