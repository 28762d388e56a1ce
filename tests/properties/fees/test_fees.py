"""Fees over random answers: the sums agree however they are broken down, and no task is paid twice."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from itertools import chain, combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.fees.fee import Fee
from degree_auth.domain.fees.rates import Rate, RateTable
from degree_auth.domain.fees.statement import Column, once_a_task, statement, statement_table

fees = st.lists(
    st.builds(
        Fee,
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.sampled_from([f"t-{n}" for n in range(12)]),
        st.sampled_from(["10001", "10003", "80001"]),
        st.sampled_from(["", "d-1", "d-2"]),
        st.sampled_from(Level),
        st.integers(0, 10**7),
    ),
    max_size=30,
)
breakdowns = st.sampled_from(list(chain.from_iterable(combinations(Column, n) for n in range(4))))
Fees = list[Fee]
Columns = tuple[Column, ...]


@pytest.mark.requirement("A7", "N1")
@given(fees, st.randoms(use_true_random=False))
def test_each_task_is_paid_once_for_its_first_answer_in_whatever_order(answers: Fees, rng: object) -> None:
    paid = once_a_task(answers)
    assert {fee.task_id for fee in paid} == {fee.task_id for fee in answers}
    assert len({fee.task_id for fee in paid}) == len(paid)
    assert all(
        fee.answered_on <= other.answered_on for fee in paid for other in answers if other.task_id == fee.task_id
    )
    shuffled = [*answers, *answers]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert once_a_task(shuffled) == paid


@pytest.mark.requirement("A7")
@given(fees, breakdowns, breakdowns)
def test_every_breakdown_adds_up_to_the_same(answers: Fees, one: Columns, other: Columns) -> None:
    first, second = statement(answers, one), statement(answers, other)
    assert (first.tasks, first.fen) == (second.tasks, second.fen)
    assert first.tasks == len({fee.task_id for fee in answers})
    assert first.fen == sum(fee.fen for fee in once_a_task(answers))
    assert len({row.values for row in first.rows}) == len(first.rows)


@pytest.mark.requirement("A7")
@given(fees)
def test_an_institutions_departments_add_up_to_its_line(answers: Fees) -> None:
    fine = statement(answers, [Column.DEPARTMENT, Column.PERIOD])
    for row in statement(answers, [Column.INSTITUTION]).rows:
        parts = [part for part in fine.rows if part.values[0] == row.values[0]]
        assert sum(part.fen for part in parts) == row.fen
        assert sum(part.tasks for part in parts) == row.tasks


@pytest.mark.requirement("A7")
@given(fees, breakdowns, st.text(max_size=8))
def test_the_file_says_what_the_statement_says_and_holds_no_formula(answers: Fees, by: Columns, name: str) -> None:
    made = statement(answers, by)
    text = csv_text(statement_table(made, {"10001": name}, {("10003", "d-1"): name}))
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]
    assert all(cell.strip()[:1] not in {*"=+-@＝＋－＠"} for line in lines for cell in line)
    rows = lines[:-1] if made.columns else lines
    assert [(int(line[-2]), int(line[-1].replace(".", ""))) for line in rows] == [
        (row.tasks, row.fen) for row in made.rows
    ]
    assert [int(lines[-1][-2]), int(lines[-1][-1].replace(".", ""))] == [made.tasks, made.fen]


@pytest.mark.requirement("A7")
@given(
    st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, max_size=5, unique=True), st.integers(0, 4000)
)
def test_on_every_day_exactly_one_rate_holds(beginnings: list[date], after: int) -> None:
    starts = [*sorted(beginnings), None]
    rates = [
        Rate(start, until, dict.fromkeys(Level, serial))
        for serial, (start, until) in enumerate(pairwise(starts))
        if start is not None
    ]
    day = rates[0].valid_from + timedelta(days=after)
    holding = [rate.fen[Level.MASTER] for rate in rates if rate.is_valid_on(day)]
    assert holding == [RateTable(reversed(rates)).fee_of(day, Level.MASTER)]
