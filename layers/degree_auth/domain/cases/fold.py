"""How the log makes the case: `evolve` applies one entry, `replay` a whole log (N1, N3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from degree_auth.domain.cases.case import Attachment, Case, FormerReport, ReportReference
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.cases.recheck import Cause, Recheck, RecheckStatus
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus, RegisterChange
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.cases.task import (
    URGENT_DAYS,
    VERIFICATION_DAYS,
    Answer,
    NamedInstitution,
    SentMessage,
    Task,
    TaskStatus,
    WrittenForm,
)
from degree_auth.domain.shared.chain import entry_hash, genesis

_SHAPE_THE_CHANGE = frozenset(
    {
        EventType.MATERIAL_CONFIRMED,
        EventType.FEEDBACK_RECEIVED,
        EventType.WRITTEN_FEEDBACK_RECORDED,
        EventType.ARCHIVE_VALUES_ACCEPTED,
        EventType.RECHECK_ADMITTED,
        EventType.RECHECK_DECIDED,
    }
)
"""Decisions that a register change rests on."""


_REMEMBERED = 20


def record(case_number: str, case: Case | None, events: Iterable[NewEvent], now: datetime) -> tuple[Case, list[Event]]:
    """Number, chain and apply new events; gives the case as it is afterwards and the entries to be stored with it.

    Raises:
        ValueError: there is no event and no case.
    """
    entries: list[Event] = []
    for new in events:
        entry = _chain(case_number, case, new, now)
        case = evolve(case, entry)
        entries.append(entry)
    if case is None:
        raise ValueError("a case begins with an event")
    return case, entries


def replay(log: Iterable[Event]) -> Case:
    """The case that a whole log makes.

    Raises:
        ValueError: the log is empty or does not begin with the receipt of the application.
    """
    case: Case | None = None
    for entry in log:
        case = evolve(case, entry)
    if case is None:
        raise ValueError("an empty log makes no case")
    return case


def evolve(case: Case | None, event: Event) -> Case:
    """The case after one more entry of its log.

    Raises:
        ValueError: the first entry is not the receipt of the application.
    """
    data = event.data
    if case is None:
        if event.type is not EventType.APPLICATION_RECEIVED:
            raise ValueError("a log begins with the receipt of the application")
        return Case(
            case_number=event.case_number,
            version=event.seq,
            head=event.hash,
            stage=Stage.RECEIVED,
            outcome=None,
            source=data["source"],
            institution_code=data["institution_code"],
            sealed=data["sealed"],
            received_at=event.at,
            changed_at=event.at,
        )
    changed = replace(
        case,
        version=event.seq,
        head=event.hash,
        changed_at=event.at,
        commands=(*case.commands, data["command"])[-_REMEMBERED:] if "command" in data else case.commands,
    )
    if event.type in _SHAPE_THE_CHANGE and case.register_change is not None:
        changed = _with_change(changed, case.register_change.resting_on(event.actor))
    match event.type:
        case EventType.CLAIM_COMPARED:
            stage = Stage.ISSUING if data["comparison"]["result"] == "matched" else Stage.MATERIAL_REVIEW
            basis = "register" if stage is Stage.ISSUING else None
            return replace(changed, comparison=data["comparison"], stage=stage, basis=basis)
        case EventType.MATERIAL_CONFIRMED | EventType.TASK_REDIRECTED:
            return _with_new_task(changed, event)
        case EventType.APPLICATION_SUPPLEMENTED if "resumes" in data:
            tasks = _with_task(case, _task(case).resumed(event.at))
            return replace(changed, stage=Stage.VERIFICATION, sealed=data["sealed"], request=None, tasks=tasks)
        case EventType.CLAIM_CORRECTED | EventType.APPLICATION_SUPPLEMENTED:
            if case.register_change is not None:
                changed = _with_change(changed, case.register_change.reopened())
            return replace(
                changed,
                stage=Stage.RECEIVED,
                sealed=data["sealed"],
                institution_code=data["institution_code"],
                comparison=None,
                request=None,
                reason=None,
                basis=None,
                tasks=_without_question(case, event.at),
            )
        case EventType.RETURNED_TO_APPLICANT:
            request = {"at": event.at.isoformat(), **data}
            return replace(changed, stage=Stage.AWAITING_APPLICANT, request=request, reason=None)
        case EventType.APPLICATION_REJECTED:
            tasks = _without_question(case, event.at)
            return replace(changed, stage=Stage.REJECTED, outcome=Outcome.INELIGIBLE, reason=dict(data), tasks=tasks)
        case EventType.APPLICATION_WITHDRAWN:
            return replace(changed, stage=Stage.WITHDRAWN, tasks=_without_question(case, event.at))
        case EventType.ATTACHMENT_ANNOUNCED:
            added = Attachment(
                data["attachment_id"],
                data["kind"],
                data["content_type"],
                data["size"],
                data["sha256"],
                event.at,
                task_id=data.get("task_id"),
            )
            return replace(changed, attachments=(*case.attachments, added))
        case EventType.ATTACHMENT_STORED:
            return replace(changed, attachments=_settled(case, data["attachment_id"], "stored", sha256=data["sha256"]))
        case EventType.ATTACHMENT_REFUSED:
            return replace(changed, attachments=_settled(case, data["attachment_id"], "refused", reason=data["reason"]))
        case EventType.CASE_PARKED:
            return replace(changed, stage=Stage.PARKED, reason=dict(data))
        case EventType.CASE_RELEASED if case.basis == "institution":
            return replace(changed, stage=Stage.ISSUING, reason=None)
        case EventType.CASE_RELEASED:
            return replace(changed, stage=Stage.RECEIVED, comparison=None, reason=None, basis=None)
        case EventType.REPORT_ISSUED:
            report = ReportReference(
                data["report_number"], data["version"], data["sha256"], data["object_key"], event.at
            )
            return replace(
                changed,
                stage=Stage.CONCLUDED,
                outcome=Outcome.REPORTED,
                report=report,
                reason=None,
                concluded_at=event.at,
            )
        case EventType.FEEDBACK_RECEIVED:
            return _answered(changed, event)
        case EventType.ARCHIVE_VALUES_ACCEPTED:
            code = data.get("institution_code", case.institution_code)
            return replace(
                changed, stage=Stage.ISSUING, sealed=data["sealed"], institution_code=code, basis="institution"
            )
        case EventType.CASE_CONCLUDED:
            outcome = Outcome(data["outcome"])
            return replace(changed, stage=Stage.CONCLUDED, outcome=outcome, reason=dict(data), concluded_at=event.at)
        case EventType.RECHECK_OPENED:
            return replace(
                changed,
                stage=Stage.RECHECK_ADMISSION,
                rechecks=(*case.rechecks, _opened_recheck(event)),
                request=None,
                flagged=False,
                urgent=False,
                urgency_request=None,
            )
        case EventType.RECHECK_ADMITTED:
            return _with_new_task(_with_recheck(changed, RecheckStatus.ADMITTED), event)
        case EventType.RECHECK_REFUSED | EventType.RECHECK_WITHDRAWN:
            ended = RecheckStatus.REFUSED if event.type is EventType.RECHECK_REFUSED else RecheckStatus.WITHDRAWN
            tasks = _with_closed_task(case, event.at)
            return replace(_with_recheck(changed, ended), stage=Stage.CONCLUDED, tasks=tasks, request=None)
        case EventType.RECHECK_DECIDED:
            return _decided(changed, event)
        case EventType.REPORT_FLAGGED:
            return replace(changed, flagged=True)
        case EventType.SPOT_CHECKED:
            return replace(changed, spot_checks=(*case.spot_checks, data["draw_id"]))
        case EventType.REPORT_SUPERSEDED | EventType.REPORT_REVOKED:
            return _with_former_report(changed, event)
        case EventType.REGISTER_CHANGE_OPENED:
            opened = RegisterChange(data["change_id"], event.at)
            return replace(changed, register_changes=(*case.register_changes, opened.resting_on(event.actor)))
        case (
            EventType.REGISTER_CHANGE_PROPOSED
            | EventType.REGISTER_CHANGE_APPROVED
            | EventType.REGISTER_CHANGE_APPLIED
            | EventType.REGISTER_CHANGE_CLOSED
            | EventType.REGISTER_CHANGE_REOPENED
        ):
            return _with_change(changed, _on_change(case, event))
        case EventType.URGENCY_APPROVED if "task_id" not in data:
            return replace(changed, urgent=True)
        case EventType.URGENCY_APPROVED:
            return replace(changed, urgent=True, tasks=_with_task(case, _on_task(_task(case), event)))
        case EventType.MESSAGE_SENT:
            return replace(changed, tasks=_with_message(case, event))
        case EventType.URGENCY_REQUESTED:
            return replace(changed, urgency_request={"at": event.at.isoformat(), "sealed": data["sealed"]})
        case EventType.APPLICATION_RECEIVED:
            raise ValueError("an application is received once")
        case _:
            return replace(changed, tasks=_with_task(case, _on_task(_task(case), event)))


def _chain(case_number: str, case: Case | None, new: NewEvent, now: datetime) -> Event:
    seq = 1 if case is None else case.version + 1
    body = {
        "case_number": case_number,
        "seq": seq,
        "type": new.type.value,
        "at": now.isoformat(),
        "actor": new.actor,
        "data": dict(new.data),
    }
    previous = genesis(case_number) if case is None else case.head
    return Event(case_number, seq, new.type, now, new.actor, dict(new.data), previous, entry_hash(previous, body))


def _settled(case: Case, attachment_id: str, state: str, **more: str) -> tuple[Attachment, ...]:
    return tuple(
        replace(one, state=state, **more) if one.attachment_id == attachment_id else one  # type: ignore[arg-type]
        for one in case.attachments
    )


def _task(case: Case) -> Task:
    if case.task is None:
        raise ValueError("the case has no verification task")
    return case.task


def _with_task(case: Case, task: Task) -> tuple[Task, ...]:
    return (*case.tasks[:-1], task)


def _with_message(case: Case, event: Event) -> tuple[Task, ...]:
    sent = SentMessage(event.data["message_id"], event.data["fingerprint"])
    return tuple(
        replace(task, messages=(*task.messages, sent)) if task.task_id == event.data["task_id"] else task
        for task in case.tasks
    )


def _with_new_task(case: Case, event: Event) -> Case:
    allowed = URGENT_DAYS if case.urgent else VERIFICATION_DAYS
    task = Task(
        event.data["task_id"],
        event.data["institution_code"],
        ((event.at, None),),
        allowed,
        named_instead=_named_instead(case, event),
    )
    return replace(case, stage=Stage.VERIFICATION, task_id=task.task_id, tasks=(*case.tasks, task))


def _named_instead(case: Case, event: Event) -> NamedInstitution | None:
    if "named_instead" in event.data:
        return NamedInstitution(**event.data["named_instead"])
    if event.type is not EventType.RECHECK_ADMITTED:
        return None
    # Whoever answered last verifies again, and is asked in the same name while the claim has another.
    answered = [one.named_instead for one in case.tasks if one.status is TaskStatus.ANSWERED]
    named = answered[-1] if answered else None
    return None if named is None or named.code == case.institution_code else named


def _with_closed_task(case: Case, at: datetime) -> tuple[Task, ...]:
    """The tasks of a case that goes on, or ends, without the answer it waited for."""
    if case.task is None or case.task.status not in (TaskStatus.OPEN, TaskStatus.WAITING_APPLICANT):
        return case.tasks
    return _with_task(case, case.task.ended(at, TaskStatus.CLOSED))


def _without_question(case: Case, at: datetime) -> tuple[Task, ...]:
    """The tasks once the claim that was asked about is another or gone: an answer to it is none any more (N4)."""
    if case.task is not None and case.task.status is TaskStatus.ANSWERED:
        return _with_task(case, case.task.ended(at, TaskStatus.CLOSED))
    return _with_closed_task(case, at)


def _opened_recheck(event: Event) -> Recheck:
    data = event.data
    return Recheck(
        number=data["number"],
        cause=Cause(data["cause"]),
        opened_at=event.at,
        opened_by=event.actor,
        sealed=data.get("sealed", ""),
        evidence=tuple(data.get("evidence", ())),
        draw_id=data.get("draw_id", ""),
    )


def _with_recheck(case: Case, status: RecheckStatus, answer: str = "") -> Case:
    return replace(case, rechecks=(*case.rechecks[:-1], replace(case.rechecks[-1], status=status, answer=answer)))


def _decided(case: Case, event: Event) -> Case:
    """The case once a recheck is decided: as it was, to be reported anew, or without its report."""
    data = event.data
    decision = RecheckStatus(data["decision"])
    answer = "" if case.task is None or case.task.answer is None else case.task.answer.result
    decided = replace(_with_recheck(case, decision, answer), flagged=False)
    if decision is RecheckStatus.SUPERSEDED:
        return replace(
            decided,
            stage=Stage.ISSUING,
            basis="institution",
            sealed=data.get("sealed", case.sealed),
            institution_code=data.get("institution_code", case.institution_code),
            reason=None,
        )
    if "outcome" in data:
        reason = {"notice": data["notice"]}
        return replace(decided, stage=Stage.CONCLUDED, outcome=Outcome(data["outcome"]), reason=reason)
    # What the institution has confirmed by now no longer rests on the register alone.
    basis = "institution" if answer == "verified" else case.basis
    return replace(decided, stage=Stage.CONCLUDED, basis=basis)


def _with_former_report(case: Case, event: Event) -> Case:
    state = "superseded" if event.type is EventType.REPORT_SUPERSEDED else "revoked"
    former = FormerReport(event.data["report_number"], event.data["version"], state)
    return replace(case, report=None, former_reports=(*case.former_reports, former), concluded_at=event.at)


def _with_change(case: Case, change: RegisterChange) -> Case:
    return replace(case, register_changes=(*case.register_changes[:-1], change))


def _on_change(case: Case, event: Event) -> RegisterChange:
    change, data = case.register_change, event.data
    if change is None:
        raise ValueError("the case has no live register change")
    match event.type:
        case EventType.REGISTER_CHANGE_PROPOSED:
            return replace(
                change.resting_on(event.actor),
                status=ChangeStatus.PROPOSED,
                kind=ChangeKind(data["kind"]),
                fields=tuple(data["fields"]),
                sealed=data["sealed"],
                approved_by="",
            )
        case EventType.REGISTER_CHANGE_APPROVED:
            return replace(change, status=ChangeStatus.APPROVED, approved_by=event.actor)
        case EventType.REGISTER_CHANGE_APPLIED:
            return replace(change, status=ChangeStatus.APPLIED)
        case EventType.REGISTER_CHANGE_REOPENED:
            return change.reopened()
        case _:
            return replace(change, status=ChangeStatus.CLOSED)


def _answered(case: Case, event: Event) -> Case:
    data = event.data
    answer = Answer(data["fingerprint"], data["result"], event.actor, data["sealed"])
    task, received = _task(case), datetime.fromisoformat(data["received_at"])
    if case.recheck is not None and data["result"] not in ("needs_material", "not_this_institution"):
        # What was concluded is not overturned by an answer alone: the centre decides.
        tasks = _with_task(case, task.ended(received, TaskStatus.ANSWERED, answer))
        return replace(case, stage=Stage.RECHECK_DECISION, tasks=tasks)
    match data["result"]:
        case "verified" if task.named_instead is None:
            tasks = _with_task(case, task.ended(received, TaskStatus.ANSWERED, answer))
            return replace(case, stage=Stage.ISSUING, basis="institution", tasks=tasks)
        case "needs_material":
            request = {"at": event.at.isoformat(), "reason": data["reason"], "fields": data["fields"]}
            tasks = _with_task(case, task.ended(received, TaskStatus.WAITING_APPLICANT, answer))
            return replace(case, stage=Stage.AWAITING_APPLICANT, request=request, tasks=tasks)
        case "not_this_institution":
            return replace(case, tasks=_with_task(case, task.ended(received, TaskStatus.RETURNED, answer)))
        case _:
            return replace(case, tasks=_with_task(case, task.ended(received, TaskStatus.ANSWERED, answer)))


def _on_task(task: Task, event: Event) -> Task:
    """The task after an entry that leaves the case where it stands."""
    data = event.data
    due = date.fromisoformat(data["due"]) if data.get("due") else task.due
    match event.type:
        case EventType.TASK_ROUTED:
            return replace(task, routed=True, department_id=data["department_id"], due=due)
        case EventType.TASK_REASSIGNED:
            return replace(task, routed=True, department_id=data["department_id"])
        case EventType.TASK_REMINDED:
            return replace(task, reminded_for=due)
        case EventType.TASK_OVERDUE:
            return replace(task, overdue_for=due)
        case EventType.EXTENSION_ANNOUNCED | EventType.URGENCY_APPROVED:
            return replace(task, allowed_days=data["allowed_days"], due=due)
        case EventType.WRITTEN_FEEDBACK_RECORDED:
            received_on = date.fromisoformat(data["received_on"])
            written = WrittenForm(data["fingerprint"], event.actor, received_on, data["exemption"], data["sealed"])
            return replace(task, written=written)
        case _:
            return replace(task, due=due)
