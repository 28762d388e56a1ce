"""Starts a staff action on the local stack, as the console's "Start execution" does, and prints its answer.

make staff INPUT='{"action": "confirm_material", "case_number": "…", "reviewer": "reviewer-1"}'
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from degree_auth.domain.shared.words import Words
from tools.environment import LocalAws, outputs

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


def main() -> None:
    """Carry out the action that STAFF_INPUT holds; exit status 1 when it was refused."""
    try:
        action = json.loads(os.environ.get("STAFF_INPUT", ""))
    except ValueError:
        example = "make staff INPUT='{\"action\": …}'"
        raise SystemExit(Words(f"INPUT 不是 JSON：{example}", f"INPUT is not JSON: {example}").lines) from None
    found = outputs()
    aws = LocalAws(found["aws_endpoint_url"])
    ended = act(aws, found["StaffActionsMachineArn"], action)
    if ended["status"] != "SUCCEEDED":
        raise SystemExit(f"{ended['error']}\n{ended['cause']}")
    print(json.dumps(ended["output"], ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
