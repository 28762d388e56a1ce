"""Every state of every machine explains itself, repeats only what is transient, catches, and is bounded in time."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import botocore.loaders
import pytest
from statelint.config import Config
from statelint.linter import Linter

from degree_auth.domain.cases.restarts import LOOKS_AGAIN
from tests.template.model import ALL_STATES, MACHINES, SOURCE, properties, states
from tools.environment import ROOT

Entry = tuple[str, str, dict[str, Any]]
TASKS = [(machine, name, state) for machine, name, state in ALL_STATES if state["Type"] == "Task"]
LONGEST_WAIT = 366 * 24 * 3600  # an execution lives for a year at most

# What an outcome is called, which no repeat changes. An integration may put `Exception` behind a shape's name or not,
# and the SDK's integration of DynamoDB writes its name in another way than the optimized one.
OUTCOMES = re.compile(r"(DynamoDB|DynamoDb)\.ConditionalCheckFailedException|StepFunctions\.ExecutionAlreadyExists.*")
CONFLICTS = {"DynamoDb.TransactionConflictException", "DynamoDB.TransactionConflictException"}
# Our own functions': what passes by itself, and whatever else they raise. Tasks change nothing when repeated.
OWN_FAULTS = {"TransientFault", "Fault"}
OF_THE_LANGUAGE = {"States.Timeout", "States.TaskFailed"}
# What Step Functions' guide says of its Lambda integration, and errors that every service has and no model lists.
DOCUMENTED = {"Lambda.AWSLambdaException", "Lambda.SdkClientException", "StepFunctions.ServiceUnavailable"}
COMMON = {"ThrottlingException", "ServiceUnavailable"}
MODELS = {"DynamoDB": "dynamodb", "DynamoDb": "dynamodb", "StepFunctions": "stepfunctions", "Lambda": "lambda"}
SUFFIX = "Exception"


def identify(entry: tuple[str, str, dict[str, object]]) -> str:
    """A state's name for the test report."""
    return f"{entry[0]}-{entry[1]}"


def definition(machine: str) -> str:
    """A machine's definition as text, as it stands in its file."""
    path = ROOT / SOURCE["Resources"][machine]["Properties"]["DefinitionUri"]
    return path.read_text(encoding="utf-8")


@cache
def shapes_of(service: str) -> frozenset[str]:
    """The names of the errors that a service's model lists."""
    model = botocore.loaders.Loader().load_service_model(service, "service-2")
    return frozenset(name for name, shape in model["shapes"].items() if shape.get("exception"))


def is_known(error: str) -> bool:
    """Whether an error's name is one that something can raise, with the suffix that an integration may add or not."""
    service, _, name = error.partition(".")
    if error in OWN_FAULTS | OF_THE_LANGUAGE | DOCUMENTED:
        return True
    names = {name, name + SUFFIX, name.removesuffix(SUFFIX)}
    return bool(names & (shapes_of(MODELS[service]) | COMMON))


def retried(state: dict[str, Any]) -> set[str]:
    """The errors after which a task is repeated."""
    return {error for retry in state["Retry"] if retry["MaxAttempts"] for error in retry["ErrorEquals"]}


