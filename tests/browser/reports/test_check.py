"""The check of a report, and the public list of those that were corrected."""

from __future__ import annotations

import base64
import io

import pypdfium2
import pytest
import requests
import zxingcpp
from PIL import Image

from tests.browser.visitor import Visitor
from tests.e2e.client import SECONDS, Applied, matching


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


# What a phone's browser has of its own, over the reader that the tests have.
DETECTOR = """globalThis.BarcodeDetector = class {
  async detect(bitmap) {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const picture = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    const text = btoa(Array.from(picture, (byte) => String.fromCharCode(byte)).join(""));
    return (await readCodes(text)).map((rawValue) => ({ rawValue }));
  }
}"""


def read_codes(picture: str) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(picture))))]


def photo(pdf: bytes, size: tuple[int, int] | None = None) -> dict[str, object]:
    """A photo of a print, taken askew; of a part of it alone if so."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().rotate(4, expand=True, fillcolor="white")
    taken = io.BytesIO()
    (page.crop((0, 0, *size)) if size else page).save(taken, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": taken.getvalue()}


@pytest.fixture
def pdf(reported) -> bytes:
    return requests.get(reported.status()["report"]["url"], timeout=SECONDS).content


@pytest.mark.requirement("A5", "A15", "N2", "N6")
def test_a_photo_of_a_print_is_checked_as_far_as_its_qr_code(visitor: Visitor, report, pdf):
    visitor.page.expose_function("readCodes", read_codes)
    visitor.page.add_init_script(DETECTOR)
    visitor.open("check")
    visitor.page.set_input_files("#photo", photo(pdf, (60, 60)))
    visitor.expect_visible(".result.failed")
    assert visitor.word("check.photo_unreadable") in visitor.page.inner_text(".result")
    visitor.page.set_input_files("#photo", photo(pdf))
    visitor.expect_visible(".result.valid")
    assert visitor.value("#number") == report["report_number"]
    assert visitor.word("check.print.not_checked") in visitor.page.inner_text(".result")
    assert visitor.findings() == []


@pytest.mark.requirement("A15", "N2")
def test_a_photo_whose_code_leads_elsewhere_is_not_believed(visitor: Visitor, pdf):
    visitor.page.expose_function("readCodes", lambda _: ["https://forger.example/check#n=1&c=2"])
    visitor.page.add_init_script(DETECTOR)
    visitor.open("check")
    visitor.page.set_input_files("#photo", photo(pdf))
    visitor.expect_visible(".result.failed")
    assert visitor.word("check.photo_elsewhere") in visitor.page.inner_text(".result")
    assert visitor.findings() == []


@pytest.mark.requirement("A15", "N6")
def test_a_browser_that_reads_no_codes_says_how_to_go_on(visitor: Visitor, pdf):
    visitor.page.add_init_script("delete globalThis.BarcodeDetector")
    visitor.open("check")
    visitor.page.set_input_files("#photo", photo(pdf))
    visitor.expect_visible(".result.failed")
    assert visitor.word("check.photo_unsupported") in visitor.page.inner_text(".result")
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


@pytest.mark.requirement("A15", "N4", "N6")
def test_a_report_whose_holder_was_erased_stays_valid_and_says_since_when_in_both_languages(visitor: Visitor, portal):
    applied = portal.apply(matching(97))
    issued = applied.at_stage("concluded")["report"]
    for action, more in (
        ("propose_erasure", {"reviewer": "erasure-first", "ground": "holder_request"}),
        ("approve_erasure", {"reviewer": "erasure-second"}),
    ):
        done = portal.act(action, applied.case_number, reason="本人要求", **more)
        assert done["output"]["done"], done
    visitor.open("check", **link(issued))
    visitor.expect_visible(".result.valid")
    for _ in range(2):
        shown = visitor.page.inner_text(".result")
        assert visitor.word("check.erased").partition("{")[0] in shown
        assert visitor.word("check.erased_value") in shown
        assert "null" not in shown
        assert visitor.findings() == []
        visitor.change_language()
