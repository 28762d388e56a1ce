"""How every function is run and watched."""

from __future__ import annotations

import re
from typing import Any

import pytest

from degree_auth.domain.notifications.notification import told_events
from degree_auth.domain.notifications.outbox import MOST_ATTEMPTS
from degree_auth.domain.notifications.platform_message import CORRECTIONS, MESSAGES
from degree_auth.domain.notifications.webhook import RETRY_SECONDS
from degree_auth.domain.verification.answer_sheet import MOST_TASKS
from tests.template.model import (
    FUNCTIONS,
    MACHINES,
    RESOURCES,
    SOURCE,
    of_type,
    properties,
    references,
    resources_in,
)
from tools.environment import ROOT

ALARMS = {name: properties(name) for name in of_type("AWS::CloudWatch::Alarm")}
# Machines that fail by way of answering; their functions' alarms tell of faults.
ANSWER_BY_FAILING = {"StaffActionsMachine": "a refused action ends as failed, so that the console shows it so"}
STREAM_SECONDS = 24 * 3600
MOST_RETRIES = 10_000  # that Lambda can be told
MAPPINGS = of_type("AWS::Lambda::EventSourceMapping")
STREAM_READERS = [mapping for mapping in MAPPINGS if "StartingPosition" in properties(mapping)]
QUEUE_READERS = sorted(set(MAPPINGS) - set(STREAM_READERS))
# Queues of work hand what they give up to a queue of failures.
QUEUES_OF_WORK = [queue for queue in of_type("AWS::SQS::Queue") if "RedrivePolicy" in properties(queue)]
QUEUES_OF_FAILURES = sorted(set(of_type("AWS::SQS::Queue")) - set(QUEUES_OF_WORK))
ATTEMPT_SECONDS = 15  # of a webhook: connecting, and the exchange
LONGEST_HIDDEN_SECONDS = 12 * 3600  # of a message in a queue, since it was received
API_SECONDS = 29  # the gateway answers by itself after that


