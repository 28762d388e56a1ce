"""Addresses of the Step Functions console, in whatever partition an ARN belongs to."""

from __future__ import annotations

from collections.abc import Mapping

_CONSOLES: Mapping[str, str] = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def execution_address(arn: str) -> str | None:
    """Where an execution is shown; None in a partition whose console is not known."""
    return _address(arn, f"v2/executions/details/{arn}")


def start_address(arn: str) -> str | None:
    """Where an execution of a machine is started; None in a partition whose console is not known."""
    return _address(arn, f"v2/statemachines/start-execution/{arn}")


def _address(arn: str, place: str) -> str | None:
    _, partition, _, region, *_ = arn.split(":")
    console = _CONSOLES.get(partition)
    return None if console is None else f"https://{region}.{console}/states/home?region={region}#/{place}"
