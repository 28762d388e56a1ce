"""Synthetic departments and accounts of institutions that the sample register has, registered as staff would.

Everything goes the real way: forms into the documents bucket, staff actions, the first sign-in over HTTP. Safe to
repeat: what is there stays, and its credentials are kept beside the outputs. Nobody in it exists.

    python -m tools.sample_institutions      registers what is missing and prints the credentials
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import requests

from degree_auth.domain.accounts.one_time_codes import DRIFT_STEPS, code_at, enrolment_uri, step_at
from tools.clock import now_of
from tools.environment import LOCAL, LocalAws, outputs, say
from tools.sample_staff import SampleStaff

CREDENTIALS = LOCAL / "institutions.json"
PASSWORD = "a synthetic pass phrase"  # noqa: S105 -- of invented users on the local stack
_SECONDS = 60
_FIRST_PERSON, _SECOND_PERSON = "sample-first", "sample-second"
"""How the names begin of who proposes the user of an account, and of who approves it. Each account has two of its own:
one person would have to wait for the next one-time code."""
_LETTERS = str.maketrans("0123456789", "abcdefghij")
"""The name of a member of staff holds no five digits in a row, as a code does."""


@dataclass(frozen=True, slots=True)
class SampleDepartment:
    """A verifying department: its id, its name, and the letters of annex 3 that it ticks."""

    department_id: str
    name: str
    levels: str
    award_years: str
    study_forms: str


@dataclass(frozen=True, slots=True)
class SampleInstitution:
    """An institution with the name of its lead department."""

    code: str
    name: str
    lead_department: str
    departments: tuple[SampleDepartment, ...]


INSTITUTIONS = (
    # The current year's masters and doctors are covered by nobody; adult bachelors of former years by two.
    SampleInstitution(
        "10001",
        "北京大学",
        "研究生院",
        (
            SampleDepartment("archive", "档案馆", "A", "F", "I"),
            SampleDepartment("registry", "教务部", "B", "G", "J"),
            SampleDepartment("continuing", "继续教育学院", "B", "E", "K"),
        ),
    ),
    SampleInstitution(
        "10002",
        "中国人民大学",
        "研究生院",
        (
            SampleDepartment("archive", "档案馆", "A", "E", "I"),
            SampleDepartment("graduate", "学位办公室", "CD", "E", ""),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account whose user has signed in once. `secret` is the authenticator's, `last_step` the last code's step."""

    username: str
    institution_code: str
    department_id: str | None
    tier: int
    password: str
    secret: str
    last_step: int
    refresh_token: str

    @property
    def otpauth_uri(self) -> str:
        """What an authenticator takes in."""
        return enrolment_uri(self.secret, self.username)


def username_of(institution_code: str, department_id: str | None = None) -> str:
    """The username of a lead department's or a department's account."""
    return f"u{institution_code}-{department_id or 'lead'}"


