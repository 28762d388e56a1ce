"""What each command does to a verification task (articles 3 to 5, 9, 12, 14): plain decisions, repeatable (N1).

Like `decisions`, each gives the events to be recorded, none when its work is done already, or refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from degree_auth.domain.accounts.accounts import LEAD_TIER
from degree_auth.domain.cases.attachment import Announcement
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.decisions import MOST_ANNOUNCED, SYSTEM, counted_files
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.stages import FINAL_STAGES, Outcome, Stage
from degree_auth.domain.cases.task import URGENT_DAYS, NamedInstitution, Task, TaskStatus, overdue_days
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound, Problem
from degree_auth.domain.shared.workdays import Calendar, beginning_of, shanghai_day
from degree_auth.domain.verification.feedback import MOST_FEEDBACK_ATTACHMENTS, Feedback, Result

REMINDER_DAYS = 2
"""A reminder goes out when so many working days are left after today."""

LONGEST_EXTENSION_DAYS = 30
"""Working days by which one announcement may move the deadline."""

MOST_MESSAGES = 100
"""Messages on one task, from both sides together."""

LOOK_AGAIN = timedelta(days=1)
"""How long a task is left alone at most; a calendar that changed is noticed then."""

OUTCOMES = {
    Result.NOT_AWARDED: Outcome.NOT_CONFIRMED,
    Result.NO_SUCH_PERSON: Outcome.NOT_CONFIRMED,
    Result.CANNOT_VERIFY: Outcome.CANNOT_VERIFY,
}
"""How a negative answer ends a case."""


def next_task_id(case: Case) -> str:
    """The number of the next task: the case's, then 1, 2, …"""
    return f"{case.case_number}-{len(case.tasks) + 1}"


def case_number_of(task_id: str) -> str:
    """The number of the case that a task belongs to. Raises `NotFound`: it has not the form of a task's number."""
    case_number = task_id.rpartition("-")[0]
    if not is_case_number(case_number):
        raise NotFound("not_found")
    return case_number


def find_task(case: Case, task_id: str) -> Task:
    """One of the case's tasks. Raises `NotFound`."""
    for task in case.tasks:
        if task.task_id == task_id:
            return task
    raise NotFound("not_found")


def waiting_task(case: Case) -> Task | None:
    """The task that the institution has to answer now."""
    open_now = case.stage is Stage.VERIFICATION and case.task is not None and case.task.is_open
    return case.task if open_now else None


def route_task(case: Case, department_id: str | None, routing: str, calendar: Calendar) -> list[NewEvent]:
    """A new task goes to a department, or to the lead department (None), with its deadline; `routing` says why."""
    task = waiting_task(case)
    if task is None or task.routed:
        return []
    due = _dated(_counted(task, calendar), calendar)
    data = {**_task_data(task), "department_id": department_id, "routing": routing, **due}
    return [NewEvent(EventType.TASK_ROUTED, SYSTEM, data)]


def reassign(case: Case, task_id: str, department_id: str | None, reason: str, actor: str) -> list[NewEvent]:
    """The lead department gives a task to another of its departments, or takes it itself (None); the clock goes on."""
    task = _open_task(case, task_id)
    if task.routed and task.department_id == department_id:
        return []
    if case.recheck is not None and department_id is not None and department_id in _answering_departments(case):
        raise Conflict("department_answered_before")
    data = {**_task_data(task), "department_id": department_id, "reason": reason}
    return [NewEvent(EventType.TASK_REASSIGNED, actor, data)]


def announce_extension(
    case: Case, task_id: str, new_due: date, reason: str, actor: str, calendar: Calendar, now: datetime
) -> list[NewEvent]:
    """The institution announces, before its deadline, a reason and a new one (article 12)."""
    task = _open_task(case, task_id)
    due = _counted(task, calendar)
    if new_due == due:
        return []
    if shanghai_day(now) > due:
        raise Conflict("extension_too_late")
    problems = []
    if new_due < due:
        problems.append(Problem("due", "extension_not_later"))
    elif not calendar.is_working_day(new_due):
        problems.append(Problem("due", "extension_not_working_day"))
    elif new_due > calendar.add_working_days(due, LONGEST_EXTENSION_DAYS):
        problems.append(Problem("due", "extension_too_long"))
    if problems:
        raise Invalid(problems)
    data = {
        **_task_data(task),
        "department_id": task.department_id,
        "reason": reason,
        **_dated(new_due, calendar),
        "allowed_days": task.allowed_days + calendar.working_days_between(due, new_due),
    }
    return [NewEvent(EventType.EXTENSION_ANNOUNCED, actor, data)]


