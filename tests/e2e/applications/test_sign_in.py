"""Applicants sign in at the identity provider of the running stack, and find their cases there (article 1)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests

from degree_auth.domain.accounts.applicant_sign_in import SESSION_TIME
from degree_auth.domain.applications.bounds import (
    MOST_FAILED_COMPARISONS,
    MOST_OPEN_CASES,
    OWN_FAILED_COMPARISONS,
)
from tests.e2e.client import SECONDS, Applied, Portal, awards, fresh, matching, mismatching, persistently, told_of
from tools.identity_provider import CLAIMS, sign_in
from tools.sample_applications import body_of

pytestmark = pytest.mark.requirement("A1", "N4")

AT_ONCE = 12
"""As many clients as start functions at the same moment; more would only start more of them."""


def person_of(body: dict[str, Any]) -> dict[str, str]:
    return {name: body["holder"][name] for name in CLAIMS}


def get(portal: Portal, path: str, token: str) -> requests.Response:
    return requests.get(f"{portal.url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS)


def test_a_holder_who_signed_in_finds_the_case_and_nobody_else_does(portal: Portal) -> None:
    body = fresh(body_of(awards()[40]))
    applied = portal.apply(body)
    token = sign_in(portal.url, person_of(body))
    me = get(portal, "/v1/me", token)
    assert me.json()["name"] == body["holder"]["name"]
    assert told_of({body["holder"]["identity_number"]}, me.text) == []
    listed = get(portal, "/v1/me/applications", token).json()["applications"]
    assert applied.case_number in [one["case_number"] for one in listed]
    assert get(portal, f"/v1/applications/{applied.case_number}", token).status_code == 200
    other = sign_in(portal.url, person_of(body_of(awards()[41])))
    found = get(portal, "/v1/me/applications", other).json()["applications"]
    assert applied.case_number not in [one["case_number"] for one in found]
    assert get(portal, f"/v1/applications/{applied.case_number}", other).status_code == 404


def test_the_cookie_alone_is_enough_and_signing_out_ends_the_session_at_once(portal: Portal) -> None:
    token = sign_in(portal.url, person_of(body_of(awards()[40])))
    cookie = {"Cookie": f"applicant={token}"}
    assert requests.get(f"{portal.url}/v1/me", headers=cookie, timeout=SECONDS).status_code == 200
    session = f"{portal.url}/v1/me/session"
    # A page of another origin makes the browser send the cookie as well.
    foreign = requests.delete(session, headers=cookie | {"Origin": "https://evil.example.org"}, timeout=SECONDS)
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (403, "other_origin")
    here = "/".join(portal.url.split("/")[:3])
    ended = requests.delete(session, headers=cookie | {"Origin": here}, timeout=SECONDS)
    assert ended.status_code == 204
    assert "Max-Age=0" in ended.headers["Set-Cookie"]
    refused = requests.get(f"{portal.url}/v1/me", headers=cookie, timeout=SECONDS)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "session_ended")


def test_the_cookies_are_out_of_reach_of_scripts_and_of_other_sites(portal: Portal) -> None:
    browser = requests.Session()
    begun = browser.get(f"{portal.url}/sign-in?to=case", allow_redirects=False, timeout=SECONDS)
    person = person_of(body_of(awards()[40]))
    back = browser.post(begun.headers["Location"], data=person, allow_redirects=False, timeout=SECONDS)
    opened = browser.get(back.headers["Location"], allow_redirects=False, timeout=SECONDS)
    assert opened.headers["Location"] == f"{portal.url}/case"
    for answered, same_site in ((begun, "Lax"), (opened, "Strict")):
        cookie = answered.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert f"SameSite={same_site}" in cookie
    # Coming back with the same address again, here or elsewhere, opens nothing.
    for again in (browser, requests.Session()):
        refused = again.get(back.headers["Location"], allow_redirects=False, timeout=SECONDS)
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "sign_in_over")
        assert "Set-Cookie" not in refused.headers


def without_chance(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is drawn at random, of which the lengths stay."""
    number, token = answer["case_number"], answer["access_token"]
    told = json.dumps(answer).replace(token, "t" * len(token)).replace(number, "n" * len(number))
    found: dict[str, Any] = json.loads(told)
    return found


def test_right_and_wrong_guesses_of_who_did_not_sign_in_are_answered_alike(portal: Portal) -> None:
    body = body_of(awards()[42])
    other = body_of(awards()[43])
    guesses = [
        body,
        {**body, "holder": other["holder"]},
        {**body, "degree": {**body["degree"], "discipline": other["degree"]["discipline"]}},
        {**body, "degree": {**body["degree"], "certificate_number": other["degree"]["certificate_number"]}},
        {**body, "holder": {**body["holder"], "name": other["holder"]["name"]}},
    ]
    answers = [portal.send(fresh(guess)) for guess in guesses]
    assert {answered.status_code for answered in answers} == {202}
    # What the certificate number says against the award date is known without the register.
    first, *others = [{**without_chance(answered.json()), "warnings": []} for answered in answers]
    same = {name: first[name] for name in ("stage", "outcome", "comparison", "report", "proven_by")}
    assert same == {
        "stage": "identity_review", "outcome": None, "comparison": None, "report": None, "proven_by": None,
    }  # fmt: skip
    # The lengths of what is drawn at random are in it.
    assert [one for one in others if one != first] == []
    for answered in answers:
        log = portal.log(answered.json()["case_number"])
        assert [entry["type"] for entry in log] == ["application_received"]


