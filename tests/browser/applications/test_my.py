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
