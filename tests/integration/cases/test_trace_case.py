"""A case number leads to everything that happened, and to nothing that is anybody's secret (N1, N3, N4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import tests.doubles.world as world_module
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.notifications.notification_table import NotificationTable
from degree_auth.adapters.notifications.platform_table import PlatformTable
from degree_auth.adapters.readings.table import ReadingTable
from degree_auth.adapters.reports.log_table import ReportLogTable
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.outbox import MessageState, OutboxMessage
from degree_auth.domain.notifications.platform_line import Line
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import staff
from degree_auth.domain.readings.record import note
from degree_auth.domain.reports.log import ReportEvent
from degree_auth.domain.reports.merkle import append_leaves
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.cases.sealed_parts import open_submission
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.tables import create_table
from tests.doubles.world import World
from tools.trace_case import MACHINE_OUTPUTS, MOST_PAGES, PAGE, CaseTracer, printed

pytestmark = pytest.mark.requirement("N1", "N3", "N4")
REGION = "ap-southeast-1"
FOUND = {"CasesTable": "traced-cases", "NotificationsTable": "traced-notifications"} | {
    output: f"arn:aws-cn:states:cn-north-1:123456789012:stateMachine:{output}" for output in MACHINE_OUTPUTS.values()
}


class Executions:
    """Step Functions that list what they are given, the latest first, a page at a time."""

    def __init__(self, per_page: int = PAGE) -> None:
        self.of: dict[str, list[dict[str, Any]]] = {}
        self.asked, self.per_page = 0, per_page

    def add(self, output: str, name: str, status: str, began: Any, ended: Any = None) -> None:
        arn = FOUND[output].replace(":stateMachine:", ":execution:") + f":{name}"
        told = {"name": name, "executionArn": arn, "status": status, "startDate": began}
        self.of.setdefault(FOUND[output], []).insert(0, told | ({"stopDate": ended} if ended else {}))

    def list_executions(self, **asked: Any) -> dict[str, Any]:
        self.asked += 1
        first, every = int(asked.get("nextToken", 0)), self.of.get(asked["stateMachineArn"], [])
        page = {"executions": every[first : first + self.per_page]}
        last = first + self.per_page
        return page | ({"nextToken": str(last)} if last < len(every) else {})


class Traced:
    """A case that was answered, issued, told of and read, as AWS stores it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client = boto3.client("dynamodb", region_name=REGION)
        create_table("CasesTable", FOUND["CasesTable"], REGION)
        create_table("NotificationsTable", FOUND["NotificationsTable"], REGION)
        monkeypatch.setattr(
            world_module,
            "MemoryCases",
            lambda keys, describe: CaseTable(FOUND["CasesTable"], REGION, None, keys, describe),
        )
        self.world, self.machines = World(), Executions()
        self.case = self.world.issue(self.world.submit(self.world.body()))

    def trace(self, case_number: str | None = None, client: Any = None) -> Any:
        tracer = CaseTracer(client or self.client, self.machines, FOUND)
        return tracer.trace(case_number or self.case.case_number)

    def enter_in_report_log(self, case: Case) -> None:
        assert case.report is not None
        event = ReportEvent(
            case.case_number, case.version, "issued", case.report.sha256, 1, "2026-11-25T10:00:00+08:00"
        )
        log = ReportLogTable(FOUND["CasesTable"], REGION)
        after, nodes = append_leaves(log.tree(), [event.leaf])
        log.append(log.tree(), after, [event], nodes)


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    with cloud_in_memory():
        yield Traced(monkeypatch)


def test_the_timeline_has_the_whole_log_and_every_execution_by_time(traced: Traced) -> None:
    number, now = traced.case.case_number, traced.world.now
    for output in MACHINE_OUTPUTS.values():
        traced.machines.add(output, "RZ20261123AAAAAAAA-1", "SUCCEEDED", now)
    traced.machines.add("IssuanceMachineArn", f"{number}-1", "FAILED", now, now + timedelta(seconds=3))
    traced.machines.add("IssuanceMachineArn", f"{number}-1-202611230210-1", "RUNNING", now + timedelta(seconds=600))
    trace = traced.trace()
    log = [one.what for one in trace.happenings if one.part == "log"]
    assert [one.split()[:2] for one in log] == [
        [f"#{entry.seq}", entry.type.value] for entry in traced.world.cases.log(number)
    ]
    driven = [one for one in trace.happenings if one.part == "issuance"]
    assert [one.what for one in driven] == [
        f"{number}-1 started, now FAILED",
        f"{number}-1 FAILED",
        f"{number}-1-202611230210-1 started, now RUNNING",
    ]
    assert driven[0].link is not None
    assert driven[0].link.startswith("https://cn-north-1.console.amazonaws.cn/states/")
    assert [one.at for one in trace.happenings] == sorted(one.at for one in trace.happenings)
    assert trace.notes == []


