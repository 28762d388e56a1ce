"""The page of a person who signed in: their cases, whoever keeps which link, and the way in and out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import SECONDS, Visitor, note_names
from tests.e2e.client import Applied, matching, mismatching
from tests.e2e.offices import asked_awards

pytestmark = pytest.mark.requirement("A1", "N4", "N6")


def part(visitor: Visitor, key: str) -> str:
    """The text of a part of the page, by the key of its heading."""
    heading = visitor.page.get_by_role("heading", name=visitor.word(f"my.{key}"), exact=True)
    return str(visitor.page.locator("#mine section").filter(has=heading).inner_text())


def test_who_signs_in_sees_what_is_asked_what_is_under_way_and_their_reports(visitor: Visitor, portal, names):
    which = asked_awards()[8]
    reported = portal.apply(note_names(names, matching(which)))
    reported.at_stage("concluded")
    asked, without_scan = portal.apply(mismatching(which)), portal.apply(mismatching(which))
    portal.act("return_to_applicant", asked.case_number, reason="请上传学位证书原件照片", fields=["degree.discipline"])
    under_way = portal.apply(mismatching(which)).with_scan()
    made_by_a_stranger = Applied(reported.url, portal.send(matching(which)))
    withdrawn = portal.apply(mismatching(which))
    withdrawn.post("withdrawal")
    visitor.sign_in(matching(which)["holder"])
    visitor.expect_visible(f"#mine a[href*={reported.case_number}]")
    assert visitor.page.locator("#mine h2").all_inner_texts()[1:] == [
        visitor.word(f"my.{key}") for key in ("asked", "under_way", "reports", "ended")
    ]
    listed = {key: part(visitor, key) for key in ("asked", "under_way", "reports", "ended")}
    placed = {
        asked: "asked", without_scan: "asked", made_by_a_stranger: "asked", under_way: "under_way",
        reported: "reports", withdrawn: "ended",
    }  # fmt: skip
    for applied, place in placed.items():
        assert [key for key, text in listed.items() if applied.case_number in text] == [place]
    # What is asked stands there in the reviewer's words.
    assert "请上传学位证书原件照片" in listed["asked"]
    assert visitor.word("my.not_proven") in listed["asked"]
    assert reported.status()["report"]["report_number"] in listed["reports"]
    assert visitor.findings() == []
    assert {visitor.word(f"my.{head}") for head in ("stage", "next", "report", "proven_by")} <= visitor.heads()
    link = visitor.page.locator("#mine a[href$='/report']")
    file = visitor.page.request.get(f"{visitor.url}/{link.get_attribute('href')}")
    assert (file.status, file.headers["content-type"]) == (200, "application/pdf")
    visitor.page.click(f"#mine a[href*={under_way.case_number}]")
    visitor.expect_visible("#status")


@pytest.mark.requirement("N3")
def test_the_holder_sees_who_has_viewed_their_information_and_how_often_the_report_was_checked(
    visitor: Visitor, portal, names
):
    body = note_names(names, matching(asked_awards()[122]))
    reported = portal.apply(body)
    reported.at_stage("concluded")
    portal.act("open_review", reported.case_number)
    report = reported.status()["report"]
    check = {"report_number": report["report_number"], "check_code": report["check_code"]}
    visitor.page.request.post(f"{visitor.url}/v1/report-checks", data=check)
    visitor.sign_in(body["holder"])
    opener = f"#viewers-{reported.case_number}"
    visitor.expect_visible(opener)
    visitor.press(opener)
    visitor.expect_visible("#viewers table")
    shown = visitor.page.locator("#viewers").inner_text()
    assert {visitor.word(f"my.{head}") for head in ("viewed_at", "viewer", "purpose", "day")} <= visitor.heads()
    # The centre, its role and purpose, and no name of staff; and the check of today.
    assert "学位中心工作人员" in shown or "Staff of the degree centre" in shown
    assert "staff:" not in shown
    assert report["report_number"] in shown
    assert visitor.findings() == []
    visitor.press("#viewers .actions button")
    assert visitor.page.evaluate("document.activeElement.id") == opener.removeprefix("#")


def test_who_is_signed_in_meets_their_cases_first_until_they_sign_out_by_the_keyboard_alone(
    visitor: Visitor, portal, names
):
    body = note_names(names, matching(asked_awards()[120]))
    visitor.page.goto(f"{visitor.url}/")
    assert visitor.page.url == f"{visitor.url}/apply"
    visitor.open("my")
    visitor.expect_visible("#sign-in .button")
    assert visitor.findings() == []
    visitor.press("#sign-in .button")
    visitor.prove(body["holder"])
    visitor.page.goto(f"{visitor.url}/")
    assert visitor.page.url == f"{visitor.url}/my"
    visitor.settled()
    # Whoever uses this tab next finds neither what was typed nor the case that was open.
    kept = ("draft/apply", "draft/my/1", "case")
    visitor.page.evaluate("kept => kept.forEach((key) => sessionStorage.setItem(key, '{}'))", kept)
    visitor.press("#mine .actions button")
    visitor.expect_visible("#sign-in .button")
    assert not {*kept, "signed-in"} & {*visitor.page.evaluate("Object.keys(sessionStorage)")}
    visitor.page.goto(f"{visitor.url}/")
    assert visitor.page.url == f"{visitor.url}/apply"
    visitor.open("my")
    visitor.expect_visible("#sign-in .button")


def test_a_sign_in_that_comes_to_nothing_is_told_on_the_page_in_either_language(visitor: Visitor):
    visitor.page.goto(f"{visitor.url}/sign-in/callback?error=access_denied&state=synthetic")
    assert visitor.page.url.partition("#")[0] == f"{visitor.url}/my"
    visitor.settled()
    told = visitor.page.locator("#trouble")
    expect(told).to_contain_text(visitor.word("refused.sign_in_not_proven"), timeout=SECONDS * 1000)
    assert visitor.findings() == []
    expect(told).to_contain_text(visitor.word("refused.sign_in_not_proven"))
    # The page has words of its own for what it knows, and none for what somebody puts into its address.
    visitor.open("my", refused="<b>made up</b>")
    assert told.inner_text() == ""


def test_the_holder_makes_a_link_for_somebody_else_and_takes_it_back(visitor: Visitor, visit, portal, names):
    body = note_names(names, mismatching(asked_awards()[121]))
    applied = portal.apply(body)
    visitor.sign_in(body["holder"])
    visitor.open("case", n=applied.case_number)
    visitor.expect_visible("#link summary")
    visitor.page.click("#link summary")
    visitor.page.locator("#link button").first.click()
    visitor.expect_visible("#link .code")
    assert visitor.findings() == []
    address = visitor.page.locator("#link .code").inner_text()
    somebody = visit()
    somebody.page.goto(address)
    somebody.expect_visible("#status .number")
    # Who has the link makes no other.
    assert somebody.page.locator("#link").count() == 0
    assert applied.get().status_code == 404
    visitor.page.locator("#link button").last.click()
    visitor.settled()
    somebody.page.reload()
    somebody.settled()
    somebody.expect_visible("#entry")
    somebody.page.context.close()


def test_who_did_not_sign_in_is_told_what_an_application_needs(visitor: Visitor):
    visitor.open("apply")
    visitor.expect_visible("#who .button")
    assert visitor.findings() == []


@pytest.mark.requirement("A1", "N4", "N6")
def test_the_holder_says_not_by_me_with_the_keyboard_alone_and_takes_it_back(visitor: Visitor, portal, names):
    which = asked_awards()[103]
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
