"""The contract of status lists, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from moto import mock_aws

from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.reports.status_table import StatusListTable
from degree_auth.domain.cases import application
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.reports.ports import SignedStatusList, StatusListStore
from degree_auth.services.shared.ports import Stale
from tests.doubles.memory import MemoryCases
from tests.doubles.report_log import MemoryStatusLists
from tests.doubles.tables import create_table

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PLACE = StatusPlace("2026-1", 94_567)
Stores = tuple[CaseStore, StatusListStore]


@pytest.fixture(params=["table", "memory"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    if request.param == "memory":
        cases = MemoryCases()
        yield cases, MemoryStatusLists(cases)
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        create_table("CasesTable", "contract-status", "ap-southeast-1")
        yield CaseTable("contract-status", "ap-southeast-1"), StatusListTable("contract-status", "ap-southeast-1")


def issue(cases: CaseStore, number: str, place: StatusPlace) -> Case:
    """A case with a report that has this place."""
    issued = {"report_number": number, "version": 1, "sha256": number * 8, "object_key": "reports/x"}
    events = [
        *application.receive("api", "10001", "sealed", "holder", "platform", None),
        NewEvent(EventType.CLAIM_COMPARED, "system", {"comparison": {"result": "matched"}}),
        NewEvent(EventType.REPORT_ISSUED, "system", issued),
    ]
    case, entries = append_events(f"RZ{number}", None, events, NOW)
    report = IssuedDocument(
        number, case.case_number, 1, ReportState.VALID, number * 8, "reports/x", NOW, {}, "award", status=place
    )
    cases.commit(None, case, entries, report=report)
    return case


@pytest.mark.requirement("A15", "N1")
def test_a_place_is_one_reports_and_comes_back_with_it(stores: Stores) -> None:
    cases, _ = stores
    assert cases.status_holder(PLACE) is None
    issue(cases, "2026-A", PLACE)
    assert cases.status_holder(PLACE) == "2026-A"
    kept = cases.report("2026-A")
    assert kept is not None
    assert kept.status == PLACE
    with pytest.raises(Stale):
        issue(cases, "2026-B", PLACE)
    assert cases.report("2026-B") is None
    issue(cases, "2026-B", replace(PLACE, list_id="2026-2"))


@pytest.mark.requirement("A6", "A15", "N1")
def test_a_bit_is_set_by_the_commit_that_ends_a_reports_validity(stores: Stores) -> None:
    cases, lists = stores
    case = issue(cases, "2026-A", PLACE)
    issue(cases, "2026-B", StatusPlace("2026-1", 3))
    assert (lists.has_begun("2026-1"), lists.has_begun("2026-2"), list(lists.set_bits("2026-1"))) == (True, False, [])
    revoked = NewEvent(
        EventType.REPORT_REVOKED, "staff:a", {"report_number": "2026-A", "version": 1, "cause": "spot_check"}
    )
    after, entries = append_events(case.case_number, case, [revoked], NOW)
    cases.commit(case, after, entries)
    assert list(lists.set_bits("2026-1")) == [PLACE.index]


@pytest.mark.requirement("A15", "N1")
def test_a_list_with_fewer_bits_never_takes_the_place_of_a_newer_one(stores: Stores) -> None:
    _, lists = stores
    assert lists.signed_list("2026-1") is None
    newer, older = SignedStatusList("newer", 2, "https://a", "k1"), SignedStatusList("older", 1, "https://a", "k1")
    for kept in (newer, older):
        lists.keep_list("2026-1", kept)
    assert lists.signed_list("2026-1") == newer
    for moved in (replace(newer, address="https://b"), replace(newer, signed_by="k2")):
        lists.keep_list("2026-1", moved)
        assert lists.signed_list("2026-1") == moved
