"""What end-to-end tests do behind the API, in a process of their own that talks to the running stack's tables.

Questions are dated back, and tokens made that are past, by the services and the domain.
`python -m tests.e2e.backstage` reads one command as JSON on its standard input and answers in JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

from tools.environment import REGION, ROOT


def backstage(stack: dict[str, Any], command: str, **given: Any) -> Any:
    """Carry out one command against the running stack."""
    environment = os.environ | {
        "PYTHONPATH": "layers:.",
        "AWS_ENDPOINT_URL": stack["aws_endpoint_url"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "ACCOUNTS_TABLE": stack["AccountsTable"],
        "CASES_TABLE": stack["CasesTable"],
        "CLOCK_PARAMETER": stack["ClockParameter"],
        "ENVIRONMENT": "local",
        "MASTER_SECRET_ID": stack["MasterSecretArn"],
        "NOTIFICATIONS_QUEUE_URL": stack["NotificationsQueueUrl"],
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.e2e.backstage"],
        cwd=ROOT,
        env=environment,
        input=json.dumps({"command": command, **given}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def ask_back_then(case_number: str, days: int) -> int:
    """Confirm a case's material as if it had been done so many days ago; its machine is left to the reconciler."""
    from degree_auth.domain.cases import claim_review
    from degree_auth.domain.verification.tasks import next_task_id
    from degree_auth.services.cases.advance import advance
    from degree_auth.wiring import cases, shared

    return advance(
        cases.table(),
        case_number,
        lambda case: claim_review.confirm_material(case, "e2e", "", next_task_id(case), "back-then"),
        shared.now() - timedelta(days=days),
    ).version


def expired_token(principal: dict[str, str]) -> str:
    """An access token of ours whose time is past."""
    from degree_auth.wiring import shared

    place = f"{principal['institution_code']}.{principal['account_id']}.{principal['session_id']}"
    content = f"{place}.{int(shared.now().timestamp()) - 1}"
    return f"{content}.{shared.keyring().token('institution-access', content)}"


def put_machine_client(lead: dict[str, str], machine_id: str, body: dict[str, Any]) -> int:
    """Make or change a machine client in a lead department's name, without its user's one-time code; its version."""
    from degree_auth.domain.accounts.principal import Principal
    from degree_auth.wiring import shared
    from degree_auth.wiring.institutions import machine_clients

    asker = Principal(lead["account_id"], lead["account_id"], lead["institution_code"], None, 1)
    without_code = {**body, "one_time_code": "000000"}
    return machine_clients.machine_clients().put(asker, machine_id, without_code, lambda _: None, shared.now()).version


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    commands = {one.__name__: one for one in (ask_back_then, expired_token, put_machine_client)}
    print(json.dumps(commands[asked.pop("command")](**asked)))
