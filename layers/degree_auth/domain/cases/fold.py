"""How the log makes the case: `evolve` applies one entry, `replay` a whole log (N1, N3).

What an entry changes is the reducer of its type: `reducers/` has one file a subject, `REDUCERS` names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from degree_auth.domain.cases.applicant_deadline import DAYS_TO_SUPPLY
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.charges import charged_with, compact
from degree_auth.domain.cases.erasure import require_not_erased
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.cases.next_step import asks_applicant
from degree_auth.domain.cases.reducers import (
    application,
    attachments,
    disavowals,
    erasure,
    in_hand,
    rechecks,
    register_changes,
    reports,
    tasks,
)
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.shared.chain import genesis
from degree_auth.domain.shared.replacing import replace
from degree_auth.domain.shared.working_days import shanghai_day

_REMEMBERED = 20
"""Commands of a case that are told from new ones when they come again."""

REDUCERS: Mapping[EventType, Callable[[Case, Event], Case]] = {
    EventType.APPLICATION_RECEIVED: application.refuse_second_receipt,
    EventType.IDENTITY_CONFIRMED: application.with_identity,
    EventType.ACCESS_LINK_RENEWED: application.with_new_link,
    EventType.ACCESS_LINK_REVOKED: application.without_link,
    EventType.CLAIM_COMPARED: application.with_comparison,
    EventType.CLAIM_CORRECTED: application.with_claim_to_compare,
    EventType.RETURNED_TO_APPLICANT: application.with_request,
    EventType.APPLICATION_SUPPLEMENTED: application.with_supplement,
    EventType.APPLICATION_REJECTED: application.with_rejection,
    EventType.APPLICATION_WITHDRAWN: application.with_withdrawal,
    EventType.APPLICANT_REMINDED: application.with_reminder,
    EventType.APPLICATION_LAPSED: application.with_lapse,
    EventType.CASE_PARKED: application.with_parking,
    EventType.CASE_RELEASED: application.with_release,
    EventType.URGENCY_REQUESTED: application.with_urgency_request,
    EventType.ATTACHMENT_ANNOUNCED: attachments.with_announced_file,
    EventType.ATTACHMENT_STORED: attachments.with_stored_file,
    EventType.ATTACHMENT_REFUSED: attachments.with_refused_file,
    EventType.ATTACHMENT_WITHDRAWN: attachments.with_withdrawn_file,
    EventType.MATERIAL_CONFIRMED: tasks.with_new_task,
    EventType.TASK_REDIRECTED: tasks.with_new_task,
    EventType.TASK_ROUTED: tasks.with_routing,
    EventType.TASK_REASSIGNED: tasks.with_reassignment,
    EventType.TASK_REMINDED: tasks.with_reminder,
    EventType.TASK_OVERDUE: tasks.with_breach,
    EventType.EXTENSION_ANNOUNCED: tasks.with_extension,
    EventType.DEADLINE_RECOUNTED: tasks.with_recounted_deadline,
    EventType.URGENCY_APPROVED: tasks.with_urgency,
    EventType.WRITTEN_FEEDBACK_RECORDED: tasks.with_written_form,
    EventType.FEEDBACK_RECEIVED: tasks.with_answer,
    EventType.ARCHIVE_VALUES_ACCEPTED: tasks.with_archive_values,
    EventType.DENIAL_QUESTIONED: tasks.with_questioned_denial,
    EventType.DENIAL_CONFIRMED: tasks.with_confirmed_denial,
    EventType.MESSAGE_SENT: tasks.with_message,
    EventType.MESSAGES_READ: in_hand.with_messages_read,
    EventType.TAKEN_IN_HAND: in_hand.with_hand,
    EventType.GIVEN_BACK: in_hand.without_hand,
    EventType.CENTRE_REMINDED: in_hand.with_centre_reminder,
    EventType.CENTRE_OVERDUE: in_hand.with_centre_breach,
    EventType.REPORT_ISSUED: reports.with_issued_report,
    EventType.REPORT_ADOPTED: reports.with_adopted_report,
    EventType.REPORT_FOLLOWED: reports.with_correction_elsewhere,
    EventType.CONCLUSION_FOLLOWED: reports.with_report_elsewhere,
    EventType.CASE_CONCLUDED: reports.with_conclusion,
    EventType.NOTICE_SUPERSEDED: reports.without_written_notice,
    EventType.REPORT_SUPERSEDED: reports.without_report,
    EventType.REPORT_REVOKED: reports.without_report,
    EventType.REPORT_FLAGGED: reports.with_flag,
    EventType.SPOT_CHECKED: reports.with_spot_check,
    EventType.RECHECK_OPENED: rechecks.with_new_recheck,
    EventType.RECHECK_ADMITTED: rechecks.with_admission,
    EventType.RECHECK_REFUSED: rechecks.with_refusal,
    EventType.RECHECK_WITHDRAWN: rechecks.with_withdrawn_dispute,
    EventType.RECHECK_DECIDED: rechecks.with_decision,
    EventType.REGISTER_CHANGE_OPENED: register_changes.with_new_change,
    EventType.REGISTER_CHANGE_PROPOSED: register_changes.with_proposal,
    EventType.REGISTER_CHANGE_APPROVED: register_changes.with_approval,
    EventType.REGISTER_CHANGE_BEGUN: register_changes.with_begun_writing,
    EventType.REGISTER_CHANGE_APPLIED: register_changes.with_applied_change,
    EventType.REGISTER_CHANGE_CLOSED: register_changes.with_closed_change,
    EventType.REGISTER_CHANGE_REOPENED: register_changes.with_reopened_change,
    EventType.CASE_DISAVOWED: disavowals.with_disavowal,
    EventType.DISAVOWAL_TAKEN_BACK: disavowals.with_disavowal_taken_back,
    EventType.DISAVOWAL_DECIDED: disavowals.with_decision,
    EventType.FILES_REMOVED: erasure.without_files,
    EventType.ERASURE_PROPOSED: erasure.with_proposed_erasure,
    EventType.ERASURE_WITHDRAWN: erasure.without_erasure,
    EventType.ERASURE_APPROVED: erasure.with_approved_erasure,
    EventType.CASE_ERASED: erasure.with_erasure,
}
"""What each type of entry changes on a case that there is already."""

BESIDE_THE_SHEET = frozenset(
    {
        EventType.MESSAGES_READ,
        EventType.TAKEN_IN_HAND,
        EventType.GIVEN_BACK,
        EventType.CENTRE_REMINDED,
        EventType.CENTRE_OVERDUE,
    }
)
"""Entries about who works on a case and how long: what a review sheet shows for a decision is the same after them."""


def append_events(
    case_number: str, case: Case | None, events: Iterable[NewEvent], now: datetime
) -> tuple[Case, list[Event]]:
    """Number, chain and apply new events; returns the case as it is afterwards and the entries to be stored with it.

    Raises:
        ValueError: there is no event and no case.
        Conflict: the case is being erased, and this is not its erasure.
    """
    entries: list[Event] = []
    for new in events:
        if case is not None and new.type is not EventType.CASE_ERASED:
            require_not_erased(case.erasure)
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

    The entry is applied as if the case were not frozen. The case then freezes again.

    Raises:
        ValueError: the first entry is not the receipt of the application, or a later one is; or the entry is about
            a task or a register change that the case does not have.
    """
    if case is None:
        if event.type is not EventType.APPLICATION_RECEIVED:
            raise ValueError("a log begins with the receipt of the application")
        received = application.new_case(event)
        return replace(received, charged=((event.at, received.charged_to),), sheet_version=event.seq)
    thawed = _thawed_with_entry(case, event)
    after = _with_freeze(REDUCERS[event.type](register_changes.with_first_person(thawed, event), event))
    if after.stage is not case.stage:
        after = replace(after, stage_since=event.at, applicant_reminders=0, asked_until=None)
    elif event.type is EventType.ATTACHMENT_WITHDRAWN and asks_applicant(after) and not asks_applicant(case):
        # What was supplied is missing again: that is a new request, with days and reminders of its own.
        until = shanghai_day(event.at) + timedelta(days=DAYS_TO_SUPPLY)
        after = replace(after, applicant_reminders=0, asked_until=until)
    after = _with_clock(case, after, event)
    return replace(after, open_under=()) if after.is_final else after


