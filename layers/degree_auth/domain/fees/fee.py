"""Verification fees (核查劳务费, article 7): one a task answered, at the rate of its day, totalled for payment.

Amounts are whole fen (CNY 0.01).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from degree_auth.domain.applications.claim import Level
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.cases.task import Result
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.shared.working_days import shanghai_day

NO_DEPARTMENT = ""
"""Stands for the department in a fee for what the lead department answered itself."""

EARNING = frozenset(Result) - {Result.NEEDS_MATERIAL, Result.NOT_THIS_INSTITUTION}
"""The results that answer a task and so earn its fee: the archive confirms the degree, denies it, or cannot tell.

A question to the applicant answers nothing yet: the same task goes on, and is paid once it is answered. An institution
that returns a task as not its own has verified nothing; the fee goes to the institution of the next task.
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a task is paid, in fen by degree level, when it is answered in a period.

    `valid_from` is the first day, `valid_until` the first day no longer; None is until further notice.
    """

    valid_from: date
    valid_until: date | None
    fen: Mapping[Level, int]

    def valid(self, on: date) -> bool:
        """Whether the rate holds on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class RateTable:
    """The rates one after the other without a gap, the last until further notice: no answer goes without its fee."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        """Put the rates in order.

        Raises:
            ValueError: there is none, periods overlap or leave a gap, the last one ends, a level has no amount, or an
                amount is not a whole number of fen from 0.
        """
        self._rates = tuple(sorted(rates, key=lambda rate: rate.valid_from))
        if not self._rates or self._rates[-1].valid_until is not None:
            raise ValueError("the last rate must hold until further notice")
        if any(rate.valid_until != following.valid_from for rate, following in pairwise(self._rates)):
            raise ValueError("rates must follow each other without gap or overlap")
        for rate in self._rates:
            if rate.fen.keys() != set(Level) or any(type(fen) is not int or fen < 0 for fen in rate.fen.values()):
                raise ValueError("a rate needs a whole number of fen from 0 for every level")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RateTable:
        """Read the form of `data/verification_fees.json`.

        Raises:
            KeyError: a key is missing.
            ValueError: as for the table, or a date or level is none.
        """
        return cls(_rate(row) for row in data["rates"])

    def fee_of(self, answered_on: date, level: Level) -> int:
        """The fee in fen of a task about a degree of this level, answered on a day in Shanghai.

        A written answer counts from the day it was received.

        Raises:
            ValueError: the day lies before the first rate.
        """
        for rate in self._rates:
            if rate.valid(answered_on):
                return rate.fen[level]
        raise ValueError("the day lies before the first rate")


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
    return [_earning(event, level, rates) if _earns(event) else event for event in events]


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


class Column(StrEnum):
    """What a statement can be broken down by."""

    INSTITUTION = "institution_code"
    DEPARTMENT = "department_id"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a value for each column of the statement, the tasks answered and their fees in fen."""

    values: tuple[str, ...]
    tasks: int
    fen: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Fees by `columns`; the rows in order of their values add up to the totals."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def tasks(self) -> int:
        """All tasks answered."""
        return sum(row.tasks for row in self.rows)

    @property
    def fen(self) -> int:
        """All fees, in fen."""
        return sum(row.fen for row in self.rows)


def once_a_task(fees: Iterable[Fee]) -> tuple[Fee, ...]:
    """The fees without repeats: a task's earliest answer is the one that is paid (N1)."""
    first: dict[str, Fee] = {}
    for fee in sorted(fees):
        first.setdefault(fee.task_id, fee)
    return tuple(first.values())


def statement(fees: Iterable[Fee], by: Collection[Column]) -> Statement:
    """Total the fees for payment, each task once.

    Departments are told apart within their institution, so breaking down by department shows the institution too.
    """
    wanted = {*by, Column.INSTITUTION} if Column.DEPARTMENT in by else set(by)
    columns = tuple(column for column in Column if column in wanted)
    totals: dict[tuple[str, ...], tuple[int, int]] = {} if columns else {(): (0, 0)}
    for fee in once_a_task(fees):
        values = tuple(str(getattr(fee, column)) for column in columns)
        tasks, fen = totals.get(values, (0, 0))
        totals[values] = (tasks + 1, fen + fee.fen)
    return Statement(columns, tuple(Row(values, *totals[values]) for values in sorted(totals)))


def statement_table(
    statement: Statement,
    institutions: Mapping[str, str],
    departments: Mapping[tuple[str, str], str],
    language: Language = Language.CHINESE,
) -> list[list[str | int]]:
    """A statement as rows for a file: headings first, amounts in yuan, the total last; no personal data.

    Args:
        statement: what to show.
        institutions: names by institution code; a code without one stands alone.
        departments: names by institution code and department id; an id without one stands for itself.
        language: of the headings; a name has none.
    """
    headings = [heading.spoken(language) for column in statement.columns for heading in _HEADINGS[column]]
    table: list[list[str | int]] = [[*headings, _TASKS.spoken(language), _AMOUNT.spoken(language)]]
    for row in statement.rows:
        values = dict(zip(statement.columns, row.values, strict=True))
        cells: list[str] = []
        for column, value in values.items():
            if column is Column.INSTITUTION:
                cells += [value, institutions.get(value, "")]
            elif column is Column.DEPARTMENT:
                known = departments.get((values[Column.INSTITUTION], value), value)
                cells.append(_LEAD.spoken(language) if value == NO_DEPARTMENT else known)
            else:
                cells.append(value)
        table.append([*cells, row.tasks, yuan(row.fen)])
    if statement.columns:
        table.append([_TOTAL.spoken(language), *[""] * (len(headings) - 1), statement.tasks, yuan(statement.fen)])
    return table


def yuan(fen: int) -> str:
    """An amount in fen as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02}"


_HEADINGS: Mapping[Column, tuple[Words, ...]] = {
    Column.INSTITUTION: (Words("单位代码", "Institution code"), Words("学位授予单位", "Institution")),
    Column.DEPARTMENT: (Words("核查部门", "Department"),),
    Column.PERIOD: (Words("月份", "Month"),),
}
_TASKS, _AMOUNT = Words("件数", "Tasks"), Words("金额（元）", "Amount (CNY)")
_LEAD, _TOTAL = Words("牵头部门", "Lead department"), Words("合计", "Total")


def _earns(event: NewEvent) -> bool:
    return event.type is EventType.FEEDBACK_RECEIVED and Result(event.data["result"]) in EARNING


def _earning(event: NewEvent, level: Level, rates: RateTable) -> NewEvent:
    fee = {"level": level.value, "fen": rates.fee_of(_received_on(event), level)}
    return replace(event, data={**event.data, "fee": fee})


def _received_on(answer: NewEvent | Event) -> date:
    return shanghai_day(datetime.fromisoformat(answer.data["received_at"]))


def _rate(row: Mapping[str, Any]) -> Rate:
    until = row["until"]
    return Rate(
        date.fromisoformat(row["from"]),
        None if until is None else date.fromisoformat(until),
        {Level(level): fen for level, fen in row["fen"].items()},
    )
