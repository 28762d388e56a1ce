"""A department and its task: everything on it is read, typed and sent by everybody."""

from __future__ import annotations

from datetime import date

import pytest

from degree_auth.adapters.shared.working_days import published_calendar
from tests.browser.visitor import Visitor
from tests.e2e.client import SCAN, until
from tests.e2e.offices import VERIFIED, form_of

FILE = {"name": "archive.png", "mimeType": "image/png", "buffer": SCAN}
RESULT, HANDLER, REFERENCE = "#feedback-result", "#feedback-handler", "#feedback-archive_reference"
OTHER_DISCIPLINE, REASON = "园林", "档案在外地"
CALENDAR = published_calendar()
SEARCHED, WHY = "#feedback-archive_searched", "#feedback-reason"
DISCIPLINE, MESSAGE = "[id='feedback-archive_values.degree.discipline']", "#message-text"


@pytest.mark.requirement("A3", "A4", "A14", "N6")
def test_a_task_is_answered_by_the_keyboard_alone(archive: Visitor, asked):
    question = asked(97)
    archive.open("portal", view="tasks")
    archive.expect_visible("#view td a.code")
    archive.press(f"#view a.code[href*='{question.task_id}']")
    archive.expect_visible(RESULT)
    archive.choose(RESULT, "verified")
    archive.write(HANDLER, VERIFIED["handler"])
    archive.write(REFERENCE, VERIFIED["archive_reference"])
    archive.press("form:has(#feedback-result) .actions button")
    archive.expect_visible("#done")
    assert question.case.at_stage("concluded")["report"]
    assert archive.findings() == []


@pytest.mark.requirement("A4", "A12", "N5", "N6")
def test_what_is_typed_survives_an_upload_an_announcement_a_refusal_and_a_reload(archive: Visitor, asked, names):
    names |= {OTHER_DISCIPLINE, REASON}
    archive.open("portal", view="task", id=asked(19).task_id)
    archive.expect_visible(RESULT)
    typed = {
        RESULT: "partly_inconsistent",
        HANDLER: VERIFIED["handler"],
        DISCIPLINE: OTHER_DISCIPLINE,
        MESSAGE: "样例 synthetic",
    }
    archive.fill(typed)
    assert archive.findings() == []
    archive.page.set_input_files("#evidence-file", FILE)
    archive.keeps(typed, lambda: archive.page.click("form:has(#evidence-file) button"))
    archive.expect_visible("#feedback-attachments input")
    archive.page.click("#extension summary")
    typed |= {"#extension-due": "not a day", "#extension-reason": REASON}
    archive.fill(typed)
    archive.keeps(typed, lambda: archive.page.click("#extension button"))
    archive.expect_visible("#trouble .faults")
    assert archive.findings() == []
    archive.page.reload()
    archive.expect_visible(RESULT)
    archive.keeps(typed, archive.change_language)
    due = date.fromisoformat(archive.page.locator("#view .glance .value").nth(1).inner_text()[:10])
    archive.fill({"#extension-due": CALENDAR.add_working_days(due, 5).isoformat()})
    del typed["#extension-due"], typed["#extension-reason"]
    archive.keeps(typed, lambda: archive.page.click("#extension button"))
    archive.expect_visible("#done")
    archive.page.click("form:has(#message-text) button")
    archive.expect_visible(".said")
    del typed[MESSAGE]
    archive.keeps(typed, lambda: None)
    archive.fill({RESULT: "needs_material"})
    assert archive.findings() == []


@pytest.mark.requirement("A4", "A5", "N5", "N6")
def test_a_denial_shows_what_follows_and_is_confirmed_by_its_outcome(archive: Visitor, asked, names):
    denial = form_of("no_such_person")
    names |= {denial["reason"], denial["archive_searched"]}
    question = asked(117)
    archive.open("portal", view="task", id=question.task_id)
    archive.expect_visible(RESULT)
    typed = {
        RESULT: "no_such_person",
        HANDLER: denial["handler"],
        SEARCHED: denial["archive_searched"],
        REFERENCE: denial["archive_reference"],
        WHY: denial["reason"],
    }
    archive.fill(typed)
    archive.expect_visible("#confirmed-not_confirmed")
    assert archive.page.locator("#confirmed-cannot_verify").is_hidden()
    assert archive.findings() == []
    archive.page.reload()
    archive.expect_visible("#confirmed-not_confirmed")
    archive.keeps(typed, archive.change_language)
    archive.press("form:has(#feedback-result) .actions button")
    archive.expect_visible("#trouble .faults")
    archive.keeps(typed, lambda: None)
    archive.page.check("#confirmed-not_confirmed")
    archive.press("form:has(#feedback-result) .actions button")
    archive.expect_visible("#done")
    assert archive.findings() == []
    until(lambda: question.case.status()["held_by"] == "centre" or None, "the centre has it")


@pytest.mark.requirement("A8", "A9", "N6")
def test_a_task_is_fit_for_everybody_in_the_lead_department(lead: Visitor, asked):
    lead.open("portal", view="task", id=asked(20).task_id)
    lead.expect_visible("#extension")
    for name in ("extension", "reassignment"):
        lead.page.click(f"#{name} summary")
    typed = {"#reassignment-reason": "样例"}
    lead.fill(typed)
    assert lead.findings() == []
    lead.keeps(typed, lambda: None)
