"""Finished reports are listed alike by the table, with the indexes of the template, and by its stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import boto3
import pytest

from degree_auth.adapters.cases.document_items import ReportItem
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.shared.documents import Bucket
from degree_auth.domain.cases import application
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.spot_checks.population import FinishedReport
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryCases, MemoryDocuments
from tests.doubles.tables import create_table

pytestmark = pytest.mark.requirement("A15")
REGION = "ap-southeast-1"


@pytest.fixture
def aws() -> Iterator[None]:
    with cloud_in_memory():
        yield


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest, aws: None) -> CaseTable | MemoryCases:
    if request.param == "memory":
        return MemoryCases()
    create_table("CasesTable", "population-cases", REGION)
    return CaseTable("population-cases", REGION)


def issue(store: CaseTable | MemoryCases, number: str, issued_at: datetime) -> None:
    case, entries = append_events(
        f"RZ{number}", None, application.receive("api", "10001", "sealed", "holder", "platform", None), issued_at
    )
    facts = {"basis": "register", "award_date": "2019-06-30", "holder_name": "*"}
    report = IssuedDocument(
        number, case.case_number, 1, ReportState.VALID, number * 8, "reports/x", issued_at, facts, "award"
    )
    store.commit(None, case, entries, report=report)


def test_reports_of_the_months_asked_for_come_in_the_order_of_numbers(store: CaseTable | MemoryCases) -> None:
    for serial in range(40):
        issue(store, f"2026-{(serial * 17) % 40:03}", datetime(2026, 9 + serial % 3, 15, tzinfo=UTC))
    # The evening of the 31st in UTC is November in Shanghai.
    issue(store, "2026-999", datetime(2026, 10, 31, 17, 0, tzinfo=UTC))
    found = list(store.finished_reports(["2026-11", "2026-10"]))
    expected = [f"2026-{(serial * 17) % 40:03}" for serial in range(40) if serial % 3] + ["2026-999"]
    assert [one.report_number for one in found] == sorted(expected)
    assert found[-1] == FinishedReport(
        "2026-999", "RZ2026-999", ReportState.VALID, "10001", Basis.REGISTER, "2019", "2026-11-01"
    )
    assert list(store.finished_reports(["2026-08"])) == []


def test_a_report_that_was_revoked_is_listed_as_revoked(aws: None, request: pytest.FixtureRequest) -> None:
    create_table("CasesTable", "population-cases", REGION)
    table = CaseTable("population-cases", REGION)
    issue(table, "2026-001", datetime(2026, 11, 15, tzinfo=UTC))
    ReportItem("report#2026-001", "REPORT").update(actions=[ReportItem.state.set("revoked")])
    (found,) = table.finished_reports(["2026-11"])
    assert found.state == "revoked"


def test_a_report_counts_for_the_institution_that_it_names_whatever_its_case_claims_later(
    store: CaseTable | MemoryCases,
) -> None:
    issue(store, "2026-001", datetime(2026, 11, 15, tzinfo=UTC))
    case = store.load("RZ2026-001")
    store.commit(case, replace(case, version=2, institution_code="10003"), [])
    (found,) = store.finished_reports(["2026-11"])
    assert found.institution_code == "10001"


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("kind", ["bucket", "memory"])
def test_a_file_that_is_written_once_stays_as_it_was(kind: str, aws: None) -> None:
    files: Bucket | MemoryDocuments = MemoryDocuments()
    if kind == "bucket":
        client = boto3.client("s3", REGION)
        client.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": REGION})
        files = Bucket(client, "files")
    assert files.put_new("spot-checks/a/draw.json", b"first", "application/json")
    assert not files.put_new("spot-checks/a/draw.json", b"second", "application/json")
    assert files.get("spot-checks/a/draw.json", 100) == b"first"
