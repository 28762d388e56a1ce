"""An application from its first field to the answer, and what is typed on the way."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.pages.facts import facts
from tests.browser.visitor import Visitor, note_names
from tests.e2e.client import SUBMITTED, matching, mismatching
from tests.e2e.offices import asked_awards

NAME, CODE = "#degree-institution_name", "#degree-institution_code"


def controls(body: dict[str, Any]) -> dict[str, str]:
    """What is typed, by control."""
    sections = ("holder", "degree", "contact")
    return {f"#{section}-{name}": value for section in sections for name, value in body[section].items()}


@pytest.fixture
def body(names) -> dict[str, Any]:
    SUBMITTED.append(body := note_names(names, matching(asked_awards()[92])))
    return body


@pytest.mark.requirement("A1", "A2", "N6")
def test_the_keyboard_alone_leads_from_the_first_field_to_the_report(visitor: Visitor, body):
    visitor.sign_in(body["holder"])
    visitor.open("apply")
    typed = controls(body)
    # The name comes before the code, which it fills in.
    swapped = {NAME: CODE, CODE: NAME}
    for named in (f"#{path.replace('.', '-')}" for path in facts()["fields"]):
        control = swapped.get(named, named)
        if control == CODE:
            visitor.wait_for_value(CODE, typed[CODE])
        elif visitor.page.locator(control).evaluate("node => node.tagName") == "SELECT":
            visitor.choose(control, typed[control])
        else:
            visitor.write(control, typed[control])
    visitor.press("#consent", "Space")
    visitor.press("#application button")
    visitor.expect_visible("#review .card")
    visitor.press("#review button")
    visitor.expect_visible("#received .card")
    # The report is there at once, or in the making. Who signed in is shown no token.
    assert visitor.page.locator("#received .facts dd").count() in (1, 3)
    assert visitor.findings() == []


@pytest.mark.requirement("A1", "N5", "N6")
def test_each_step_is_fit_for_everybody(visitor: Visitor, names):
    SUBMITTED.append(body := note_names(names, mismatching(asked_awards()[95])))
    visitor.open("apply")
    visitor.page.click("#application button")
    assert visitor.page.locator("[aria-invalid=true]").count() == len(facts()["fields"]) + 1
    assert visitor.findings() == []
    visitor.fill(controls(body))
    visitor.page.check("#consent")
    visitor.page.click("#application button")
    visitor.expect_visible("#review .card")
    assert visitor.findings() == []
    visitor.page.locator("#review button").first.click()
    visitor.expect_visible("#received .card")
    assert visitor.findings() == []


@pytest.mark.requirement("A1", "N5", "N6")
def test_what_is_typed_survives_a_reload_the_other_language_and_a_refusal(visitor: Visitor, body):
    visitor.open("apply")
    body["degree"]["award_date"] = "2999-01-01"
    typed = controls(body)
    visitor.fill(typed)
    visitor.page.check("#consent")
    visitor.keeps(typed, visitor.page.reload)
    visitor.keeps(typed, visitor.change_language)
    visitor.page.click("#application button")
    visitor.page.locator("#review button").first.click()
    visitor.expect_visible("#fault-degree-award_date")
    visitor.keeps(typed, visitor.page.reload)
    assert visitor.page.is_checked("#consent")


@pytest.mark.requirement("A1", "N6")
def test_another_name_than_the_one_that_was_chosen_leaves_no_code(visitor: Visitor, body):
    visitor.open("apply")
    chosen, code = body["degree"]["institution_name"], body["degree"]["institution_code"]
    visitor.fill({NAME: chosen})
    visitor.wait_for_value(CODE, code)
    visitor.keeps({NAME: chosen, CODE: code}, visitor.page.reload)
    visitor.fill({NAME: f"{chosen}分校"})
    assert visitor.value(CODE) == ""
