"""Spot checks draw from what the stack has stored."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer

from degree_auth.adapters.shared.documents import Bucket
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.spot_checks.draw import Method
from degree_auth.domain.spot_checks.population import FinishedReport
from degree_auth.domain.spot_checks.request import DrawRequest
from degree_auth.services.spot_checks.draw import SpotCheckDraw
from tests.e2e.client import Portal, matching, until
from tools.redo_draw import differences

pytestmark = pytest.mark.alone


class Index:
    """The index of reports by month, asked directly."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def items(self, month: str) -> list[dict[str, Any]]:
        found = []
        for shard in range(8):
            answer = self.portal.client("dynamodb").query(
                TableName=self.portal.stack["CasesTable"],
                IndexName="reports_by_month",
                KeyConditionExpression="month_shard = :shard",
                ExpressionAttributeValues={":shard": {"S": f"{month}#{shard}"}},
            )
            found += answer["Items"]
        return [{name: TypeDeserializer().deserialize(value) for name, value in item.items()} for item in found]

    def finished_reports(self, months: Sequence[str]) -> Iterator[FinishedReport]:
        items = [item for month in months for item in self.items(month)]
        for item in sorted(items, key=lambda one: one["report_number"]):
            named = {**item, "issued_on": item["issued_at"][:10]}
            yield FinishedReport(*(named[name] for name in FinishedReport._fields))


@pytest.mark.requirement("A15", "N1")
def test_a_report_that_was_issued_is_drawn_from_and_the_draw_can_be_redone(portal):
    applied = [portal.apply(matching(150 + which)) for which in range(4)]
    numbers = {one.at_stage("concluded")["report"]["report_number"] for one in applied}
    issued = portal.items(f"report#{min(numbers)}")[0]["month_shard"]
    index, month = Index(portal), issued.partition("#")[0]
    until(lambda: numbers <= {one["report_number"] for one in index.items(month)}, "the reports stand in the index")
    files = Bucket(portal.client("s3"), portal.stack["DocumentsBucket"])
    drawing = SpotCheckDraw(index, files, Keyring(b"a master secret of thirty-two bytes or more"))
    command, asked = uuid.uuid4().hex, DrawRequest((month,), Method.RISK, 3)
    draw_id = drawing.order(command, asked, "staff:reviewer-1", portal.now())
    record = drawing.draw(draw_id)
    assert len(record["drawn"]) == 3
    portal.apply(matching(154))
    assert drawing.draw(drawing.order(command, asked, "staff:reviewer-1", portal.now())) == record
    folder = f"spot-checks/{record['draw_id']}"
    assert not files.put_new(f"{folder}/draw.json", b"another", "application/json")
    assert differences(portal.stored(f"{folder}/population.csv"), record) == []


@pytest.mark.requirement("A15", "A2", "N1")
def test_a_draw_ordered_from_the_console_is_drawn_re_verified_and_added_up(portal):
    applied = [portal.apply(matching(160 + which)) for which in range(2)]
    numbers = {one.at_stage("concluded")["report"]["report_number"] for one in applied}
    month = portal.items(f"report#{min(numbers)}")[0]["month_shard"].partition("#")[0]
    index = Index(portal)
    until(lambda: numbers <= {one["report_number"] for one in index.items(month)}, "the reports stand in the index")
    # All of the month are drawn, so these two are among them.
    order = {
        "action": "draw_spot_check",
        "reviewer": "reviewer-1",
        "months": [month],
        "method": "simple",
        "size": 10_000,
    }
    ended = portal.start(order, f"spot-check-{uuid.uuid4().hex}")
    assert ended["status"] == "SUCCEEDED", ended
    folder = f"spot-checks/{ended['output']['draw_id']}"
    until(lambda: f"{folder}/result.json" in portal.document_keys(folder), "the findings are added up")
    findings = json.loads(portal.stored(f"{folder}/result.json"))["findings"]
    assert {findings[number] for number in numbers} == {"right"}
    assert json.loads(portal.stored(f"{folder}/order.json"))["by"] == "staff:reviewer-1"
