"""Fees through the deployed stack: earned with an answer over HTTP, and stated to the institution's lead department."""

from __future__ import annotations

import csv
import io

import pytest
import requests

from degree_auth.domain.shared.working_days import shanghai_day
from tests.e2e.client import SECONDS, awards, until
from tests.e2e.offices import DEPARTMENT, Office, ask, asked_awards, office

QUIET = "10002"
"""An institution for which no other test answers, so that what it earns meanwhile is this answer's."""


def covered_by_the_archive() -> int:
    """Which of its records the archive answers about; other tests take the first such one."""
    mine = (awards()[which] for which in asked_awards(QUIET))
    fit = (place for place, row in enumerate(mine) if row["XWLBM"].startswith("4") and row["XXXSM"] == "1")
    return list(fit)[1]


@pytest.mark.requirement("A7", "A9", "N1")
def test_an_answer_earns_one_fee_which_the_lead_department_alone_sees(portal, sample):
    lead, archive = (office(portal, sample, department, QUIET) for department in (None, DEPARTMENT))
    month = f"{shanghai_day(portal.now()):%Y-%m}"

    def fees(who: Office, accept: str = "application/json", **more: str) -> requests.Response:
        return requests.get(
            f"{portal.url}/v1/fees",
            params={"from": month, "to": month, **more},
            headers={"Authorization": f"Bearer {who.token}", "Accept": accept},
            timeout=SECONDS,
        )

    question = ask(portal, covered_by_the_archive(), institution_code=QUIET)
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
    assert QUIET in file.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
    assert "档案馆" in {cell for line in lines for cell in line}
    assert lines[-1][-2:] == [str(after["tasks"]), f"{after['fen'] // 100}.{after['fen'] % 100:02}"]
    assert fees(archive).status_code == 403
    stranger = Office(portal.url, QUIET, None, "made.up.by.some.body")
    assert fees(stranger).status_code == 401
    assert question.case.at_stage("concluded")["report"]
