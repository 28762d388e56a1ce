"""What a reviewer decides on an application (article 10): plain decisions that give events to be recorded, or refuse.

A decision that finds its work done already gives no events, so that every command can be repeated
(N1). Refusals name the state that stands in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from degree_auth.domain.cases.application import revoke_link
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_first_conclusion, require_seen_case, require_stage
from degree_auth.domain.cases.register_change_decisions import open_register_change
from degree_auth.domain.cases.report_state import HOLDER_DISAVOWED, HOLDER_UNSURE, Objection
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.actors import staff_actor
from degree_auth.domain.shared.errors import Conflict


def confirm_identity(case: Case, reviewer: str, reason: str, command: str, version: int) -> list[NewEvent]:
    """The reviewer finds that the holder applies, by the copy of the identity document; nothing moves before that.

    `version` is that of the case on the review sheet. What came after it, another claim or another file, nobody has
    looked at.

    Raises:
        Conflict: the case does not wait for this, there is no such copy, or the case has changed since.
    """
    require_stage(case, {Stage.IDENTITY_REVIEW}, "case_not_in_identity_review")
    if not case.has_identity_document:
        raise Conflict("identity_document_missing")
    require_seen_case(case, version)
    return [NewEvent(EventType.IDENTITY_CONFIRMED, staff_actor(reviewer), {"reason": reason, "command": command})]


def disavowed_case_number(case: Case) -> str | None:
    """The number of the disavowed application because of which the case is parked, if it is."""
    reason = case.reason or {}
    return reason["case"] if case.stage is Stage.PARKED and reason.get("reason") == HOLDER_DISAVOWED else None


def release(
    case: Case, reviewer: str, reason: str, command: str, disavowed: DisavowalStatus | None = None
) -> list[NewEvent]:
    """Staff release a parked case (N2). A match with the register is compared again, and issued if it still holds. A
    claim that the institution confirmed does not rest on the register and is issued as it is.

    `disavowed` is where the disavowal stands because of which the case is parked. What was found an impersonation holds
    the case no more. Releasing a case that waits because it is not sure whose it is says that both are of one person.

    Raises:
        Conflict: the case is not parked, or that disavowal is to be decided first.
    """
    require_stage(case, {Stage.PARKED}, "case_not_parked")
    data: dict[str, Any] = {"reason": reason, "command": command}
    if disavowed is DisavowalStatus.OPEN:
        raise Conflict("disavowal_undecided")
    if disavowed is DisavowalStatus.IMPERSONATION:
        data["released_beside"] = [disavowed_case_number(case)]
    if case.reason is not None and case.reason.get("reason") == HOLDER_UNSURE:
        data["same_holder_as"] = [case.reason["case"]]
    return [NewEvent(EventType.CASE_RELEASED, staff_actor(reviewer), data)]


def confirm_material(
    case: Case, reviewer: str, reason: str, task_id: str, command: str, institution_code: str | None = None
) -> list[NewEvent]:
    """The reviewer finds the entry equal to the scan; the institution is asked next (articles 3, 10). Also of a case
    that the register matched and that an institution's former word stands against.

    `institution_code` is who answers today for the institution that the claim names, if that is another.
    """
    if not _is_parked_by_an_answer(case):
        require_stage(case, {Stage.MATERIAL_REVIEW}, "case_not_in_review")
    _require_scan(case)
    asked = institution_code or case.institution_code
    data = {"reason": reason, "task_id": task_id, "institution_code": asked, "command": command}
    actor = staff_actor(reviewer)
    return [NewEvent(EventType.MATERIAL_CONFIRMED, actor, data), *open_register_change(case, actor)]


def correct_claim(
    case: Case,
    reviewer: str,
    reason: str,
    changed: ChangedClaim,
    command: str,
    *,
    other_person: bool,
) -> list[NewEvent]:
    """The reviewer puts right what was mistyped, left out or badly formed; the comparison runs again (article 10).

    A claim that now names an `other_person` is as unproven as any: its identity is reviewed first. Who signed in for
    the case was somebody else, and its link, which they gave to whom they liked, is void.
    """
    require_stage(case, {Stage.MATERIAL_REVIEW, Stage.PARKED}, "case_not_in_review")
    require_first_conclusion(case)
    _require_scan(case)
    data = {
        "reason": reason,
        **changed.as_dict(),
        "command": command,
        "other_person": other_person,
    }
    return [
        *(revoke_link(case, staff_actor(reviewer)) if other_person and case.holder_signed_in else []),
        NewEvent(EventType.CLAIM_CORRECTED, staff_actor(reviewer), data),
    ]


def return_to_applicant(case: Case, reviewer: str, reason: str, fields: Sequence[str], command: str) -> list[NewEvent]:
    """The reviewer asks the applicant for what is missing; the clock waits for the applicant (articles 10, 12)."""
    require_stage(case, {Stage.IDENTITY_REVIEW, Stage.MATERIAL_REVIEW, Stage.PARKED}, "case_not_in_review")
    require_first_conclusion(case)
    data = {"reason": reason, "fields": list(fields), "command": command}
    return [NewEvent(EventType.RETURNED_TO_APPLICANT, staff_actor(reviewer), data)]


def reject(case: Case, reviewer: str, reason: str, command: str) -> list[NewEvent]:
    """The reviewer finds the application not eligible for authentication (article 10)."""
    reviewed = {Stage.IDENTITY_REVIEW, Stage.MATERIAL_REVIEW, Stage.AWAITING_APPLICANT, Stage.PARKED}
    require_stage(case, reviewed, "case_not_in_review")
    require_first_conclusion(case)
    return [NewEvent(EventType.APPLICATION_REJECTED, staff_actor(reviewer), {"reason": reason, "command": command})]


def _is_parked_by_an_answer(case: Case) -> bool:
    """Whether the register alone stands against what an institution has said, so that it may be asked."""
    return case.stage is Stage.PARKED and (case.reason or {}).get("reason") in frozenset(Objection)


def _require_scan(case: Case) -> None:
    """An entry is confirmed or corrected against the certificate scan, so there must be one (article 10)."""
    if not case.has_certificate_scan:
        raise Conflict("certificate_scan_missing")
