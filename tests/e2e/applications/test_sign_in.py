"""Applicants sign in at the identity provider of the running stack, and find their cases there (article 1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from degree_auth.domain.accounts.applicant_sign_in import SESSION_TIME
from tests.e2e.client import SECONDS, Portal, awards, fresh, told_of
from tools.identity_provider import CLAIMS, sign_in
from tools.sample_register import body_of

pytestmark = pytest.mark.requirement("A1", "N4")


@pytest.fixture(scope="module")
def portal(stack, aws) -> Portal:
    return Portal(stack, aws)


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
    ended = requests.delete(f"{portal.url}/v1/me/session", headers=cookie, timeout=SECONDS)
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


def test_a_session_ends_by_itself(portal: Portal) -> None:
    token = sign_in(portal.url, person_of(body_of(awards()[40])))
    portal.move_clock(portal.now() + SESSION_TIME + timedelta(seconds=1))
    assert get(portal, "/v1/me", token).status_code == 401
    # The provider goes by the same clock.
    assert get(portal, "/v1/me", sign_in(portal.url, person_of(body_of(awards()[40])))).status_code == 200