def caught_into(machine: str) -> set[str]:
    """The states in which a failure arrives: they record it or end with it."""
    return {
        catch["Next"]
        for _, state in states(MACHINES[machine])
        for catch in state.get("Catch", ())
        if "States.ALL" in catch["ErrorEquals"]
    }


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_the_definition_keeps_the_language_specification(machine: str) -> None:
    text = definition(machine).replace("${Partition}", "aws")
    text = re.sub(r"\$\{\w+\}", "name", text)
    problems = Linter.validate(text, Config([], False, False))
    # The language leaves what a reader is told to the service; Step Functions requires this.
    assert [problem for problem in problems if 'Field "InputType" not allowed' not in str(problem)] == []


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_substitutions_are_those_the_definition_names(machine: str) -> None:
    given = set(SOURCE["Resources"][machine]["Properties"]["DefinitionSubstitutions"])
    assert set(re.findall(r"\$\{(\w+)\}", definition(machine))) == given


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_machine_is_traced_and_says_what_it_is_for(machine: str) -> None:
    assert SOURCE["Resources"][machine]["Properties"]["Tracing"] == {"Enabled": True}
    chinese, english = MACHINES[machine]["Comment"].split("\n")
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("entry", ALL_STATES, ids=identify)
def test_every_state_says_in_words_what_it_does(entry: tuple[str, str, dict[str, str]]) -> None:
    assert len(entry[2]["Comment"]) >= 12


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", TASKS, ids=identify)
def test_a_task_is_repeated_after_any_fault_by_chance_apart_and_never_after_an_outcome(entry: Entry) -> None:
    *retries, last = entry[2]["Retry"]
    # Whatever an integration calls it: a name that never comes is a repeat that never happens.
    assert last["ErrorEquals"] == ["States.TaskFailed"]
    for retry in [*retries, last]:
        outcomes = [error for error in retry["ErrorEquals"] if OUTCOMES.fullmatch(error)]
        if outcomes:
            assert retry == {"ErrorEquals": outcomes, "MaxAttempts": 0}
        else:
            assert 0 < retry["MaxAttempts"] <= 5
            assert retry["BackoffRate"] > 1
            assert (retry["JitterStrategy"], retry["MaxDelaySeconds"] <= 60) == ("FULL", True)
    names = [error for retry in [*retries, last] for error in retry["ErrorEquals"]]
    assert len(names) == len(set(names))


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", TASKS, ids=identify)
def test_a_task_names_errors_as_the_services_models_do_with_and_without_a_suffix(entry: Entry) -> None:
    named = {error for retry in entry[2]["Retry"] for error in retry["ErrorEquals"]}
    assert [error for error in sorted(named) if not is_known(error)] == []
    for error in named:
        service, _, name = error.partition(".")
        if (
            service in MODELS
            and name not in shapes_of(MODELS[service])
            and error not in DOCUMENTED | {f"{service}.{common}" for common in COMMON}
        ):
            # An invented name stands beside the model's own.
            assert f"{service}.{name.removesuffix(SUFFIX)}" in named


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", [one for one in TASKS if ":updateItem" in str(one[2]["Resource"])], ids=identify)
def test_a_task_that_writes_a_case_is_repeated_when_a_transaction_was_in_its_way(entry: Entry) -> None:
    # AWS may answer so, and not with the failed condition, in the race between a wait and a commit.
    assert retried(entry[2]) >= CONFLICTS
    assert not any(OUTCOMES.fullmatch(error) for error in retried(entry[2]))
    assert {error for retry in entry[2]["Retry"] if not retry["MaxAttempts"] for error in retry["ErrorEquals"]} == {
        "DynamoDB.ConditionalCheckFailedException",
        "DynamoDb.ConditionalCheckFailedException",
    }


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", TASKS, ids=identify)
def test_time_that_is_up_is_tried_again_but_for_a_wait_whose_time_is_meant(entry: Entry) -> None:
    waits = ".waitForTaskToken" in str(entry[2]["Resource"])
    assert ("States.Timeout" in retried(entry[2])) != waits


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", [one for one in TASKS if ":lambda:" in str(one[2]["Resource"])], ids=identify)
def test_a_task_of_our_own_is_repeated_after_any_fault_once_its_last_attempt_has_surely_ended(entry: Entry) -> None:
    assert retried(entry[2]) >= OWN_FAULTS
    named = re.findall(r"\$\{(\w+)Arn\}", entry[2]["Parameters"]["FunctionName"])
    (function,) = named
    assert entry[2]["TimeoutSeconds"] >= properties(function)["Timeout"]


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", TASKS, ids=identify)
def test_a_task_catches_every_failure_or_is_where_failures_are_recorded(
    entry: tuple[str, str, dict[str, list[dict[str, list[str]]]]],
) -> None:
    machine, name, state = entry
    caught = {error for catch in state.get("Catch", ()) for error in catch["ErrorEquals"]}
    assert "States.ALL" in caught or name in caught_into(machine)


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", TASKS, ids=identify)
def test_a_task_has_a_bounded_time(entry: tuple[str, str, dict[str, int]]) -> None:
    state = entry[2]
    # A wait until a deadline takes its seconds from the task before it, which bounds them.
    assert "TimeoutSecondsPath" in state or 0 < state["TimeoutSeconds"] <= LONGEST_WAIT


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", TASKS, ids=identify)
def test_only_a_wait_for_an_answer_may_take_longer_than_a_lambda_can(entry: tuple[str, str, dict[str, object]]) -> None:
    state = entry[2]
    if not str(state["Resource"]).endswith((".waitForTaskToken", ".sync", ".sync:2")):
        seconds = state["TimeoutSeconds"]
        assert isinstance(seconds, int)
        assert seconds <= 900


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_plain_wait_is_bounded(machine: str) -> None:
    waits = [state for _, state in states(MACHINES[machine]) if state["Type"] == "Wait"]
    assert all(0 < state["Seconds"] <= LONGEST_WAIT for state in waits)


