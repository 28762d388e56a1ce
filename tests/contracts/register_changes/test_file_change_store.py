"""The contract of the store of changes that files ask for, held by the table and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from degree_auth.adapters.register_changes.listing import FileChangeList
from degree_auth.adapters.register_changes.table import FileChangeTable
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register_changes.file_change import FileChange, approve, close, propose
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.register_changes.ports import FileChangeStore
from degree_auth.services.shared.ports import Stale
from tests.doubles.memory import MemoryFileChanges
from tests.doubles.tables import create_table

REGION, TABLE = "ap-southeast-1", "register"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CHANGE = propose(
    FileChange(
        change_id="A" * 22,
        import_id="file-r1",
        place="2!3",
        senders=("wang.fang",),
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
    approved = approve(CHANGE, "li.ming", "与来函一致", CHANGE.proposal, "one", NOW)
    store.save(approved, CHANGE)
    assert store.find(CHANGE.change_id) == approved


@pytest.mark.requirement("N1")
def test_what_somebody_else_stored_meanwhile_is_not_overwritten(store: FileChangeStore) -> None:
    store.save(CHANGE, None)
    with pytest.raises(Stale):
        store.save(replace(CHANGE, place="4"), None)
    approved = approve(CHANGE, "li.ming", "与来函一致", CHANGE.proposal, "one", NOW)
    store.save(approved, CHANGE)
    with pytest.raises(Stale):
        store.save(close(CHANGE, "staff:zhao.lei", "来函未提及", "two", NOW), CHANGE)
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
    store.save(close(CHANGE, "staff:zhao.lei", "来函未提及", "two", NOW), CHANGE)
    assert client.query(**listed)["Items"] == []


class Cancelled:
    """A client whose transactions are cancelled for these reasons, one after the other, before one is carried out."""

    def __init__(self, client: Any, *reasons: tuple[str, ...]) -> None:
        self._client, self._reasons = client, list(reasons)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        if not self._reasons:
            return self._client.transact_write_items(**request)
        codes = [{"Code": code} for code in self._reasons.pop(0)]
        answer = {"Error": {"Code": "TransactionCanceledException", "Message": "synthetic"}}
        raise self._client.exceptions.TransactionCanceledException(
            {**answer, "CancellationReasons": codes}, "TransactWriteItems"
        )


@pytest.mark.requirement("A11", "N1", "N2")
def test_a_transaction_that_found_no_room_is_carried_out_again(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    busy = Cancelled(client, ("None", "TransactionConflict"), ("ThrottlingError", "None"))
    FileChangeTable(TABLE, busy).save(CHANGE, None)
    assert FileChangeTable(TABLE, client).find(CHANGE.change_id) == CHANGE


@pytest.mark.requirement("N1")
def test_a_table_that_stays_busy_or_refuses_the_request_is_not_taken_for_somebody_else(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with pytest.raises(Unavailable):
        FileChangeTable(TABLE, Cancelled(client, *[("TransactionConflict", "None")] * 50)).save(CHANGE, None)
    with pytest.raises(ClientError):
        FileChangeTable(TABLE, Cancelled(client, ("ValidationError", "None"))).save(CHANGE, None)


@pytest.mark.requirement("A11")
def test_the_list_says_of_each_open_change_what_the_change_says(client: Any) -> None:
    stores = FileChangeTable(TABLE, client), MemoryFileChanges()
    later = NOW + timedelta(hours=1)
    approved = approve(CHANGE, "li.ming", "与来函一致", CHANGE.proposal, "one", later)
    other = replace(CHANGE, change_id="B" * 22)
    for store in stores:
        for change, former in ((CHANGE, None), (approved, CHANGE), (other, None)):
            store.save(change, former)
        store.save(close(other, "system", "file_change_unneeded", "", later), other)
    listed = list(FileChangeList(TABLE, client).open_changes())
    assert listed == stores[1].open_changes() == [approved.listing]
    assert (listed[0].approvals, listed[0].changed_at, listed[0].proposed_at) == (1, later, NOW)
