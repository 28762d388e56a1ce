"""Statements of fees: who may ask for which, how it is asked, and the file for staff."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.fees.fee import Fee
from degree_auth.domain.fees.request import FeeRequest, parse_fee_query, parse_fee_statement
from degree_auth.domain.fees.statement import Column, Row
from degree_auth.domain.shared.errors import Forbidden, Invalid, Malformed
from degree_auth.domain.shared.words import Language
from degree_auth.services.fees.statements import FeeFiles, FeeStatements
from tests.doubles.memory import MemoryDocuments, MemoryFees
from tests.doubles.world import principal

LEAD = principal("lead", "10001", None, 1)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ASKED = {"action": "fee_statement", "reviewer": "reviewer-1", "from": "2026-12", "to": "2027-01"}
FEES = (
    Fee(date(2026, 9, 30), "t-1", "10001", "archive", Level.BACHELOR, 600),
    Fee(date(2026, 10, 1), "t-2", "10001", "archive", Level.MASTER, 800),
    Fee(date(2026, 11, 20), "t-3", "10001", "", Level.DOCTOR, 800),
    Fee(date(2026, 11, 21), "t-4", "10003", "archive", Level.DOCTOR, 800),
)


class CountedFees(MemoryFees):
    """Fees that remember which months were read."""

    read: list[tuple[str, str | None]]

    def fees(self, period: str, institution_code: str | None = None) -> Any:
        self.read.append((period, institution_code))
        return super().fees(period, institution_code)


@pytest.fixture
def statements() -> FeeStatements:
    store = CountedFees({fee.task_id: fee for fee in FEES})
    store.read = []
    return FeeStatements(store, shipped_institutions(), lambda code: {(code, "archive"): f"档案馆 {code}"})


@pytest.mark.requirement("A7", "A9")
def test_the_lead_department_sees_its_own_institutions_fees_and_reads_no_others(statements: FeeStatements) -> None:
    stated = statements.own(LEAD, {"from": "2026-10", "to": "2026-11", "by": "department,period"})
    assert stated.statement.rows == (
        Row(("10001", "", "2026-11"), 1, 800),
        Row(("10001", "archive", "2026-10"), 1, 800),
    )
    assert statements.store.read == [("2026-10", "10001"), ("2026-11", "10001")]  # type: ignore[attr-defined]
    total = statements.own(LEAD, {"from": "2026-01", "to": "2026-12"}).statement
    assert (total.tasks, total.fen) == (3, 2200)


@pytest.mark.requirement("A9")
def test_a_verifying_department_sees_no_fees(statements: FeeStatements) -> None:
    with pytest.raises(Forbidden, match="lead_department_only"):
        statements.own(principal("a", "10001", "archive", 2), {"from": "2026-10", "to": "2026-11"})
    assert statements.store.read == []  # type: ignore[attr-defined]


@pytest.mark.requirement("A7", "N5")
@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({}, [("from", "required"), ("to", "required")]),
        ({"from": "2026-13", "to": "2026-1"}, [("from", "month_format"), ("to", "month_format")]),
        ({"from": "２０２６-01", "to": "2026-01\n"}, [("from", "month_format"), ("to", "month_format")]),
        ({"from": "2026-11", "to": "2026-10"}, [("to", "period_order")]),
        ({"from": "2025-01", "to": "2027-01"}, [("to", "period_too_long")]),
        (
            {"from": "2026-10", "to": "2026-11", "by": "institution", "institution_code": "10003"},
            [("institution_code", "unknown_field"), ("by", "unknown_choice")],
        ),
    ],
)
def test_everything_that_is_wrong_with_a_query_is_named(asked: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        parse_fee_query(asked, "10001")
    assert [(one.field, one.code) for one in refused.value.problems] == wrong


@pytest.mark.requirement("A7", "N5")
def test_staff_ask_for_every_institution_or_for_one_by_any_breakdown() -> None:
    asked = ASKED
    assert parse_fee_statement(asked) == FeeRequest("2026-12", "2027-01", (), None)
    request = parse_fee_statement({**asked, "by": ["period", "institution"], "institution_code": "10001"})
    assert request == FeeRequest("2026-12", "2027-01", (Column.INSTITUTION, Column.PERIOD), "10001")
    assert request.periods == ("2026-12", "2027-01")
    assert len(parse_fee_statement({**asked, "from": "2025-02"}).periods) == 24
    assert parse_fee_statement({**asked, "language": "en"}).language is Language.ENGLISH
    for more, field in (
        ({"by": "period"}, "by"),
        ({"by": [["period"]]}, "by"),
        ({"language": "fr"}, "language"),
        ({"by": ["level"]}, "by"),
        ({"institution_code": 10001, "to": "2027-01"}, "institution_code"),
        ({"institution_code": "1000"}, "institution_code"),
        ({"case_number": "RZ"}, "case_number"),
        ({"reviewer": "Reviewer 1"}, "reviewer"),
        ({"reviewer": None}, "reviewer"),
        ({"action": "release"}, "action"),
    ):
        with pytest.raises(Invalid) as refused:
            parse_fee_statement({**asked, **more})
        assert [one.field for one in refused.value.problems] == [field]
    with pytest.raises(Malformed):
        parse_fee_statement(["from"])


@pytest.mark.requirement("A7", "N1")
def test_staff_find_the_file_where_they_are_told_and_a_repeat_writes_the_same(statements: FeeStatements) -> None:
    documents = MemoryDocuments()
    files = FeeFiles(statements, documents, "documents", csv_text)
    asked = {**ASKED, "from": "2026-09", "to": "2026-11", "by": ["institution", "department"]}
    filed = files.carry_out(asked, "staff:月末结算 1", NOW)
    assert files.carry_out(asked, "staff:月末结算 1", NOW) == filed
    location = filed.facts["location"]
    assert files.carry_out(asked, "staff:another", NOW).facts["location"] != location
    key = location.removeprefix("s3://documents/")
    assert key.startswith("statements/verification-fees_all_2026-09_2026-11_institution-department_")
    assert key.isascii()
    lines = list(csv.reader(io.StringIO(documents.objects[key].decode("utf-8-sig"), newline="")))
    assert lines[1:] == [
        ["10001", "北京大学", "牵头部门", "1", "8.00"],
        ["10001", "北京大学", "档案馆 10001", "2", "14.00"],
        ["10003", "清华大学", "档案馆 10003", "1", "8.00"],
        ["合计", "", "", "4", "30.00"],
    ]
    assert "4 件，30.00 元" in filed.words.zh
    assert location in filed.words.en
