"""Applicants sign in at the identity provider: once, in time, in the browser that began, and for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.accounts.applicant_sign_in import SESSION_TIME, SIGN_IN_TIME, page_wanted, person_json
from degree_auth.domain.applications.person import TokenFields
from degree_auth.domain.shared.errors import Forbidden, Invalid, NotSignedIn
from degree_auth.services.accounts.applicant_sessions import ApplicantSessions, Begun, Opened, SignIn
from tests.doubles.identity_provider import PERSON, MemoryApplicantSessions, MemoryIdentityProvider

pytestmark = pytest.mark.requirement("A1", "N4")
BACK = "https://example.org/sign-in/callback"


class Door:
    """Sign-in and sessions over doubles, and one clock."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        self.store, self.provider = MemoryApplicantSessions(), MemoryIdentityProvider()
        keyring = Keyring(b"a master secret of thirty-two bytes or more")
        self.sign_in = SignIn(self.store, keyring, self.provider, TokenFields(*PERSON))
        self.sessions = ApplicantSessions(self.store, keyring)

    def begin(self, page: str = "apply", browser: str = "") -> Begun:
        return self.sign_in.begin(page, BACK, browser, self.now)

    def back(self, begun: Begun, person: dict[str, Any] | None = None) -> dict[str, str]:
        return self.provider.signed_in(begun.address, PERSON if person is None else person)

    def complete(self, query: dict[str, str], browser: str) -> Opened:
        return self.sign_in.complete(query, BACK, browser, self.now)

    def open(self) -> Opened:
        begun = self.begin()
        return self.complete(self.back(begun), begun.browser)


@pytest.fixture
def door() -> Door:
    return Door()


def test_who_signed_in_is_known_by_the_session_until_it_ends(door: Door) -> None:
    opened = door.open()
    assert opened.ends_at == door.now + SESSION_TIME
    person = door.sessions.person(opened.token, door.now + SESSION_TIME - timedelta(seconds=1))
    assert (person.name, person.identity_number) == (PERSON["name"], PERSON["identity_number"])
    with pytest.raises(NotSignedIn):
        door.sessions.person(opened.token, door.now + SESSION_TIME)


def test_the_wanted_page_is_remembered_and_is_one_of_ours(door: Door) -> None:
    begun = door.begin("case")
    assert door.complete(door.back(begun), begun.browser).page == "case"
    assert page_wanted({}) == "my"
    for elsewhere in ("https://evil.example", "//evil.example", "../x", ""):
        with pytest.raises(Invalid):
            page_wanted({"to": elsewhere})


def test_a_sign_in_is_good_once(door: Door) -> None:
    begun = door.begin()
    back = door.back(begun)
    door.complete(back, begun.browser)
    with pytest.raises(NotSignedIn) as refused:
        door.complete(back, begun.browser)
    assert refused.value.code == "sign_in_over"


def test_a_sign_in_that_took_too_long_is_over(door: Door) -> None:
    begun = door.begin()
    back = door.back(begun)
    door.now += SIGN_IN_TIME
    with pytest.raises(NotSignedIn) as refused:
        door.complete(back, begun.browser)
    assert refused.value.code == "sign_in_over"


@pytest.mark.parametrize("browser", ["", "x" * 43, "no secret of ours"])
def test_nobody_is_signed_in_as_somebody_else_by_a_link(door: Door, browser: str) -> None:
    """Whoever sends a victim the address with which they came back themselves."""
    begun = door.begin()
    with pytest.raises(NotSignedIn):
        door.complete(door.back(begun), browser)
    # The attempt used the sign-in up.
    assert door.store.sign_ins == {}


def test_two_sign_ins_at_once_in_one_browser_are_both_good(door: Door) -> None:
    first = door.begin()
    second = door.begin(browser=first.browser)
    assert second.browser == first.browser
    assert door.begin(browser="chosen by somebody").browser != "chosen by somebody"
    tokens = {door.complete(door.back(begun), first.browser).token for begun in (second, first)}
    assert len(tokens) == 2


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"error": "access_denied"},
        {"error": "access_denied", "state": "s", "code": "c"},
        {"state": "s"},
        {"code": "c"},
        {"state": "made-up", "code": "c"},
        {"state": "s", "code": "c" * 2001},
    ],
)
def test_what_comes_back_without_a_proof_opens_nothing(door: Door, query: dict[str, str]) -> None:
    with pytest.raises(NotSignedIn):
        door.complete(query, "x" * 43)
    assert door.store.sessions == {}


def test_who_is_not_told_whole_gets_no_session(door: Door) -> None:
    begun = door.begin()
    with pytest.raises(Forbidden):
        door.complete(door.back(begun, {"name": PERSON["name"]}), begun.browser)
    assert door.store.sessions == {}


def test_ending_a_session_ends_it_at_once_and_no_other(door: Door) -> None:
    one, other = door.open(), door.open()
    door.sign_in.end(one.token)
    door.sign_in.end(one.token)
    with pytest.raises(NotSignedIn):
        door.sessions.person(one.token, door.now)
    assert door.sessions.person(other.token, door.now).name == PERSON["name"]


def test_what_is_kept_tells_neither_secrets_nor_the_person(door: Door) -> None:
    begun = door.begin()
    query = door.back(begun)
    kept = repr(door.store.sign_ins)
    opened = door.complete(query, begun.browser)
    kept += repr(door.store.sessions)
    for told in (*PERSON.values(), opened.token, query["state"], begun.browser):
        assert told not in kept


def test_the_person_is_shown_the_end_of_the_number_alone(door: Door) -> None:
    shown = person_json(door.sessions.person(door.open().token, door.now))
    assert shown["identity_number"] == "*******78"
    assert shown["session_ends_at"] == "2026-11-23T11:00:00+08:00"
