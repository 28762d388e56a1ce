"""What waits for staff: kinds, whose it is, how long it may still take, and in what order (articles 10, 12).

A case stands once in the list of each kind for which it waits. What a list shows follows from the case alone, so it is
written with the case's own commit; what follows from the day is worked out when a list is read. No personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.erasure import ErasureStatus
from degree_auth.domain.cases.next_step import asks_applicant
from degree_auth.domain.cases.stages import ChangeStage, HeldBy, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.notifications.platform_line import Line, LineState
from degree_auth.domain.shared.dates import NO_DEADLINE
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import Calendar, beginning_of
from degree_auth.domain.verification.centre_deadline import centre_due, is_late
from degree_auth.domain.verification.deadlines import overdue_days
from degree_auth.domain.verification.tasks import waiting_task


class WorkKind(StrEnum):
    """What a case waits for; in the order in which staff are shown the lists."""

    LATE = "late"
    REVIEW = "review"
    URGENCY_REQUEST = "urgency_request"
    SECOND_PERSON = "second_person"
    MESSAGE = "message"
    RECHECK = "recheck"
    RETURNED = "returned"
    ANSWER = "answer"
    OVERDUE_INSTITUTION = "overdue_institution"
    PARKED = "parked"
    DISAVOWAL = "disavowal"
    REGISTER_CHANGE = "register_change"
    FAILED_DELIVERY = "failed_delivery"
    REVIEW_WITHOUT_SCAN = "review_without_scan"


KIND_NAMES: Mapping[WorkKind, Words] = {
    WorkKind.LATE: Words("学位中心已超期", "The centre is late"),
    WorkKind.REVIEW: Words("待审查（影印件已到）", "To be reviewed, the scan is here"),
    WorkKind.URGENCY_REQUEST: Words("加急申请", "Requests for urgent handling"),
    WorkKind.SECOND_PERSON: Words("待第二人", "Waits for a second person"),
    WorkKind.MESSAGE: Words("未读留言", "Messages that nobody has read"),
    WorkKind.RECHECK: Words("再次核查待决定", "Rechecks to be decided"),
    WorkKind.RETURNED: Words("单位退回的任务", "Tasks that came back as not the institution's own"),
    WorkKind.ANSWER: Words("反馈待处理", "Answers that a reviewer deals with"),
    WorkKind.OVERDUE_INSTITUTION: Words("单位逾期", "Institutions that are overdue"),
    WorkKind.PARKED: Words("转人工处理", "Parked cases"),
    WorkKind.DISAVOWAL: Words("冒用申报待决定", "Disavowals to be decided"),
    WorkKind.REGISTER_CHANGE: Words("数据库信息变更待提出", "Register changes to be proposed"),
    WorkKind.FAILED_DELIVERY: Words("平台推送已放弃", "Deliveries to the platform that were given up"),
    WorkKind.REVIEW_WITHOUT_SCAN: Words("待影印件", "To be reviewed once the scan comes"),
}

_BY_STAGE: Mapping[Stage, WorkKind] = {
    Stage.PARKED: WorkKind.PARKED,
    Stage.RECHECK_ADMISSION: WorkKind.RECHECK,
    Stage.RECHECK_DECISION: WorkKind.RECHECK,
    Stage.FROZEN: WorkKind.DISAVOWAL,
}


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that waits, as lists show it.

    `due` is the last day of whoever holds the case, None while no clock runs. `since` is from when it waits. `taken_by`
    is the actor who has the case in hand.
    """

    case_number: str
    kind: WorkKind
    held_by: HeldBy
    since: datetime
    stage: Stage | None = None
    urgent: bool = False
    due: date | None = None
    institution_code: str | None = None
    taken_by: str | None = None

    @property
    def place(self) -> str:
        """Its place in the list of its kind, unique there and ascending: urgent first, then by the last day."""
        due = NO_DEADLINE if self.due is None else self.due.isoformat()
        since = self.since.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{0 if self.urgent else 1}#{due}#{since}#{self.case_number}"


class Stretch(NamedTuple):
    """A stretch of a list: the places that are greater than `above` and less than `below`."""

    above: str
    below: str


def stretches(kind: WorkKind, today: date) -> list[Stretch]:
    """A list in the order of a day: first what is past its last day, urgent and not; then the rest, likewise. An
    institution is listed once it is overdue."""
    late = [Stretch(f"{urgency}#", f"{urgency}#{today.isoformat()}") for urgency in "01"]
    if kind is WorkKind.OVERDUE_INSTITUTION:
        return late
    return [*late, *(Stretch(one.below, f"{one.above}~") for one in late)]


def stretches_behind(kind: WorkKind, today: date, place: str | None) -> list[Stretch]:
    """What of a list comes behind a place in it; all of it for None. A place that the list has not: nothing."""
    every = stretches(kind, today)
    if place is None:
        return every
    for index, one in enumerate(every):
        if one.above < place < one.below:
            return [Stretch(place, one.below), *every[index + 1 :]]
    return []


