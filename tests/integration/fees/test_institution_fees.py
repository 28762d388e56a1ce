"""The route of fees through the institutions' function and the real tables, as the OpenAPI document says."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws
from pynamodb.connection import Connection

from degree_auth.adapters.fees.table import FeeItem, FeeTable
from degree_auth.adapters.shared.dynamo import Writes
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.fees.fee import Fee
from degree_auth.domain.shared.errors import NotSignedIn
from degree_auth.wiring import accounts, shared
from degree_auth.wiring.fees import table as fees
from tests.doubles.gateway import documented_body, event
from tools.made_once import forget

REGION = "ap-southeast-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "ACCOUNTS_TABLE": "accounts-with-fees",
    "PUBLIC_URL": "https://degree.example",
}
ACCOUNTS = {
    "lead": Principal("a1", "u10001-lead", "10001", None, 1),
    "archive": Principal("a2", "u10001-archive", "10001", "archive", 2),
    "other": Principal("a3", "u10003-lead", "10003", None, 1),
}
FEES = (
    Fee(date(2026, 10, 9), "RZ1-1", "10001", "archive", Level.MASTER, 800),
    Fee(date(2026, 11, 2), "RZ2-1", "10001", "", Level.BACHELOR, 600),
    Fee(date(2026, 11, 3), "RZ3-1", "10003", "", Level.DOCTOR, 800),
)
Call = Callable[..., dict[str, Any]]


def authenticate(token: str, _now: datetime) -> Principal:
    if token not in ACCOUNTS:
        raise NotSignedIn("session_ended")
    return ACCOUNTS[token]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(accounts, "sessions", lambda: SimpleNamespace(authenticate=authenticate))
    monkeypatch.setattr(shared, "now", lambda: datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    forget()
    with mock_aws():
        fees.table()
        FeeItem.create_table(billing_mode="PAY_PER_REQUEST")
        writes = Writes()
        for fee in FEES:
            FeeTable.save(writes, fee)
        writes.commit(Connection(region=REGION))
        app = importlib.import_module("functions.institution_api.handler").app

        def called(who: str, query: dict[str, str], accept: str = "application/json") -> dict[str, Any]:
            headers = {"authorization": f"Bearer {who}", "accept": accept}
            answered: dict[str, Any] = app(event("GET", "/v1/fees", headers=headers, query=query), None)
            return answered

        yield called
    forget()


def described(answered: dict[str, Any]) -> Any:
    """The JSON body, held against the document."""
    said = documented_body("GET", "/v1/fees", answered)
    assert answered["headers"]["Cache-Control"] == "no-store"
    return said


@pytest.mark.requirement("A7", "A9")
def test_the_lead_department_gets_its_own_fees_and_no_other_institutions(call: Call) -> None:
    months = {"from": "2026-10", "to": "2026-11"}
    said = described(call("lead", {**months, "by": "department,period"}))
    assert said["rows"] == [
        {"department_id": None, "period": "2026-11", "tasks": 1, "fen": 600},
        {"department_id": "archive", "period": "2026-10", "tasks": 1, "fen": 800},
    ]
    assert (said["institution_code"], said["tasks"], said["fen"]) == ("10001", 2, 1400)
    assert described(call("lead", months))["rows"] == [{"tasks": 2, "fen": 1400}]
    assert described(call("other", {**months, "by": "period"}))["rows"] == [
        {"period": "2026-11", "tasks": 1, "fen": 800}
    ]


@pytest.mark.requirement("A7")
def test_who_accepts_csv_gets_a_file_with_a_name(call: Call) -> None:
    query = {"from": "2026-10", "to": "2026-11", "by": "department"}
    answered = call("lead", query, accept="text/csv, application/json;q=0.5")
    assert answered["statusCode"] == 200
    assert answered["headers"]["Content-Type"] == "text/csv; charset=utf-8"
    assert answered["headers"]["Content-Disposition"] == (
        'attachment; filename="verification-fees_10001_2026-10_2026-11_department.csv"'
    )
    assert not answered.get("isBase64Encoded")
    lines = list(csv.reader(io.StringIO(answered["body"].removeprefix("\ufeff"), newline="")))
    assert answered["body"].startswith("\ufeff")
    assert lines[1:] == [
        ["10001", "北京大学", "牵头部门", "1", "6.00"],
        ["10001", "北京大学", "archive", "1", "8.00"],
        ["合计", "", "", "2", "14.00"],
    ]
    english = call("lead", {**query, "language": "en"}, accept="text/csv")["body"]
    assert "Lead department" in english
    assert "牵头部门" not in english


@pytest.mark.requirement("A9", "N5")
def test_others_are_refused_in_the_apis_own_form(call: Call) -> None:
    months = {"from": "2026-10", "to": "2026-11"}
    for accept in ("application/json", "text/csv"):
        refused = call("archive", months, accept=accept)
        assert (refused["statusCode"], described(refused)["error"]["code"]) == (403, "lead_department_only")
    assert call("stranger", months)["statusCode"] == 401
    wrong = call("lead", {"from": "2026-10", "institution_code": "10003"})
    assert wrong["statusCode"] == 422
    assert [one["field"] for one in described(wrong)["error"]["details"]] == ["institution_code", "to"]
