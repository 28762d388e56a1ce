"""Every task of a machine may do what it does: its role allows the action on what is named (N1, N4).

The local AWS does not ask a machine's role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.model import ALL_STATES, MACHINES, SOURCE, listed, resources_in, role_of, statements

SERVICE_ACTIONS = {
    "lambda:invoke": ("lambda:InvokeFunction", "FunctionName"),
    "dynamodb:getItem": ("dynamodb:GetItem", "TableName"),
    "dynamodb:updateItem": ("dynamodb:UpdateItem", "TableName"),
    "aws-sdk:dynamodb:updateItem.waitForTaskToken": ("dynamodb:UpdateItem", "TableName"),
    "states:startExecution": ("states:StartExecution", "StateMachineArn"),
    "s3:getObject": ("s3:GetObject", "Bucket"),
}
"""What each kind of task needs, and the parameter that names on what."""

CASES = {"pk": {"S.$": "$.case_number"}}


def calls() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Each call of a service that a machine makes: the machine, the state, the kind and its parameters."""
    for machine, name, state in ALL_STATES:
        if state["Type"] == "Task":
            yield machine, name, state["Resource"].removeprefix("arn:${Partition}:states:::"), state["Parameters"]
        if "ItemReader" in state:
            reader = state["ItemReader"]
            yield machine, name, reader["Resource"].removeprefix("arn:${Partition}:states:::"), reader["Parameters"]


CALLS = list(calls())


def allows(statement: dict[str, Any], action: str, named: Any) -> bool:
    """Whether a statement allows an action on what a parameter of a machine's definition names."""
    if action not in listed(statement["Action"]):
        return False
    return any(
        named == resource or resources_in(named) & resources_in(resource) for resource in listed(statement["Resource"])
    )


@pytest.mark.requirement("N1", "N4")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]}-{call[1]}")
def test_what_a_task_does_is_allowed_to_its_machine(call: tuple[str, str, str, dict[str, Any]]) -> None:
    machine, _, kind, parameters = call
    action, parameter = SERVICE_ACTIONS[kind]
    (name,) = re.findall(r"\$\{(\w+)\}", parameters[parameter])
    named = SOURCE["Resources"][machine]["Properties"]["DefinitionSubstitutions"][name]
    allowing = [one for one in statements(role_of(machine)) if allows(one, action, named)]
    assert len(allowing) == 1
    if parameter == "TableName":
        # A role that may write cases alone is asked by the key of the item.
        keys = allowing[0]["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        assert (keys, parameters["Key"]["pk"]) == (["RZ*"], CASES["pk"])


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_machine_is_allowed_no_action_that_its_tasks_do_not_take(machine: str) -> None:
    allowed = {action for one in statements(role_of(machine)) for action in listed(one["Action"])}
    taken = {SERVICE_ACTIONS[kind][0] for owner, _, kind, _ in CALLS if owner == machine}
    mapped = any(
        state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
        for owner, _, state in ALL_STATES
        if owner == machine
    )
    # A distributed map starts children of its own machine and follows them.
    following = {f"states:{verb}Execution" for verb in ("Start", "Describe", "Stop")} if mapped else set()
    assert allowed == taken | following
