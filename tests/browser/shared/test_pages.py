"""Every page as it opens, and the choice of its language."""

from __future__ import annotations

import pytest

from degree_auth.pages import NAMES


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("name", NAMES)
def test_a_page_as_it_opens_is_fit_for_everybody(visitor, name):
    visitor.open(name)
    assert visitor.findings() == []


@pytest.mark.requirement("N6")
def test_a_page_is_in_chinese_until_english_is_chosen_which_is_remembered(visitor):
    visitor.open("apply")
    assert visitor.language == "zh"
    visitor.change_language()
    visitor.page.reload()
    assert visitor.language == "en"
    visitor.open("check")
    assert visitor.language == "en"
    another = visitor.page.context.new_page()
    another.goto(f"{visitor.url}/notices")
    assert another.evaluate("document.documentElement.lang") == "en"


@pytest.mark.requirement("N6")
def test_the_first_stop_of_the_keyboard_leads_past_the_menu(visitor):
    visitor.open("check", n="not-a-number")
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.press(".skip")
    assert visitor.page.evaluate("document.activeElement.id") == "main"
    assert visitor.page.url.endswith("#n=not-a-number")