def sweep(case: Case, now: datetime, calendar: Calendar) -> list[NewEvent]:
    """What time alone brings: a deadline counted anew after a notice, a reminder, a breach; each once a deadline."""
    task = waiting_task(case)
    if task is None or not task.routed:
        return []
    due, today = _counted(task, calendar), shanghai_day(now)
    data = {**_task_data(task), "department_id": task.department_id, **_dated(due, calendar)}
    events = []
    if due != task.due:
        recounted = {**data, "calendar": calendar.version}
        events.append(NewEvent(EventType.DEADLINE_RECOUNTED, SYSTEM, recounted))
    if today > due:
        if task.overdue_for != due and overdue_days(due, task.received_on, today):
            events.append(NewEvent(EventType.TASK_OVERDUE, SYSTEM, data))
    elif today >= _reminder_day(due, calendar) and task.reminded_for != due:
        events.append(NewEvent(EventType.TASK_REMINDED, SYSTEM, data))
    return events


def next_look(case: Case, now: datetime, calendar: Calendar) -> datetime:
    """When time alone brings something next: the midnight of a reminder or a breach, or after a day at the latest."""
    moments = [now + LOOK_AGAIN]
    task = waiting_task(case)
    if task is not None:
        due = _counted(task, calendar)
        moments += [beginning_of(_reminder_day(due, calendar)), beginning_of(due + timedelta(days=1))]
    return min(moment for moment in moments if moment > now)


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
    """The institution's answer and what follows from it (articles 4, 5); after the deadline it counts as well.

    `fingerprint` tells a form that was given before, which changes nothing however late it comes, from another one,
    which is refused unless the task waits for it.

    Raises:
        NotFound: the case has no such task.
        Conflict: the task does not wait for an answer; the code says what became of it.
    """
    if find_task(case, task_id).has_answered(fingerprint):
        return []
    task = _open_task(case, task_id)
    data: dict[str, Any] = {
        **_task_data(task),
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
    events = [NewEvent(EventType.FEEDBACK_RECEIVED, actor, data)]
    if feedback.result in OUTCOMES and case.recheck is None:
        outcome = OUTCOMES[feedback.result].value
        concluded = {**_task_data(task), "outcome": outcome, "notice": f"notice_{feedback.result.value}"}
        events.append(NewEvent(EventType.CASE_CONCLUDED, SYSTEM, concluded))
    spot_check = case.recheck is not None and case.recheck.cause is Cause.SPOT_CHECK
    as_reported = feedback.result is Result.VERIFIED and task.named_instead is None
    if spot_check and as_reported and case.recheck is not None:
        # The institution says what the report says: no person has to decide anything.
        upheld = {"number": case.recheck.number, "cause": case.recheck.cause.value, "decision": "upheld"}
        events.append(NewEvent(EventType.RECHECK_DECIDED, SYSTEM, upheld))
    return events


def record_written_feedback(
    case: Case,
    reviewer: str,
    exemption: str,
    received_on: date,
    sealed: str,
    fingerprint: str,
    scan: str,
    command: str,
    now: datetime,
) -> list[NewEvent]:
    """Staff enter a written form, received on that day; it answers nothing until a second person confirms it.

    `scan` is the SHA-256, in hex, of the kept scan.
    """
    task = _open_task(case, case.task_id or "")
    if received_on > shanghai_day(now):
        raise Invalid([Problem("received_on", "date_in_future")])
    if received_on < shanghai_day(task.spans[-1][0]):
        raise Invalid([Problem("received_on", "received_before_task")])
    data = {
        **_task_data(task),
        "exemption": exemption,
        "received_on": received_on.isoformat(),
        "scan": scan,
        "fingerprint": fingerprint,
        "sealed": sealed,
        "command": command,
    }
    return [NewEvent(EventType.WRITTEN_FEEDBACK_RECORDED, f"staff:{reviewer}", data)]


def confirm_written_feedback(case: Case, reviewer: str, feedback: Feedback, command: str) -> list[NewEvent]:
    """A second person confirms a written form; it counts from the day of its receipt (article 14)."""
    task = _open_task(case, case.task_id or "")
    written = task.written
    if written is None:
        raise Conflict("no_written_feedback")
    actor = f"staff:{reviewer}"
    if written.recorded_by == actor:
        raise Conflict("second_person_required")
    received_at = max(task.spans[-1][0], beginning_of(written.received_on))
    return receive_feedback(
        case, task.task_id, feedback, written.sealed, written.fingerprint, actor, received_at, "written", command
    )


@dataclass(frozen=True, slots=True)
class NewFacts:
    """The application with the archive's values: sealed, with both values of every field that changed, sealed too.

    `institution_code` is the awarding institution that it then names.
    """

    fields: Sequence[str]
    sealed: str
    sealed_changes: str
    institution_code: str

    def as_dict(self) -> dict[str, Any]:
        """What the log entry keeps of it."""
        return {
            "fields": list(self.fields),
            "sealed": self.sealed,
            "sealed_changes": self.sealed_changes,
            "institution_code": self.institution_code,
        }


def accept_archive_values(case: Case, reviewer: str, reason: str, facts: NewFacts, command: str) -> list[NewEvent]:
    """The reviewer takes over what the archive says (article 5)."""
    if not awaits_acceptance(case):
        raise Conflict("no_archive_values")
    data = {"task_id": case.task_id, "reason": reason, **facts.as_dict(), "command": command}
    return [NewEvent(EventType.ARCHIVE_VALUES_ACCEPTED, f"staff:{reviewer}", data)]


def redirect_task(
    case: Case,
    reviewer: str,
    reason: str,
    institution_code: str,
    command: str,
    named_instead: NamedInstitution | None = None,
) -> list[NewEvent]:
    """The next task goes to the right institution; after archive values that are in doubt, also to the same again.

    `named_instead` is the awarding institution that it is asked about, where the claim names another: what it then
    confirms is reported once a reviewer has put it on the claim (N2).
    """
    returned = case.stage is Stage.VERIFICATION and case.task is not None and case.task.status is TaskStatus.RETURNED
    if not (returned or awaits_acceptance(case) or case.stage is Stage.RECHECK_DECISION):
        raise Conflict("task_not_returned")
    if any(one.status is TaskStatus.RETURNED and one.institution_code == institution_code for one in case.tasks):
        raise Conflict("institution_returned_task")
    data: dict[str, Any] = {
        "task_id": next_task_id(case),
        "institution_code": institution_code,
        "previous_task_id": case.task_id,
        "reason": reason,
        "command": command,
    }
    if named_instead is not None:
        data["named_instead"] = asdict(named_instead)
    return [NewEvent(EventType.TASK_REDIRECTED, f"staff:{reviewer}", data)]


def approve_urgency(
    case: Case, reviewer: str, reason: str, command: str, calendar: Calendar, now: datetime
) -> list[NewEvent]:
    """Staff approve urgent handling: it sorts first, and the task, also one that waits for the applicant, is due sooner
    (article 12)."""
    if case.stage in FINAL_STAGES:
        raise Conflict("case_has_ended")
    if case.urgent:
        return []
    data: dict[str, Any] = {"reason": reason, "command": command}
    task = case.task
    if task is not None and task.status in (TaskStatus.OPEN, TaskStatus.WAITING_APPLICANT):
        allowed = min(task.allowed_days, task.used_days(calendar, now) + URGENT_DAYS)
        data |= {**_task_data(task), "allowed_days": allowed}
        if task.is_open:
            data |= _dated(_counted(task, calendar, allowed), calendar)
    return [NewEvent(EventType.URGENCY_APPROVED, f"staff:{reviewer}", data)]


def _answering_departments(case: Case) -> set[str | None]:
    return {one.department_id for one in case.tasks if one.status is TaskStatus.ANSWERED}


def send_message(
    case: Case,
    task_id: str,
    message_id: str,
    fingerprint: str,
    sealed: str,
    actor: str,
    command: str | None = None,
) -> list[NewEvent]:
    """A message between the institution and the centre's reviewer on a task, also once it is answered (article 14).

    The same message again changes nothing; `fingerprint` tells it from another text under the same id.
    """
    task = find_task(case, task_id)
    known = next((one for one in task.messages if one.message_id == message_id), None)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Conflict("message_key_reused")
        return []
    if len(task.messages) >= MOST_MESSAGES:
        raise Conflict("too_many_messages")
    data = {
        **_task_data(task),
        "department_id": task.department_id,
        "message_id": message_id,
        "fingerprint": fingerprint,
        "sealed": sealed,
    }
    if command is not None:
        data["command"] = command
    return [NewEvent(EventType.MESSAGE_SENT, actor, data)]


def announce_evidence(
    case: Case, task_id: str, attachment_id: str, announced: Announcement, actor: str, now: datetime
) -> list[NewEvent]:
    """The institution announces a file that its answer will name; nobody else but the centre sees it."""
    task = _open_task(case, task_id)
    if any(one.attachment_id == attachment_id for one in case.attachments):
        return []
    given = sum(one.task_id == task_id for one in case.attachments)
    if counted_files(case, task_id, now) >= MOST_FEEDBACK_ATTACHMENTS or given >= MOST_ANNOUNCED:
        raise Conflict("too_many_attachments")
    data = {
        **_task_data(task),
        "attachment_id": attachment_id,
        "kind": announced.kind,
        "content_type": announced.content_type,
        "size": announced.size,
        "sha256": announced.sha256,
    }
    return [NewEvent(EventType.ATTACHMENT_ANNOUNCED, actor, data)]


def holds(task: Task, tier: int) -> bool:
    """Whether an account that sees the task, of this tier, is of the department that has it (article 9)."""
    return tier != LEAD_TIER or task.department_id is None


def allowed_actions(case: Case, task: Task, tier: int, calendar: Calendar, now: datetime) -> list[str]:
    """What an account that sees the task may do with it now, by the last part of the route that does it."""
    allowed = []
    if case.stage is Stage.VERIFICATION and task.is_open:
        if holds(task, tier):
            allowed += ["feedback", "attachments"]
        if shanghai_day(now) <= _counted(task, calendar):
            allowed.append("extension")
        if tier == LEAD_TIER:
            allowed.append("reassignment")
    if case.stage is Stage.CONCLUDED and task.status is TaskStatus.ANSWERED:
        allowed.append("correction")
    if len(task.messages) < MOST_MESSAGES:
        allowed.append("messages")
    return allowed


def awaits_acceptance(case: Case) -> bool:
    """Whether archive values, the awarding institution among them, wait for the reviewer."""
    task = case.task
    return (
        case.stage is Stage.VERIFICATION
        and task is not None
        and task.status is TaskStatus.ANSWERED
        and task.answer is not None
        and task.answer.result in (Result.PARTLY_INCONSISTENT, Result.VERIFIED)
    )


def _open_task(case: Case, task_id: str) -> Task:
    """The task, if it waits for the institution. Raises `NotFound`, or `Conflict` saying what became of it."""
    task = find_task(case, task_id)
    if case.stage is Stage.VERIFICATION and task.is_open:
        return task
    if case.stage is Stage.WITHDRAWN:
        raise Conflict("application_withdrawn")
    if case.stage is Stage.REJECTED:
        raise Conflict("application_rejected")
    if case.report is not None and case.recheck is None:
        raise Conflict("report_already_issued")
    if task.status is TaskStatus.WAITING_APPLICANT:
        raise Conflict("waiting_for_applicant")
    if task.status is TaskStatus.CLOSED:
        raise Conflict("task_closed")
    raise Conflict("already_answered")


def _task_data(task: Task) -> dict[str, Any]:
    return {"task_id": task.task_id, "institution_code": task.institution_code}


def _counted(task: Task, calendar: Calendar, allowed_days: int | None = None) -> date:
    due = task.counted_due(calendar, allowed_days)
    if due is None:
        raise ValueError("the clock of this task stands")
    return due


def _dated(due: date, calendar: Calendar) -> dict[str, Any]:
    """A deadline as the log tells it, marked while its year has no notice."""
    return {"due": due.isoformat()} | ({"provisional": True} if calendar.provisional(due.year) else {})


def _reminder_day(due: date, calendar: Calendar) -> date:
    """The first day after which no more than the reminder's working days are left."""
    day = due
    while calendar.working_days_between(day - timedelta(days=1), due) <= REMINDER_DAYS:
        day -= timedelta(days=1)
    return day
