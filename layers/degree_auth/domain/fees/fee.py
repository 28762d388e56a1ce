"""Verification fees (核查劳务费, article 7): the centre pays the institution one fee for each task that it answered.

The rate is that of the day of receipt and of the level of the degree (`data/verification_fees.json`). A fee is stored
with the answer that earns it, under the number of its task, and on condition that none is stored there: so a task is
paid once, however often an answer comes. Amounts are whole fen (CNY 0.01).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from degree_auth.domain.applications.claim import Level
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.cases.result import Result
from degree_auth.domain.fees.rates import RateTable
from degree_auth.domain.shared.working_days import shanghai_day

NO_DEPARTMENT = ""
"""Stands for the department in a fee for what the lead department answered itself."""

EARNING = frozenset(Result) - {Result.NEEDS_MATERIAL, Result.NOT_THIS_INSTITUTION}
"""The results that answer a task and so earn its fee: the archive confirms the degree, denies it, or cannot tell.

A question to the applicant answers nothing yet: the same task goes on, and is paid once it is answered. An institution
that returns a task as not its own has verified nothing; the fee goes to the institution of the next task.
"""


@dataclass(frozen=True, slots=True, order=True)
class Fee:
    """The fee of one answered task; `answered_on` is the day in Shanghai, `fen` what the rate gave on that day."""

    answered_on: date
    task_id: str
    institution_code: str
    department_id: str
    level: Level
    fen: int

    @property
    def period(self) -> str:
        """The month that the fee is paid for, YYYY-MM."""
        return f"{self.answered_on:%Y-%m}"


def with_fee(events: Iterable[NewEvent], level: Level, rates: RateTable) -> list[NewEvent]:
    """The events of an answer, which carries the fee of its task if it earns one (article 7).

    `level` is the degree's that was asked about. The fee counts from the day of receipt, and stands in the log, so
    that nothing about it has to be worked out again when rates change.

    Raises:
        ValueError: the answer was received before the first rate.
    """
    return [_with_fee(event, level, rates) if _earns(event) else event for event in events]


def earned_fees(entries: Iterable[Event]) -> tuple[Fee, ...]:
    """The fees that these entries of a case's log earn; to be stored with them and never without."""
    return tuple(
        Fee(
            answered_on=_received_on(entry),
            task_id=entry.data["task_id"],
            institution_code=entry.data["institution_code"],
            department_id=entry.data["department_id"] or NO_DEPARTMENT,
            level=Level(entry.data["fee"]["level"]),
            fen=entry.data["fee"]["fen"],
        )
        for entry in entries
        if entry.type is EventType.FEEDBACK_RECEIVED and "fee" in entry.data
    )


def _earns(event: NewEvent) -> bool:
    return event.type is EventType.FEEDBACK_RECEIVED and Result(event.data["result"]) in EARNING


def _with_fee(event: NewEvent, level: Level, rates: RateTable) -> NewEvent:
    fee = {"level": level.value, "fen": rates.fee_of(_received_on(event), level)}
    return replace(event, data={**event.data, "fee": fee})


def _received_on(answer: NewEvent | Event) -> date:
    return shanghai_day(datetime.fromisoformat(answer.data["received_at"]))