def _with_clock(case: Case, after: Case, event: Event) -> Case:
    """The case with what its clock counts, what its sheet shows, and in whose hands it is: it is in nobody's once the
    centre has handed it on."""
    # A case that an earlier release stored has no charges until the reconciler has counted them.
    known = case.charged or event.type is EventType.RECHECK_OPENED
    handed_on = case.held_by is HeldBy.CENTRE and after.held_by is not HeldBy.CENTRE
    beside = event.type in BESIDE_THE_SHEET
    return replace(
        after,
        charged=compact(charged_with(case.charged, after, event)) if known else (),
        sheet_version=(case.version if case.sheet_version is None else case.sheet_version) if beside else event.seq,
        in_hand=None if handed_on else after.in_hand,
    )


def _thawed_with_entry(case: Case, event: Event) -> Case:
    """The case where it goes on beneath a freeze, with the entry counted and, if a command made it, that command
    remembered."""
    commands = case.commands
    if "command" in event.data:
        commands = (*commands, event.data["command"])[-_REMEMBERED:]
    return replace(
        case, stage=case.stood_at, version=event.seq, head=event.hash, changed_at=event.at, commands=commands
    )


def _with_freeze(case: Case) -> Case:
    """The case, standing still if a holder has disavowed it."""
    if case.disavowal is None:
        return case
    stage = case.stage
    disavowals = tuple(replace(one, stood_at=stage) if one.is_open else one for one in case.disavowals)
    return replace(case, stage=Stage.FROZEN, disavowals=disavowals)


def _chain(case_number: str, case: Case | None, new: NewEvent, now: datetime) -> Event:
    return Event(
        case_number=case_number,
        seq=1 if case is None else case.version + 1,
        type=new.type,
        at=now,
        actor=new.actor,
        data=dict(new.data),
        previous_hash=genesis(case_number) if case is None else case.head,
    ).with_hash()
