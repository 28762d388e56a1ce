"""The main job over HTTP: what becomes of an application, and how bad input is answered."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import requests
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.e2e.client import SECONDS, Applied, Portal, fresh, matching, mismatching, new_key, people, sample, told_of


@pytest.fixture(scope="module")
def matched(portal) -> Applied:
    # On a busy machine the first report of a fresh stack takes longer than an answer waits.
    portal.apply(matching(97)).at_stage("concluded")
    return portal.apply(matching(0))


@pytest.fixture(scope="module")
def pdf(matched) -> bytes:
    return requests.get(matched.answer["report"]["url"], timeout=SECONDS).content


@pytest.fixture
def reviewed(portal) -> Applied:
    return portal.apply(mismatching())


@pytest.mark.requirement("A1", "A2", "A5")
def test_a_matching_claim_is_answered_with_its_report(matched):
    assert matched.response.status_code == 201
    assert (matched.answer["stage"], matched.answer["outcome"]) == ("concluded", "reported")
    assert matched.answer["comparison"] == {"result": "matched", "fields": []}
    status = matched.status()
    assert [each["event"] for each in status["timeline"]] == ["application_received", "claim_compared", "report_issued"]
    assert (status["stage"], status["held_by"]) == ("concluded", "nobody")


@pytest.mark.requirement("A5")
def test_the_issued_file_bears_a_signature_that_is_valid_and_trusted(portal, pdf):
    roots = list(load_certs_from_pemder([portal.trust_root]))
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    verdict = validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
    assert verdict.bottom_line
    assert verdict.trusted
    assert verdict.docmdp_ok


@pytest.mark.requirement("A5", "N2")
def test_the_check_knows_the_issued_file_and_no_file_that_differs_by_a_bit(portal, matched, pdf):
    found = portal.check(sha256=hashlib.sha256(pdf).hexdigest())
    assert (found["state"], found["report"]["report_number"]) == ("valid", matched.answer["report"]["report_number"])
    for place in range(0, len(pdf), len(pdf) // 10):
        changed = bytearray(pdf)
        changed[place] ^= 1
        found = portal.check(sha256=hashlib.sha256(changed).hexdigest())
        assert (found["state"], found["report"]) == ("unknown", None)


@pytest.mark.requirement("A5")
def test_the_report_is_handed_out_by_redirect_and_its_credential_as_json(matched, pdf):
    redirected = matched.get("report", allow_redirects=False)
    assert redirected.status_code == 302
    assert requests.get(redirected.headers["location"], timeout=SECONDS).content == pdf
    credential = matched.get("report", params={"format": "json"}).json()
    assert credential["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert credential["credential"].count(".") == 2


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    "kind",
    ["full-width", "dates", "separator", "character", "number", "certificate", "student", "award", "degree"],
)
def test_a_harmless_variant_matches(portal, kind):
    applied = portal.apply(fresh(sample(kind).body))
    assert applied.response.status_code == 201, applied.answer
    assert applied.answer["report"]


@pytest.mark.requirement("A2", "A10", "A12", "N6")
@pytest.mark.parametrize(
    ("kind", "result"),
    [("mismatched", "mismatched"), ("not_found", "not_found"), ("ambiguous", "ambiguous")],
)
def test_what_does_not_match_waits_visibly_for_the_centre(portal, kind, result):
    example = sample(kind)
    applied = portal.apply(fresh(example.body))
    assert applied.response.status_code == 202
    assert applied.answer["report"] is None
    status = applied.status()
    assert (status["stage"], status["held_by"]) == ("material_review", "centre")
    assert status["comparison"]["result"] == result
    assert status["clock"]["working_day"] == 0
    assert status["clock"]["of"] == 18
    assert status["clock"]["centre"] == {"used": 0, "of": 8}
    assert date.fromisoformat(status["clock"]["due"]) > date.fromisoformat(status["timeline"][0]["at"][:10])
    assert all(status["next"].values())
    assert all(status["held_by_name"].values())
    assert applied.get("report").status_code == 404
    assert portal.reports([applied.case_number]) == {applied.case_number: []}


@pytest.mark.requirement("A2", "N2")
def test_a_name_that_no_font_can_print_is_parked_and_not_printed(portal):
    applied = portal.apply(fresh(sample("parked").body))
    assert (applied.response.status_code, applied.answer["stage"]) == (202, "parked")
    status = applied.status()
    assert status["held_by"] == "centre"
    assert status["report"] is None


@pytest.mark.requirement("A1", "N1")
@pytest.mark.parametrize("keys", ["none", "the same", "a later one", "two"])
@pytest.mark.parametrize("make", [matching, mismatching])
def test_the_same_submission_twice_is_one_case_whose_link_is_handed_out_once(portal, make, keys):
    body, one, other = make(2), {"Idempotency_Key": new_key()}, {"Idempotency_Key": new_key()}
    sent = {"none": ({}, {}), "the same": (one, one), "a later one": ({}, one), "two": (one, other)}[keys]
    first, second = (portal.apply(body, **headers) for headers in sent)
    assert first.case_number == second.case_number
    assert first.answer["access_token"]
    assert second.answer["access_token"] is None
    assert first.answer["stage"] == second.answer["stage"]
    assert sum(each["event"] == "application_received" for each in second.status()["timeline"]) == 1


@pytest.mark.requirement("A1", "N1")
@pytest.mark.parametrize("with_key", [False, True])
def test_the_same_submission_sent_eight_times_at_once_is_one_case(portal, with_key):
    body = matching(11 if with_key else 12)
    headers = {"Idempotency_Key": new_key()} if with_key else {}
    with ThreadPoolExecutor(8) as together:
        every = list(together.map(lambda _: portal.apply(body, **headers), range(8)))
    assert len({one.case_number for one in every}) == 1
    assert len([one for one in every if one.answer["access_token"]]) == 1
    assert every[0].at_stage("concluded")["report"]
    assert len(portal.reports([every[0].case_number])[every[0].case_number]) == 1


@pytest.mark.alone  # it counts all that is stored
@pytest.mark.requirement("A1", "N1")
def test_a_key_used_again_for_another_content_is_a_conflict_and_stores_nothing(portal):
    first, other, key = matching(4), mismatching(4), new_key()
    portal.apply(first, Idempotency_Key=key)
    before = _stored_cases(portal)
    refused = portal.submit(other, Idempotency_Key=key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "idempotency_key_reused")
    assert _stored_cases(portal) == before


@pytest.mark.requirement("N1", "N4")
def test_a_key_that_two_people_chose_is_two_cases(portal):
    key = new_key()
    one, other = (portal.apply(matching(which), Idempotency_Key=key) for which in (5, 6))
    assert one.case_number != other.case_number


@pytest.mark.requirement("A1", "N6")
def test_an_application_can_be_withdrawn_once_and_for_all(reviewed):
    for _ in range(2):
        answered = reviewed.post("withdrawal")
        assert answered.status_code == 200
        assert (answered.json()["stage"], answered.json()["held_by"]) == ("withdrawn", "nobody")
    assert [each["event"] for each in reviewed.status()["timeline"]].count("application_withdrawn") == 1
    assert reviewed.post("supplements", {}).json()["error"]["code"] == "nothing_was_asked"


@pytest.mark.requirement("A1", "N1")
def test_a_withdrawn_application_can_be_made_again_as_a_new_case(portal):
    body, key = mismatching(7), new_key()
    first = portal.apply(body, Idempotency_Key=key)
    assert first.post("withdrawal").status_code == 200
    second, third = (portal.apply(body, Idempotency_Key=key) for _ in range(2))
    assert second.case_number != first.case_number
    assert third.case_number == second.case_number


@pytest.mark.requirement("A5", "N1")
def test_what_is_concluded_cannot_be_withdrawn(matched):
    answered = matched.post("withdrawal")
    assert (answered.status_code, answered.json()["error"]["code"]) == (409, "case_already_ended")
    assert matched.status()["stage"] == "concluded"


@pytest.mark.requirement("A10", "N5")
def test_nothing_can_be_supplied_that_was_not_asked(reviewed):
    answered = reviewed.post("supplements", {"degree": {"discipline": "园林"}})
    assert (answered.status_code, answered.json()["error"]["code"]) == (409, "nothing_was_asked")


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/report"),
        ("GET", "/report?format=json"),
        ("POST", "/attachments"),
        ("POST", "/supplements"),
        ("POST", "/withdrawal"),
    ],
)
def test_a_wrong_token_and_an_unknown_case_are_answered_alike(portal, reviewed, method, path):
    other = portal.apply(mismatching(8))

    def ask(case_number: str, token: str) -> tuple[int, dict[str, Any]]:
        answered = requests.request(
            method,
            f"{portal.url}/v1/applications/{case_number}{path}",
            headers={"Authorization": f"Bearer {token}"},
            json={} if method == "POST" else None,
            timeout=SECONDS,
        )
        error = answered.json()["error"]
        del error["request_id"]
        return answered.status_code, error

    refusals = [
        ask(reviewed.case_number, other.token),
        ask(reviewed.case_number, "x"),
        ask(reviewed.case_number[:-1] + ("0" if reviewed.case_number[-1] != "0" else "1"), reviewed.token),
        ask("RZ2026112300000000", reviewed.token),
        ask("x", reviewed.token),
    ]
    assert refusals[0][0] == 404
    assert all(one == refusals[0] for one in refusals)
    assert reviewed.status()["stage"] == "material_review"


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Basic eDp5"])
def test_a_request_without_a_token_is_not_signed_in(portal, reviewed, header):
    headers = {} if header is None else {"Authorization": header}
    answered = requests.get(f"{portal.url}/v1/applications/{reviewed.case_number}", headers=headers, timeout=SECONDS)
    assert (answered.status_code, answered.json()["error"]["code"]) == (401, "access_token_missing")


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_json"),
        (b"", "application/json", 400, "malformed_json"),
        (b"\xff\xfe{}", "application/json", 400, "body_not_utf8"),
        (b'{"consent": NaN}', "application/json", 400, "malformed_json"),
        (b"[" * 20_000, "application/json", 400, "malformed_json"),
        (b"[]", "application/json", 400, "not_an_object"),
        (b'"x"', "application/json", 400, "not_an_object"),
        (b'{"holder": "' + b"x" * 65_536 + b'"}', "application/json", 413, "body_too_large"),
        (b"{}", "text/plain", 415, "content_type_unsupported"),
        (b"holder=x", "application/x-www-form-urlencoded", 415, "content_type_unsupported"),
    ],
    ids=lambda value: value[:12].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_a_body_that_cannot_be_read_is_refused_by_its_rule(portal, content, content_type, status, code):
    answered = requests.post(
        f"{portal.url}/v1/applications", data=content, headers={"Content-Type": content_type}, timeout=SECONDS
    )
    assert (answered.status_code, answered.json()["error"]["code"]) == (status, code)
    _assert_error_shape(answered.json())


@pytest.mark.alone  # it counts all that is stored
@pytest.mark.requirement("A1", "N5")
def test_all_problems_of_an_application_are_named_at_once_in_both_languages_and_nothing_is_stored(portal):
    example = sample("invalid")
    before = _stored_cases(portal)
    answered = portal.send(fresh(example.body))
    assert answered.status_code == 422
    error = answered.json()["error"]
    _assert_error_shape(answered.json())
    assert error["code"] == "invalid_input"
    assert {one["field"] for one in error["details"]} == set(example.fields)
    assert _stored_cases(portal) == before


@pytest.mark.requirement("N4", "N5")
def test_an_answer_repeats_nothing_of_what_the_person_typed(portal, matched):
    body = matching(0)
    wrong = {**mismatching(9), "consent": False}
    wrong["holder"]["identity_number"] = wrong["holder"]["identity_number"][:-1] + "?"
    wrong["holder"][wrong["holder"]["name"]] = "x"
    for sent, text in (
        (body, matched.response.text),
        # The claim is there for whoever made it, to look at what they stated.
        (body, json.dumps({name: told for name, told in matched.status().items() if name != "claim"})),
        (body, matched.response.url + json.dumps(dict(matched.response.headers))),
        (wrong, portal.send(wrong).text),
    ):
        assert told_of(people(sent) - {body["contact"]["email"]}, text) == []


def _assert_error_shape(body: dict[str, Any]) -> None:
    error = body["error"]
    assert set(error) == {"code", "message", "message_en", "details", "request_id"}
    assert error["request_id"]
    for told in (error, *error["details"]):
        assert not told["message"].isascii()
        assert told["message_en"].isascii()


def _stored_cases(portal: Portal) -> Counter[str]:
    return Counter(item["sk"] for item in portal.case_items() if item["sk"] in {"CASE", "SUBMISSION"})
