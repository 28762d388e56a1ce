"""The contract of the store of changes that files ask for, held by the table and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from degree_auth.adapters.register_changes.table import FileChangeTable
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register.annual_report_row import RowMark
from degree_auth.domain.register_changes.file_changes import FileChange, approve, close, proposed
from degree_auth.services.register_changes.ports import FileChangeStore
from degree_auth.services.shared.ports import Stale
from tests.doubles.memory import MemoryFileChanges
from tests.doubles.tables import create_table

REGION, TABLE = "ap-southeast-1", "register"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CHANGE = proposed(
    FileChange(
        change_id="A" * 22,
        import_id="file-r1",
        place="续!3",
        sender="wang.fang",
        mark=RowMark.CORRECT,
        kind=ChangeKind.UPDATE,
        fields=("degree.discipline",),
        sealed="c2VhbGVk",
        certificate_version="abc:1",
        proposed_at=NOW,
    ),
    NOW,
)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        create_table("RegisterTable", TABLE, REGION)
        yield boto3.client("dynamodb")


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest, client: Any) -> FileChangeStore:
    return FileChangeTable(TABLE, client) if request.param == "table" else MemoryFileChanges()


@pytest.mark.requirement("N1", "N3")
def test_a_change_is_found_as_it_was_stored(store: FileChangeStore) -> None:
    assert store.find(CHANGE.change_id) is None
    store.save(CHANGE, None)
    assert store.find(CHANGE.change_id) == CHANGE
    approved = approve(CHANGE, "li.ming", "与来函一致", "one", NOW)
    store.save(approved, CHANGE)
    assert store.find(CHANGE.change_id) == approved


@pytest.mark.requirement("N1")
def test_what_somebody_else_stored_meanwhile_is_not_overwritten(store: FileChangeStore) -> None:
    store.save(CHANGE, None)
    with pytest.raises(Stale):
        store.save(replace(CHANGE, place="4"), None)
    approved = approve(CHANGE, "li.ming", "与来函一致", "one", NOW)
    store.save(approved, CHANGE)
    with pytest.raises(Stale):
        store.save(close(CHANGE, "staff:zhao.lei", "来函未提及", "two", "", NOW), CHANGE)
    assert store.find(CHANGE.change_id) == approved


@pytest.mark.requirement("A11")
def test_what_is_open_is_listed(client: Any) -> None:
    store = FileChangeTable(TABLE, client)
    listed = {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "changes#open"}},
        "TableName": TABLE,
    }
    store.save(CHANGE, None)
    (item,) = client.query(**listed)["Items"]
    assert (item["sk"]["S"], item["kind"]["S"], item["approvals"]["N"]) == (CHANGE.change_id, "update", "0")
    store.save(close(CHANGE, "staff:zhao.lei", "来函未提及", "two", "", NOW), CHANGE)
    assert client.query(**listed)["Items"] == []
