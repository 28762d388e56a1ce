"""Starts a staff action on the local stack, as the console's "Start execution" does."""

from __future__ import annotations

import json
import time
from typing import Any

from tools.environment import LocalAws

_SECONDS = 60


def act(aws: LocalAws, machine_arn: str, action: dict[str, Any], name: str | None = None) -> dict[str, Any]:
    """Start one action and wait for its end; gives `status`, and `output`, or `error` and `cause`.

    Raises:
        TimeoutError: it has not ended within a minute.
    """
    client = aws.client("stepfunctions")
    given = {} if name is None else {"name": name}
    arn = client.start_execution(stateMachineArn=machine_arn, input=json.dumps(action, ensure_ascii=False), **given)[
        "executionArn"
    ]
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        ended = client.describe_execution(executionArn=arn)
        if ended["status"] != "RUNNING":
            return {
                "status": ended["status"],
                "output": json.loads(ended["output"]) if ended.get("output") else None,
                "error": ended.get("error"),
                "cause": ended.get("cause"),
            }
        time.sleep(0.1)
    raise TimeoutError("the action has not ended")
