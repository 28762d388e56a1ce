"""Statements of verification fees (article 7): totals for payment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.fees.fee import NO_DEPARTMENT, Fee
from degree_auth.domain.shared.words import Language, Words


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
    headings = [heading.in_language(language) for column in statement.columns for heading in _HEADINGS[column]]
    table: list[list[str | int]] = [[*headings, _TASKS.in_language(language), _AMOUNT.in_language(language)]]
    for row in statement.rows:
        values = dict(zip(statement.columns, row.values, strict=True))
        cells: list[str] = []
        for column, value in values.items():
            if column is Column.INSTITUTION:
                cells += [value, institutions.get(value, "")]
            elif column is Column.DEPARTMENT:
                known = departments.get((values[Column.INSTITUTION], value), value)
                cells.append(_LEAD.in_language(language) if value == NO_DEPARTMENT else known)
            else:
                cells.append(value)
        table.append([*cells, row.tasks, yuan(row.fen)])
    if statement.columns:
        table.append([_TOTAL.in_language(language), *[""] * (len(headings) - 1), statement.tasks, yuan(statement.fen)])
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
