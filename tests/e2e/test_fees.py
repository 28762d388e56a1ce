"""Fees through the deployed stack: earned with an answer, and stated to the institution's lead department over HTTP."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import uuid4

import pytest
import requests

from bench.recording import configure
from degree_auth import wiring
from degree_auth.adapters.password_hashing import Argon2
from degree_auth.domain.one_time_codes import code_at, step_at
from degree_auth.domain.workdays import shanghai_day
from degree_auth.services.provisioning import Provisioning
from tests.e2e.client import SECONDS, Portal, awards, mismatching, until
from tools.environment import REGION

WHICH = 45


@pytest.fixture(scope="module")
def portal(stack, aws) -> Portal:
    return Portal(stack, aws)


@pytest.fixture(scope="module")
def inside(portal) -> Iterator[Any]:
    """The services over the stack's own tables, with every permission."""
    before = dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": portal.stack["aws_endpoint_url"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    configure(portal.stack)
    yield wiring
    os.environ.clear()
    os.environ.update(before)


def signed_in(portal: Portal, inside: Any, **account: Any) -> str:
    """The access token of a new account, signed in over HTTP."""
    username = f"u{uuid4().hex[:3]}-{account['tier']}-fees"
    provisioning = Provisioning(inside.accounts(), inside.keyring(), Argon2())
    made = provisioning.provision_account(
        username=username, user={"name": "测试·样例"}, actor="staff-1", command=uuid4().hex, now=wiring.now(), **account
    )
    known = {"username": username, "password": made.temporary_password}
    uri = portal.post("/v1/sessions", known).json()["otpauth_uri"]
    code = code_at(parse_qs(urlparse(uri).query)["secret"][0], step_at(datetime.now(UTC)))
    new = {**known, "one_time_code": code, "new_password": "a synthetic pass phrase"}
    answered = portal.post("/v1/sessions/password", new)
    assert answered.status_code == 201, answered.text
    return str(answered.json()["access_token"])


@pytest.mark.requirement("A7", "A9", "N1")
def test_an_answer_earns_its_fee_which_the_lead_department_alone_sees(portal, inside):
    institution = awards()[WHICH]["XWSYDWM"]
    lead = signed_in(portal, inside, institution_code=institution, department_id=None, tier=1)
    archive = signed_in(portal, inside, institution_code=institution, department_id="archive", tier=2)
    month = f"{shanghai_day(wiring.now()):%Y-%m}"

    def fees(token: str, accept: str = "application/json", **more: str) -> requests.Response:
        return requests.get(
            f"{portal.url}/v1/fees",
            params={"from": month, "to": month, **more},
            headers={"Authorization": f"Bearer {token}", "Accept": accept},
            timeout=SECONDS,
        )

    before = fees(lead).json()
    applied = portal.apply(mismatching(WHICH)).with_scan()
    assert portal.act("confirm_material", applied.case_number)["status"] == "SUCCEEDED"
    case = until(
        lambda: case if (case := inside.cases().load(applied.case_number)).task and case.task.routed else None,
        "the task is routed",
    )
    asker = SimpleNamespace(account_id="lead", institution_code=institution, department_id=None, tier=1)
    form = {"result": "verified", "handler": "经办人", "archive_reference": "档-1"}
    for _ in range(2):
        inside.verification().receive_feedback(asker, case.task_id, form, wiring.now())
    (answer,) = [entry for entry in portal.log(applied.case_number) if entry["type"] == "feedback_received"]
    fen = answer["data"]["fee"]["fen"]
    after = until(lambda: now if (now := fees(lead).json()) != before else None, "the fee is stated")
    assert (after["tasks"], after["fen"]) == (before["tasks"] + 1, before["fen"] + fen)
    file = fees(lead, "text/csv", by="department,period")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert institution in file.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
    assert lines[-1][-2:] == [str(after["tasks"]), f"{after['fen'] // 100}.{after['fen'] % 100:02}"]
    assert fees(archive).status_code == 403
    assert fees("made.up.by.some.body").status_code == 401
    assert applied.at_stage("concluded")["report"]
