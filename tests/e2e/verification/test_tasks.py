"""Institutions answer over HTTP, with real machines: nothing acknowledged is lost, every answer has its end."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.e2e.client import SCAN, SECONDS, Portal, persistently, until
from tests.e2e.offices import VERIFIED, Office, Question, ask, form_of, give, office
from tests.samples.files import SECRET

AT_ONCE = 6


@pytest.fixture(scope="module")
def registry(portal, sample) -> Office:
    """A department that covers none of them."""
    return office(portal, sample, "registry")


def answered(portal: Portal, question: Question) -> list[dict[str, Any]]:
    return [one for one in portal.log(question.case.case_number) if one["type"] == "feedback_received"]


def every_counted_answer_is_of_one_task(portal: Portal) -> bool:
    """Whether institutions have as many answers as there are tasks that were counted."""
    counted = [one for one in portal.case_items() if one["pk"].startswith("answers#")]
    tasks = sum(one["sk"] == "TASK" for one in counted)
    of_institutions = [one for one in counted if one["pk"].removeprefix("answers#").isdigit()]
    answers = sum(int(number) for one in of_institutions for name, number in one.items() if name not in ("pk", "sk"))
    return 0 < tasks == answers


def code(response: requests.Response) -> str:
    return str(response.json()["error"]["code"])


@pytest.mark.requirement("A3", "A4", "A5", "A9", "A10", "A12", "A14", "N6")
def test_a_task_from_its_list_to_the_report(portal, lead, archive, registry):
    question = ask(portal, 0)
    task = f"tasks/{question.task_id}"
    until(lambda: question.task_id in lead.numbers() and question.task_id in archive.numbers(), "it is listed")
    assert registry.get(task).status_code == 404
    assert question.task_id not in registry.numbers()

    form = archive.form(question.task_id)
    shown = requests.get(form["scans"][0]["url"], timeout=SECONDS).content
    assert shown.startswith(SCAN[:8])
    assert SECRET in SCAN
    assert SECRET not in shown
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
    other = archive.post(f"{task}/feedback", form_of(result="not_awarded"))
    assert (other.status_code, code(other)) == (409, "report_already_issued")
    (answer,) = answered(portal, question)
    until(lambda: portal.items(f"answers#task#{question.task_id}"), "the bus has told of it, and it is counted")
    portal.invoke(portal.function("CountAnswersFunction"), {"detail": answer})
    until(lambda: every_counted_answer_is_of_one_task(portal), "an answer that is told of twice is counted once")
    until(lambda: question.task_id in archive.numbers(status="closed"), "it is closed")
    assert question.task_id not in archive.numbers()
    assert not portal.broken_link(question.case.case_number)


@pytest.mark.requirement("A4", "N1")
def test_of_many_handlers_at_once_one_is_acknowledged_and_it_is_the_one_that_is_stored(portal, archive):
    question = ask(portal, 1)
    results = ["verified", "not_awarded", "no_such_person", "cannot_verify"] * 3

    def answer(turn: int) -> requests.Response:
        form = form_of(result=results[turn], remark=f"第 {turn} 人")
        return persistently(lambda: archive.post(f"tasks/{question.task_id}/feedback", form))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        responses = list(pool.map(answer, range(len(results))))
    assert Counter(one.status_code for one in responses) == {200: 1, 409: len(results) - 1}
    assert {code(one) for one in responses if one.status_code == 409} <= {"already_answered", "report_already_issued"}
    (winner,) = [turn for turn, one in enumerate(responses) if one.status_code == 200]
    (stored,) = answered(portal, question)
    assert stored["data"]["result"] == results[winner]
    assert archive.form(question.task_id)["answer"]["remark"] == f"第 {winner} 人"


@pytest.mark.requirement("A4", "N1")
def test_the_same_answer_many_times_at_once_is_one_answer_and_every_time_as_good(portal, archive):
    question = ask(portal, 2)
    path = f"tasks/{question.task_id}/feedback"
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = list(pool.map(lambda _: persistently(lambda: archive.post(path, VERIFIED)), range(8)))
    assert {one.status_code for one in sent} == {200}
    assert len(answered(portal, question)) == 1
    question.case.at_stage("concluded")


@pytest.mark.requirement("A4", "N1")
def test_after_a_withdrawal_the_institution_is_told_that_no_answer_is_needed(portal, archive):
    question = ask(portal, 3)
    assert question.case.post("withdrawal").status_code == 200
    refused = archive.post(f"tasks/{question.task_id}/feedback", VERIFIED)
    assert (refused.status_code, code(refused)) == (409, "application_withdrawn")
    form = archive.form(question.task_id)
    assert (form["status"], form["claim"], form["allowed_actions"]) == ("closed", None, ["messages"])
    assert question.case.status()["stage"] == "withdrawn"


@pytest.mark.requirement("A12", "A4")
def test_past_the_deadline_it_is_overdue_cannot_be_extended_and_an_answer_still_counts(portal, lead, archive):
    question = ask(portal, 4, days_ago=40)
    until(lambda: "task_overdue" in [one["type"] for one in portal.log(question.case.case_number)], "it is overdue")
    until(
        lambda: any(one["overdue"] and one["task_id"] == question.task_id for one in archive.tasks()),
        "the list says so",
    )
    assert archive.form(question.task_id)["deadline"]["overdue"]
    assert lead.get("progress").json()["institution"]["overdue"] >= 1
    late = archive.post(f"tasks/{question.task_id}/extension", {"due": "2030-01-02", "reason": "档案在外"})
    assert (late.status_code, code(late)) == (409, "extension_too_late")
    archive.answer(question.task_id)
    assert question.case.at_stage("concluded")["outcome"] == "reported"


@pytest.mark.requirement("A12", "N1")
def test_what_the_applicant_asks_to_hurry_stands_first_once_staff_approve(portal, archive):
    question = ask(portal, 5)
    for _ in range(2):
        asked = question.case.post("urgency", {"reason": "入学报到"})
        assert asked.status_code == 200, asked.text
    assert (asked.json()["urgent"], asked.json()["urgency_request"]["reason"]) == (False, "入学报到")
    assert portal.act("approve_urgency", question.case.case_number, reason="情况属实")["status"] == "SUCCEEDED"

    def told() -> list[dict[str, Any]] | None:
        found = archive.tasks()
        return found if any(one["urgent"] and one["task_id"] == question.task_id for one in found) else None

    found = [one["urgent"] for one in until(told, "the list says so")]
    assert found == sorted(found, reverse=True)
    assert question.case.status()["urgent"]


@pytest.mark.requirement("A9")
def test_the_lead_department_gives_a_task_on_or_takes_it_back_and_others_no_longer_see_it(
    portal, lead, archive, registry
):
    question = ask(portal, 6)
    task = f"tasks/{question.task_id}"
    refused = lead.post(f"{task}/feedback", VERIFIED)
    assert (refused.status_code, code(refused)) == (403, "verifying_department_only")
    refused = give(archive, question, None)
    assert (refused.status_code, code(refused)) == (403, "lead_department_only")
    unknown = give(lead, question, "nowhere")
    assert (unknown.status_code, unknown.json()["error"]["details"][0]["code"]) == (422, "department_unknown")
    given = give(lead, question, "registry")
    assert (given.status_code, given.json()["department_id"]) == (200, "registry")
    assert archive.get(task).status_code == 404
    until(lambda: question.task_id in registry.numbers(), "the department sees it")
    taken = give(lead, question, None)
    assert (taken.status_code, taken.json()["department_id"]) == (200, None)
    for department in (archive, registry):
        assert department.get(task).status_code == department.post(f"{task}/feedback", VERIFIED).status_code == 404
    assert "归口" in lead.form(question.task_id)["history"][-1]["zh"]
    lead.answer(question.task_id)
    assert question.case.at_stage("concluded")["outcome"] == "reported"
