"""The verification task (核查任务): one question to one institution about one case, and its own clock (articles 3, 12).

The task's clock is counted from the spans of time in which the institution held it, by the rule of the
ledger, so its deadline follows whatever calendar it is counted with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.cases.expectation import Expectation
from degree_auth.domain.cases.result import Result
from degree_auth.domain.shared.working_days import Calendar, shanghai_day

VERIFICATION_DAYS = 10
"""Working days that an institution has (article 12)."""

URGENT_DAYS = 3
"""Working days that an institution has from the approval of urgent handling on."""


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    WAITING_APPLICANT = "waiting_applicant"
    PAUSED = "paused"
    ANSWERED = "answered"
    NOT_ITS_OWN = "returned"
    CLOSED = "closed"


UNANSWERED = frozenset({TaskStatus.OPEN, TaskStatus.WAITING_APPLICANT, TaskStatus.PAUSED})
"""The states of a task that an answer may still come to."""

ANSWERED_STATUSES = frozenset({TaskStatus.ANSWERED, TaskStatus.NOT_ITS_OWN})
"""An institution has said what its archive says, or that the degree is not its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the institution answered. `fingerprint` tells a repeat from another answer; `sealed` holds the form, base64,
    encrypted for the case; `given_by` is an account or the member of staff who confirmed a written form."""

    fingerprint: str
    result: Result
    given_by: str
    sealed: str


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """A written form that one member of staff has entered and another has to confirm (article 14).

    `scan` is the SHA-256, in hex, of the scan that is kept of it; empty in entries that were made before it was noted.
    """

    fingerprint: str
    recorded_by: str
    received_on: date
    exemption: str
    sealed: str
    scan: str = ""


@dataclass(frozen=True, slots=True)
class NamedInstitution:
    """An institution by its code and the name that a report prints."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message on the task that stands in the log; `fingerprint` tells a repeat from another text."""

    message_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Task:
    """A verification task as the log leaves it.

    `department_id` is None for the lead department. `spans` are the times the institution held the task, the last one
    without an end while it does. `allowed_days` are its working days in all, `due` the last of them as it was last
    recorded; `reminded_for` and `overdue_for` name the deadline that a reminder, or the breach, was recorded for.
    `named_instead` is the awarding institution that the task names in the place of the claimed one; a reviewer writes
    it onto the claim once it is confirmed. `former_answers` are the fingerprints of the answers before the last.
    `asked_again_at` is when the institution got the task back after the applicant had been asked. `expectation` is what
    was expected when it was routed.
    """

    task_id: str
    institution_code: str
    spans: tuple[tuple[datetime, datetime | None], ...]
    allowed_days: int = VERIFICATION_DAYS
    status: TaskStatus = TaskStatus.OPEN
    routed: bool = False
    department_id: str | None = None
    due: date | None = None
    reminded_for: date | None = None
    overdue_for: date | None = None
    answer: Answer | None = None
    written: WrittenForm | None = None
    messages: tuple[SentMessage, ...] = ()
    named_instead: NamedInstitution | None = None
    former_answers: tuple[str, ...] = ()
    asked_again_at: datetime | None = None
    expectation: Expectation | None = None

    @property
    def is_with_institution(self) -> bool:
        """Whether the institution has to answer."""
        return self.status is TaskStatus.OPEN

    @property
    def takes_answer(self) -> bool:
        """Whether the institution may answer; it has to only while the task is open."""
        return self.status in (TaskStatus.OPEN, TaskStatus.PAUSED)

    @property
    def is_answered(self) -> bool:
        """Whether the institution has answered the question; that it is another's, or needs material, is no answer."""
        return self.status is TaskStatus.ANSWERED

    @property
    def asked_at(self) -> datetime:
        """When the institution was asked what it is asked now."""
        return self.asked_again_at or self.spans[0][0]

    @property
    def received_on(self) -> date | None:
        """The day on which the written form arrived that waits for a second person; None without one."""
        return None if self.written is None else self.written.received_on

    def counted_due(self, calendar: Calendar, allowed_days: int | None = None) -> date | None:
        """The last working day, counted with this calendar; None while the clock is stopped and days are left."""
        left = self.allowed_days if allowed_days is None else allowed_days
        for since, until in self.spans:
            first = shanghai_day(since)
            if until is None:
                return calendar.add_working_days(first, left)
            used = calendar.working_days_between(first, shanghai_day(until))
            if used >= left:
                return calendar.add_working_days(first, left)
            left -= used
        return None

    def used_days(self, calendar: Calendar, now: datetime) -> int:
        """Working days charged to the institution for this task up to and including the day of `now`."""
        return sum(
            calendar.working_days_between(shanghai_day(since), shanghai_day(until or now))
            for since, until in self.spans
        )

    def with_end(self, at: datetime, status: TaskStatus, answer: Answer | None = None) -> Task:
        """The task once the institution no longer holds it; `at` is not earlier than `asked_at`."""
        held = [one for one in self.spans if one[0] <= at] or self.spans[:1]
        spans = tuple((since, max(since, at if until is None else min(until, at))) for since, until in held)
        former = self.former_answers
        if answer is not None and self.answer is not None:
            former = (*former, self.answer.fingerprint)
        return replace(
            self, spans=spans, status=status, answer=answer or self.answer, former_answers=former, written=None
        )

    def has_answered(self, fingerprint: str) -> bool:
        """Whether this very answer was given, be it the last one or an earlier one."""
        last = None if self.answer is None else self.answer.fingerprint
        return fingerprint == last or fingerprint in self.former_answers

    def with_pause(self, at: datetime) -> Task:
        """The task while its case is frozen: its clock is stopped, and an answer is taken all the same."""
        since, _ = self.spans[-1]
        return replace(self, spans=(*self.spans[:-1], (since, max(since, at))), status=TaskStatus.PAUSED)

    def with_resumption(self, at: datetime) -> Task:
        """The same task back with the institution; its clock goes on. After a pause the question is the same one."""
        asked_again_at = self.asked_again_at if self.status is TaskStatus.PAUSED else at
        return replace(self, spans=(*self.spans, (at, None)), status=TaskStatus.OPEN, asked_again_at=asked_again_at)


def task_data(task: Task) -> dict[str, Any]:
    """What every entry about a task begins with."""
    return {"task_id": task.task_id, "institution_code": task.institution_code}
