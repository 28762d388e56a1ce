"""After a notice on holidays was deployed: every open verification case counts its deadline again and records it.

Safe to repeat. A deadline that the notice does not move is left as it is.

python -m tools.recount_deadlines           on the local stack
python -m tools.recount_deadlines STACK     on a stack of the AWS account and region in force
"""

from __future__ import annotations

import json
import sys
from typing import Any

import boto3
from botocore.config import Config

from tools.environment import LocalAws, outputs, say

_RECONCILER_SECONDS = 300
"""As long as the function may take. A run that has no time for all cases is gone on with in another."""


def recount(functions: Any, name: str) -> dict[str, int]:
    """Wake every open verification case; `functions` is a client of Lambda, `name` the reconciler's.

    Gives how many cases were open, started and woken, and how many calls failed: then run it again.

    Raises:
        RuntimeError: a run failed as a whole, or did not get further.
    """
    started = woken = failed = 0
    behind: str | None = ""
    while True:
        done = _ask(functions, name, {"look_again": "verification", "grace_seconds": 0, "behind": behind})
        started, woken, failed = started + done["started"], woken + done["woken"], failed + done["failed"]
        if done["behind"] is None:
            return {"open": done["open"], "started": started, "woken": woken, "failed": failed}
        if done["behind"] == behind:
            raise RuntimeError(f"no case behind {behind} was reached")
        behind = done["behind"]


def _ask(functions: Any, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    answered = functions.invoke(FunctionName=name, Payload=json.dumps(asked).encode())
    payload = answered["Payload"].read().decode()
    if "FunctionError" in answered:
        raise RuntimeError(payload)
    done: dict[str, Any] = json.loads(payload)
    return done


def _reconciler_of(stack: str) -> str:
    described = boto3.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId="ReconcileCasesFunction"
    )
    return str(described["StackResourceDetail"]["PhysicalResourceId"])


def main() -> None:
    """Do it and print what was done."""
    match sys.argv[1:]:
        case []:
            found = outputs()
            functions = LocalAws(found["aws_endpoint_url"]).client("lambda")
            name = found["ReconcileCasesFunctionName"]
        case [stack]:
            patient = Config(read_timeout=_RECONCILER_SECONDS, retries={"max_attempts": 0})
            functions, name = boto3.client("lambda", config=patient), _reconciler_of(stack)
        case _:
            raise SystemExit(__doc__)
    done = recount(functions, name)
    say(
        f"未办结 {done['open']} 件，唤醒 {done['woken']} 件，重启 {done['started']} 件，失败 {done['failed']} 件",
        f"{done['open']} cases open, {done['woken']} woken, {done['started']} restarted, {done['failed']} failed",
    )
    if done["failed"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
