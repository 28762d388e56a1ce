"""What end-to-end tests do behind the API, in a process of their own that talks to the running stack's tables.

Accounts are provisioned, tasks given to departments, and questions dated back, by the services and the domain.
`python -m tests.e2e.backstage` reads one command as JSON on its standard input and answers in JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
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
        "MASTER_SECRET_ID": stack["MasterSecretArn"],
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


def provision(accounts: list[dict[str, Any]]) -> list[str | None]:
    """Temporary passwords of new accounts: `username`, `institution_code`, `department_id`, `tier` of each."""
    from degree_auth import wiring
    from degree_auth.adapters.password_hashing import Argon2
    from degree_auth.services.provisioning import Provisioning

    provisioning = Provisioning(wiring.accounts(), wiring.keyring(), Argon2())
    user = {"name": "测试·样例", "mobile": "13800000000", "email": "sample@example.org"}
    return [
        provisioning.provision_account(
            **one, user=user, actor="staff:e2e", command=f"provision-{one['username']}", now=wiring.now()
        ).temporary_password
        for one in accounts
    ]


def give(task_id: str, department_id: str) -> int:
    """Give a task to a department, whether one of that id is registered or not."""
    from degree_auth import wiring
    from degree_auth.domain import verification
    from degree_auth.services.cases import advance

    number = verification.case_number_of(task_id)
    return advance(
        wiring.cases(),
        number,
        lambda case: verification.reassign(case, task_id, department_id, "归口", "staff:e2e"),
        wiring.now(),
    ).version


def ask_back_then(case_number: str, days: int) -> int:
    """Confirm a case's material as if it had been done so many days ago; its machine is left to the reconciler."""
    from degree_auth import wiring
    from degree_auth.domain import decisions
    from degree_auth.domain.verification import next_task_id
    from degree_auth.services.cases import advance

    return advance(
        wiring.cases(),
        case_number,
        lambda case: decisions.confirm_material(case, "e2e", "", next_task_id(case), "back-then"),
        datetime.now(UTC) - timedelta(days=days),
    ).version


def expired_token(principal: dict[str, str]) -> str:
    """An access token of ours whose time is past."""
    from degree_auth import wiring

    place = f"{principal['institution_code']}.{principal['account_id']}.{principal['session_id']}"
    content = f"{place}.{int(datetime.now(UTC).timestamp()) - 1}"
    return f"{content}.{wiring.keyring().token('institution-access', content)}"


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    commands = {one.__name__: one for one in (provision, give, ask_back_then, expired_token)}
    print(json.dumps(commands[asked.pop("command")](**asked)))
