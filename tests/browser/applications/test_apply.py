"""An application from its first field to the answer, and what is typed on the way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from degree_auth.pages.facts import facts
from tests.browser.visitor import SECONDS, Visitor, note_names
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


@pytest.mark.requirement("A1", "N1", "N6")
def test_who_lost_the_first_answer_without_signing_in_is_told_what_is_left(visitor: Visitor, names):
    SUBMITTED.append(body := note_names(names, mismatching(asked_awards()[93])))

    def arrives_and_is_lost(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.open("apply")
    visitor.fill(controls(body))
    visitor.page.check("#consent")
    visitor.page.click("#application button")
    visitor.page.route("**/v1/applications", arrives_and_is_lost, times=1)
    visitor.page.locator("#review button").first.click()
    told = visitor.page.locator("#trouble")
    expect(told).to_contain_text(visitor.word("apply.no_answer"), timeout=SECONDS * 1000)
    visitor.troubles.clear()
    visitor.page.locator("#review button").first.click()
    visitor.expect_visible("#received .card")
    # The case number alone: there is no token, and no link that would lead nowhere.
    assert visitor.page.locator("#received .facts dd").count() == 1
    assert visitor.page.locator("#received a").get_attribute("href") == "sign-in?to=my"
    expect(visitor.page.locator("#received")).to_contain_text(visitor.word("apply.no_token"))
    assert visitor.findings() == []
    # By signing in the holder finds it all the same.
    number = visitor.page.locator("#received .facts dd").inner_text()
    visitor.sign_in(body["holder"])
    visitor.expect_visible(f"#mine a[href*={number}]")


@pytest.mark.requirement("A1", "N4")
def test_once_a_session_has_ended_nothing_of_the_person_stays_in_the_tab_on_whichever_page(
    visitor: Visitor, portal, names
):
    applied = portal.apply(body := note_names(names, mismatching(asked_awards()[94])))
    opened = {"my": {}, "apply": {}, "case": {"n": applied.case_number}}
    for name, fragment in opened.items():
        visitor.sign_in(body["holder"])
        visitor.open(name, **fragment)
        if name == "apply":
            visitor.fill({"#holder-name": body["holder"]["name"]})
        assert visitor.page.evaluate("'signed-in' in sessionStorage"), name
        visitor.page.evaluate("sessionStorage.setItem('draft/case/1', '{}')")
        # In another tab somebody signs out; then this one is looked at again.
        visitor.page.request.delete(f"{visitor.url}/v1/me/session", headers={"Sec-Fetch-Site": "same-origin"})
        visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(visitor.page.locator("#trouble")).to_contain_text(visitor.word("person.ended"), timeout=SECONDS * 1000)
        kept = visitor.page.evaluate("Object.keys(sessionStorage).filter((key) => key !== 'language')")
        assert kept == [], name
        assert applied.case_number not in visitor.page.locator("main").inner_text(), name
        if name == "apply":
            assert visitor.value("#holder-name") == ""
        assert visitor.findings() == [], name


@pytest.mark.requirement("A1", "N6")
def test_another_name_than_the_one_that_was_chosen_leaves_no_code(visitor: Visitor, body):
    visitor.open("apply")
    chosen, code = body["degree"]["institution_name"], body["degree"]["institution_code"]
    visitor.fill({NAME: chosen})
    visitor.wait_for_value(CODE, code)
    visitor.keeps({NAME: chosen, CODE: code}, visitor.page.reload)
    visitor.fill({NAME: f"{chosen}分校"})
    assert visitor.value(CODE) == ""
