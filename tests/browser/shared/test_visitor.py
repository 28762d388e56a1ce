"""What the visitor finds on pages made for it: without this, finding nothing would mean nothing."""

from __future__ import annotations

import pytest


def page_of(body: str, language: str = "zh-CN") -> str:
    frame = f'<!doctype html><html lang="{language}"><head><title>1</title></head>'
    return f"{frame}<body style='margin:0'><main><h1>1</h1>{body}</main></body></html>"


@pytest.mark.requirement("N6")
@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("<p style='color:#bbb;background:#fff'>文字</p>", "390 pixels: color-contrast"),
        ("<input id=nameless>", "1280 pixels: label"),
        ("<p style='width:500px'>文字</p>", "390 pixels: the page is 110 pixels too wide"),
        ("<table><tr><td data-head=时限 hidden>1</td></tr></table>", "a cell is out of sight: 时限"),
        ("<p>请填写 every field of the form</p>", "zh: 请填写 every field of the form"),
        ("<p>请<b>填写</b> every <b>field</b></p>", "zh: 请填写 every field"),
    ],
)
def test_a_fault_of_a_page_is_found(visitor, body, finding):
    visitor.page.set_content(page_of(body))
    assert any(finding in one for one in visitor.findings_in_this_language())


@pytest.mark.requirement("N6")
def test_names_and_codes_may_stand_in_a_line_of_the_other_language(visitor):
    visitor.names = {"样例大学"}
    visitor.page.set_content(page_of("<p>Given to 样例大学</p><p class=code>档-1</p>", "en"))
    assert list(visitor.findings_in_this_language()) == []


@pytest.mark.requirement("N6")
def test_a_focus_that_is_not_seen_is_found(visitor):
    visitor.page.set_content(page_of("<button style='outline:none' id=unseen>1</button>"))
    with pytest.raises(AssertionError, match="the focus is not seen"):
        visitor.tab_to("#unseen")


@pytest.mark.requirement("N6")
def test_what_a_page_reports_is_trouble_and_a_refusal_is_none(visitor):
    visitor.open("check")
    visitor.page.evaluate("fetch('v1/report-checks', { method: 'POST', body: '{}' })")
    visitor.settled()
    assert visitor.troubles == []
    visitor.page.evaluate("document.body.append(document.createElement('style'))")
    visitor.page.evaluate("document.querySelector('body > style').append('p { color: red; }')")
    assert "Content Security Policy" in visitor.troubles[0]
    visitor.troubles.clear()
