"""An applicant's case: opened by number and token, seen in its stages, acted on."""

from __future__ import annotations

import pytest

from tests.browser.visitor import Visitor, note_names
from tests.e2e.client import SCAN, Applied, mismatching, until
from tests.e2e.offices import DEPARTMENT, ask, asked_awards, form_of, office

FILE = {"name": "scan.png", "mimeType": "image/png", "buffer": SCAN}
REASON = "请核对专业名称"
URGENCY, SUPPLEMENT, DISPUTE = "#urgency-reason", "[id='change-degree.discipline']", "#dispute-reason"


@pytest.fixture
def returned(portal, names) -> Applied:
    """A case that its applicant is asked to correct."""
    applied = portal.apply(note_names(names, mismatching(asked_awards()[79])))
    names.add(REASON)
    fields = ["degree.discipline", "certificate_scan"]
    ended = portal.act("return_to_applicant", applied.case_number, reason=REASON, fields=fields)
    assert ended["status"] == "SUCCEEDED", ended
    return applied


@pytest.fixture
def denied(portal, sample, names) -> Applied:
    """A case that its institution denied, concluded by a reviewer with a written notice."""
    note_names(names, mismatching(asked_awards()[90]))
    question = ask(portal, 90)
    office(portal, sample, DEPARTMENT).answer(question.task_id, **form_of("not_awarded"))
    case = question.case
    until(lambda: case.status()["stage"] == "verification" or None, "the register was looked at")
    ended = portal.act("confirm_denial", case.case_number, reason=REASON)
    assert ended["status"] == "SUCCEEDED", ended
    names |= {REASON, form_of("not_awarded")["reason"]}
    case.at_stage("concluded")
    return case


def open_case(visitor: Visitor, applied: Applied) -> None:
    """As its holder, who signs in."""
    visitor.sign_in(applied.status()["claim"]["holder"])
    visitor.open("case", n=applied.case_number)
    visitor.expect_visible("#status .card")


@pytest.mark.requirement("N4", "N5", "N6")
def test_a_case_is_opened_by_the_keyboard_alone(visitor: Visitor, reported):
    visitor.open("case")
    visitor.write("#number", reported.case_number)
    visitor.write("#token", "not the token")
    visitor.page.keyboard.press("Enter")
    visitor.expect_visible("#trouble .faults")
    assert visitor.findings() == []
    visitor.page.reload()
    assert (visitor.value("#number"), visitor.value("#token")) == (reported.case_number, "")
    visitor.write("#token", reported.token)
    visitor.press("#sign-in button")
    visitor.expect_visible("#status .card")
    assert reported.token not in visitor.page.url
    # What is the holder's alone is not offered by the link, which says so.
    visitor.expect_visible("#by-link .button")
    assert visitor.page.locator("#dispute").count() == 0
    assert visitor.findings() == []


@pytest.mark.requirement("A5", "A12", "N6")
def test_a_concluded_case_is_fit_for_everybody_and_keeps_what_is_typed(visitor: Visitor, reported):
    open_case(visitor, reported)
    visitor.page.click("#dispute summary")
    typed = {DISPUTE: "样例 synthetic"}
    visitor.fill(typed)
    visitor.page.set_input_files("#evidence-file", FILE)
    visitor.keeps(typed, lambda: visitor.page.click("form:has(#evidence-file) button"))
    visitor.expect_visible("#dispute-evidence input")
    assert visitor.findings() == []
    visitor.page.reload()
    visitor.expect_visible(DISPUTE)
    visitor.keeps(typed, visitor.change_language)


@pytest.mark.requirement("A10", "A12", "N6")
def test_a_case_that_waits_for_its_applicant_is_fit_for_everybody_and_keeps_what_is_typed(visitor: Visitor, returned):
    open_case(visitor, returned)
    visitor.page.click("#urgency summary")
    typed = {URGENCY: "样例 synthetic", SUPPLEMENT: "园林"}
    visitor.fill(typed)
    visitor.page.set_input_files("#file", FILE)
    visitor.keeps(typed, lambda: visitor.page.click("form:has(#file) button"))
    assert returned.status()["attachments"]
    assert visitor.findings() == []
    visitor.page.reload()
    visitor.expect_visible("#status .card")
    visitor.keeps(typed, visitor.change_language)
    visitor.press("form:has(#urgency-reason) button")
    visitor.settled()
    assert returned.status()["urgency_request"]["reason"] == typed[URGENCY]
    assert visitor.value(SUPPLEMENT) == typed[SUPPLEMENT]


@pytest.mark.requirement("A5", "A6", "N6")
def test_a_written_notice_is_fit_for_everybody_and_its_check_tells_that_it_is_no_report(
    visitor: Visitor, denied: Applied
):
    open_case(visitor, denied)
    visitor.page.click("#claim summary")
    assert visitor.findings() == []
    notice = denied.status()["notice"]["document"]
    visitor.open("check", n=notice["notice_number"], c=notice["check_code"])
    visitor.expect_visible("#answer .result.superseded")
    assert visitor.findings() == []
