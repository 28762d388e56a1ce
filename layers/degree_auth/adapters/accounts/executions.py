"""Whether an execution of Step Functions has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StaffExecutions:
    """Implements `Executions` over Step Functions."""

    def __init__(self, client: SFNClient) -> None:
        self._client = client

    def is_under_way(self, execution_arn: str) -> bool:
        """Whether an execution has not ended; one that is no longer kept has."""
        try:
            return self._client.describe_execution(executionArn=execution_arn)["status"] == "RUNNING"
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
