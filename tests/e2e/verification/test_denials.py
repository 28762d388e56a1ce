"""A denial on the deployed system: a person decides on it, and the applicant is told by a document of its own."""

from __future__ import annotations

import hashlib

import pytest
import requests

from tests.e2e.client import SECONDS, Portal, until
from tests.e2e.offices import ask, form_of, routed


def types(portal: Portal, case_number: str) -> list[str]:
    return [one["type"] for one in portal.log(case_number)]


@pytest.mark.requirement("A4", "A5", "A11", "N2", "N6")
def test_a_denial_that_the_register_contradicts_is_asked_again_and_concluded_by_a_person(portal, archive, lead):
    question = ask(portal, 24)
    case, number = question.case, question.case.case_number
    refused = archive.post(f"tasks/{question.task_id}/feedback", {"result": "not_awarded", "handler": "经办人"})
    assert {one["field"] for one in refused.json()["error"]["details"]} == {
        "archive_searched",
        "archive_reference",
        "reason",
        "confirmed_outcome",
    }
    archive.answer(question.task_id, **form_of(result="not_awarded"))
    until(lambda: "denial_questioned" in types(portal, number), "the register is looked at")
    status = case.status()
    assert (status["stage"], status["outcome"], status["held_by"]) == ("verification", None, "centre")
    assert status["claim"]["degree"]["discipline"]

    more = {"reason": "年报数据库有同一人的记载", "institution_code": archive.institution_code}
    assert portal.act("redirect_task", number, **more)["status"] == "SUCCEEDED"
    again = routed(portal, case)
    assert archive.get(f"tasks/{again.task_id}").status_code == 404
    shown = lead.form(again.task_id)["second_question"]
    assert (shown["reason"], shown["first_answer"]["result"]) == (more["reason"], "not_awarded")
    lead.answer(again.task_id, **form_of(result="no_such_person"))
    until(lambda: types(portal, number).count("denial_questioned") == 2, "the register is looked at again")

    ended = portal.act("confirm_denial", number, reason="档案与数据库所载非同一学位")
    assert ended["status"] == "SUCCEEDED", ended
    concluded = case.at_stage("concluded")
    notice = concluded["notice"]
    assert (concluded["outcome"], concluded["report"], notice["code"]) == (
        "not_confirmed",
        None,
        "notice_no_such_person",
    )
    pdf = requests.get(notice["document"]["url"], timeout=SECONDS).content
    assert pdf.startswith(b"%PDF")
    document = notice["document"]
    found = portal.check(report_number=document["notice_number"], check_code=document["check_code"])
    assert (found["state"], found["report"], found["notice"]["outcome"]) == ("notice", None, "not_confirmed")
    assert portal.check(sha256=hashlib.sha256(pdf).hexdigest())["notice"] == found["notice"]

    def logged() -> bool:
        entries = portal.check(sha256=hashlib.sha256(pdf).hexdigest())["log"]["entries"]
        return [one["content"]["event"] for one in entries] == ["issued"]

    until(logged, "the notice is in the report log")
    assert types(portal, number).count("case_concluded") == 1
    assert portal.broken_link(number) is None
    closed = portal.act("close_register_change", number, reason="另有一学位")
    assert closed["status"] == "SUCCEEDED", closed
