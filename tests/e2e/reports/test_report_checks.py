"""The online check of a report by everybody: by code, by QR code, by file, and without a way to enumerate."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest
import requests
import zxingcpp

from degree_auth.domain.reports.codes import SYMBOLS, check_link, normalise_check_code, normalise_report_number
from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.domain.shared.errors import Invalid
from tests.e2e.client import SECONDS, Applied, matching


@pytest.fixture(scope="module")
def sent() -> dict[str, Any]:
    return matching(20)


@pytest.fixture(scope="module")
def issued(portal, sent) -> Applied:
    return portal.apply(sent)


@pytest.fixture(scope="module")
def report(issued) -> dict[str, str]:
    return issued.answer["report"]


@pytest.fixture(scope="module")
def pdf(report) -> bytes:
    return requests.get(report["url"], timeout=SECONDS).content


def other(code: str, normalise) -> str:
    """Another code that could be one: it passes its own check character, so that only the stored one refuses it."""
    for place in range(len(code)):
        for symbol in SYMBOLS:
            for last in SYMBOLS:
                candidate = code[:place] + symbol + code[place + 1 : -1] + last
                try:
                    if normalise(candidate) == candidate != code:
                        return candidate
                except Invalid:
                    continue
    raise AssertionError(code)


@pytest.mark.requirement("A5", "A15")
def test_number_and_code_lead_to_the_report_with_its_name_masked(portal, sent, report):
    found = portal.check(report_number=report["report_number"], check_code=report["check_code"])
    assert found["state"] == "valid"
    assert found["report"]["holder_name"] == masked_name(sent["holder"]["name"]) != sent["holder"]["name"]
    assert found["report"]["award_date"] == sent["degree"]["award_date"]
    assert found["report"]["basis"] == "register"
    assert {one["what"]: one["result"] for one in found["checked"]} == {
        "code": "passed",
        "print": "not_checked",
        "file": "not_checked",
        "standing": "passed",
    }
    assert sent["degree"]["certificate_number"] not in str(found)


@pytest.mark.requirement("A15", "N2")
def test_what_is_typed_from_the_print_is_compared_with_what_was_issued(portal, sent, report):
    codes = {name: report[name] for name in ("report_number", "check_code")}
    paper = {name: sent["holder"][source] for name, source in (("holder_name", "name"), ("birth_date", "birth_date"))}
    paper["certificate_number"] = sent["degree"]["certificate_number"]
    for typed, result in ((paper, "passed"), ({**paper, "birth_date": "1901-01-01"}, "failed")):
        assert {"what": "print", "result": result} in portal.check(**codes, **typed)["checked"]


@pytest.mark.requirement("A15")
def test_the_file_leads_to_the_same_report_in_either_letter_case(portal, report, pdf):
    digest = hashlib.sha256(pdf).hexdigest()
    by_code = portal.check(report_number=report["report_number"], check_code=report["check_code"])
    for spelled in (digest, digest.upper()):
        assert portal.check(sha256=spelled)["report"] == by_code["report"]


@pytest.mark.requirement("A15", "N4")
def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(portal, report):
    number, code = report["report_number"], report["check_code"]
    wrong_code = portal.check(report_number=number, check_code=other(code, normalise_check_code))
    unknown_number = portal.check(report_number=other(number, normalise_report_number), check_code=code)
    assert wrong_code == unknown_number
    assert (wrong_code["state"], wrong_code["report"]) == ("unknown", None)


@pytest.mark.requirement("A15", "N5")
@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code}\n",
        lambda code: code.replace("-", "－"),
        lambda code: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in code),
        lambda code: code.replace("0", "O").replace("1", "I"),
    ],
    ids=["lower case", "no hyphens", "spaces", "around", "wide hyphens", "full-width", "look-alikes"],
)
def test_a_code_may_be_typed_in_any_usual_way(portal, report, typed):
    found = portal.check(report_number=typed(report["report_number"]), check_code=typed(report["check_code"]))
    assert found["state"] == "valid"


@pytest.mark.requirement("A15", "N5")
@pytest.mark.parametrize(
    ("asked", "problems"),
    [
        ({}, {"report_number": "required", "check_code": "required"}),
        (
            {"report_number": "2026", "check_code": "?"},
            {"report_number": "report_number_malformed", "check_code": "check_code_malformed"},
        ),
        ({"sha256": "0" * 63}, {"sha256": "sha256_format"}),
        ({"sha256": "0" * 64, "name": "x"}, {"name": "unknown_field"}),
        ({"sha256": 1}, {"sha256": "not_text"}),
    ],
)
def test_a_check_that_cannot_be_made_names_every_problem(portal, asked, problems):
    answered = portal.post("/v1/report-checks", asked)
    assert answered.status_code == 422
    assert {one["field"]: one["code"] for one in answered.json()["error"]["details"]} == problems


@pytest.mark.requirement("A15", "N5")
def test_a_slip_of_the_hand_is_told_from_a_report_that_is_unknown(portal, report):
    code = report["check_code"]
    slip = code[:-1] + SYMBOLS[(SYMBOLS.index(code[-1]) + 1) % 32]
    answered = portal.post("/v1/report-checks", {"report_number": report["report_number"], "check_code": slip})
    assert answered.status_code == 422
    assert [one["code"] for one in answered.json()["error"]["details"]] == ["check_code_mistyped"]


@pytest.mark.requirement("A5", "A15")
def test_the_qr_code_of_the_issued_page_leads_to_a_valid_check(stack, portal, report, pdf):
    bitmap = pypdfium2.PdfDocument(pdf)[0].render(scale=3, grayscale=True)
    image = zxingcpp.ImageView(
        bytes(bitmap.buffer), bitmap.width, bitmap.height, zxingcpp.ImageFormat.Lum, bitmap.stride
    )
    (link,) = [code.text for code in zxingcpp.read_barcodes(image)]
    assert link == check_link(stack["check_url"], report["report_number"], report["check_code"])
    assert requests.get(link, timeout=SECONDS).status_code == 200
    parts = parse_qs(urlsplit(link).fragment)
    assert portal.check(report_number=parts["n"][0], check_code=parts["c"][0])["state"] == "valid"


@pytest.mark.requirement("A15", "N4")
@pytest.mark.parametrize("name", ["check", "apply", "case"])
def test_a_page_is_served_with_a_policy_that_allows_its_own_script_and_no_other(portal, name):
    answered = requests.get(f"{portal.url}/{name}", timeout=SECONDS)
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "text/html; charset=utf-8"
    assert answered.headers["referrer-policy"] == "no-referrer"
    policy = dict(part.strip().split(" ", 1) for part in answered.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    page = answered.content.decode()
    # The words and facts beside it are data, which no browser carries out.
    for opening, kind, directive in ((' type="module"', "script", "script-src"), ("", "style", "style-src")):
        (content,) = re.findall(rf"<{kind}{opening}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"