def alarms_on(logical_id: str) -> list[dict[str, Any]]:
    """The alarms that watch a resource."""
    return [
        alarm
        for alarm in ALARMS.values()
        if logical_id in resources_in([alarm.get("Dimensions"), alarm.get("Metrics")])
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_logs_are_kept_for_a_stated_time(function: str) -> None:
    # Naming the group by reference makes it first: a function called sooner would make one that keeps logs for ever.
    group = properties(function)["LoggingConfig"]["LogGroup"]["Ref"]
    assert RESOURCES[group]["Type"] == "AWS::Logs::LogGroup"
    assert properties(group)["RetentionInDays"] > 0
    assert resources_in(properties(group)["LogGroupName"]) == set()


def test_no_two_functions_share_a_log_group() -> None:
    groups = [group for group in of_type("AWS::Logs::LogGroup") if group != "AccessLogGroup"]
    names = [str(properties(group)["LogGroupName"]) for group in groups]
    used = {properties(function)["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTIONS}
    assert len(set(names)) == len(used) == len(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_logs_are_structured_and_calls_are_traced(function: str) -> None:
    assert properties(function)["LoggingConfig"]["LogFormat"] == "JSON"
    # Lambda in the regions of China has no X-Ray.
    assert properties(function)["TracingConfig"] == {"Mode": {"Fn::If": ["IsChina", "PassThrough", "Active"]}}
    assert properties(function)["LoggingConfig"]["SystemLogLevel"] == "INFO"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_alarm_tells_when_it_fails(function: str) -> None:
    assert "Errors" in {alarm.get("MetricName") for alarm in alarms_on(function)}


@pytest.mark.parametrize("machine", sorted(MACHINES.keys() - ANSWER_BY_FAILING.keys()))
def test_an_alarm_tells_when_a_machine_fails(machine: str) -> None:
    assert "ExecutionsFailed" in {alarm.get("MetricName") for alarm in alarms_on(machine)}


@pytest.mark.parametrize("alarm", sorted(ALARMS))
def test_an_alarm_reaches_somebody_and_names_its_entry_in_the_runbook(alarm: str) -> None:
    assert resources_in(ALARMS[alarm]["AlarmActions"]) & set(of_type("AWS::SNS::Topic"))
    assert ALARMS[alarm]["TreatMissingData"]
    assert ALARMS[alarm]["AlarmDescription"].endswith(f"docs/runbook.md, {alarm}")
    for runbook in ("runbook.md", "runbook.zh.md"):
        assert f"\n### {alarm}\n" in (ROOT / "docs" / runbook).read_text(encoding="utf-8")


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("runbook", ["runbook.md", "runbook.zh.md"])
def test_an_entry_of_the_runbook_is_of_an_alarm_that_there_is(runbook: str) -> None:
    text = (ROOT / "docs" / runbook).read_text(encoding="utf-8")
    named = set(re.findall(r"\b([A-Z]\w+Alarm)\b", text))
    assert named == set(ALARMS)
    entries = re.findall(r"^### (\w+Alarm)$", text, re.MULTILINE)
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_time_memory_platform_and_purpose_are_stated(function: str) -> None:
    own = properties(function)
    assert own["Description"]
    assert 0 < own["Timeout"] <= 900
    assert own["MemorySize"]
    assert references(own["Runtime"]) == {"PythonRuntime"}
    assert references(own["Architectures"]) == {"Architecture"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_behind_the_api_gives_up_before_the_gateway_does(function: str) -> None:
    events = SOURCE["Resources"][function]["Properties"].get("Events", {})
    if any(event["Type"] == "Api" for event in events.values()):
        assert properties(function)["Timeout"] < API_SECONDS


@pytest.mark.requirement("N5")
def test_a_whole_sheet_of_tasks_is_made_within_the_time_of_its_request() -> None:
    """At five calls of the table a task, each of which may take 20 ms at a busy time."""
    assert properties("InstitutionApiFunction")["Timeout"] > MOST_TASKS * 5 * 0.02


@pytest.mark.parametrize("function", FUNCTIONS)
def test_at_most_five_layers_each_once(function: str) -> None:
    layers = [str(layer) for layer in properties(function)["Layers"]]
    assert len(layers) == len(set(layers)) <= 5


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_called_without_waiting_keeps_what_it_could_not_do(function: str) -> None:
    events = SOURCE["Resources"][function]["Properties"].get("Events", {})
    if {event["Type"] for event in events.values()} & {"Schedule", "ScheduleV2", "EventBridgeRule", "S3", "SNS"}:
        assert resources_in(properties(function)["DeadLetterConfig"]) & set(of_type("AWS::SQS::Queue"))


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_called_again_within_the_hour_is_not_repeated_beside_that_and_what_is_called_daily_is(
    function: str,
) -> None:
    events = SOURCE["Resources"][function]["Properties"].get("Events", {}).values()
    schedules = [event["Properties"]["Schedule"] for event in events if event["Type"] == "Schedule"]
    soon = any(schedule.startswith("rate(") for schedule in schedules)
    found = [
        properties(config)["MaximumRetryAttempts"]
        for config in of_type("AWS::Lambda::EventInvokeConfig")
        if function in resources_in(properties(config)["FunctionName"])
    ]
    assert found == ([0] if soon else [])


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("mapping", STREAM_READERS)
def test_a_stream_reader_repeats_only_what_failed_and_keeps_it_in_the_end(mapping: str) -> None:
    own = properties(mapping)
    assert own["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # As long as a stream keeps a record, so that an outage of what comes after loses nothing.
    assert own["MaximumRecordAgeInSeconds"] == STREAM_SECONDS
    assert own["MaximumRetryAttempts"] == MOST_RETRIES
    # Halving finds the entry that spoils a batch; the report log finds it by itself, and writes one item with others.
    assert own["BisectBatchOnFunctionError"] is not mapping.startswith("LogReports")
    assert resources_in(own["DestinationConfig"]) & set(of_type("AWS::SQS::Queue"))


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("mapping", QUEUE_READERS)
def test_a_queue_reader_repeats_only_what_failed_and_is_given_the_time_for_it(mapping: str) -> None:
    own = properties(mapping)
    assert own["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    (queue,) = resources_in(own["EventSourceArn"])
    (function,) = resources_in(own["FunctionName"])
    assert properties(queue)["VisibilityTimeout"] >= 6 * properties(function)["Timeout"]
    # Whatever the other side does, every message of a batch gets its attempt.
    assert properties(function)["Timeout"] >= own["BatchSize"] * ATTEMPT_SECONDS
    # The queue counts from the receipt, which the end of the longest attempt is behind.
    assert properties(function)["Timeout"] + max(RETRY_SECONDS) < LONGEST_HIDDEN_SECONDS


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("queue", QUEUES_OF_WORK)
def test_a_queue_of_work_is_encrypted_and_gives_up_into_a_queue_that_is_watched(queue: str) -> None:
    assert properties(queue)["SqsManagedSseEnabled"] is True
    assert properties(queue)["MessageRetentionPeriod"] * 2 > sum(RETRY_SECONDS)
    redrive = properties(queue)["RedrivePolicy"]
    assert resources_in(redrive["deadLetterTargetArn"]) <= set(QUEUES_OF_FAILURES)
    assert redrive["maxReceiveCount"] > len(RETRY_SECONDS)
    if queue == "NotificationsQueue":
        assert redrive["maxReceiveCount"] == MOST_ATTEMPTS


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("queue", of_type("AWS::SQS::Queue"))
def test_a_queue_takes_messages_of_the_rules_that_send_to_it_alone_and_none_unencrypted(queue: str) -> None:
    (policy,) = [
        properties(name)["PolicyDocument"]["Statement"]
        for name in of_type("AWS::SQS::QueuePolicy")
        if queue in resources_in(properties(name)["Queues"])
    ]
    sending = {
        rule
        for rule in of_type("AWS::Events::Rule")
        for target in properties(rule)["Targets"]
        if queue in resources_in([target["Arn"], target.get("DeadLetterConfig")])
    }
    allowing = [one for one in policy if one.get("Effect") == "Allow"]
    for statement in allowing:
        assert statement["Condition"].keys() == {"ArnLike"}
        assert resources_in(statement["Condition"]) >= sending
    assert bool(allowing) == bool(sending)
    (refusing,) = [one["Fn::If"][1] if "Fn::If" in one else one for one in policy if one.get("Effect") != "Allow"]
    assert (refusing["Effect"], refusing["Principal"], refusing["Action"]) == ("Deny", "*", "sqs:*")
    assert refusing["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert queue in resources_in(refusing["Resource"])


@pytest.mark.requirement("A15", "N4")
def test_the_rules_send_out_what_the_platform_and_watchers_are_told_of_and_no_more() -> None:
    told = {
        name: set(properties(name)["EventPattern"]["detail-type"])
        for name in of_type("AWS::Events::Rule")
        if resources_in(properties(name)["Targets"]) & set(QUEUES_OF_WORK)
    }
    # What CloudTrail tells of starts comes in, and goes nowhere.
    assert told.pop("StaffActionStarted") == {"AWS API Call via CloudTrail"}
    assert told == {
        "PlatformIsTold": set(MESSAGES),
        "WatchersAreTold": set(CORRECTIONS),
        "PeopleAreTold": told_events(),
    }
    assert properties("PlatformIsTold")["State"] == {"Fn::If": ["HasPlatformWebhook", "ENABLED", "DISABLED"]}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("queue", QUEUES_OF_FAILURES)
def test_a_queue_of_failures_is_encrypted_kept_for_two_weeks_and_watched(queue: str) -> None:
    assert properties(queue).get("SqsManagedSseEnabled") or properties(queue).get("KmsMasterKeyId")
    assert properties(queue)["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert "ApproximateNumberOfMessagesVisible" in {alarm.get("MetricName") for alarm in alarms_on(queue)}


def test_every_function_folder_is_deployed_and_every_function_has_one() -> None:
    deployed = {SOURCE["Resources"][function]["Properties"]["CodeUri"] for function in FUNCTIONS}
    folders = {f"functions/{path.parent.name}" for path in (ROOT / "functions").glob("*/handler.py")}
    assert deployed == folders
