"""Verification fees: the rate of the day, one fee a task, statements and their file. Amounts are made up."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from degree_auth.adapters.fees.rates import published_fee_rates
from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.fees.fee import NO_DEPARTMENT, Fee, with_fee
from degree_auth.domain.fees.rates import RateTable
from degree_auth.domain.fees.statement import Column, Row, once_a_task, statement, statement_table
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.words import Language
from degree_auth.domain.shared.working_days import SHANGHAI
from tests.doubles.world import World, principal
from tests.samples.feedback import denial_of

ONE_RATE: dict[str, Any] = {
    "from": "2020-06-22",
    "until": None,
    "fen": {"bachelor": 500, "master": 600, "doctor": 700},
}
FEES = (
    Fee(date(2026, 9, 30), "t-1", "10001", "d-1", Level.BACHELOR, 500),
    Fee(date(2026, 10, 1), "t-2", "10001", "d-1", Level.MASTER, 605),
    Fee(date(2026, 10, 9), "t-3", "10001", "d-2", Level.DOCTOR, 700),
    Fee(date(2026, 10, 9), "t-4", "10003", "d-1", Level.DOCTOR, 700),
    Fee(date(2026, 10, 12), "t-5", "10003", NO_DEPARTMENT, Level.BACHELOR, 500),
)
INSTITUTIONS = {"10001": "北京大学"}
DEPARTMENTS = {("10001", "d-1"): "档案馆", ("10001", "d-2"): "研究生院", ("10003", "d-1"): "教务处"}


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.requirement("A7")
def test_a_fee_follows_the_rate_of_the_day_and_the_level() -> None:
    old = {**ONE_RATE, "until": "2026-01-01"}
    new = {**ONE_RATE, "from": "2026-01-01", "fen": {"bachelor": 800, "master": 900, "doctor": 1000}}
    table = RateTable.from_data({"rates": [new, old]})
    assert table.fee_of(date(2020, 6, 22), Level.MASTER) == 600
    assert table.fee_of(date(2025, 12, 31), Level.DOCTOR) == 700
    assert table.fee_of(date(2026, 1, 1), Level.BACHELOR) == 800
    with pytest.raises(ValueError, match="before the first rate"):
        table.fee_of(date(2020, 6, 21), Level.MASTER)


@pytest.mark.requirement("A7")
@pytest.mark.parametrize(
    ("rates", "fault"),
    [
        ([], "further notice"),
        ([{**ONE_RATE, "until": "2026-01-01"}], "further notice"),
        ([{**ONE_RATE, "until": "2026-01-01"}, {**ONE_RATE, "from": "2026-01-02"}], "gap or overlap"),
        ([{**ONE_RATE, "until": "2026-01-02"}, {**ONE_RATE, "from": "2026-01-01"}], "gap or overlap"),
        ([ONE_RATE, {**ONE_RATE, "from": "2026-01-01"}], "gap or overlap"),
        ([{**ONE_RATE, "fen": {"bachelor": 500, "master": 600}}], "every level"),
        ([{**ONE_RATE, "fen": {**ONE_RATE["fen"], "doctor": -1}}], "every level"),
        ([{**ONE_RATE, "fen": {**ONE_RATE["fen"], "doctor": 7.5}}], "every level"),
        ([{**ONE_RATE, "fen": {**ONE_RATE["fen"], "doctor": True}}], "every level"),
        ([{**ONE_RATE, "fen": {**ONE_RATE["fen"], "associate": 1}}], "associate"),
        ([{**ONE_RATE, "from": "22 June"}], "22 June"),
    ],
)
def test_a_rate_table_that_leaves_doubt_is_refused(rates: list[dict[str, Any]], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        RateTable.from_data({"rates": rates})


@pytest.mark.requirement("A7")
def test_the_shipped_rates_pay_every_answer_since_the_regulation() -> None:
    table = published_fee_rates()
    for day in (date(2020, 6, 22), date(2026, 11, 23), date(2099, 12, 31)):
        assert all(table.fee_of(day, level) > 0 for level in Level)


@pytest.mark.requirement("A7", "N1")
def test_a_task_answered_again_is_paid_once_for_its_first_answer() -> None:
    again = Fee(date(2026, 11, 2), "t-1", "10001", "d-2", Level.BACHELOR, 800)
    assert once_a_task([again, *FEES, FEES[0]]) == FEES
    assert statement([again, *FEES, FEES[0]], Column) == statement(FEES, Column)


@pytest.mark.requirement("A7")
def test_statements_break_down_by_institution_department_and_period() -> None:
    assert statement(FEES, []).rows == (Row((), 5, 3005),)
    assert statement(FEES, [Column.INSTITUTION]).rows == (Row(("10001",), 3, 1805), Row(("10003",), 2, 1200))
    assert statement(FEES, [Column.PERIOD]).rows == (Row(("2026-09",), 1, 500), Row(("2026-10",), 4, 2505))
    by_department = statement(FEES, [Column.PERIOD, Column.DEPARTMENT])
    assert by_department.columns == (Column.INSTITUTION, Column.DEPARTMENT, Column.PERIOD)
    assert by_department.rows == (
        Row(("10001", "d-1", "2026-09"), 1, 500),
        Row(("10001", "d-1", "2026-10"), 1, 605),
        Row(("10001", "d-2", "2026-10"), 1, 700),
        Row(("10003", "", "2026-10"), 1, 500),
        Row(("10003", "d-1", "2026-10"), 1, 700),
    )
    assert (by_department.tasks, by_department.fen) == (5, 3005)


@pytest.mark.requirement("A7")
def test_the_file_names_everything_and_ends_with_the_total() -> None:
    text = csv_text(statement_table(statement(FEES, [Column.DEPARTMENT]), INSTITUTIONS, DEPARTMENTS))
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert text.endswith("\r\n")
    assert read(text) == [
        ["单位代码", "学位授予单位", "核查部门", "件数", "金额（元）"],
        ["10001", "北京大学", "档案馆", "2", "11.05"],
        ["10001", "北京大学", "研究生院", "1", "7.00"],
        ["10003", "", "牵头部门", "1", "5.00"],
        ["10003", "", "教务处", "1", "7.00"],
        ["合计", "", "", "5", "30.05"],
    ]


@pytest.mark.requirement("A7", "N6")
def test_a_file_is_in_one_language_throughout() -> None:
    text = csv_text(statement_table(statement(FEES, [Column.DEPARTMENT]), INSTITUTIONS, DEPARTMENTS, Language.ENGLISH))
    headings, *rows, total = read(text)
    assert headings == ["Institution code", "Institution", "Department", "Tasks", "Amount (CNY)"]
    assert rows[2] == ["10003", "", "Lead department", "1", "5.00"]
    assert total[0] == "Total"


@pytest.mark.requirement("A7")
def test_a_file_without_breakdown_is_the_total_alone() -> None:
    assert read(csv_text(statement_table(statement((), []), {}, {})))[1:] == [["0", "0.00"]]
    assert read(csv_text(statement_table(statement((), [Column.PERIOD]), {}, {})))[1:] == [["合计", "0", "0.00"]]


@pytest.mark.requirement("A7")
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "\r\n@x"])
def test_a_name_is_no_formula_in_a_spreadsheet(name: str) -> None:
    text = csv_text(
        statement_table(statement(FEES[:1], [Column.DEPARTMENT]), {"10001": name}, {("10001", "d-1"): name})
    )
    assert read(text)[1][1:3] == [f"'{name}"] * 2


MORE: dict[str, dict[str, Any]] = {"partly_inconsistent": {"archive_values": {"degree.discipline": "园林"}}}


@pytest.mark.requirement("A7")
@pytest.mark.parametrize("result", Result)
def test_whatever_answers_the_task_earns_its_fee_and_nothing_else_does(result: Result) -> None:
    world = World()
    case = world.answer(world.asked(), result.value, **MORE.get(result.value, {}))
    assert case.task is not None
    answered = case.task.status is TaskStatus.ANSWERED
    assert list(world.cases.fees.earned) == ([case.task.task_id] if answered else [])
    assert answered is (result not in ("needs_material", "not_this_institution"))


@pytest.mark.requirement("A7", "N1", "N3")
def test_the_fee_is_stored_with_the_answer_and_stands_in_the_log() -> None:
    world = World()
    case = world.asked()
    world.registrations.departments.add((case.institution_code, "archive"))
    world.verification.reassign(
        principal("lead", case.institution_code, None, 1),
        f"{case.case_number}-1",
        {"department_id": "archive", "reason": "归口"},
        world.now,
    )
    archive = principal("a", case.institution_code, "archive", 2)
    for _ in range(3):
        case = world.answer(case, "verified", archive)
    level = Level(world.body()["degree"]["level"])
    fen = published_fee_rates().fee_of(date(2026, 11, 23), level)
    (fee,) = world.cases.fees.fees("2026-11")
    assert fee == Fee(date(2026, 11, 23), f"{case.case_number}-1", case.institution_code, "archive", level, fen)
    answers = [one for one in world.cases.log(case.case_number) if one.type is EventType.FEEDBACK_RECEIVED]
    assert [one.data["fee"] for one in answers] == [{"level": level.value, "fen": fen}]


@pytest.mark.requirement("A7", "N1")
def test_a_task_that_goes_on_in_another_month_is_paid_once_in_the_month_of_its_answer() -> None:
    world = World()
    case = world.answer(world.asked(), "needs_material")
    world.now += timedelta(days=20)
    case = world.attend(world.supplied(case))
    for _ in range(2):
        world.answer(case, "not_awarded")
    with pytest.raises(Conflict):
        world.answer(case, "verified")
    assert [fee.period for fee in world.cases.fees.earned.values()] == ["2026-12"]


@pytest.mark.requirement("A7", "A14")
def test_a_written_form_is_paid_by_the_day_of_its_receipt_once_the_second_person_confirmed() -> None:
    world = World()
    world.now = datetime(2025, 12, 29, 2, 0, tzinfo=UTC)
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    folder = f"case-forms/{case.case_number}"
    world.documents.objects[f"{folder}/feedback.json"] = json.dumps(denial_of("not_awarded")).encode()
    world.documents.objects[f"{folder}/feedback.pdf"] = b"%PDF-1.7 a synthetic form"
    world.now = datetime(2026, 1, 5, 10, 0, tzinfo=SHANGHAI)
    more = {"exemption": "letter-7", "received_on": "2025-12-31"}
    world.staff("record_written_feedback", case, command="r", **more)
    assert world.cases.fees.earned == {}
    for _ in range(2):
        world.staff("confirm_written_feedback", case, command="c", reviewer="reviewer-2")
    (fee,) = world.cases.fees.earned.values()
    assert (fee.answered_on, fee.period, fee.fen) == (date(2025, 12, 31), "2025-12", 500)


@pytest.mark.requirement("A7")
def test_an_answer_from_before_the_rates_is_not_stored_without_its_fee() -> None:
    data = {"result": "verified", "received_at": "2020-06-21T23:59:59+08:00"}
    with pytest.raises(ValueError, match="before the first rate"):
        with_fee([NewEvent(EventType.FEEDBACK_RECEIVED, "account:a", data)], Level.MASTER, published_fee_rates())
