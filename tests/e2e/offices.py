"""Institutions' accounts in end-to-end tests: registered by staff, signed in over HTTP, with tasks to answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import requests

from degree_auth.domain.cases.result import DENIALS
from tests.e2e.backstage import backstage
from tests.e2e.client import SECONDS, Applied, Portal, awards, mismatching, until
from tests.samples.feedback import denial_of
from tools.sample_institutions import SampleInstitutions, username_of

INSTITUTION = "10001"
"""The sample institution whose degrees are asked about."""

DEPARTMENT = "archive"
"""Its department that covers all that the sample register has of it."""

OPENED_DEPARTMENT = "博士学位办公室"
"""A department that a test opens there. Every page about its departments shows it from then on."""

VERIFIED = {"result": "verified", "handler": "经办人", "archive_reference": "档-2022-001"}


def form_of(result: str = "verified", **more: Any) -> dict[str, Any]:
    """A form of this result with all that it needs."""
    return {**(denial_of(result) if result in DENIALS else VERIFIED), "result": result, **more}


@dataclass(frozen=True)
class Office:
    """An account that is signed in."""

    url: str
    institution_code: str
    department_id: str | None
    token: str

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

    def answer(self, task_id: str, **form: Any) -> dict[str, Any]:
        """Give the institution's answer, which must be taken; the task afterwards."""
        answered = self.post(f"tasks/{task_id}/feedback", form_of(**form))
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

    def numbers(self, **asked: Any) -> list[str]:
        """The ids of a whole list."""
        return [one["task_id"] for one in self.tasks(**asked)]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def office(
    portal: Portal, sample: SampleInstitutions, department_id: str | None = None, institution_code: str = INSTITUTION
) -> Office:
    """A sample institution's department, or without one its lead department, signed in."""
    token = sample.access_token(username_of(institution_code, department_id))
    return Office(portal.url, institution_code, department_id, token)


@cache
def asked_awards(institution_code: str = INSTITUTION) -> tuple[int, ...]:
    """Which sample records are of an institution. Each test takes others: an award has one report in force, so what one
    test has an institution say of an award would show in the next one."""
    return tuple(which for which, row in enumerate(awards()) if row["XWSYDWM"] == institution_code)


@dataclass(frozen=True)
class Question:
    """A case that waits for its institution, and the task that asks it."""

    case: Applied
    task_id: str


def ask(portal: Portal, which: int, days_ago: int = 0, institution_code: str = INSTITUTION) -> Question:
    """Apply with one of the institution's records, review, and wait until the task is routed; dated back when told."""
    case = portal.apply(mismatching(asked_awards(institution_code)[which])).with_scan()
    if days_ago:
        backstage(portal.stack, "ask_back_then", case_number=case.case_number, days=days_ago)
        portal.reconcile()
    else:
        assert portal.act("confirm_material", case.case_number)["status"] == "SUCCEEDED"
    return routed(portal, case)


def routed(portal: Portal, case: Applied) -> Question:
    """The task that a case waits for, once a department has it."""

    def last() -> str | None:
        if case.status()["stage"] != "verification":
            return None
        told = [one["data"]["task_id"] for one in portal.log(case.case_number) if one["type"] == "task_routed"]
        tasks = {one["sk"].removeprefix("TASK#") for one in portal.items(case.case_number, "TASK#")}
        return told[-1] if told and set(told) >= tasks else None

    return Question(case, until(last, "the task is routed"))


def give(lead: Office, question: Question, department_id: str | None) -> requests.Response:
    """The lead department gives a task to a department, or takes it back."""
    body = {"department_id": department_id, "reason": "归口"}
    return lead.post(f"tasks/{question.task_id}/reassignment", body)
