"""The entries of a case's log that its erasure makes, each once however often it is asked for (N1, N3)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.erasure import (
    BY_RETENTION,
    ErasureStatus,
    require_erasable,
    require_second_approver,
)
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.shared.actors import SYSTEM, staff_actor


def propose_erasure(
    case: Case, reviewer: str, ground: str, reason: str, command: str, *, report_is_shared: bool
) -> list[NewEvent]:
    """A first member of staff asks for it. Raises `Conflict` as `require_erasable` does."""
    _require_erasable(case, report_is_shared=report_is_shared)
    if case.erasure is not None:
        return []
    data = {"ground": ground, "reason": reason, "command": command}
    return [NewEvent(EventType.ERASURE_PROPOSED, staff_actor(reviewer), data)]


def approve_erasure(case: Case, reviewer: str, reason: str, command: str, *, report_is_shared: bool) -> list[NewEvent]:
    """A second one approves it. Empty where it is approved already: it is to be carried out, or was.

    Raises:
        Conflict: nothing was proposed, or by the same person; or as `require_erasable` does.
    """
    require_second_approver(case.erasure, reviewer)
    if case.erasure is not None and case.erasure.is_approved:
        return []
    _require_erasable(case, report_is_shared=report_is_shared)
    return [NewEvent(EventType.ERASURE_APPROVED, staff_actor(reviewer), {"reason": reason, "command": command})]


def withdraw_erasure(case: Case, reviewer: str, reason: str, command: str) -> list[NewEvent]:
    """What was proposed is not to be done. Empty where nothing is proposed."""
    if case.erasure is None or case.erasure.is_approved:
        return []
    return [NewEvent(EventType.ERASURE_WITHDRAWN, staff_actor(reviewer), {"reason": reason, "command": command})]


def end_retention(case: Case, *, report_is_shared: bool) -> list[NewEvent]:
    """The time is over for which the case is kept. Raises `Conflict` as `require_erasable` does."""
    if case.erasure is not None and case.erasure.is_approved:
        return []
    _require_erasable(case, report_is_shared=report_is_shared)
    return [NewEvent(EventType.ERASURE_APPROVED, SYSTEM, {"ground": BY_RETENTION.ground})]


def finish_erasure(case: Case) -> list[NewEvent]:
    """Everything else is gone; with this entry the data key is destroyed."""
    if case.erasure is None or case.erasure.status is not ErasureStatus.APPROVED:
        return []
    return [NewEvent(EventType.CASE_ERASED, SYSTEM, {"ground": case.erasure.ground})]


def remove_files(case: Case, attachment_ids: list[str]) -> list[NewEvent]:
    """Files whose time is over are gone."""
    kept = {one.attachment_id for one in case.attachments if one.is_held}
    gone = sorted(kept & set(attachment_ids))
    return [NewEvent(EventType.FILES_REMOVED, SYSTEM, {"attachment_ids": gone})] if gone else []


def _require_erasable(case: Case, *, report_is_shared: bool) -> None:
    require_erasable(
        is_final=case.is_final,
        has_live_change=case.register_change is not None,
        report_is_shared=report_is_shared,
    )