def test_a_reviewer_confirms_who_applies_and_only_then_the_claim_is_compared(portal: Portal) -> None:
    answered = portal.send(matching(44))
    applied = Applied(f"{portal.url}/v1/applications", answered)
    assert portal.confirm_identity(applied.case_number)["error"] == "identity_document_missing"
    applied.attach("identity_document")
    assert portal.confirm_identity(applied.case_number)["status"] == "SUCCEEDED"
    assert applied.at_stage("concluded")["report"]


def test_who_signed_in_can_apply_for_nobody_else(portal: Portal) -> None:
    body, other = matching(45), matching(46)
    token = {"Authorization": f"Bearer {portal.session(other)}"}
    for guess in (body, {**body, "degree": other["degree"]}):
        answered = portal.send(guess, **token)
        assert (answered.status_code, answered.json()["error"]["code"]) == (403, "not_the_holder")
    expired = portal.send(body, Authorization="Bearer made-up")
    assert (expired.status_code, expired.json()["error"]["code"]) == (401, "session_ended")


@pytest.mark.alone
@pytest.mark.requirement("N1")
def test_many_at_once_are_counted_once_each(portal: Portal) -> None:
    body = mismatching(47)
    session = portal.session(body)

    def apply(_: int) -> requests.Response:
        mine = fresh(body)
        return persistently(lambda: portal.send(mine, Authorization=f"Bearer {session}"))

    def withdraw(one: requests.Response) -> None:
        assert Applied(url, one, lambda: session).post("withdrawal").json()["stage"] == "withdrawn"

    url, numbers = f"{portal.url}/v1/applications", set[str]()
    # What is compared and then refused counts as an application, too, so the second time nothing is taken.
    for most in (MOST_OPEN_CASES, 0):
        with ThreadPoolExecutor(AT_ONCE) as together:
            answers = list(together.map(apply, range(32)))
            taken = [one for one in answers if one.status_code == 202]
            refused = [one for one in answers if one.status_code == 429]
            assert (len(taken), len(refused)) == (most, 32 - most)
            for one in refused:
                code, wait = one.json()["error"]["code"], int(one.headers["Retry-After"])
                # A day counts anew, which names the moment; what is open is free when a case ends.
                assert code == "too_many_applications" or (most, code) == (MOST_OPEN_CASES, "too_many_open_cases")
                assert wait == 86400 if code == "too_many_open_cases" else 0 < wait <= 86400
                assert ("retry_at" in one.json()["error"]) is (code == "too_many_applications")
            numbers |= {one.json()["case_number"] for one in taken}
            list(together.map(withdraw, taken))
    assert len(numbers) == MOST_OPEN_CASES
    listed = get(portal, "/v1/me/applications", portal.session(body)).json()["applications"]
    assert {one["case_number"] for one in listed} == numbers


@pytest.mark.alone
@pytest.mark.requirement("N1")
def test_many_clients_of_five_people_at_one_record_are_counted_once_each(portal: Portal) -> None:
    """Each has a few comparisons and one open case of their own; the rest is everybody's together."""
    victim = awards()[50]
    guesses = []
    for which in (51, 52, 53, 54, 55):
        guess = mismatching(which)
        guess["degree"] |= {"certificate_number": victim["XWZSBH"], "institution_code": victim["XWSYDWM"]}
        guesses.append(guess)
    sessions = [portal.session(guess) for guess in guesses]

    def apply(number: int) -> requests.Response:
        mine = fresh(guesses[number % 5])
        return persistently(lambda: portal.send(mine, Authorization=f"Bearer {sessions[number % 5]}"))

    with ThreadPoolExecutor(AT_ONCE) as together:
        answers = list(together.map(apply, range(40)))
    taken = [one for one in answers if one.status_code == 202]
    assert len(taken) == 5 * OWN_FAILED_COMPARISONS + MOST_FAILED_COMPARISONS
    assert {one.status_code for one in answers} == {202, 429}
    assert {one.json()["error"]["code"] for one in answers if one.status_code == 429} == {"too_many_applications"}
    # The record's holder still has their own.
    mine = mismatching(50)
    assert portal.submit(mine).status_code == 202


def test_the_holder_renews_and_revokes_a_shared_link_and_whoever_has_it_does_not(portal: Portal) -> None:
    applied = portal.apply(mismatching(48))
    link, first = applied._at("link"), {"Authorization": f"Bearer {applied.token}"}
    for method, path in (("PUT", link), ("DELETE", link), ("POST", applied._at("withdrawal"))):
        refused = requests.request(method, path, headers=first, timeout=SECONDS)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "holder_must_sign_in")
    session = {"Authorization": f"Bearer {applied.session}"}
    renewed = requests.put(link, headers=session, timeout=SECONDS).json()["access_token"]
    assert applied.get().status_code == 404
    second = {"Authorization": f"Bearer {renewed}"}
    assert requests.get(applied._at(""), headers=second, timeout=SECONDS).status_code == 200
    assert requests.delete(link, headers=session, timeout=SECONDS).status_code == 204
    assert requests.get(applied._at(""), headers=second, timeout=SECONDS).status_code == 404
    assert get(portal, f"/v1/applications/{applied.case_number}", applied.session).status_code == 200


@pytest.mark.alone
def test_a_session_ends_by_itself(portal: Portal) -> None:
    token = sign_in(portal.url, person_of(body_of(awards()[40])))
    portal.move_clock(portal.now() + SESSION_TIME + timedelta(seconds=1))
    assert get(portal, "/v1/me", token).status_code == 401
    # The provider goes by the same clock.
    assert get(portal, "/v1/me", sign_in(portal.url, person_of(body_of(awards()[40])))).status_code == 200
