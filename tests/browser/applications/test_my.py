"""The page of a person who signed in: their cases, whoever keeps which link, and the way out."""

from __future__ import annotations

import pytest

from tests.browser.visitor import Visitor, note_names
from tests.e2e.client import Portal, matching, mismatching
from tests.e2e.offices import asked_awards


@pytest.mark.requirement("A1", "N4", "N6")
def test_who_signs_in_sees_what_is_under_way_and_their_reports_and_opens_them_without_a_token(
    visitor: Visitor, stack, aws, names
):
    portal, which = Portal(stack, aws), asked_awards()[8]
    reported = portal.apply(note_names(names, matching(which)))
    reported.at_stage("concluded")
    waiting = portal.apply(mismatching(which))
    visitor.open("my")
    visitor.expect_visible("#sign-in .button")
    assert visitor.findings() == []
    visitor.sign_in(matching(which)["holder"])
    visitor.expect_visible(f"#mine a[href*={reported.case_number}]")
    shown = visitor.page.locator("#mine").inner_text()
    assert waiting.case_number in shown
    assert reported.status()["report"]["report_number"] in shown
    assert visitor.findings() == []
    visitor.page.click(f"#mine a[href*={waiting.case_number}]")
    visitor.expect_visible("#status")
    visitor.open("my")
    visitor.page.locator("#mine .actions button").first.click()
    visitor.expect_visible("#sign-in .button")
    visitor.page.reload()
    visitor.expect_visible("#sign-in .button")


@pytest.mark.requirement("A1", "N4", "N6")
def test_who_did_not_sign_in_is_told_what_an_application_needs(visitor: Visitor):
    visitor.open("apply")
    visitor.expect_visible("#who .button")
    assert visitor.findings() == []


@pytest.mark.requirement("A1", "N4", "N6")
def test_the_holder_says_not_by_me_with_the_keyboard_alone_and_takes_it_back(visitor: Visitor, stack, aws, names):
    portal, which = Portal(stack, aws), asked_awards()[103]
    case = portal.apply(note_names(names, mismatching(which)))
    say, reason = f"#say-{case.case_number}", "去年遗失过学位证书"
    visitor.sign_in(matching(which)["holder"])
    visitor.expect_visible(say)
    visitor.press(say)
    visitor.expect_visible("#disavowal-reason")
    assert visitor.findings() == []
    # Nothing is frozen without a reason, and what is missing is said at the control.
    visitor.press("#disavowal form button:not([type=button])")
    visitor.expect_visible("#trouble [role=alert]", "#disavowal-reason[aria-invalid=true]")
    assert visitor.findings() == []
    visitor.press("#disavowal button[type=button]")
    visitor.expect_visible(say)
    assert visitor.page.locator("#disavowal").count() == 0
    assert case.status()["stage"] == "material_review"
    visitor.press(say)
    visitor.write("#disavowal-reason", reason)
    visitor.keeps({"#disavowal-reason": reason}, visitor.change_language)
    visitor.press("#disavowal form button:not([type=button])")
    visitor.expect_visible("#note:focus")
    assert portal.log(case.case_number)[-1]["type"] == "case_disavowed"
    assert case.get().status_code == 404
    visitor.settled()
    assert visitor.findings() == []
    shown = visitor.page.locator("#mine").inner_text()
    assert visitor.word("my.frozen") in shown
    assert reason not in shown
    visitor.press(say)
    visitor.press("#disavowal .actions button")
    visitor.expect_visible("#note:focus")
    assert portal.log(case.case_number)[-1]["type"] == "disavowal_taken_back"
    assert visitor.findings() == []