class SampleInstitutions:
    """The sample institutions on a running stack, and the people who use their accounts."""

    def __init__(
        self,
        found: Mapping[str, Any],
        path: Path = CREDENTIALS,
        institutions: Sequence[SampleInstitution] = INSTITUTIONS,
    ) -> None:
        self._found = found
        self._institutions = institutions
        self._aws = LocalAws(found["aws_endpoint_url"])
        self._path = path
        # Another stack knows nothing of these accounts.
        self._place = f"{found['aws_endpoint_url']} {found['AccountsTable']}"
        self._accounts = self._read_kept_accounts()

    def provide(self) -> dict[str, SampleAccount]:
        """Register what is missing and sign everybody in for the first time; the accounts by username.

        Raises:
            RuntimeError: a staff action or a sign-in was refused.
        """
        with self._turn():
            return self._provided()

    def account(self, username: str) -> SampleAccount:
        """An account that was provided, as it was kept last: by this program or by another one.

        Raises:
            KeyError: none of that name.
        """
        self._accounts = self._read_kept_accounts()
        return self._accounts[username]

    @property
    def usernames(self) -> list[str]:
        """The accounts that were provided."""
        return sorted(self._read_kept_accounts())

    def one_time_code(self, username: str) -> str:
        """A code that is good now and was not used, for a person who signs in; waits for the next when it must.

        Raises:
            KeyError: no account of that name.
        """
        with self._turn():
            account = self._accounts[username]
            step = self._next_step(account.last_step)
            self._keep(replace(account, last_step=step))
            return code_at(account.secret, step)

    def renew(self, username: str) -> SampleAccount:
        """Credentials for an account whose user has changed: found, or handed out anew."""
        with self._turn():
            self._forget(username)
            return self._provided()[username]

    def hand_over(self, username: str) -> str:
        """The temporary password of an account whose user changes; credentials of the former user are forgotten.

        Raises:
            KeyError: no account of that name.
        """
        with self._turn():
            self._forget(username)
            every = (one for institution in self._institutions for one in _registrations(institution))
            return self._register(*next(one for one in every if one[0] == username))

    def access_token(self, username: str) -> str:
        """An access token of an account: its session goes on, or a new one is opened with the next one-time code."""
        with self._turn():
            account = self._accounts[username]
            answered = self._post("/v1/sessions/refresh", {"refresh_token": account.refresh_token})
            if answered.status_code != 200:
                account, answered = self._sign_in(account)
            session = answered.json()
            self._keep(replace(account, refresh_token=session["refresh_token"]))
            return str(session["access_token"])

    def sign_in(self, username: str) -> str:
        """Open a new session as a person would, and give its access token; waits for the next code when it must."""
        with self._turn():
            account, answered = self._sign_in(self._accounts[username])
            session = answered.json()
            self._keep(replace(account, refresh_token=session["refresh_token"]))
            return str(session["access_token"])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One program at a time: a one-time code is good once, and so is a refresh token."""
        self._path.parent.mkdir(exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._accounts = self._read_kept_accounts()
            yield

    def _provided(self) -> dict[str, SampleAccount]:
        for institution in self._institutions:
            for username, action, form in _registrations(institution):
                if username not in self._accounts:
                    self._keep(self._first_sign_in(action, self._register(username, action, form)))
        return dict(self._accounts)

    def _sign_in(self, account: SampleAccount) -> tuple[SampleAccount, requests.Response]:
        step = self._next_step(account.last_step)
        known = {"username": account.username, "password": account.password}
        answered = self._post("/v1/sessions", {**known, "one_time_code": code_at(account.secret, step)})
        if answered.status_code != 201:
            raise RuntimeError(f"sign-in refused: {account.username} {answered.text}")
        return replace(account, last_step=step), answered

    def _next_step(self, last_step: int) -> int:
        """The step of a code that was not used and is good: that of now, or the next."""
        while last_step + 1 > self._step() + DRIFT_STEPS:
            time.sleep(1)
        return max(self._step(), last_step + 1)

    def _step(self) -> int:
        """The time step of now, by the stack's own clock, which may have been moved."""
        return step_at(now_of(self._aws, self._found))

    def _register(self, username: str, action: dict[str, Any], form: dict[str, Any]) -> str:
        """The temporary password of an account that was registered, now or before."""
        first, second = (f"{who}-{username.translate(_LETTERS)}" for who in (_FIRST_PERSON, _SECOND_PERSON))
        proposed = self._act(self._with_form(username, {**action, "reviewer": first}, form))
        if proposed["proposal"] is None:
            # Its credentials were lost: as if its user had changed.
            renewed = {
                "action": "propose_account_user",
                "reviewer": first,
                "institution_code": action["institution_code"],
                "username": username,
                "notice_reference": "样例 synthetic notice",
            }
            proposed = self._act(self._with_form(f"{username}-user", renewed, {"account_user": form["account_user"]}))
        approval = {"action": "approve_account_user", "reviewer": second, "username": username}
        of_account = {"institution_code": action["institution_code"], "proposal": proposed["proposal"]}
        ended = self._act({**approval, **of_account})
        key = str(ended["location"]).partition(f"s3://{self._found['DocumentsBucket']}/")[2]
        stored = self._aws.client("s3").get_object(Bucket=self._found["DocumentsBucket"], Key=key)
        return str(json.loads(stored["Body"].read())["temporary_password"])

    def _with_form(self, name: str, action: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
        self._aws.client("s3").put_object(
            Bucket=self._found["DocumentsBucket"],
            Key=f"registration/{name}.json",
            Body=json.dumps(form, ensure_ascii=False).encode(),
            ContentType="application/json",
        )
        return {**action, "form": name}

    def _act(self, action: dict[str, Any]) -> dict[str, Any]:
        ended = SampleStaff(self._found).act(action)
        if ended["status"] != "SUCCEEDED":
            raise RuntimeError(f"refused: {action['action']} {ended['error']} {ended['cause']}")
        output: dict[str, Any] = ended["output"]
        return output

    def _first_sign_in(self, action: dict[str, Any], temporary_password: str) -> SampleAccount:
        known = {"username": action["username"], "password": temporary_password}
        enrolled = self._post("/v1/sessions", known)
        if enrolled.status_code != 200:
            raise RuntimeError(f"the first sign-in was refused: {action['username']} {enrolled.text}")
        secret = parse_qs(urlparse(enrolled.json()["otpauth_uri"]).query)["secret"][0]
        step = self._step()
        setting = {**known, "one_time_code": code_at(secret, step), "new_password": PASSWORD}
        answered = self._post("/v1/sessions/password", setting)
        if answered.status_code != 201:
            raise RuntimeError(f"the password was not set: {action['username']} {answered.text}")
        session = answered.json()
        return SampleAccount(
            username=action["username"],
            institution_code=action["institution_code"],
            department_id=action.get("department_id"),
            tier=session["account"]["tier"],
            password=PASSWORD,
            secret=secret,
            last_step=step,
            refresh_token=session["refresh_token"],
        )

    def _post(self, path: str, body: object) -> requests.Response:
        return requests.post(f"{self._found['api_url']}{path}", json=body, timeout=_SECONDS)

    def _read_kept_accounts(self) -> dict[str, SampleAccount]:
        if not self._path.exists():
            return {}
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        if kept["place"] != self._place:
            return {}
        return {one["username"]: SampleAccount(**one) for one in kept["accounts"]}

    def _keep(self, account: SampleAccount) -> None:
        self._accounts[account.username] = account
        self._write()

    def _forget(self, username: str) -> None:
        del self._accounts[username]
        self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(exist_ok=True)
        content = {"place": self._place, "accounts": [asdict(one) for one in self._accounts.values()]}
        self._path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        self._path.chmod(0o600)


def _registrations(institution: SampleInstitution) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Username, staff action without its form, and form, of the lead department and then of each department."""
    code = institution.code
    lead = username_of(code)
    user = {
        "name": "样例·使用人",
        "telephone": "010-00000000",
        "mobile": "13800000000",
        "fax": "",
        "email": "sample@example.com",
        "postal_address": "合成地址 1 号 100000",
    }
    marks = {"sealed": True, "head_signed": True}
    yield (
        lead,
        {"action": "register_institution", "institution_code": code, "username": lead},
        {
            "institution": {"code": code, "name": institution.name, "sealed": True, "vice_president_signed": True},
            "department": {"name": institution.lead_department, **marks},
            "account_user": user,
            "verifying_departments": [one.name for one in institution.departments],
        },
    )
    for one in institution.departments:
        username = username_of(code, one.department_id)
        yield (
            username,
            {
                "action": "register_department",
                "institution_code": code,
                "department_id": one.department_id,
                "username": username,
            },
            {
                "department": {"name": one.name, **marks},
                "account_user": user,
                "scope": {
                    "levels": list(one.levels),
                    "award_years": list(one.award_years),
                    "study_forms": list(one.study_forms),
                    "other_years": "",
                },
            },
        )


def main() -> None:
    """Provide the sample institutions and print their credentials."""
    say("正在登记样例单位（合成数据）", "registering the sample institutions (synthetic)")
    accounts = SampleInstitutions(outputs()).provide()
    for one in accounts.values():
        print(f"{one.username}  {one.password}  {one.otpauth_uri}")


if __name__ == "__main__":
    main()
