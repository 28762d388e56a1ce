"""Institutions answer over HTTP, with real machines: nothing acknowledged is lost, every answer has its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.e2e.client import SCAN, SECONDS, Portal, until
from tests.e2e.offices import Question, ask, give, open_offices

VERIFIED = {"result": "verified", "handler": "经办人", "archive_reference": "档-2022-001"}
AT_ONCE = 6
FIRST = 300
"""Where the records of this module begin."""


@pytest.fixture(scope="module")
def portal(stack, aws) -> Portal:
    return Portal(stack, aws)


def answered(portal: Portal, question: Question) -> list[dict[str, Any]]:
    return [one for one in portal.log(question.case.case_number) if one["type"] == "feedback_received"]


def persistently(send: Callable[[], requests.Response]) -> requests.Response:
    """What a client does who got no answer of ours, for instance while functions start: send the same again."""
    return until(lambda: response if (response := send()).status_code < 500 else None, "an answer")


def code(response: requests.Response) -> str:
    return str(response.json()["error"]["code"])


@pytest.mark.requirement("A3", "A4", "A5", "A9", "A10", "A12", "A14", "N6")
def test_a_task_from_its_list_to_the_report(portal):
    question = ask(portal, FIRST)
    department = f"archive-{uuid4().hex[:8]}"
    lead, archive = open_offices(portal, (question.institution_code, None), (question.institution_code, department))
    task = f"tasks/{question.task_id}"
    until(lambda: question.task_id in [one["task_id"] for one in lead.tasks()], "the lead department sees it")
    assert archive.get(task).status_code == 404
    give(portal, question, department)
    until(lambda: [one["task_id"] for one in archive.tasks()] == [question.task_id], "the department sees it")

    form = archive.form(question.task_id)
    assert requests.get(form["scans"][0]["url"], timeout=SECONDS).content == SCAN
    assert form["claim"]["holder"]["name"]
    announced = archive.post(f"{task}/attachments", {"content_type": "image/png", "size": len(SCAN)}).json()
    named = {**VERIFIED, "attachments": [announced["attachment_id"]]}
    assert archive.post(f"{task}/feedback", named).status_code == 422
    upload = announced["upload"]
    requests.put(upload["url"], data=SCAN, headers=upload["headers"], timeout=SECONDS).raise_for_status()
    until(lambda: archive.form(question.task_id)["evidence"][0]["state"] == "stored", "the evidence is stored")

    for _ in range(2):
        said = archive.post(f"{task}/messages", {"text": "请协助确认学号"}, Idempotency_Key="key-0000001")
        assert said.status_code == 201, said.text
    assert portal.act("send_message", question.case.case_number, text="见影印件")["status"] == "SUCCEEDED"
    texts = [(one["from"], one["text"]) for one in lead.get(f"{task}/messages").json()["messages"]]
    assert texts == [("institution", "请协助确认学号"), ("centre", "见影印件")]

    due = form["deadline"]["due"]
    for new_due, status in ((due, 200), ("2020-01-02", 422)):
        assert archive.post(f"{task}/extension", {"due": new_due, "reason": "档案在外"}).status_code == status
    after = archive.post(f"{task}/feedback", named)
    assert (after.status_code, after.json()["status"], after.json()["allowed_actions"]) == (
        200,
        "answered",
        ["messages"],
    )
    assert question.case.at_stage("concluded")["outcome"] == "reported"
    assert archive.post(f"{task}/feedback", named).status_code == 200
    other = archive.post(f"{task}/feedback", {"result": "not_awarded", "handler": "经办人"})
    assert (other.status_code, code(other)) == (409, "report_already_issued")
    assert len(answered(portal, question)) == 1
    until(lambda: [one["task_id"] for one in archive.tasks(status="closed")] == [question.task_id], "it is closed")
    assert archive.tasks() == []
    assert not portal.broken_link(question.case.case_number)


@pytest.mark.requirement("A4", "N1")
def test_of_many_handlers_at_once_one_is_acknowledged_and_it_is_the_one_that_is_stored(portal):
    question = ask(portal, FIRST + 1)
    (lead,) = open_offices(portal, (question.institution_code, None))
    results = ["verified", "not_awarded", "no_such_person", "cannot_verify"] * 3

    def answer(turn: int) -> requests.Response:
        form = {**VERIFIED, "result": results[turn], "remark": f"第 {turn} 人"}
        return persistently(lambda: lead.post(f"tasks/{question.task_id}/feedback", form))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        responses = list(pool.map(answer, range(len(results))))
    assert Counter(one.status_code for one in responses) == {200: 1, 409: len(results) - 1}
    assert {code(one) for one in responses if one.status_code == 409} <= {"already_answered", "report_already_issued"}
    (winner,) = [turn for turn, one in enumerate(responses) if one.status_code == 200]
    (stored,) = answered(portal, question)
    assert stored["data"]["result"] == results[winner]
    assert lead.form(question.task_id)["answer"]["remark"] == f"第 {winner} 人"


@pytest.mark.requirement("A4", "N1")
def test_the_same_answer_many_times_at_once_is_one_answer_and_every_time_as_good(portal):
    question = ask(portal, FIRST + 2)
    (lead,) = open_offices(portal, (question.institution_code, None))
    path = f"tasks/{question.task_id}/feedback"
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = list(pool.map(lambda _: persistently(lambda: lead.post(path, VERIFIED)), range(8)))
    assert {one.status_code for one in sent} == {200}
    assert len(answered(portal, question)) == 1
    question.case.at_stage("concluded")


@pytest.mark.requirement("A4", "N1")
def test_after_a_withdrawal_the_institution_is_told_that_no_answer_is_needed(portal):
    question = ask(portal, FIRST + 3)
    (lead,) = open_offices(portal, (question.institution_code, None))
    assert question.case.post("withdrawal").status_code == 200
    refused = lead.post(f"tasks/{question.task_id}/feedback", VERIFIED)
    assert (refused.status_code, code(refused)) == (409, "application_withdrawn")
    form = lead.form(question.task_id)
    assert (form["status"], form["claim"], form["allowed_actions"]) == ("closed", None, ["messages"])
    assert question.case.status()["stage"] == "withdrawn"


@pytest.mark.requirement("A12", "A4")
def test_past_the_deadline_it_is_overdue_cannot_be_extended_and_an_answer_still_counts(portal):
    question = ask(portal, FIRST + 4, days_ago=40)
    (lead,) = open_offices(portal, (question.institution_code, None))
    until(lambda: "task_overdue" in [one["type"] for one in portal.log(question.case.case_number)], "it is overdue")
    until(lambda: any(one["overdue"] for one in lead.tasks()), "the list says so")
    assert lead.form(question.task_id)["deadline"]["overdue"]
    assert lead.get("progress").json()["institution"]["overdue"] >= 1
    late = lead.post(f"tasks/{question.task_id}/extension", {"due": "2030-01-02", "reason": "档案在外"})
    assert (late.status_code, code(late)) == (409, "extension_too_late")
    assert lead.post(f"tasks/{question.task_id}/feedback", VERIFIED).status_code == 200
    assert question.case.at_stage("concluded")["outcome"] == "reported"


@pytest.mark.requirement("A12", "N1")
def test_what_the_applicant_asks_to_hurry_stands_first_once_staff_approve(portal):
    question = ask(portal, FIRST + 5)
    (lead,) = open_offices(portal, (question.institution_code, None))
    for _ in range(2):
        asked = question.case.post("urgency", {"reason": "入学报到"})
        assert asked.status_code == 200, asked.text
    assert (asked.json()["urgent"], asked.json()["urgency_request"]["reason"]) == (False, "入学报到")
    assert portal.act("approve_urgency", question.case.case_number, reason="情况属实")["status"] == "SUCCEEDED"

    def urgent() -> list[str]:
        return [one["task_id"] for one in lead.tasks() if one["urgent"]]

    until(lambda: question.task_id in urgent(), "the list says so")
    assert urgent() == [one["task_id"] for one in lead.tasks()[: len(urgent())]]
    assert question.case.status()["urgent"]


@pytest.mark.requirement("A9")
def test_the_lead_department_takes_a_task_back_and_the_department_no_longer_sees_it(portal):
    question = ask(portal, FIRST + 6)
    code_ = question.institution_code
    lead, archive = open_offices(portal, (code_, None), (code_, "archive"))
    give(portal, question, "archive")
    task = f"tasks/{question.task_id}"
    refused = lead.post(f"{task}/feedback", VERIFIED)
    assert (refused.status_code, code(refused)) == (403, "verifying_department_only")
    refused = archive.post(f"{task}/reassignment", {"department_id": None, "reason": "退回"})
    assert (refused.status_code, code(refused)) == (403, "lead_department_only")
    unknown = lead.post(f"{task}/reassignment", {"department_id": "nowhere", "reason": "归口"})
    assert (unknown.status_code, unknown.json()["error"]["details"][0]["code"]) == (422, "department_unknown")
    taken = lead.post(f"{task}/reassignment", {"department_id": None, "reason": "由我部门核查"})
    assert (taken.status_code, taken.json()["department_id"]) == (200, None)
    assert archive.get(task).status_code == archive.post(f"{task}/feedback", VERIFIED).status_code == 404
    assert "由我部门核查" in lead.form(question.task_id)["history"][-1]["zh"]
