"""Fees through the deployed stack: earned with an answer over HTTP, and stated to the institution's lead department."""

from __future__ import annotations

import csv
import io

import pytest
import requests

from degree_auth.domain.shared.working_days import shanghai_day
from tests.e2e.client import SECONDS, until
from tests.e2e.offices import DEPARTMENT, INSTITUTION, Office, ask, office


@pytest.mark.requirement("A7", "A9", "N1")
def test_an_answer_earns_one_fee_which_the_lead_department_alone_sees(portal, sample):
    lead, archive = office(portal, sample), office(portal, sample, DEPARTMENT)
    month = f"{shanghai_day(portal.now()):%Y-%m}"

    def fees(who: Office, accept: str = "application/json", **more: str) -> requests.Response:
        return requests.get(
            f"{portal.url}/v1/fees",
            params={"from": month, "to": month, **more},
            headers={"Authorization": f"Bearer {who.token}", "Accept": accept},
            timeout=SECONDS,
        )

    question = ask(portal, 13)
    before = fees(lead).json()
    for _ in range(2):
        archive.answer(question.task_id)
    (answer,) = [one for one in portal.log(question.case.case_number) if one["type"] == "feedback_received"]
    fen = answer["data"]["fee"]["fen"]
    after = until(lambda: now if (now := fees(lead).json()) != before else None, "the fee is stated")
    assert (after["tasks"], after["fen"]) == (before["tasks"] + 1, before["fen"] + fen)
    by_department = {row["department_id"]: row for row in fees(lead, by="department").json()["rows"]}
    assert by_department[DEPARTMENT]["fen"] >= fen
    file = fees(lead, "text/csv", by="department,period")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert INSTITUTION in file.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
    assert "档案馆" in {cell for line in lines for cell in line}
    assert lines[-1][-2:] == [str(after["tasks"]), f"{after['fen'] // 100}.{after['fen'] % 100:02}"]
    assert fees(archive).status_code == 403
    stranger = Office(portal.url, INSTITUTION, None, "made.up.by.some.body")
    assert fees(stranger).status_code == 401
    assert question.case.at_stage("concluded")["report"]
