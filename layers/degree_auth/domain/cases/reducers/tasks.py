"""What entries about verification tasks change on a case: question, deadline, answer (articles 3, 4, 12, 14)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from degree_auth.domain.cases.attachment import Attachment, AttachmentState, FileKind, written_form_id
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.expectation import Expectation
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.result import DENIALS, Result
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import (
    UNANSWERED,
    URGENT_DAYS,
    VERIFICATION_DAYS,
    Answer,
    NamedInstitution,
    SentMessage,
    Task,
    TaskStatus,
    WrittenForm,
)
from degree_auth.domain.shared.actors import account_of
from degree_auth.domain.shared.plain_data import from_data
from degree_auth.domain.shared.replacing import replace


def with_new_task(case: Case, event: Event) -> Case:
    """The institution holds the case with a new task."""
    task = Task(
        event.data["task_id"],
        event.data["institution_code"],
        ((event.at, None),),
        URGENT_DAYS if case.urgent else VERIFICATION_DAYS,
        named_instead=_named_instead(case, event),
    )
    # What was to be concluded of an answer is not, once the institution is asked again; a conclusion stands.
    reason = case.reason if case.rechecks else None
    return replace(case, stage=Stage.VERIFICATION, task_id=task.task_id, tasks=(*case.tasks, task), reason=reason)


def with_routing(case: Case, event: Event) -> Case:
    """A department has the task; its deadline is set."""
    told = event.data.get("expectation")
    return _with_changed_task(
        case,
        routed=True,
        department_id=event.data["department_id"],
        due=_due(case, event),
        expectation=None if told is None else from_data(Expectation, told),
    )


def with_reassignment(case: Case, event: Event) -> Case:
    """Another department has the task."""
    return _with_changed_task(case, routed=True, department_id=event.data["department_id"])


def with_recounted_deadline(case: Case, event: Event) -> Case:
    """The deadline follows the calendar as it is known now."""
    return _with_changed_task(case, due=_due(case, event))


def with_reminder(case: Case, event: Event) -> Case:
    """The reminder for this deadline is on record."""
    return _with_changed_task(case, reminded_for=_due(case, event))


def with_breach(case: Case, event: Event) -> Case:
    """The breach of this deadline is on record."""
    return _with_changed_task(case, overdue_for=_due(case, event))


def with_extension(case: Case, event: Event) -> Case:
    """The institution has more working days in all."""
    return _with_changed_task(case, allowed_days=event.data["allowed_days"], due=_due(case, event))


def with_urgency(case: Case, event: Event) -> Case:
    """The case is urgent; a task that the institution holds has fewer working days."""
    urgent = replace(case, urgent=True)
    return with_extension(urgent, event) if "task_id" in event.data else urgent


def with_written_form(case: Case, event: Event) -> Case:
    """A written form waits for the second person."""
    data = event.data
    received_on = date.fromisoformat(data["received_on"])
    written = WrittenForm(
        data["fingerprint"], event.actor, received_on, data["exemption"], data["sealed"], data.get("scan", "")
    )
    return _with_scan(_with_changed_task(case, written=written), event)


def _with_scan(case: Case, event: Event) -> Case:
    """The form's scan is a file of the case, once however often it is recorded; entries of a former release tell of
    none that was examined."""
    data = event.data
    if "scan_copy" not in data or case.file(written_form_id(data["scan"])) is not None:
        return case
    scan = Attachment(
        written_form_id(data["scan"]),
        FileKind.WRITTEN_FORM.value,
        "application/pdf",
        data["scan_size"],
        data["scan"],
        event.at,
        AttachmentState.STORED,
        task_id=data["task_id"],
        copy_sha256=data["scan_copy"],
    )
    return replace(case, attachments=(*case.attachments, scan))


def with_message(case: Case, event: Event) -> Case:
    """One more message on the task, whichever of the case's tasks that is; staff have not read an institution's."""
    message = SentMessage(event.data["message_id"], event.data["fingerprint"])
    tasks = tuple(
        replace(task, messages=(*task.messages, message)) if task.task_id == event.data["task_id"] else task
        for task in case.tasks
    )
    from_institution = account_of(event.actor) is not None
    unread_since = case.unread_since or (event.at if from_institution else None)
    return replace(case, tasks=tasks, unread_since=unread_since)


def with_answer(case: Case, event: Event) -> Case:
    """The institution no longer holds the task; its answer says who holds the case next."""
    data, result = event.data, Result(event.data["result"])
    if result is Result.NEEDS_MATERIAL:
        asked = {"reason": data["reason"], "fields": data["fields"]}
        request = {"at": event.at.isoformat(), "files": len(case.attachments), **asked}
        waiting = _with_answered_task(case, event, TaskStatus.WAITING_APPLICANT)
        return replace(waiting, stage=Stage.AWAITING_APPLICANT, request=request)
    if result is Result.NOT_THIS_INSTITUTION:
        return _with_answered_task(case, event, TaskStatus.NOT_ITS_OWN)
    closed = _with_answered_task(case, event, TaskStatus.ANSWERED)
    if case.recheck is not None:
        # What was concluded is not overturned by an answer alone: the centre decides.
        return replace(closed, stage=Stage.RECHECK_DECISION)
    if result in DENIALS:
        return replace(closed, stage=Stage.CONCLUDING, reason=None)
    if result is Result.VERIFIED and _last_task(case).named_instead is None:
        return replace(closed, stage=Stage.ISSUING, basis=Basis.INSTITUTION)
    return closed


def with_archive_values(case: Case, event: Event) -> Case:
    """The claim is what the archive says, confirmed by the institution."""
    return replace(with_changed_claim(case, event), stage=Stage.ISSUING, basis=Basis.INSTITUTION)


def with_changed_claim(case: Case, event: Event) -> Case:
    """The case with the claim as the archive has it, where the entry brings one, and what was asked about before."""
    data = event.data
    return replace(
        with_stated_claim(case) if "sealed" in data else case,
        sealed=data.get("sealed", case.sealed),
        institution_code=data.get("institution_code", case.institution_code),
        asked=tuple(dict.fromkeys((*case.asked, *data.get("asked", ())))),
    )


def with_stated_claim(case: Case) -> Case:
    """The case with what its applicant stated kept, before others change the claim: the person may be named otherwise
    then, and the case stays theirs."""
    return case if case.stated is not None else replace(case, stated=case.sealed)


def with_questioned_denial(case: Case, event: Event) -> Case:
    """The register contradicts the answer: a reviewer asks again or concludes."""
    return replace(case, stage=Stage.VERIFICATION)


def with_confirmed_denial(case: Case, event: Event) -> Case:
    """The answer stands by a person's decision: the case is to be concluded."""
    return replace(case, stage=Stage.CONCLUDING, reason={"confirmed": event.data["reason"]})


