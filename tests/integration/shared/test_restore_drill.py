"""The drill of a restore: what came back is verified and compared, and the stack itself is left as it is (N1, N3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

import tests.doubles.world as world_module
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.readings.table import ReadingTable
from degree_auth.adapters.reports.log_table import ReportLogTable
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.institutions.institution import Institution, InstitutionEventType, add_institution_event
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import staff
from degree_auth.domain.readings.record import note
from degree_auth.services.reports.log import ReportLog
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.tables import create_table
from tests.doubles.world import World
from tests.samples.report_log import NOW, events, signer
from tools.restore_drill import TABLES, Drill, carried_out

pytestmark = pytest.mark.requirement("N1", "N3")
REGION = "ap-southeast-1"
NAMES = {logical_id: f"drilled-{logical_id}" for logical_id in TABLES}
AT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
CASES = NAMES["CasesTable"]


class Filled:
    """Four tables with a case, a report log, readings and an institution."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client: Any = boto3.client("dynamodb", region_name=REGION)
        for logical_id, name in NAMES.items():
            create_table(logical_id, name, REGION)
            enabled = {"PointInTimeRecoveryEnabled": True}
            self.client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=enabled)
        monkeypatch.setattr(
            world_module, "MemoryCases", lambda keys, describe: CaseTable(CASES, REGION, None, keys, describe)
        )
        world = World()
        self.case_number = world.issue(world.submit(world.body())).case_number
        ReportLog(ReportLogTable(CASES, REGION), lambda: signer()[0]).enter(events(5), NOW)
        readings = ReadingTable(CASES, REGION, self.client)
        before = readings.record(self.case_number)
        noted = note(before, staff("li.ming", [Role.REVIEWER], "execution"), Purpose.REVIEW, "", NOW)
        readings.append(before, noted.record, noted.entry)
        self._put_institution()

    def _put_institution(self) -> None:
        changed = InstitutionEventType.EXPLANATION_CHANGED
        institution, entry = add_institution_event(
            Institution("10001", "合成大学", "学位办", "", ""), changed, "a", {}, NOW
        )
        pk = {"S": "institution#10001"}
        body = {"log_seq": institution.log_seq, "log_hash": institution.log_hash}
        self.put("AccountsTable", {"pk": pk, "sk": {"S": "INSTITUTION"}, "body": {"S": json.dumps(body)}})
        told = entry.as_dict()
        item = {name: {"S": told[name]} for name in ("type", "at", "actor", "previous_hash", "hash")}
        self.put("AccountsTable", {"pk": pk, "sk": {"S": "CHANGE#000001"}, "data": {"S": "{}"}, **item})

    def put(self, logical_id: str, item: dict[str, Any]) -> None:
        self.client.put_item(TableName=NAMES[logical_id], Item=item)

    def change(self, pk: str, sk: str, name: str, value: str) -> None:
        self.client.update_item(
            TableName=CASES,
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"S": value}},
        )

    def delete(self, pk: str, sk: str) -> None:
        self.client.delete_item(TableName=CASES, Key={"pk": {"S": pk}, "sk": {"S": sk}})

    @property
    def drill(self) -> Drill:
        return Drill(self.client, NAMES, clock=lambda: AT, sleep=lambda _: None)

    def tables(self) -> list[str]:
        return sorted(self.client.list_tables()["TableNames"])


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Filled]:
    with cloud_in_memory():
        yield Filled(monkeypatch)


def test_what_comes_back_is_whole_and_the_drill_leaves_nothing(
    filled: Filled, capsys: pytest.CaptureFixture[str]
) -> None:
    before = filled.tables()
    assert carried_out(filled.drill, None, keep=False)
    assert filled.tables() == before
    told = capsys.readouterr()
    assert "case_number: 1, institution_code: 1, readings_of: 1" in told.out
    assert "3 chains and 5 entries of the report log were verified" in told.err
    counts = [line.rpartition(": ")[2].split(" -> ") for line in told.out.splitlines() if "->" in line]
    assert counts
    assert all(now == back for now, back in counts)
    assert filled.case_number not in told.out


def test_a_restore_in_earnest_keeps_the_new_tables(filled: Filled) -> None:
    assert carried_out(filled.drill, AT, keep=True)
    assert set(filled.tables()) == {*NAMES.values(), *(f"{name}-drill-20261130020000" for name in NAMES.values())}


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda one: one.change(one.case_number, "EVENT#000001", "actor", "staff:x"), "case_number RZ"),
        (lambda one: one.delete(one.case_number, "EVENT#000002"), "case_number RZ"),
        (lambda one: one.delete(f"readings#{one.case_number}", "READING#000001"), "readings_of RZ"),
        (lambda one: one.delete("log#node#0#3", "NODE"), "report log: entries are missing"),
        (lambda one: one.change("log#node#1#0", "NODE", "hash", "00"), "report log: nodes differ"),
        (lambda one: one.change("log#tree", "TREE", "frontier", "00"), "report log: the tree differs"),
        (lambda one: one.change("log#node#0#3", "NODE", "content", '{"at": "x"}'), "report log: the signed head is of"),
    ],
)
def test_what_is_not_whole_is_named(filled: Filled, damage: Any, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    damage(filled)
    assert not carried_out(filled.drill, AT, keep=False)
    assert f"not whole {told}" in capsys.readouterr().out


def test_a_table_that_cannot_be_restored_is_named_before_anything_is_begun(filled: Filled) -> None:
    name = NAMES["AccountsTable"]
    off = {"PointInTimeRecoveryEnabled": False}
    filled.client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=off)
    before = filled.tables()
    with pytest.raises(LookupError, match=name):
        carried_out(filled.drill, None, keep=False)
    assert filled.tables() == before


def test_a_table_of_the_stack_is_never_removed(filled: Filled) -> None:
    before = filled.tables()
    with pytest.raises(ValueError, match="not a table of a drill"):
        filled.drill.remove(NAMES)
    assert filled.tables() == before
