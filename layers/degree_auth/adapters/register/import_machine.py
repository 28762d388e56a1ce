"""Step Functions: starting the import of an annual report file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class RegisterImportMachine:
    """Implements `ImportMachine` over Step Functions."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def start(self, name: str, content: Mapping[str, Any]) -> None:
        """Start an execution under this name with this input; one that runs or has ended is left alone."""
        given = json.dumps(content, ensure_ascii=False)
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=name, input=given)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
