"""The function that CloudTrail's events come to: what it records, and the metric behind the alarm."""

from __future__ import annotations

import importlib
import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Metrics

from degree_auth import observability
from degree_auth.domain.accounts.staff import Role
from tests.integration.review.test_staff_action_function import CONTEXT, LIST, REGION, Office, office
from tests.samples.cloudtrail import start_of, user
from tests.template.model import properties

__all__ = ["office"]


def handled(event: dict[str, Any]) -> Any:
    return importlib.import_module("functions.trace_staff.handler").handler(event, CONTEXT)


def record(number: int, event: dict[str, Any]) -> dict[str, Any]:
    """A message of the queue."""
    return {"messageId": f"message-{number}", "body": json.dumps(event), "attributes": {}, "eventSource": "aws:sqs"}


def traced(*events: dict[str, Any]) -> list[str]:
    """What becomes of a batch of the queue: the messages that come again."""
    failed = handled({"Records": [record(number, event) for number, event in enumerate(events)]})
    return [one["itemIdentifier"] for one in failed["batchItemFailures"]]


def recorded(office: Office) -> dict[str, dict[str, Any]]:
    """What is on record of starts, by the name of the execution."""
    items = office.client.scan(TableName="accounts")["Items"]
    bodies = [json.loads(one["body"]["S"]) for one in items if one["sk"]["S"].startswith("START#")]
    return {one["execution"]: one for one in bodies}


def acted(office: Office, name: str, execution: str) -> None:
    """A staff action that is proven."""
    body = {**LIST, "reviewer": name, "code": office.code(name)}
    assert office.call(body, execution)["done"] is True


@pytest.mark.requirement("A13", "N3", "N4")
def test_a_principal_under_two_accounts_is_counted_for_the_alarm_and_named_nowhere_in_clear(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(observability, "metrics", Metrics(namespace="DegreeAuth", service="degree-auth"))
    li = user("li")
    for name in ("li.ming", "wang.fang"):
        office.open(name, Role.APPROVER)
        acted(office, name, f"execution-{name}")
    # A message that comes twice, in one batch and alone, is recorded once.
    assert traced(start_of("execution-li.ming", li), start_of("execution-li.ming", li)) == []
    assert traced(start_of("execution-li.ming", li)) == []
    assert recorded(office)["execution-li.ming"]["staff_name"] == "li.ming"
    assert "StaffContradictions" not in capsys.readouterr().out
    assert traced(start_of("execution-wang.fang", li)) == []
    assert recorded(office)["execution-wang.fang"]["contradictions"] == ["principal_of_other_account"]
    said = capsys.readouterr().out
    assert properties("StaffContradictionAlarm")["MetricName"] in said
    items = json.dumps(office.client.scan(TableName="accounts")["Items"])
    assert li["arn"] not in said + items
    office.now = office.now.replace(minute=5)
    answer = office.call({**LIST, "code": office.code("li.ming")}, "list")
    assert answer["done"] is True
    listed = office.storage.get_object(Bucket="documents", Key="staff/principals.json")["Body"].read().decode()
    principals = {one["account"]: one["principal"] for one in json.loads(listed)["accounts"]}
    assert principals == {"li.ming": li["arn"], "wang.fang": None}


@pytest.mark.requirement("A13", "N1")
def test_a_start_that_nobody_proved_is_recorded_once_it_has_ended(office: Office) -> None:
    office.open("li.ming", Role.APPROVER)
    assert office.call({**LIST, "code": "000000"}, "guess")["code"] == "staff_not_proven"
    # The machine is not there, so the execution is one that is no longer kept.
    assert traced(start_of("guess", user("stranger"))) == []
    assert recorded(office)["guess"]["staff_name"] == ""


@pytest.mark.requirement("A13", "N1")
def test_a_start_that_is_told_while_it_runs_is_left_to_be_told_again(office: Office) -> None:
    machines = boto3.client("stepfunctions", REGION)
    definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
    machine = machines.create_state_machine(
        name="staff-actions", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/staff"
    )["stateMachineArn"]
    machines.start_execution(stateMachineArn=machine, name="execution-1", input="{}")
    event = start_of("execution-1", user("li"), machine)
    # What else is in the batch is recorded.
    assert traced(start_of("guess", user("li"), machine), event) == ["message-1"]
    assert recorded(office).keys() == {"guess"}
    office.open("li.ming", Role.APPROVER)
    acted(office, "li.ming", "execution-1")
    assert traced(event) == []
    assert recorded(office)["execution-1"]["staff_name"] == "li.ming"


@pytest.mark.requirement("A13")
def test_a_call_that_was_refused_started_nothing(office: Office) -> None:
    event = start_of("execution-1", user("li"))
    event["detail"] |= {"errorCode": "AccessDenied", "requestParameters": None, "responseElements": None}
    assert traced(event) == []
    assert recorded(office) == {}


@pytest.mark.requirement("A13", "N3")
def test_actions_without_a_witness_are_counted_each_hour(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(observability, "metrics", Metrics(namespace="DegreeAuth", service="degree-auth"))
    hourly = {"source": "aws.events", "detail-type": "Scheduled Event"}
    assert handled(hourly) == {"unwitnessed": 0}
    office.open("li.ming", Role.APPROVER)
    acted(office, "li.ming", "called directly")
    assert handled(hourly) == {"unwitnessed": 0}
    office.now += timedelta(hours=1, minutes=1)
    capsys.readouterr()
    assert handled(hourly) == {"unwitnessed": 1}
    said = capsys.readouterr().out
    assert f'"{properties("StaffWitnessAlarm")["MetricName"]}":[1' in said.replace(" ", "")
    assert "called directly" not in said
    assert traced(start_of("called directly", user("li"))) == []
    assert handled(hourly) == {"unwitnessed": 0}
