"""Step Functions and its stand-in in memory, asked the same in the same order, answer the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from degree_auth.adapters.cases.workflows import LARGEST_PAGE, StepFunctions
from degree_auth.domain.cases.stages import Machine
from degree_auth.services.cases.ports import Standing
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryWorkflows

REGION = "ap-southeast-1"
MACHINES = (Machine.MATCHING, Machine.VERIFICATION)
TOKENS = ("token-1", "token-2")


class Executions:
    """Step Functions without machines that run: executions go on until they are stopped, tokens wait until woken."""

    def __init__(self) -> None:
        self._client = boto3.client("stepfunctions", region_name=REGION)
        self._serials = count()
        self._waiting: set[str] = set()
        self.told: list[dict[str, str]] = []
        self.arns: dict[Machine, str] = {}

    def begin(self) -> StepFunctions:
        """Machines that never ran."""
        self._waiting = set()
        self.arns = {
            machine: self._client.create_state_machine(
                name=f"{machine.value}-{next(self._serials)}",
                definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
                roleArn="arn:aws:iam::123456789012:role/machine",
            )["stateMachineArn"]
            for machine in MACHINES
        }
        return StepFunctions(self, self.arns)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def send_task_success(self, **request: str) -> None:
        token = request["taskToken"]
        self.told.append(json.loads(request["output"]))
        if token not in self._waiting:
            raise ClientError({"Error": {"Code": "TaskTimedOut", "Message": ""}}, "SendTaskSuccess")
        self._waiting.discard(token)

    def wait(self, token: str) -> None:
        """A machine begins to wait with a token."""
        self._waiting.add(token)

    def end(self, machine: Machine, name: str) -> None:
        """An execution ends, if it runs."""
        running = self._client.list_executions(stateMachineArn=self.arns[machine], statusFilter="RUNNING")
        for one in running["executions"]:
            if one["name"] == name:
                self._client.stop_execution(executionArn=one["executionArn"])


@pytest.fixture(scope="module")
def executions() -> Iterator[Executions]:
    with cloud_in_memory():
        yield Executions()


case_numbers = st.sampled_from(["RZ20261123K7Q2M9XD", "RZ20261123AAAAAAAA"])
names = st.tuples(case_numbers, st.sampled_from(["1", "2", "1-202611230800"])).map("-".join)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("start"), st.sampled_from(MACHINES), names),
        st.tuples(st.just("end"), st.sampled_from(MACHINES), names),
        st.tuples(st.just("wait"), st.sampled_from(TOKENS)),
        st.tuples(st.just("wake"), st.sampled_from(TOKENS)),
    ),
    max_size=12,
)


@pytest.mark.requirement("N1")
@settings(max_examples=30)
@given(asked=steps)
def test_the_machines_and_their_stand_in_answer_alike(executions: Executions, asked: list[tuple[Any, ...]]) -> None:
    real, double = executions.begin(), MemoryWorkflows()
    for kind, *what in asked:
        if kind == "start":
            machine, name = what
            number = name.partition("-")[0]
            assert real.start(machine, number, name) == double.start(machine, number, name)
        elif kind == "end":
            executions.end(*what)
            machine, name = what
            double.running[machine].discard(name)
        elif kind == "wait":
            executions.wait(*what)
            double.waiting.add(*what)
        else:
            assert real.wake(*what) == double.wake(*what)
        for machine in MACHINES:
            assert real.live_cases(machine) == double.live_cases(machine)


@pytest.mark.requirement("N1", "N4")
def test_an_execution_is_told_its_case_number_and_nothing_else(executions: Executions) -> None:
    assert executions.begin().start(Machine.MATCHING, "RZ1", "RZ1-1")
    (started,) = executions.list_executions(stateMachineArn=executions.arns[Machine.MATCHING])["executions"]
    told = executions.describe_execution(executionArn=started["executionArn"])["input"]
    assert json.loads(told) == {"case_number": "RZ1"}


@pytest.mark.requirement("N1", "N4")
def test_who_is_woken_is_told_where_the_case_stands_and_nothing_else(executions: Executions) -> None:
    machines = executions.begin()
    for standing in (Standing("verification", 7), None):
        executions.wait("token")
        assert machines.wake("token", standing)
    assert executions.told[-2:] == [{"stage": "verification", "version": "7"}, {}]


@pytest.mark.requirement("N6")
def test_running_executions_are_listed_in_the_largest_pages_there_are(executions: Executions) -> None:
    """Listing has a quota of some calls a second, which staff use in the console, too."""
    machines, asked = executions.begin(), []
    executions._client.meta.events.register(
        "before-parameter-build.sfn.ListExecutions", lambda params, **_: asked.append(params["maxResults"])
    )
    machines.live_cases(Machine.MATCHING)
    assert asked == [LARGEST_PAGE] == [1000]
