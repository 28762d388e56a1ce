"""The baseline of a submission: a state machine of three tasks in a row that do nothing, on the same emulator."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

from tools.environment import LocalAws

_CODE = "def handler(event, context):\n    return event\n"
_POLL_SECONDS = 0.005
_SECONDS = 60
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@contextmanager
def three_tasks(aws: LocalAws, runtime: str) -> Iterator[str]:
    """The machine's ARN; machine, function and role are removed afterwards. `runtime` as Lambda names it."""
    name = f"bench-{uuid4().hex[:8]}"
    iam, functions, machines = aws.client("iam"), aws.client("lambda"), aws.client("stepfunctions")
    with ExitStack() as made:
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
        made.callback(iam.delete_role, RoleName=name)
        function = functions.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=role,
            Handler="tiny.handler",
            Code={"ZipFile": _zip()},
            Timeout=15,
            MemorySize=512,
        )["FunctionArn"]
        made.callback(functions.delete_function, FunctionName=name)
        invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
        policy = {"Version": "2012-10-17", "Statement": [invoke]}
        iam.put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=json.dumps(policy))
        made.callback(iam.delete_role_policy, RoleName=name, PolicyName="invoke")
        functions.get_waiter("function_active_v2").wait(FunctionName=name)
        machine: str = machines.create_state_machine(name=name, definition=_definition(function), roleArn=role)[
            "stateMachineArn"
        ]
        made.callback(machines.delete_state_machine, stateMachineArn=machine)
        yield machine


def run_to_its_end(machines: Any, machine: str) -> float:
    """Seconds from starting the machine until it is seen to have succeeded.

    Raises:
        RuntimeError: it ended otherwise, or not in time.
    """
    started = time.perf_counter()
    execution = machines.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    while (status := machines.describe_execution(executionArn=execution)["status"]) == "RUNNING":
        if time.perf_counter() - started > _SECONDS:
            break
        time.sleep(_POLL_SECONDS)
    if status != "SUCCEEDED":
        raise RuntimeError(f"the baseline machine ended as {status}")
    return time.perf_counter() - started


def _definition(function: str) -> str:
    names = ("First", "Second", "Third")
    states = {
        name: {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload",
               "Parameters": {"FunctionName": function, "Payload.$": "$"},
               **({"Next": following} if following else {"End": True})}
        for name, following in zip(names, (*names[1:], None), strict=True)
    }  # fmt: skip
    return json.dumps({"StartAt": "First", "States": states})


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tiny.py", _CODE)
    return packed.getvalue()
