"""Accounts of invented staff on the local stack, and the authenticators of those who have them.

Whoever starts an action here without a code acts as one of them: the code is made from the account's key, by the
stack's own clock, and is one that nobody has used. Programs that run at the same time share the accounts. On a stack
in AWS nothing of this works: keys are known to their users alone.

make staff INPUT='{"action": "confirm_material", "case_number": "…"}'     with a `reviewer`, as that sample account
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from degree_auth.adapters.accounts.staff_table import StaffTable
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.accounts.one_time_codes import DRIFT_STEPS, code_at, step_at
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.shared.words import Words
from degree_auth.services.review.staff_accounts import StaffKeys
from tools import staff
from tools.clock import now_of
from tools.environment import LOCAL, LocalAws, outputs

KEYS = LOCAL / "staff.json"
_ANYONE = "sample"
_TRIES = 3
_IMPORT_SECONDS = 180


class SampleStaff:
    """The sample staff of a running stack."""

    def __init__(self, found: Mapping[str, Any], path: Path = KEYS) -> None:
        self._found = found
        self._aws = LocalAws(found["aws_endpoint_url"])
        self._path = path
        self._place = f"{found['aws_endpoint_url']} {found['AccountsTable']}"

    def act(self, action: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
        """Start an action and wait for its end, as `staff.act`; without a code, as the sample account that it names, or
        as anyone of them when it names none; digests of files that it leaves out are measured.

        Raises:
            KeyError: the account that it names is no sample account, so its user has to give the code.
        """
        machine = self._found["StaffActionsMachineArn"]
        action = {**action, **staff.digests(self._aws, self._found, action)}
        if "code" in action:
            return staff.act(self._aws, machine, dict(action), name)
        ended: dict[str, Any] = {}
        for attempt in range(_TRIES):
            given = {**action, **self.credentials(action.get("reviewer"))}
            ended = staff.act(self._aws, machine, given, f"{name}-{attempt}" if name and attempt else name)
            # Somebody may have moved the stack's clock past the code meanwhile.
            if ended["error"] != "staff_not_proven":
                break
        return ended

    def send_register_file(self, path: Path, name: str, reviewer: str | None = None) -> dict[str, Any]:
        """Upload an annual report file as `incoming/<name>` and send it as one of the staff; gives how its import
        ended, as Step Functions describes it.

        Raises:
            RuntimeError: the action was refused.
            TimeoutError: the import has not ended within three minutes.
        """
        source = f"incoming/{name}"
        self._aws.client("s3").upload_file(str(path), self._found["RegisterFilesBucket"], source)
        given = {"action": "send_register_file", "source": source, **({"reviewer": reviewer} if reviewer else {})}
        sent = self.act(given)
        if sent["status"] != "SUCCEEDED":
            raise RuntimeError(f"{sent['error']}\n{sent['cause']}")
        machines = self._aws.client("stepfunctions")
        machine = self._found["RegisterImportMachineArn"].replace(":stateMachine:", ":execution:")
        deadline = time.monotonic() + _IMPORT_SECONDS
        while time.monotonic() < deadline:
            arn = f"{machine}:{sent['output']['import_execution']}"
            ended: dict[str, Any] = machines.describe_execution(executionArn=arn)
            if ended["status"] != "RUNNING":
                return ended
            time.sleep(0.2)
        raise TimeoutError("the import has not ended")

    def credentials(self, name: str | None = None) -> dict[str, str]:
        """Account and code to start an action with; waits for the account's next code when it must.

        Raises:
            KeyError: the stack has an account of that name that is no sample account.
        """
        while True:
            with self._kept() as accounts:
                present = step_at(now_of(self._aws, self._found))
                chosen = name or self._idle(accounts, present)
                if chosen not in accounts:
                    accounts[chosen] = {"secret": self._opened(chosen), "last_step": 0}
                account = accounts[chosen]
                step = max(present, account["last_step"] + 1)
                if step <= present + DRIFT_STEPS:
                    account["last_step"] = step
                    return {"reviewer": chosen, "code": code_at(account["secret"], step)}
            time.sleep(1)

    def _idle(self, accounts: Mapping[str, Any], present: int) -> str:
        """One of many who has a code left, or one more."""
        many = (f"{_ANYONE}-{number}" for number in range(1, 10_000))
        return next(one for one in many if one not in accounts or accounts[one]["last_step"] < present + DRIFT_STEPS)

    def _opened(self, name: str) -> str:
        """The secret of a new account, with every role."""
        aws, found = self._aws, self._found
        master = aws.client("secretsmanager").get_secret_value(SecretId=found["MasterSecretArn"])["SecretString"]
        table = StaffTable(found["AccountsTable"], aws.client("dynamodb"))
        if table.staff_account(name) is not None and not name.startswith(_ANYONE):
            raise KeyError(name)
        keys = StaffKeys(table, Keyring(master.encode()))
        uri = keys.open_at_once(name, tuple(Role), secrets.token_urlsafe(16), now_of(aws, found))
        return parse_qs(urlparse(uri).query)["secret"][0]

    @contextmanager
    def _kept(self) -> Iterator[dict[str, Any]]:
        """The keys as they are kept, for one program at a time; what becomes of them is kept."""
        self._path.parent.mkdir(exist_ok=True)
        with self._path.open("a+", encoding="utf-8") as file:
            self._path.chmod(0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            text = file.read()
            kept: dict[str, Any] = json.loads(text) if text else {}
            accounts: dict[str, Any] = kept["accounts"] if kept.get("place") == self._place else {}
            yield accounts
            file.truncate(0)
            file.write(json.dumps({"place": self._place, "accounts": accounts}, indent=2) + "\n")


def main() -> None:
    """Carry out the action that STAFF_INPUT holds, and print its answer; exit status 1 when it was refused."""
    try:
        action = json.loads(os.environ.get("STAFF_INPUT", ""))
    except ValueError:
        example = "make staff INPUT='{\"action\": …}'"
        raise SystemExit(Words(f"INPUT 不是 JSON：{example}", f"INPUT is not JSON: {example}").lines) from None
    try:
        ended = SampleStaff(outputs()).act(action)
    except KeyError:
        words = Words("不是样例账号，请在输入中给出 code", "no sample account: give its code in the input")
        raise SystemExit(words.lines) from None
    if ended["status"] != "SUCCEEDED":
        raise SystemExit(f"{ended['error']}\n{ended['cause']}")
    print(json.dumps(ended["output"], ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
