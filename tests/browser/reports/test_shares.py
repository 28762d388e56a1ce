"""The holder shares a result by a link: made and closed on the page of the case, looked at on a page of its own."""

from __future__ import annotations

import pytest

from tests.browser.visitor import Visitor, note_names
from tests.e2e.client import matching, until
from tests.e2e.offices import asked_awards

pytestmark = pytest.mark.requirement("A15", "N4", "N6")
MADE = "#share-made .code"


def test_a_holder_shares_a_result_sees_the_views_and_closes_the_link(visitor: Visitor, portal, names):
    body = note_names(names, matching(asked_awards()[96]))
    applied = portal.apply(body)
    number = applied.at_stage("concluded")["report"]["report_number"]
    visitor.sign_in(body["holder"])
    visitor.open("case", n=applied.case_number)
    visitor.press("#shares summary")
    visitor.press("#share-field-sex", " ")
    visitor.fill({"#share-days": "91", "#share-name": "whole"})
    visitor.press("#shares form button")
    visitor.expect_visible("#trouble .faults")
    visitor.fill({"#share-days": "7", "#share-views": "1"})
    visitor.press("#shares form button")
    visitor.expect_visible(MADE, "#shares table")
    link = visitor.page.locator(MADE).inner_text()
    names.add(link)
    assert visitor.findings() == []
    # The link of the case itself, which others have, makes none.
    assert applied.post("shares", {"fields": ["sex"], "name": "masked", "days": 1, "views": 1}).status_code == 403
    visitor.open("share", t=link.partition("#t=")[2])
    assert visitor.findings() == []
    visitor.press("#look")
    visitor.expect_visible(".result.valid")
    seen = visitor.page.locator("#answer").inner_text()
    assert number in seen
    assert body["holder"]["name"] in seen
    for hidden in (body["holder"]["birth_date"], body["degree"]["certificate_number"]):
        assert hidden not in seen
    assert visitor.findings() == []
    # One look was allowed.
    visitor.press("#look")
    visitor.expect_visible("#trouble .faults")
    visitor.open("case", n=applied.case_number)
    visitor.press("#shares summary")
    visitor.press("#shares > .actions button")
    used_up = visitor.word("case.share_state.used_up")
    until(lambda: used_up in visitor.page.locator("#shares table").inner_text(), "the view is counted")
    visitor.press("#shares form button")
    visitor.expect_visible("#shares table button")
    visitor.press("#shares table button")
    closed = visitor.word("case.share_state.closed")
    until(lambda: closed in visitor.page.locator("#shares table").inner_text(), "the link is closed")
