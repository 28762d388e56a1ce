"""Which entries of a case's log tell whom what by mail or text message (articles 1, 12, 15).

What is told is decided when it is sent, from the event and the case as it stands then: what a later state has overtaken
is not told any more, so that nothing that is sent is false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.cases.applicant_deadline import asked_until
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.recheck import RecheckStatus
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task


class NotificationKind(StrEnum):
    """What somebody is told; each kind has its texts in `messages/notification_texts`."""

    RECEIVED = "received"
    ASKED = "asked"
    ASKED_IN_RECHECK = "asked_in_recheck"
    REMINDED = "reminded"
    REMINDED_IN_RECHECK = "reminded_in_recheck"
    FILE_NOT_TAKEN = "file_not_taken"
    LAPSED = "lapsed"
    EXTENDED = "extended"
    OVERDUE = "overdue"
    CONCLUDED = "concluded"
    REJECTED = "rejected"
    RECHECK_OPENED = "recheck_opened"
    RECHECK_ENDED = "recheck_ended"
    CORRECTED = "corrected"
    LINK_RENEWED = "link_renewed"
    TASK_NEW = "task_new"
    TASK_MESSAGE = "task_message"
    TASK_REMINDED = "task_reminded"
    TASK_OVERDUE = "task_overdue"
    DIGEST = "digest"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_USER_CHANGED = "account_user_changed"
    MACHINE_CLIENT_MADE = "machine_client_made"
    MACHINE_CLIENT_CHANGED = "machine_client_changed"
    MACHINE_CLIENT_REVOKED = "machine_client_revoked"
    CODE = "code"


OF_ACCESS = frozenset(
    {
        NotificationKind.ACCOUNT_OPENED,
        NotificationKind.ACCOUNT_USER_CHANGED,
        NotificationKind.MACHINE_CLIENT_MADE,
        NotificationKind.MACHINE_CLIENT_CHANGED,
        NotificationKind.MACHINE_CLIENT_REVOKED,
    }
)
"""Kinds that tell a lead department who may act for its institution."""

FOR_INSTITUTIONS = OF_ACCESS | frozenset(
    {
        NotificationKind.TASK_NEW,
        NotificationKind.TASK_MESSAGE,
        NotificationKind.TASK_REMINDED,
        NotificationKind.TASK_OVERDUE,
        NotificationKind.DIGEST,
    }
)
"""Kinds that accounts of institutions get; all others are for applicants, and a code is for either."""

SWITCHABLE = OF_ACCESS | frozenset(
    {
        NotificationKind.RECEIVED,
        NotificationKind.EXTENDED,
        NotificationKind.OVERDUE,
        NotificationKind.RECHECK_OPENED,
        NotificationKind.TASK_NEW,
        NotificationKind.TASK_MESSAGE,
        NotificationKind.TASK_REMINDED,
    }
)
"""Kinds that may be switched off. The others end something, ask for something, or warn."""

TEXTED = frozenset(
    {
        NotificationKind.ASKED,
        NotificationKind.ASKED_IN_RECHECK,
        NotificationKind.REMINDED,
        NotificationKind.REMINDED_IN_RECHECK,
        NotificationKind.LAPSED,
        NotificationKind.CONCLUDED,
        NotificationKind.REJECTED,
        NotificationKind.CORRECTED,
        NotificationKind.TASK_OVERDUE,
        NotificationKind.CODE,
    }
)
"""Kinds that also go out as a text message."""

IN_DIGEST = frozenset({NotificationKind.TASK_NEW, NotificationKind.TASK_MESSAGE, NotificationKind.TASK_REMINDED})
"""Kinds that the daily digest takes the place of, where an account chose it. A breach is told at once."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department of an institution that is told something; None is the lead department."""

    institution_code: str
    department_id: str | None


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing that one side is told. `to` is a department, or None for the applicant; `due` is the day it names."""

    kind: NotificationKind
    to: Department | None = None
    due: date | None = None


def notifications_of(
    event: Mapping[str, Any], case: Case, *, by_institution: bool = False, former_report: str | None = None
) -> list[Notification]:
    """What a public event tells whom, as far as it still holds for the case as it stands now.

    `by_institution` is whether an institution's account made the entry: who wrote a message is not told of it.
    `former_report` is what `report_before` says of the entry.
    """
    kind, facts = event["type"], event["facts"]
    if kind == EventType.APPLICATION_SUPPLEMENTED:
        return _of_a_resumed_task(event, case)
    if kind in _OF_TASKS:
        return _of_a_task(EventType(kind), facts, case, by_institution=by_institution)
    if kind not in _OF_APPLICANTS:
        return []
    told = _for_applicant(EventType(kind), event, case, former_report)
    return [] if told is None else [told]


def report_before(log: Sequence[Event], seq: int) -> str | None:
    """The number of the report that a case had before the decision that made an entry of its log: documents give way
    right before the one that takes their place."""
    first = seq
    while first > 1 and log[first - 2].type in _GIVING_WAY and log[first - 2].at == log[seq - 1].at:
        first -= 1
    report = replay(log[: first - 1]).report if first > 1 else None
    return None if report is None else report.report_number


def told_events() -> frozenset[EventType]:
    """The types of entries that may tell somebody something; the rule of the event bus lets these through."""
    return _OF_TASKS | _OF_APPLICANTS | {EventType.APPLICATION_SUPPLEMENTED}


_OF_TASKS = frozenset(
    {
        EventType.TASK_ROUTED,
        EventType.TASK_REASSIGNED,
        EventType.TASK_REMINDED,
        EventType.TASK_OVERDUE,
        EventType.EXTENSION_ANNOUNCED,
        EventType.MESSAGE_SENT,
    }
)
_CORRECTIONS = frozenset(
    {
        EventType.REPORT_SUPERSEDED,
        EventType.REPORT_REVOKED,
        EventType.REPORT_FOLLOWED,
        EventType.CONCLUSION_FOLLOWED,
    }
)
_GIVING_WAY = frozenset({EventType.REPORT_SUPERSEDED, EventType.REPORT_REVOKED, EventType.NOTICE_SUPERSEDED})
_CONCLUSIONS = frozenset({EventType.REPORT_ISSUED, EventType.REPORT_ADOPTED, EventType.CASE_CONCLUDED})
RESTS_ON_THE_LOG = _CONCLUSIONS | {EventType.REPORT_SUPERSEDED, EventType.MESSAGE_SENT}
"""Types of entries of which only the log tells whom they concern."""
_OF_APPLICANTS = (
    frozenset(
        {
            EventType.APPLICATION_RECEIVED,
            EventType.CLAIM_COMPARED,
            EventType.RETURNED_TO_APPLICANT,
            EventType.FEEDBACK_RECEIVED,
            EventType.APPLICANT_REMINDED,
            EventType.APPLICATION_LAPSED,
            EventType.APPLICATION_REJECTED,
            EventType.ATTACHMENT_REFUSED,
            EventType.ATTACHMENT_WITHDRAWN,
            EventType.RECHECK_OPENED,
            EventType.RECHECK_REFUSED,
            EventType.RECHECK_DECIDED,
            EventType.ACCESS_LINK_RENEWED,
        }
    )
    | _CORRECTIONS
    | _CONCLUSIONS
)


def _of_a_task(kind: EventType, facts: Mapping[str, Any], case: Case, *, by_institution: bool) -> list[Notification]:
    task = next((one for one in case.tasks if one.task_id == facts["task_id"]), None)
    if task is None:
        return []
    department = Department(task.institution_code, task.department_id)
    if kind is EventType.MESSAGE_SENT:
        return [] if by_institution else [Notification(NotificationKind.TASK_MESSAGE, department)]
    if not task.is_with_institution:
        return []
    told = date.fromisoformat(facts["due"]) if "due" in facts else task.due
    if kind in (EventType.TASK_ROUTED, EventType.TASK_REASSIGNED):
        # Told to who has it now: after a reassignment the entry before it tells nobody.
        holds = facts.get("department_id") == task.department_id
        return [Notification(NotificationKind.TASK_NEW, department, task.due)] if holds else []
    if kind is EventType.EXTENSION_ANNOUNCED:
        return [Notification(NotificationKind.EXTENDED, None, told)] if told == task.due else []
    if kind is EventType.TASK_REMINDED:
        still = task.reminded_for == told == task.due
        return [Notification(NotificationKind.TASK_REMINDED, department, told)] if still else []
    if task.overdue_for != told:
        return []
    return [
        Notification(NotificationKind.OVERDUE, None, told),
        *(_overdue_at(task, one) for one in _with_lead(department)),
    ]


def _of_a_resumed_task(event: Mapping[str, Any], case: Case) -> list[Notification]:
    """The applicant has supplied what the institution asked for: its task waits for it again."""
    task = case.task
    if task is None or not task.is_with_institution or task.asked_again_at != datetime.fromisoformat(event["at"]):
        return []
    return [Notification(NotificationKind.TASK_NEW, Department(task.institution_code, task.department_id), task.due)]


def _overdue_at(task: Task, department: Department) -> Notification:
    return Notification(NotificationKind.TASK_OVERDUE, department, task.overdue_for)


def _with_lead(department: Department) -> list[Department]:
    """The department, and the lead department, which is told of every breach (article 12)."""
    return list(dict.fromkeys([department, Department(department.institution_code, None)]))


def _for_applicant(
    kind: EventType, event: Mapping[str, Any], case: Case, former_report: str | None
) -> Notification | None:
    facts = event["facts"]
    told: NotificationKind | None = None
    due: date | None = None
    if kind is EventType.APPLICATION_RECEIVED:
        told = None if case.is_final else NotificationKind.RECEIVED
    elif kind in (EventType.CLAIM_COMPARED, EventType.RETURNED_TO_APPLICANT, EventType.FEEDBACK_RECEIVED):
        due = _still_asked(kind, event, case)
        told = None if due is None else _in_recheck(case, NotificationKind.ASKED, NotificationKind.ASKED_IN_RECHECK)
    elif kind is EventType.APPLICANT_REMINDED:
        due = date.fromisoformat(facts["due"])
        if asked_until(case) == due:
            told = _in_recheck(case, NotificationKind.REMINDED, NotificationKind.REMINDED_IN_RECHECK)
    elif kind in (EventType.ATTACHMENT_REFUSED, EventType.ATTACHMENT_WITHDRAWN):
        due = asked_until(case) if facts.get("task_id") is None else None
        told = None if due is None else NotificationKind.FILE_NOT_TAKEN
    elif kind is EventType.APPLICATION_LAPSED:
        told, due = NotificationKind.LAPSED, date.fromisoformat(facts["due"])
    elif kind is EventType.APPLICATION_REJECTED:
        told = NotificationKind.REJECTED
    elif kind in _CONCLUSIONS:
        # A report that takes a former one's place is told of as a correction.
        stands = case.stage is Stage.CONCLUDED and former_report is None and _is_present_end(facts, case)
        told = NotificationKind.CONCLUDED if stands else None
    elif kind is EventType.REPORT_SUPERSEDED:
        # Another case's report is told of in its own log.
        told = NotificationKind.CORRECTED if facts["report_number"] == former_report else None
    elif kind in _CORRECTIONS:
        told = NotificationKind.CORRECTED
    elif kind is EventType.RECHECK_OPENED:
        told = None if case.recheck is None else NotificationKind.RECHECK_OPENED
    elif kind is EventType.RECHECK_REFUSED:
        told = NotificationKind.RECHECK_ENDED if case.recheck is None else None
    elif kind is EventType.RECHECK_DECIDED:
        stands = facts["decision"] == RecheckStatus.UPHELD and case.recheck is None
        told = NotificationKind.RECHECK_ENDED if stands else None
    elif kind is EventType.ACCESS_LINK_RENEWED:
        told = NotificationKind.LINK_RENEWED
    return None if told is None else Notification(told, None, due)


def _is_present_end(facts: Mapping[str, Any], case: Case) -> bool:
    """Whether the case still ends in what an entry concluded it with: its report, or none."""
    return facts.get("report_number") == (None if case.report is None else case.report.report_number)


def _still_asked(kind: EventType, event: Mapping[str, Any], case: Case) -> date | None:
    """Until when what the event asked for may be supplied; None when it asked nothing, or something came after it."""
    if kind is EventType.FEEDBACK_RECEIVED and event["facts"]["result"] != Result.NEEDS_MATERIAL:
        return None
    since = case.stage_since
    return asked_until(case) if since is not None and since == datetime.fromisoformat(event["at"]) else None


def _in_recheck(case: Case, first: NotificationKind, later: NotificationKind) -> NotificationKind:
    return later if case.rechecks or case.is_answered_otherwise else first