def with_paused_task(case: Case, event: Event) -> Case:
    """The clock of a task that its institution has stands."""
    task = case.task
    return with_last_task(case, task.with_pause(event.at)) if task is not None and task.is_with_institution else case


def with_task_after_pause(case: Case, event: Event) -> Case:
    """The clock of a task that was paused goes on, towards the deadline that the entry names."""
    if case.task is None or case.task.status is not TaskStatus.PAUSED:
        return case
    return _with_changed_task(with_resumed_task(case, event), due=_due(case, event))


def with_resumed_task(case: Case, event: Event) -> Case:
    """The institution holds the same task again; its clock goes on."""
    return with_last_task(case, _last_task(case).with_resumption(event.at))


def with_closed_task(case: Case, event: Event) -> Case:
    """The case goes on, or ends, without the answer that it waited for."""
    if case.task is None or case.task.status not in UNANSWERED:
        return case
    return with_last_task(case, case.task.with_end(event.at, TaskStatus.CLOSED))


def with_tasks_without_question(case: Case, event: Event) -> Case:
    """The claim has changed or is gone, so the question about it is void; a late answer is ignored (N4)."""
    if case.task is not None and case.task.status is TaskStatus.ANSWERED:
        return with_last_task(case, case.task.with_end(event.at, TaskStatus.CLOSED))
    return with_closed_task(case, event)


def with_last_task(case: Case, task: Task) -> Case:
    """The case with its last task in this state."""
    return replace(case, tasks=(*case.tasks[:-1], task))


def _last_task(case: Case) -> Task:
    if case.task is None:
        raise ValueError("the case has no verification task")
    return case.task


def _with_changed_task(case: Case, **changes: Any) -> Case:
    return with_last_task(case, replace(_last_task(case), **changes))


def _with_answered_task(case: Case, event: Event, status: TaskStatus) -> Case:
    data = event.data
    answer = Answer(data["fingerprint"], Result(data["result"]), event.actor, data["sealed"])
    received = datetime.fromisoformat(data["received_at"])
    return with_last_task(case, _last_task(case).with_end(received, status, answer))


def _due(case: Case, event: Event) -> date | None:
    """The deadline that the entry names, else the one that the task has."""
    return date.fromisoformat(event.data["due"]) if event.data.get("due") else _last_task(case).due


def _named_instead(case: Case, event: Event) -> NamedInstitution | None:
    if "named_instead" in event.data:
        return NamedInstitution(**event.data["named_instead"])
    if event.type is not EventType.RECHECK_ADMITTED:
        return None
    # Whoever answered last verifies again, and is asked in the same name while the claim has another.
    names = [task.named_instead for task in case.tasks if task.status is TaskStatus.ANSWERED]
    last = names[-1] if names else None
    return None if last is None or last.code == case.institution_code else last
