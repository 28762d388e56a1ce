"""Step Functions: starting, waking and listing executions; executions are named by their case number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from degree_auth.domain.cases.stages import Machine
from degree_auth.services.cases.ports import Standing

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

LARGEST_PAGE = 1000
"""Executions in one answer, the most there are. Listing has a small quota, which the console uses, too."""

_WAITS_NO_LONGER = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class StepFunctions:
    """Implements `Workflows` over Step Functions; `machines` gives the ARN of each machine."""

    def __init__(self, client: SFNClient, machines: Mapping[Machine, str]) -> None:
        self._client = client
        self._machines = machines

    def start(self, machine: Machine, case_number: str, name: str) -> bool:
        """Start an execution under this name; one that runs is left alone. False when one of that name has ended."""
        try:
            self._client.start_execution(
                stateMachineArn=self._machines[machine], name=name, input=json.dumps({"case_number": case_number})
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
            return False
        return True

    def wake(self, token: str, standing: Standing | None = None) -> bool:
        """Wake the execution that waits with this token; false when it waits no longer. It goes on from where it is
        told that the case stands; told nothing, it reads the case."""
        # Versions are text in the machines, as a table answers a number.
        told = {} if standing is None else {"stage": standing.stage, "version": str(standing.version)}
        try:
            self._client.send_task_success(taskToken=token, output=json.dumps(told))
        except ClientError as error:
            if error.response["Error"]["Code"] in _WAITS_NO_LONGER:
                return False
            raise
        return True

    def live_cases(self, machine: Machine) -> set[str]:
        """Case numbers that a running execution of this machine drives, read from the executions' names."""
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._machines[machine],
            statusFilter="RUNNING",
            PaginationConfig={"PageSize": LARGEST_PAGE},
        )
        return {execution["name"].partition("-")[0] for page in pages for execution in page["executions"]}


class DrawMachine:
    """The spot-check machine, for whoever has drawn."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def carry_out(self, draw_id: str, command: str) -> None:
        """Start the machine for a draw. Repeating the same command starts nothing more."""
        name = f"{draw_id}-{hashlib.sha256(command.encode()).hexdigest()[:12]}"
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=name, input=json.dumps({"draw_id": draw_id}))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