def days_left(due: date | None, today: date, calendar: Calendar) -> int | None:
    """Working days that are left after today; negative, in calendar days, by how long the day has passed."""
    if due is None:
        return None
    late = overdue_days(due, None, today)
    return -late if late else calendar.working_days_between(today, due)


def work_of(case: Case, calendar: Calendar) -> list[Work]:
    """All that a case waits for; nothing once it is being erased."""
    if case.is_being_erased:
        return []
    due = _due(case, calendar)
    common: dict[str, Any] = {
        "held_by": case.held_by,
        "stage": case.stage,
        "urgent": case.urgent,
        "institution_code": case.institution_code if case.task is None else case.task.institution_code,
        "taken_by": None if case.in_hand is None else case.in_hand.by,
    }
    return [Work(case.case_number, kind, since=since, due=due, **common) for kind, since in _waits(case, calendar)]


def changed_work(before: Case | None, after: Case, calendar: Calendar) -> tuple[list[Work], list[WorkKind]]:
    """What lists show otherwise after a change of the case, and the kinds for which it no longer waits."""
    was = [] if before is None else work_of(before, calendar)
    now = work_of(after, calendar)
    kinds = {one.kind for one in now}
    return [one for one in now if one not in was], [one.kind for one in was if one.kind not in kinds]


_TAKEN_BY_NOBODY = frozenset({WorkKind.SECOND_PERSON, WorkKind.REVIEW_WITHOUT_SCAN})
"""Of these a reviewer takes nothing in hand: another decides, or nobody can yet."""


def next_input(work: Work) -> dict[str, str]:
    """The input with which staff begin on it, but for who they are and their code."""
    if work.kind is WorkKind.FAILED_DELIVERY:
        return {"action": "resume_platform", "reason": ""}
    takes = work.taken_by is None and work.kind not in _TAKEN_BY_NOBODY
    return {"action": "take_case" if takes else "open_review", "case_number": work.case_number}


def failed_delivery(line: Line) -> Work | None:
    """What the platform did not take of a case, and staff have to try again; None unless it was given up."""
    if line.state is not LineState.GIVEN_UP or line.look_at is None:
        return None
    return Work(line.case_number, WorkKind.FAILED_DELIVERY, HeldBy.CENTRE, line.look_at)


def _due(case: Case, calendar: Calendar) -> date | None:
    if case.held_by is HeldBy.INSTITUTION:
        task = waiting_task(case)
        return None if task is None else task.due
    return centre_due(case, calendar)


def _waits(case: Case, calendar: Calendar) -> Iterator[tuple[WorkKind, datetime]]:
    """Each kind with the moment from which the case waits for it."""
    arrived = case.stage_since or case.changed_at
    if is_late(case, calendar):
        yield WorkKind.LATE, arrived
    if case.stage in (Stage.IDENTITY_REVIEW, Stage.MATERIAL_REVIEW):
        yield (WorkKind.REVIEW_WITHOUT_SCAN if asks_applicant(case) else WorkKind.REVIEW), arrived
    if case.stage in _BY_STAGE:
        yield _BY_STAGE[case.stage], arrived
    yield from _waits_of_task(case, arrived)
    if case.urgency_request is not None and not case.urgent and not case.is_final:
        yield WorkKind.URGENCY_REQUEST, datetime.fromisoformat(case.urgency_request["at"])
    if case.unread_since is not None:
        yield WorkKind.MESSAGE, case.unread_since
    change = case.register_change
    if case.change_stage is ChangeStage.PROPOSAL and change is not None:
        yield WorkKind.REGISTER_CHANGE, change.opened_at
    second = _second_person_since(case)
    if second is not None:
        yield WorkKind.SECOND_PERSON, second


def _waits_of_task(case: Case, arrived: datetime) -> Iterator[tuple[WorkKind, datetime]]:
    task, waiting = case.task, waiting_task(case)
    if waiting is not None and waiting.due is not None:
        if overdue_days(waiting.due, waiting.received_on, waiting.due + timedelta(days=1)):
            yield WorkKind.OVERDUE_INSTITUTION, waiting.asked_at
    elif task is not None and case.stage is Stage.VERIFICATION and not task.is_with_institution:
        returned = task.status is TaskStatus.NOT_ITS_OWN
        yield (WorkKind.RETURNED if returned else WorkKind.ANSWER), task.spans[-1][1] or arrived


def _second_person_since(case: Case) -> datetime | None:
    """From when a written form, a register change or an erasure waits for another person than who began it."""
    if case.task is not None and case.task.written is not None:
        return beginning_of(case.task.written.received_on)
    change = case.register_change
    if case.change_stage is ChangeStage.SECOND_PERSON and change is not None:
        return change.opened_at
    if case.erasure is not None and case.erasure.status is ErasureStatus.PROPOSED:
        return case.stage_since or case.changed_at
    return None
