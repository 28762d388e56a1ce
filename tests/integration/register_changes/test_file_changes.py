"""Approvals of what a file asks for on the real table, while further files come in (article 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from degree_auth.adapters.register_changes.table import FileChangeTable
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register_changes.open_file_changes import FileChangeStatus
from degree_auth.domain.shared.errors import Conflict
from tests.doubles.tables import create_table
from tests.unit.register_changes import test_file_changes
from tests.unit.register_changes.test_file_changes import Office

pytestmark = pytest.mark.requirement("A11", "N1", "N3")
REGION, TABLE = "ap-southeast-1", "register"


class Changes(FileChangeTable):
    """The table, and something that happens right before a change is stored."""

    changes: Any = None
    before_save: Callable[[], object] = staticmethod(lambda: None)

    def __init__(self) -> None:
        super().__init__(TABLE, boto3.client("dynamodb"))

    def save(self, *given: Any) -> None:
        happens, self.before_save = self.before_save, lambda: None
        happens()
        super().save(*given)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(test_file_changes, "MemoryFileChanges", Changes)
    with mock_aws():
        create_table("RegisterTable", TABLE, REGION)
        yield Office()


def test_whoever_sends_a_further_file_as_they_approve_does_not_approve(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.DELETE, record, sender="wang.fang")
    office.act("approve_file_change", told.change_id, "zhao.lei", reason="同意")
    office.store.before_save = lambda: office.file(RowMark.DELETE, record, sender="li.ming")
    with pytest.raises(Conflict, match="second_person_required"):
        office.act("approve_file_change", told.change_id, "li.ming", reason="同意")
    change = office.store.find(told.change_id)
    assert change is not None
    assert (change.status, change.senders, change.approved_by) == (
        FileChangeStatus.PROPOSED,
        ("wang.fang", "li.ming"),
        ("staff:zhao.lei",),
    )
    assert record in office.world.register.records


def test_an_approval_that_comes_as_its_giver_is_named_as_sender_counts_no_more(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.DELETE, record, sender="wang.fang")
    office.store.before_save = lambda: office.act("approve_file_change", told.change_id, "li.ming", reason="同意")
    office.file(RowMark.DELETE, record, sender="li.ming")
    change = office.store.find(told.change_id)
    assert change is not None
    assert (change.senders, change.approved_by) == (("wang.fang", "li.ming"), ())
    assert record in office.world.register.records


def test_a_change_that_was_written_is_applied_though_a_further_sender_is_named_meanwhile(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.DELETE, record, sender="wang.fang")
    office.act("approve_file_change", told.change_id, "zhao.lei", reason="同意")

    def await_what_follows_the_approval() -> None:
        office.store.before_save = lambda: office.file(RowMark.DELETE, record, sender="sun.qi")

    office.store.before_save = await_what_follows_the_approval
    office.act("approve_file_change", told.change_id, "li.ming", reason="同意")
    change = office.store.find(told.change_id)
    assert change is not None
    assert (change.status, change.senders) == (FileChangeStatus.APPLIED, ("wang.fang", "sun.qi"))
    assert record not in office.world.register.records
