"""The check of a report, and the public list of those that were corrected."""

from __future__ import annotations

import pytest
import requests

from tests.browser.visitor import Visitor
from tests.e2e.client import SECONDS, Applied


@pytest.fixture
def report(reported: Applied) -> dict[str, str]:
    return dict(reported.status()["report"])


def link(report: dict[str, str]) -> dict[str, str]:
    """What the QR code of a report puts into the address of the check."""
    return {"n": report["report_number"], "c": report["check_code"]}


@pytest.mark.requirement("A5", "N5", "N6")
def test_a_report_is_checked_by_the_keyboard_alone(visitor: Visitor, report):
    visitor.open("check")
    visitor.press("#codes button")
    visitor.expect_visible("#fault-number")
    assert visitor.findings() == []
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.write("#number", report["report_number"])
    visitor.write("#code", report["check_code"])
    visitor.keeps({"#number": report["report_number"], "#code": report["check_code"]}, visitor.page.reload)
    visitor.press("#codes button")
    visitor.expect_visible(".result.valid")


@pytest.mark.requirement("A5", "N6")
def test_a_valid_report_is_fit_for_everybody_and_keeps_what_is_typed(visitor: Visitor, report):
    visitor.open("check", **link(report))
    visitor.expect_visible(".result.valid")
    visitor.press("#watch summary")
    visitor.fill({"#watch-url": "nonsense"})
    visitor.keeps({"#watch-url": "nonsense"}, visitor.change_language)
    visitor.press("form:has(#watch-url) button")
    visitor.expect_visible(".answer .faults")
    assert visitor.findings() == []


@pytest.mark.requirement("A5", "N2", "N6")
def test_a_file_is_checked_and_an_unknown_one_is_told_apart(visitor: Visitor, report, reported):
    pdf = requests.get(reported.status()["report"]["url"], timeout=SECONDS).content
    visitor.open("check")
    file = {"name": "report.pdf", "mimeType": "application/pdf"}
    visitor.page.set_input_files("#file", {**file, "buffer": pdf})
    visitor.expect_visible(".result.valid")
    visitor.names = {*visitor.names, file["name"]}
    visitor.page.set_input_files("#file", {**file, "buffer": pdf + b" "})
    visitor.expect_visible(".result.unknown")
    assert visitor.findings() == []


@pytest.mark.requirement("A6", "A15", "N6")
def test_a_report_that_another_took_the_place_of_says_so_to_everybody(visitor: Visitor, superseded):
    visitor.open("check", **link(superseded))
    visitor.expect_visible(".result.superseded")
    assert visitor.findings() == []
    visitor.open("notices")
    visitor.expect_visible("td")
    assert visitor.findings() == []
    assert {visitor.word("notices.head.state"), visitor.word("notices.head.cause")} <= visitor.heads()
