"""How the log makes the case: `evolve` applies one entry, `replay` a whole log (N1, N3).

What an entry changes is the reducer of its type: `reducers/` has one file a subject, `REDUCERS` names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.cases.reducers import (
    application,
    attachments,
    disavowals,
    rechecks,
    register_changes,
    reports,
    tasks,
)
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.chain import genesis

_REMEMBERED = 20
"""Commands of a case that are told from new ones when they come again."""

REDUCERS: Mapping[EventType, Callable[[Case, Event], Case]] = {
    EventType.APPLICATION_RECEIVED: application.received_again,
    EventType.IDENTITY_CONFIRMED: application.identity_confirmed,
    EventType.ACCESS_LINK_RENEWED: application.link_renewed,
    EventType.ACCESS_LINK_REVOKED: application.link_revoked,
    EventType.CLAIM_COMPARED: application.compared,
    EventType.CLAIM_CORRECTED: application.corrected,
    EventType.RETURNED_TO_APPLICANT: application.returned,
    EventType.APPLICATION_SUPPLEMENTED: application.supplemented,
    EventType.APPLICATION_REJECTED: application.rejected,
    EventType.APPLICATION_WITHDRAWN: application.withdrawn,
    EventType.CASE_PARKED: application.parked,
    EventType.CASE_RELEASED: application.released,
    EventType.URGENCY_REQUESTED: application.urgency_requested,
    EventType.ATTACHMENT_ANNOUNCED: attachments.announced,
    EventType.ATTACHMENT_STORED: attachments.stored,
    EventType.ATTACHMENT_REFUSED: attachments.refused,
    EventType.MATERIAL_CONFIRMED: tasks.opened,
    EventType.TASK_REDIRECTED: tasks.opened,
    EventType.TASK_ROUTED: tasks.routed,
    EventType.TASK_REASSIGNED: tasks.reassigned,
    EventType.TASK_REMINDED: tasks.reminded,
    EventType.TASK_OVERDUE: tasks.overdue,
    EventType.EXTENSION_ANNOUNCED: tasks.extended,
    EventType.DEADLINE_RECOUNTED: tasks.recounted,
    EventType.URGENCY_APPROVED: tasks.urgency_approved,
    EventType.WRITTEN_FEEDBACK_RECORDED: tasks.written_form_recorded,
    EventType.FEEDBACK_RECEIVED: tasks.answered,
    EventType.ARCHIVE_VALUES_ACCEPTED: tasks.archive_values_accepted,
    EventType.DENIAL_QUESTIONED: tasks.denial_questioned,
    EventType.DENIAL_CONFIRMED: tasks.denial_confirmed,
    EventType.MESSAGE_SENT: tasks.message_sent,
    EventType.REPORT_ISSUED: reports.issued,
    EventType.REPORT_ADOPTED: reports.adopted,
    EventType.REPORT_FOLLOWED: reports.followed,
    EventType.CONCLUSION_FOLLOWED: reports.conclusion_followed,
    EventType.CASE_CONCLUDED: reports.concluded,
    EventType.NOTICE_SUPERSEDED: reports.notice_ended,
    EventType.REPORT_SUPERSEDED: reports.ended,
    EventType.REPORT_REVOKED: reports.ended,
    EventType.REPORT_FLAGGED: reports.flagged,
    EventType.SPOT_CHECKED: reports.spot_checked,
    EventType.RECHECK_OPENED: rechecks.opened,
    EventType.RECHECK_ADMITTED: rechecks.admitted,
    EventType.RECHECK_REFUSED: rechecks.refused,
    EventType.RECHECK_WITHDRAWN: rechecks.withdrawn,
    EventType.RECHECK_DECIDED: rechecks.decided,
    EventType.REGISTER_CHANGE_OPENED: register_changes.opened,
    EventType.REGISTER_CHANGE_PROPOSED: register_changes.proposed,
    EventType.REGISTER_CHANGE_APPROVED: register_changes.approved,
    EventType.REGISTER_CHANGE_BEGUN: register_changes.begun,
    EventType.REGISTER_CHANGE_APPLIED: register_changes.applied,
    EventType.REGISTER_CHANGE_CLOSED: register_changes.closed,
    EventType.REGISTER_CHANGE_REOPENED: register_changes.reopened,
    EventType.CASE_DISAVOWED: disavowals.disavowed,
    EventType.DISAVOWAL_TAKEN_BACK: disavowals.taken_back,
    EventType.DISAVOWAL_DECIDED: disavowals.decided,
}
"""What each type of entry changes on a case that there is already."""


def record(case_number: str, case: Case | None, events: Iterable[NewEvent], now: datetime) -> tuple[Case, list[Event]]:
    """Number, chain and apply new events; returns the case as it is afterwards and the entries to be stored with it.

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

    What is recorded while a case is frozen takes its effect beneath: the case goes on from there.

    Raises:
        ValueError: the first entry is not the receipt of the application, or a later one is; or the entry is about
            a task or a register change that the case does not have.
    """
    if case is None:
        if event.type is not EventType.APPLICATION_RECEIVED:
            raise ValueError("a log begins with the receipt of the application")
        return application.received(event)
    thawed = _with_entry(replace(case, stage=case.stood_at), event)
    after = _frozen(REDUCERS[event.type](register_changes.resting_on(thawed, event), event))
    return replace(after, open_under=()) if after.is_final else after


def _with_entry(case: Case, event: Event) -> Case:
    """The case with the entry counted and, if a command made it, that command remembered."""
    commands = case.commands
    if "command" in event.data:
        commands = (*commands, event.data["command"])[-_REMEMBERED:]
    return replace(case, version=event.seq, head=event.hash, changed_at=event.at, commands=commands)


def _frozen(case: Case) -> Case:
    """The case, standing still if its holder has disavowed it."""
    if case.disavowal is None:
        return case
    disavowal = replace(case.disavowal, stood_at=case.stage)
    return replace(case, stage=Stage.FROZEN, disavowals=(*case.disavowals[:-1], disavowal))


def _chain(case_number: str, case: Case | None, new: NewEvent, now: datetime) -> Event:
    return Event(
        case_number=case_number,
        seq=1 if case is None else case.version + 1,
        type=new.type,
        at=now,
        actor=new.actor,
        data=dict(new.data),
        previous_hash=genesis(case_number) if case is None else case.head,
    ).chained()
