"""The outbox: what the event bus hears of a case, and what nobody may learn from anything the stack leaves behind."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from boto3.dynamodb.types import Binary

from degree_auth.adapters.notifications.event_bus import SOURCE
from degree_auth.domain.notifications.public_event import public_event
from tests.e2e.client import (
    CASE_MACHINES,
    SUBMITTED,
    Applied,
    Portal,
    awards,
    fresh,
    matching,
    mismatching,
    new_key,
    people,
    sample,
    told_of,
    until,
)
from tests.e2e.offices import DEPARTMENT, ask, asked_awards, office, routed
from tools.sample_institutions import SampleInstitutions

Heard = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def heard(portal) -> Iterator[Heard]:
    """A listener on the bus; gives the events of a case heard so far, as they came."""
    events, queues = portal.client("events"), portal.client("sqs")
    name = f"listener-{uuid.uuid4().hex[:8]}"
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": arn}]}
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    bus = portal.stack["EventBusName"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": [SOURCE]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    messages: list[dict[str, Any]] = []

    def of_case(case_number: str) -> list[dict[str, Any]]:
        while batch := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                messages.append(json.loads(message["Body"]))
                queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message for message in messages if message["detail"]["case_number"] == case_number]

    yield of_case
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name=name, EventBusName=bus)
    queues.delete_queue(QueueUrl=url)


def verified_twice(portal: Portal, institutions: SampleInstitutions) -> Applied:
    """A case that its institution answered, was disputed, answered anew, and reported anew; its person is named
    wherever somebody may write."""
    question = ask(portal, 14)
    applied, (row, claimed) = question.case, (awards()[asked_awards()[14]], SUBMITTED[-1])
    remark = f"{claimed['holder']['name']}，{claimed['holder']['identity_number']}"
    office(portal, institutions, DEPARTMENT).answer(question.task_id, remark=remark)
    applied.at_stage("concluded")
    evidence = [applied.attach("evidence")]
    assert applied.post("disputes", {"reason": f"{remark} 的专业有误", "evidence": evidence}).status_code == 200
    portal.act("admit_recheck", applied.case_number, reason="符合受理条件")
    values = {"degree.discipline": row["ZSZYMC"]}
    again = {"result": "partly_inconsistent", "archive_values": values, "remark": remark}
    office(portal, institutions).answer(routed(portal, applied).task_id, **again)
    portal.act("decide_recheck", applied.case_number, reason="以档案为准", decision="superseded")
    until(lambda: len(portal.reports([applied.case_number])[applied.case_number]) == 2, "it is reported anew")
    until(lambda: portal.items(applied.case_number, "CHANGE")[0]["stage"] == "done", "the register is right")
    return applied


@pytest.fixture(scope="module")
def lives(portal, heard, request) -> list[str]:
    """The numbers of cases that have met everything that can happen to one so far; the bus was listened to."""
    matched = portal.apply(matching(100), Idempotency_Key=new_key())
    corrected = portal.apply(mismatching(101)).with_scan()
    portal.act("open_review", corrected.case_number)
    portal.act("correct_claim", corrected.case_number, reason="更正", degree={"discipline": awards()[101]["ZSZYMC"]})
    corrected.at_stage("concluded")
    supplemented = portal.apply(mismatching(102))
    supplemented.post("attachments", {"kind": "evidence", "content_type": "image/png", "size": 9})
    portal.act("return_to_applicant", supplemented.case_number, reason="补正", fields=["degree.discipline"])
    supplemented.post("supplements", {"degree": {"discipline": awards()[102]["ZSZYMC"]}})
    supplemented.at_stage("concluded")
    confirmed, rejected, withdrawn = (portal.apply(mismatching(which)) for which in (103, 104, 105))
    confirmed.with_scan()
    portal.act("confirm_material", confirmed.case_number)
    portal.act("reject", rejected.case_number, reason="不符合受理条件")
    withdrawn.post("withdrawal")
    parked = portal.apply(fresh(sample("parked").body))
    portal.act("release", parked.case_number, reason="再试")
    parked.at_stage("parked")
    portal.send(fresh(sample("invalid").body))
    wrong = mismatching(106)
    wrong["holder"][wrong["holder"]["name"]] = wrong["holder"]["identity_number"]
    assert portal.send(wrong).status_code == 422
    verified = verified_twice(portal, request.getfixturevalue("sample"))
    every = (matched, corrected, supplemented, confirmed, rejected, withdrawn, parked, verified)
    return [one.case_number for one in every]


@pytest.mark.requirement("N1", "N3")
def test_every_entry_of_the_log_is_told_on_the_bus(portal, heard, lives):
    for case_number in lives:
        log = portal.log(case_number)
        numbers = {entry["seq"] for entry in log}
        until(
            lambda case_number=case_number, numbers=numbers: (
                {one["detail"]["seq"] for one in heard(case_number)} == numbers
            ),
            f"all {len(log)} entries of {case_number} are heard",
        )
        told = heard(case_number)
        assert {one["detail-type"] for one in told} == {entry["type"] for entry in log}


@pytest.mark.requirement("N1", "N4")
def test_an_event_tells_allowed_facts_only_and_a_repetition_tells_the_same(portal, heard, lives):
    compared = 0
    for case_number in lives:
        entries = {entry["seq"]: entry for entry in portal.log(case_number)}
        for one in heard(case_number):
            detail = one["detail"]
            assert detail == public_event(entries[detail["seq"]])
            assert detail["facts"].keys() <= {
                "report_number",
                "version",
                "task_id",
                "institution_code",
                "department_id",
                "due",
                "provisional",
                "attachment_id",
                "source",
                "fields",
                "comparison",
                "result",
                "channel",
                "outcome",
                "superseded_by",
                "cause",
                "decision",
            }
            compared += 1
    assert compared >= sum(len(portal.log(case_number)) for case_number in lives)


@pytest.mark.requirement("N3")
def test_the_log_of_each_case_is_a_whole_chain(portal, lives):
    for case_number in lives:
        assert portal.broken_link(case_number) is None


@pytest.mark.requirement("N4")
def test_no_log_of_any_function_names_a_person(portal, lives):
    everybody = set().union(*map(people, SUBMITTED))
    logs, seen = portal.client("logs"), 0
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                text = "\n".join(event["message"] for event in events["events"])
                assert told_of(everybody, text) == [], group["logGroupName"]
                seen += sum(case_number in text for case_number in lives)
    assert seen, "the logs of this run were not found"


@pytest.mark.requirement("N4")
def test_no_execution_names_a_person_in_name_input_output_or_history(portal, lives):
    everybody = set().union(*map(people, SUBMITTED))
    machines, seen = portal.client("stepfunctions"), set()
    for machine in (*CASE_MACHINES, "StaffActionsMachineArn"):
        for one in portal.executions(machine):
            if one["startDate"].timestamp() < portal.began:
                continue
            described = machines.describe_execution(executionArn=one["executionArn"])
            text = json.dumps(described, default=str, ensure_ascii=False)
            for page in machines.get_paginator("get_execution_history").paginate(executionArn=one["executionArn"]):
                text += json.dumps(page["events"], default=str, ensure_ascii=False)
            assert told_of(everybody, text) == [], one["name"]
            seen |= {case_number for case_number in lives if case_number in text}
    assert seen == set(lives)


@pytest.mark.requirement("N4")
def test_no_event_on_the_bus_names_a_person(heard, lives):
    everybody = set().union(*map(people, SUBMITTED))
    text = json.dumps([heard(case_number) for case_number in lives], ensure_ascii=False)
    assert all(case_number in text for case_number in lives)
    assert told_of(everybody, text) == []


@pytest.mark.requirement("N4")
def test_the_table_of_cases_names_nobody_in_the_clear(portal, lives):
    everybody = set().union(*map(people, SUBMITTED))
    text = "\n".join(json.dumps(item, default=readable, ensure_ascii=False) for item in portal.case_items())
    assert all(case_number in text for case_number in lives)
    assert told_of(everybody, text) == []


def readable(value: object) -> str:
    """What somebody who looks at a stored value could read in it."""
    return bytes(value).decode("utf-8", "replace") if isinstance(value, Binary) else str(value)


@pytest.mark.requirement("N1")
def test_no_event_was_given_up(portal, lives):
    url = next(one for one in portal.client("sqs").list_queues()["QueueUrls"] if "FailedEventsQueue" in one)
    counted = portal.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    assert counted["Attributes"]["ApproximateNumberOfMessages"] == "0"
