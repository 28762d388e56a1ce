"""Institutions' accounts in end-to-end tests: provisioned, signed in over HTTP, with tasks to answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlparse

import requests

from degree_auth.domain.one_time_codes import code_at, step_at
from tests.e2e.backstage import backstage
from tests.e2e.client import SECONDS, Applied, Portal, mismatching, until

PASSWORD = "a synthetic pass phrase"


@dataclass(frozen=True)
class Office:
    """An account that is signed in."""

    url: str
    username: str
    session: dict[str, Any]

    @property
    def token(self) -> str:
        return str(self.session["access_token"])

    @property
    def account_id(self) -> str:
        return str(self.session["account"]["account_id"])

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(f"{self.url}/v1/{path}", headers=self._headers(), timeout=SECONDS, **options)

    def post(self, path: str, body: object, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()} | self._headers()
        return requests.post(f"{self.url}/v1/{path}", json=body, headers=named, timeout=SECONDS)

    def form(self, task_id: str) -> dict[str, Any]:
        answered = self.get(f"tasks/{task_id}")
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found

    def tasks(self, **asked: Any) -> list[dict[str, Any]]:
        """A whole list, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            answered = self.get("tasks", params=asked)
            assert answered.status_code == 200, answered.text
            page = answered.json()
            found += page["tasks"]
            if page["next"] is None:
                return found
            asked["cursor"] = page["next"]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def open_offices(portal: Portal, *wanted: tuple[str, str | None]) -> list[Office]:
    """Accounts of (institution code, department; None for the lead department), new ones, each signed in."""
    accounts = [
        {
            "username": f"u-{uuid.uuid4().hex[:10].translate(str.maketrans('0123456789', 'ghijklmnop'))}",
            "institution_code": institution,
            "department_id": department,
            "tier": 1 if department is None else 2,
        }
        for institution, department in wanted
    ]
    passwords = backstage(portal.stack, "provision", accounts=accounts)
    return [
        Office(portal.url, one["username"], _first_session(portal, one["username"], password))
        for one, password in zip(accounts, passwords, strict=True)
    ]


def _first_session(portal: Portal, username: str, password: str) -> dict[str, Any]:
    known = {"username": username, "password": password}
    enrolled = portal.post("/v1/sessions", known)
    assert enrolled.status_code == 200, enrolled.text
    secret = parse_qs(urlparse(enrolled.json()["otpauth_uri"]).query)["secret"][0]
    code = code_at(secret, step_at(datetime.now(UTC)))
    answered = portal.post("/v1/sessions/password", {**known, "one_time_code": code, "new_password": PASSWORD})
    assert answered.status_code == 201, answered.text
    session: dict[str, Any] = answered.json()
    return session


@dataclass(frozen=True)
class Question:
    """A case that waits for its institution, and the task that asks it."""

    case: Applied
    task_id: str
    institution_code: str


def ask(portal: Portal, which: int, days_ago: int = 0) -> Question:
    """Apply with a sample record, review, and wait until the task is routed; dated back when told so."""
    case = portal.apply(mismatching(which)).with_scan()
    if days_ago:
        backstage(portal.stack, "ask_back_then", case_number=case.case_number, days=days_ago)
        portal.reconcile()
    else:
        assert portal.act("confirm_material", case.case_number)["status"] == "SUCCEEDED"
    until(lambda: "task_routed" in [one["type"] for one in portal.log(case.case_number)], "the task is routed")
    (task,) = portal.items(case.case_number, "TASK#")
    return Question(case, task["sk"].removeprefix("TASK#"), task["institution_code"])


def give(portal: Portal, question: Question, department: str) -> None:
    """Give a task to a department of its institution."""
    backstage(portal.stack, "give", task_id=question.task_id, department_id=department)