def test_it_tells_what_else_hangs_on_the_case(traced: Traced) -> None:
    number, now = traced.case.case_number, traced.world.now
    traced.enter_in_report_log(traced.case)
    PlatformTable(traced.world.cases).replace_line(Line(number), Line(number).waiting(now).with_sent(2))
    message = OutboxMessage(
        number, "m1", "report_issued", "mail", "digest", now, MessageState.REFUSED, 3, "550 li@b.cn"
    )
    NotificationTable(FOUND["NotificationsTable"], REGION).replace_message(None, message)
    readings = ReadingTable(FOUND["CasesTable"], REGION, traced.client)
    for hour in range(2):
        before = readings.record(number)
        reader = staff("li.ming", [Role.REVIEWER], f"execution-{hour}")
        noted = note(before, reader, Purpose.REVIEW, "", now + timedelta(hours=hour))
        readings.append(before, noted.record, noted.entry)
    trace = traced.trace()
    assert f"report log: entry=#{traced.case.version}, index=0" in trace.standing
    assert "readings: kind=staff, purpose=review, count=2" in trace.standing
    assert any(one.startswith("platform: state=waiting, sent=2, attempts=0") for one in trace.standing)
    assert [one.what for one in trace.happenings if one.part == "notification"] == [
        "report_issued mail refused attempts=3"
    ]
    text = printed(trace, "degree-auth")
    assert f'filter @message like "{number}"' in text
    assert "li.ming" not in text
    assert "550" not in text


def test_a_case_that_waits_shows_its_task_and_its_work_lists(traced: Traced) -> None:
    waiting = traced.trace(traced.world.mismatched().case_number).standing
    assert any(one.startswith("work list: work_list=review") and one.endswith("in_hand=no") for one in waiting)
    asked = traced.trace(traced.world.asked(discipline="农学").case_number)
    assert any(one.startswith("task: ") and "status=" in one for one in asked.standing)
    assert any(one.part == "task" for one in asked.happenings)


def test_it_names_nobody_and_fetches_nothing_that_is_sealed(traced: Traced) -> None:
    fetched: list[str] = []
    traced.client.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: fetched.append(json.dumps(parsed["Items"], default=str))
    )
    text = printed(traced.trace(), "degree-auth")
    claim = open_submission(traced.world.keyring, traced.case).claim
    assert claim.holder.name not in text
    assert claim.degree.certificate_number not in text
    stored = traced.client.get_item(
        TableName=FOUND["CasesTable"], Key={"pk": {"S": traced.case.case_number}, "sk": {"S": "CASE"}}
    )
    assert stored["Item"]["body"]["S"]
    assert fetched
    assert not any("body" in one or "data_key" in one or "wait_token" in one for one in fetched)


def test_what_the_user_may_not_look_at_is_left_out_and_told(traced: Traced) -> None:
    class Barred(Executions):
        def list_executions(self, **asked: Any) -> dict[str, Any]:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "ListExecutions")

    traced.machines = Barred()
    trace = traced.trace()
    assert [note.en for note in trace.notes] == ["left out, you may not look at it: executions"]
    assert any(one.part == "log" for one in trace.happenings)


def test_a_fault_of_aws_is_not_taken_for_nothing_found(traced: Traced) -> None:
    class Throttled(Executions):
        def list_executions(self, **asked: Any) -> dict[str, Any]:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "ListExecutions")

    traced.machines = Throttled()
    with pytest.raises(ClientError, match="Throttling"):
        traced.trace()


def test_listing_ends_with_what_began_before_the_case_and_after_some_pages(traced: Traced) -> None:
    now = traced.world.now
    traced.machines = Executions(per_page=2)
    for day in range(9, 0, -1):
        traced.machines.add("MatchingMachineArn", f"RZ20261101AAAAAAA{day}-1", "SUCCEEDED", now - timedelta(days=day))
    traced.trace()
    assert traced.machines.asked == len(MACHINE_OUTPUTS)
    for second in range(2 * MOST_PAGES + 2):
        traced.machines.add("MatchingMachineArn", f"RZ2026{second:012d}-1", "RUNNING", now + timedelta(seconds=second))
    trace = traced.trace()
    assert [note.en for note in trace.notes] == [
        f"matching: only its latest {PAGE * MOST_PAGES} executions were looked through"
    ]


def test_an_unknown_case_is_said_to_be_unknown(traced: Traced) -> None:
    with pytest.raises(NotFound):
        traced.trace("RZ20261123AAAAAAAA")