# No wake-up is lost because of these two: the stage is read as last committed, and a token is kept only while the case
# is still as it was read.
READS = [(machine, name, state) for machine, name, state in TASKS if ":dynamodb:getItem" in str(state["Resource"])]
WAITS = [(machine, name, state) for machine, name, state in TASKS if ".waitForTaskToken" in str(state["Resource"])]


def test_the_matching_machine_reads_the_case_and_waits() -> None:
    assert ("MatchingMachine", "ReadCase") in [entry[:2] for entry in READS]
    assert ("MatchingMachine", "WaitForPerson") in [entry[:2] for entry in WAITS]


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", READS, ids=identify)
def test_a_machine_reads_the_case_as_last_committed(entry: tuple[str, str, dict[str, dict[str, object]]]) -> None:
    assert entry[2]["Parameters"]["ConsistentRead"] is True


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", WAITS, ids=identify)
def test_a_token_is_kept_only_while_the_case_is_as_it_was_read(
    entry: tuple[str, str, dict[str, dict[str, object]]],
) -> None:
    parameters = entry[2]["Parameters"]
    assert parameters["ConditionExpression"] == "version = :version"
    values = parameters["ExpressionAttributeValues"]
    assert isinstance(values, dict)
    assert values[":version"] == {"N.$": "$.case.version"}
    assert values[":token"] == {"S.$": "$$.Task.Token"}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", WAITS, ids=identify)
def test_who_is_woken_goes_on_from_what_is_told_and_who_is_told_nothing_reads(
    entry: tuple[str, str, dict[str, Any]],
) -> None:
    machine, _, wait = entry
    assert wait["ResultPath"] == "$.case"
    all_states = MACHINES[machine]["States"]
    told_nothing, *_ = all_states[wait["Next"]]["Choices"]
    assert told_nothing["Not"] == {"Variable": "$.case.stage", "IsPresent": True}
    (looked,) = {catch["Next"] for catch in wait["Catch"] if "States.Timeout" in catch["ErrorEquals"]}
    assert told_nothing["Next"] == looked
    assert all_states[looked]["ResultPath"] == "$.case"
    assert {"stage.$", "version.$"} <= set(all_states[looked]["ResultSelector"])


@pytest.mark.requirement("A12", "N1")
@pytest.mark.parametrize("entry", [entry for entry in WAITS if "TimeoutSecondsPath" in entry[2]], ids=identify)
def test_a_wait_until_a_deadline_keeps_its_moment_beside_the_token_should_the_time_limit_be_lost(
    entry: tuple[str, str, dict[str, dict[str, object]]],
) -> None:
    parameters = entry[2]["Parameters"]
    assert "wait_until = :until" in str(parameters["UpdateExpression"])
    values = parameters["ExpressionAttributeValues"]
    assert isinstance(values, dict)
    assert values[":until"] == {"S.$": "$.case.look_at"}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("entry", [entry for entry in WAITS if "TimeoutSecondsPath" not in entry[2]], ids=identify)
def test_a_wait_for_a_person_lasts_as_long_as_the_reconciler_reckons(entry: tuple[str, str, dict[str, int]]) -> None:
    assert entry[2]["TimeoutSeconds"] == LOOKS_AGAIN.total_seconds()


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_distributed_map_collects_nothing(machine: str) -> None:
    maps = [state for _, state in states(MACHINES[machine]) if state["Type"] == "Map"]
    for state in maps:
        # What the items answer is collected before ResultPath drops it, and may not exceed 256 KiB in all.
        assert state["ResultPath"] is None
        ends = [inner for _, inner in states(state["ItemProcessor"]) if inner.get("End")]
        assert ends
        assert [inner.get("OutputPath", "$") for inner in ends] == [None] * len(ends)


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_no_state_names_personal_data(machine: str) -> None:
    personal = {"name", "holder_name", "identity_number", "birth_date", "mobile", "email", "claim", "holder", "contact"}
    paths = set(re.findall(r"\$\.([a-z_.]+)", definition(machine)))
    assert {part for path in paths for part in path.split(".")} & personal == set()


def test_every_definition_file_is_deployed() -> None:
    deployed = {SOURCE["Resources"][machine]["Properties"]["DefinitionUri"] for machine in MACHINES}
    assert deployed == {f"statemachines/{path.name}" for path in (ROOT / "statemachines").glob("*.asl.json")}
    assert all(json.loads(definition(machine))["StartAt"] for machine in MACHINES)
