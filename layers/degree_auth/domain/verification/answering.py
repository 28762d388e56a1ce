"""The institution's answer to a verification task, through the system or in writing (articles 4, 5, 14)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from degree_auth.domain.cases.attachment import Attachment, ExaminedScan, written_form_id
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_seen_case
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.task import WrittenForm, task_data
from degree_auth.domain.shared.actors import require_second_person, staff_actor
from degree_auth.domain.shared.errors import Conflict, Invalid, Problem
from degree_auth.domain.shared.working_days import beginning_of, shanghai_day
from degree_auth.domain.verification.feedback import Feedback
from degree_auth.domain.verification.tasks import find_task, require_answerable_task


def receive_feedback(
    case: Case,
    task_id: str,
    feedback: Feedback,
    sealed: str,
    fingerprint: str,
    actor: str,
    received_at: datetime,
    channel: str = "system",
    command: str | None = None,
) -> list[NewEvent]:
    """The institution's answer (articles 4, 5); after the deadline it counts as well. While the case is frozen it is
    kept, and nothing follows.

    `fingerprint` tells a form that was given before, which changes nothing however late it comes, from another one,
    which is refused unless the task waits for it.

    Raises:
        NotFound: the case has no such task.
        Conflict: the task does not wait for an answer; the code says what became of it.
    """
    if find_task(case, task_id).has_answered(fingerprint):
        return []
    task = require_answerable_task(case, task_id)
    data: dict[str, Any] = {
        **task_data(task),
        "department_id": task.department_id,
        "result": feedback.result.value,
        "channel": channel,
        "received_at": received_at.isoformat(),
        "fingerprint": fingerprint,
        "sealed": sealed,
        "fields": sorted(feedback.archive_values) or list(feedback.fields),
        "attachments": list(feedback.attachments),
    }
    if feedback.result is Result.NEEDS_MATERIAL:
        data["reason"] = feedback.reason
    if command is not None:
        data["command"] = command
    return [NewEvent(EventType.FEEDBACK_RECEIVED, actor, data)]


def enter_written_form(
    case: Case,
    reviewer: str,
    exemption: str,
    received_on: date,
    sealed: str,
    fingerprint: str,
    scan: ExaminedScan,
    command: str,
    now: datetime,
) -> list[NewEvent]:
    """Staff enter a written form, received on that day; it answers nothing until a second person confirms it.

    `scan` is kept already, with its copy.
    """
    task = require_answerable_task(case, case.task_id or "")
    if received_on > shanghai_day(now):
        raise Invalid([Problem("received_on", "date_in_future")])
    if received_on < shanghai_day(task.asked_at):
        raise Invalid([Problem("received_on", "received_before_task")])
    data = {
        **task_data(task),
        "exemption": exemption,
        "received_on": received_on.isoformat(),
        "scan": scan.sha256,
        "scan_size": scan.size,
        "scan_copy": scan.copy_sha256,
        "fingerprint": fingerprint,
        "sealed": sealed,
        "command": command,
    }
    return [NewEvent(EventType.WRITTEN_FEEDBACK_RECORDED, staff_actor(reviewer), data)]


def require_written_form(case: Case) -> WrittenForm:
    """The written form that waits for a second person. Raises `Conflict`: none does."""
    written = None if case.task is None else case.task.written
    if written is None:
        raise Conflict("no_written_feedback")
    return written


def scan_of(case: Case, written: WrittenForm) -> Attachment | None:
    """The scan of a written form as others may be shown it; None when it was never examined, or was withdrawn."""
    scan = case.file(written_form_id(written.scan))
    return scan if scan is not None and scan.is_stored else None


def confirm_written_form(case: Case, reviewer: str, feedback: Feedback, command: str, version: int) -> list[NewEvent]:
    """A second person confirms a written form; it counts from the day of its receipt (article 14).

    `version` is that of the case on the review sheet, which shows the form: one that was entered afterwards the second
    person has not seen.

    Raises:
        Conflict: no form waits, it is no second person, its scan cannot be shown, or the case has changed since.
    """
    task = require_answerable_task(case, case.task_id or "")
    written, actor = require_written_form(case), staff_actor(reviewer)
    require_second_person(actor, (written.recorded_by,))
    if scan_of(case, written) is None:
        raise Conflict("written_scan_not_shown")
    require_seen_case(case, version)
    received_at = max(task.asked_at, beginning_of(written.received_on))
    return receive_feedback(
        case, task.task_id, feedback, written.sealed, written.fingerprint, actor, received_at, "written", command
    )
