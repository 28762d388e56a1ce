"""Statements over random histories: they add up to the tasks that were answered, for staff and for each institution."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.cases.task import Task, TaskStatus
from degree_auth.domain.fees.request import FeeRequest
from degree_auth.domain.fees.statement import Column, Row, Statement
from degree_auth.services.fees.statements import FeeStatements
from tests.doubles.memory import MemoryFees
from tests.doubles.world import principal
from tests.properties.verification.test_verification import Walk

WALKS, STEPS = 25, 60
BREAKDOWNS = tuple(chain.from_iterable(combinations(Column, n) for n in range(4)))
NAMES = {Column.DEPARTMENT: "department", Column.PERIOD: "period"}


@pytest.fixture(scope="module")
def answered() -> tuple[list[Task], MemoryFees]:
    """The answered tasks of random histories, and the fees of all of them in one store."""
    tasks: list[Task] = []
    fees = MemoryFees()
    for seed in range(1000, 1000 + WALKS):
        walk = Walk(seed)
        for _ in range(STEPS):
            walk.step()
        of_walk = [task for task in walk.case.tasks if task.status is TaskStatus.ANSWERED]
        assert set(walk.world.cases.fees.earned) == {task.task_id for task in of_walk}
        tasks += of_walk
        fees.earned |= walk.world.cases.fees.earned
    assert len({task.task_id for task in tasks}) == len(tasks) == len(fees.earned)
    return tasks, fees


def months(fees: MemoryFees) -> tuple[str, str]:
    periods = sorted(fee.period for fee in fees.earned.values())
    return periods[0], periods[-1]


def of(sums: Statement, institution_code: str) -> tuple[Row, ...]:
    return tuple(row for row in sums.rows if row.values[0] == institution_code)


@pytest.mark.requirement("A7", "N1")
@pytest.mark.parametrize("by", BREAKDOWNS)
def test_by_every_breakdown_a_statement_adds_up_to_the_answered_tasks(
    answered: tuple[list[Task], MemoryFees], by: tuple[Column, ...]
) -> None:
    tasks, fees = answered
    assert len({task.institution_code for task in tasks}) > 1
    assert len({task.department_id for task in tasks}) > 1
    first, last = months(fees)
    assert first < last
    sums = FeeStatements(fees, shipped_institutions()).state(FeeRequest(first, last, by, None)).statement
    assert sums.tasks == len(tasks)
    assert sums.fen == sum(fee.fen for fee in fees.earned.values())


@pytest.mark.requirement("A7", "A9")
@pytest.mark.parametrize("by", [breakdown for breakdown in BREAKDOWNS if Column.INSTITUTION not in breakdown])
def test_an_institutions_own_statement_is_its_share_of_the_staffs(
    answered: tuple[list[Task], MemoryFees], by: tuple[Column, ...]
) -> None:
    tasks, fees = answered
    first, last = months(fees)
    statements = FeeStatements(fees, shipped_institutions())
    whole = statements.state(FeeRequest(first, last, (Column.INSTITUTION, *by), None)).statement
    asked = {"from": first, "to": last, "by": ",".join(NAMES[column] for column in by)}
    codes = {task.institution_code for task in tasks}
    for code in codes:
        own = statements.own(principal("lead", code, None, 1), asked).statement
        share = of(whole, code)
        assert (own.tasks, own.fen) == (sum(row.tasks for row in share), sum(row.fen for row in share))
        assert own.tasks == sum(task.institution_code == code for task in tasks)
        assert [row.values[-len(by) :] for row in own.rows if by] == [row.values[-len(by) :] for row in share if by]
    assert {row.values[0] for row in whole.rows} == codes


@pytest.mark.requirement("A7")
def test_months_add_up_to_the_year(answered: tuple[list[Task], MemoryFees]) -> None:
    tasks, fees = answered
    first, last = months(fees)
    statements = FeeStatements(fees, shipped_institutions())
    periods = FeeRequest(first, last, (), None).periods
    each = [statements.state(FeeRequest(period, period, (), None)).statement for period in periods]
    assert sum(one.tasks for one in each) == len(tasks)
