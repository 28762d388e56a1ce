"""Signing in, and what a session's tokens stand for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from degree_auth.domain.accounts.attempts import (
    OF_A_KNOWN_PLACE,
    OF_A_SOURCE,
    OF_A_STRANGE_SOURCE,
    OF_ALL_STRANGERS,
    Counter,
)
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS, code_at, step_at
from degree_auth.domain.accounts.places import REMEMBERED, Place
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.accounts.session import MOST_SESSIONS, MOST_WRONG_CODES, SESSION_TIME
from degree_auth.domain.shared.errors import Conflict, Invalid, NotSignedIn, TooMany
from degree_auth.services.accounts.sessions import Enrolment
from degree_auth.services.shared.ports import Stale
from tests.doubles.office import HERE, PASSWORD, Office

pytestmark = pytest.mark.requirement("A9", "A13")
LEAD = "lead-10001"
STRANGE = "203.0.113.200"
"""An address of somebody who guesses."""
NEVER_BEFORE = "198.51.100.7"
"""An address from which nobody signed in before."""


@pytest.fixture
def office() -> Office:
    return Office()


def refused(attempt: Callable[[], Any], code: str = "sign_in_refused") -> None:
    with pytest.raises(NotSignedIn) as error:
        attempt()
    assert (error.value.code, error.value.problems) == (code, ())


def closed(attempt: Callable[[], Any]) -> datetime:
    """Until when an attempt is not judged."""
    with pytest.raises(TooMany) as error:
        attempt()
    assert error.value.code == "sign_in_closed"
    return error.value.until


def guess_from(office: Office, username: str, address: str) -> None:
    """Guess from one address for as long as guesses are judged."""
    with suppress(TooMany):
        while True:
            with suppress(NotSignedIn):
                office.sign_in(username, "wrong", "000000", Place(address))


def guess_from_everywhere(office: Office, username: str) -> None:
    """Guess from many addresses until no guess is judged."""
    for number in range(OF_ALL_STRANGERS.most + 1):
        with suppress(NotSignedIn, TooMany):
            office.sign_in(username, "wrong", "000000", Place(f"203.0.113.{number}"))


def test_the_first_sign_in_binds_the_second_factor_and_sets_the_password(office: Office) -> None:
    made = office.provision()
    office.enrol(LEAD, made.temporary_password)
    signed_in = office.set_password(LEAD, made.temporary_password)
    expected = Principal(made.account.account_id, LEAD, "10001", None, 1)
    assert office.sessions.authenticate(signed_in.access_token, office.now) == signed_in.principal == expected
    refused(lambda: office.sign_in(password=str(made.temporary_password)))
    assert office.sign_in().principal == expected


def test_a_temporary_password_opens_no_session_and_is_no_use_without_the_second_factor(office: Office) -> None:
    made = office.provision()
    body = {"username": LEAD, "password": made.temporary_password, "one_time_code": "000000"}
    with pytest.raises(Conflict):
        office.sessions.set_password({**body, "new_password": PASSWORD}, HERE, office.now)
    assert isinstance(office.sessions.sign_in(body, HERE, office.now), Enrolment)
    assert office.store.account("10001", made.account.account_id).sessions == ()


def test_each_first_sign_in_draws_another_secret_and_only_the_last_holds(office: Office) -> None:
    made = office.provision()
    office.enrol(LEAD, made.temporary_password)
    lost = office.code(LEAD)
    office.enrol(LEAD, made.temporary_password)
    assert office.code(LEAD) != lost
    body = {"username": LEAD, "password": made.temporary_password, "one_time_code": lost, "new_password": PASSWORD}
    refused(lambda: office.sessions.set_password(body, HERE, office.now))
    office.set_password(LEAD, made.temporary_password)


def test_a_temporary_password_ends_after_two_weeks(office: Office) -> None:
    made = office.provision()
    office.later(days=14)
    refused(lambda: office.enrol(LEAD, made.temporary_password))


def test_the_second_factor_is_sealed_and_passwords_are_kept_as_hashes(office: Office) -> None:
    account = office.ready()
    assert account.password_hash == office.hashing.hash(PASSWORD)
    assert office.secrets[LEAD] not in repr(account)


def test_every_refusal_is_the_same_and_costs_the_same_work(office: Office) -> None:
    office.ready()
    work, verified = {}, set()
    for who, password, code in ((LEAD, "wrong", None), (LEAD, PASSWORD, "000000"), ("nobody-here", "wrong", "000000")):
        office.store.calls.clear()
        office.hashing.verified.clear()
        refused(partial(office.sign_in, who, password, code, Place(STRANGE)))
        work[who, password, code] = (len(office.hashing.verified), tuple(office.store.calls))
        verified |= set(office.hashing.verified)
    wrong, wrong_code, unknown = work.values()
    counting = ("attempts", "count_attempt")
    assert wrong == wrong_code == unknown == (1, ("login", "account", *["attempts"] * 3, *counting * 3))
    assert verified == {office.hashing.hash(PASSWORD), office.hashing.decoy}


def test_what_is_closed_is_closed_alike_whether_anybody_has_the_username_or_not(office: Office) -> None:
    office.ready()
    office.provision("waiting-10001")
    office.later(seconds=1)  # what was tried before its user was approved does not count
    told = []
    for who, password, code in ((LEAD, PASSWORD, None), ("waiting-10001", "x", "000000"), ("nobody", "x", "000000")):
        guess_from(office, who, STRANGE)
        office.store.calls.clear()
        office.hashing.verified.clear()
        until = closed(partial(office.sign_in, who, password, code or office.code(LEAD), Place(STRANGE)))
        told.append((until - office.now, len(office.hashing.verified), tuple(office.store.calls)))
    assert told == [(OF_A_STRANGE_SOURCE.every, 1, ("login", "account", *["attempts"] * 3))] * 3


def test_five_failures_close_an_account_to_the_place_until_the_moment_told(office: Office) -> None:
    office.ready()
    for _ in range(OF_A_KNOWN_PLACE.most - 1):
        refused(lambda: office.sign_in(password="wrong"))
    begun = office.now
    office.sign_in()  # is no failure itself, and forgets none
    refused(lambda: office.sign_in(password="wrong"))
    until = closed(office.sign_in)
    assert until == begun + OF_A_KNOWN_PLACE.every
    office.now = until - timedelta(microseconds=1)
    assert closed(office.sign_in) == until
    office.now = until
    office.sign_in()


def test_wrong_codes_count_as_failures(office: Office) -> None:
    office.ready()
    for _ in range(OF_A_KNOWN_PLACE.most):
        refused(lambda: office.sign_in(code="000000"))
    closed(office.sign_in)


def test_attempts_made_at_once_cannot_outrun_the_count(office: Office) -> None:
    office.ready()
    others, count = iter(range(100)), office.store.count_attempt

    def meanwhile(counter: Counter, before: Any, after: Any) -> None:
        count(counter, before, after)
        if next(others) % 2 == 0:  # somebody else's attempt came first
            raise Stale

    office.store.count_attempt = meanwhile  # type: ignore[method-assign]
    refused(lambda: office.sign_in("stranger", "wrong", "000000", Place(STRANGE)))
    refused(lambda: office.sign_in("stranger", "wrong", "000000", Place(STRANGE)))
    closed(lambda: office.sign_in("stranger", "wrong", "000000", Place(STRANGE)))


def test_a_stranger_is_slowed_down_and_the_owner_signs_in_from_elsewhere_as_ever(office: Office) -> None:
    office.ready()
    guess_from(office, LEAD, STRANGE)
    closed(lambda: office.sign_in(password="wrong", place=Place(STRANGE)))
    office.sign_in()
    office.sign_in(place=Place(NEVER_BEFORE))
    closed(lambda: office.sign_in(place=Place(STRANGE)))


def test_strangers_from_everywhere_close_nothing_to_a_known_device_or_source(office: Office) -> None:
    office.ready()
    device = office.sign_in().device
    guess_from_everywhere(office, LEAD)
    closed(lambda: office.sign_in(place=Place(NEVER_BEFORE)))
    office.sign_in()
    moved = office.sign_in(place=Place("198.51.100.8", device))
    guess_from_everywhere(office, LEAD)
    office.sign_in(place=Place("198.51.100.9", moved.device))
    office.sign_in(place=Place("198.51.100.8"))


def test_a_neighbour_behind_the_same_address_closes_nothing_to_a_known_device(office: Office) -> None:
    office.ready()
    device = office.sign_in().device
    guess_from(office, LEAD, HERE.address)
    closed(office.sign_in)
    office.sign_in(place=Place(HERE.address, device))


def test_a_known_device_guesses_no_more_than_a_few_times(office: Office) -> None:
    office.ready()
    device = office.sign_in().device
    for number in range(OF_A_KNOWN_PLACE.most):
        refused(partial(office.sign_in, password="wrong", place=Place(f"198.51.100.{number}", device)))
    guess_from_everywhere(office, LEAD)
    closed(lambda: office.sign_in(place=Place(NEVER_BEFORE, device)))


@pytest.mark.parametrize("token", ["", "{device}AA", "x.{device}", "é.é", "...", "{other}"])
def test_what_is_not_the_accounts_device_is_a_stranger(office: Office, token: str) -> None:
    office.ready()
    office.ready("dept-10001", department_id="d1", tier=2)
    devices = {"device": office.sign_in().device, "other": office.sign_in("dept-10001").device}
    guess_from_everywhere(office, LEAD)
    closed(lambda: office.sign_in(place=Place(NEVER_BEFORE, token.format(**devices))))
    office.sign_in(place=Place(NEVER_BEFORE, devices["device"]))


def test_a_device_is_its_users_and_is_forgotten_when_it_was_not_used_for_long(office: Office) -> None:
    account = office.ready()
    device = office.sign_in().device
    office.later(days=REMEMBERED.days)
    guess_from_everywhere(office, LEAD)
    closed(lambda: office.sign_in(place=Place(NEVER_BEFORE, device)))
    closed(office.sign_in)
    office.later(days=1)
    device = office.sign_in().device
    made = office.change_user(account)
    office.enrol(LEAD, made.temporary_password, Place(NEVER_BEFORE))
    office.set_password(LEAD, made.temporary_password, place=Place(NEVER_BEFORE))
    guess_from_everywhere(office, LEAD)
    closed(lambda: office.sign_in(place=Place("198.51.100.8", device)))
    closed(office.sign_in)


def test_an_account_that_waits_for_its_first_sign_in_is_not_closed_by_strangers_together(office: Office) -> None:
    made = office.provision()
    guess_from_everywhere(office, LEAD)
    office.enrol(LEAD, made.temporary_password, Place(NEVER_BEFORE))


def test_one_source_tries_only_so_many_usernames(office: Office) -> None:
    office.ready()
    for number in range(OF_A_SOURCE.most):
        refused(partial(office.sign_in, f"stranger-{number}", "wrong", "000000", Place(STRANGE)))
    closed(lambda: office.sign_in("one-more", "wrong", "000000", Place(STRANGE)))
    office.sign_in(place=Place(NEVER_BEFORE))


def test_signing_in_counts_against_nobody_at_the_same_source(office: Office) -> None:
    for number in range(OF_A_SOURCE.most + 1):
        office.ready(f"dept-{number}", department_id=f"d{number}", tier=2)
    refused(lambda: office.sign_in("stranger", "wrong", "000000"))


def test_staff_unlock_an_account_once_by_one_command_and_on_record(office: Office) -> None:
    account = office.ready()
    guess_from(office, LEAD, HERE.address)
    guess_from_everywhere(office, LEAD)
    closed(office.sign_in)
    office.unlock(account, "command-3")
    office.later(seconds=1)
    guess_from(office, LEAD, HERE.address)
    office.unlock(account, "command-3")
    closed(office.sign_in)
    office.unlock(account, "command-4")
    office.sign_in(place=Place(NEVER_BEFORE))
    office.sign_in()
    entries = [one for one in office.store.log("10001", account.account_id) if one.type == "account_unlocked"]
    assert [(one.actor, one.data) for one in entries] == [("staff-2", {"reason": "来电"})] * 2


def test_unlocking_an_account_unlocks_no_source_that_tries_many(office: Office) -> None:
    account = office.ready()
    for number in range(OF_A_SOURCE.most):
        refused(partial(office.sign_in, f"stranger-{number}", "wrong", "000000", Place(STRANGE)))
    office.unlock(account, "command-3")
    closed(lambda: office.sign_in(place=Place(STRANGE)))
    office.sign_in(place=Place(NEVER_BEFORE))


@pytest.mark.requirement("N4")
def test_of_where_somebody_is_only_digests_are_kept(office: Office) -> None:
    office.ready()
    device = office.sign_in(place=Place("2001:db8::1")).device
    guess_from(office, LEAD, "2001:db8:1::1")
    kept = repr([office.store.accounts, office.store.tried])
    assert not [part for part in ("2001:db8", HERE.address, device.split(".")[-1]) if part in kept]


def test_a_code_is_used_once(office: Office) -> None:
    office.ready()
    code = office.code(LEAD)
    office.sign_in(code=code)
    refused(lambda: office.sign_in(code=code), "one_time_code_used")


def test_a_used_code_is_told_to_who_has_the_password_and_is_no_guess(office: Office) -> None:
    office.ready()
    code = office.code(LEAD)
    office.sign_in(code=code)
    for _ in range(OF_A_KNOWN_PLACE.most + 1):
        refused(lambda: office.sign_in(code=code), "one_time_code_used")
        refused(lambda: office.sign_in(code=code, place=Place(STRANGE)), "one_time_code_used")
    refused(lambda: office.sign_in(password="wrong", code=code))
    office.sign_in()


def test_of_two_sign_ins_at_once_with_one_code_one_is_refused(office: Office) -> None:
    office.ready()
    code = office.code(LEAD)

    def meanwhile() -> None:
        office.store.before_replace = lambda: None
        office.sign_in(code=code)

    office.store.before_replace = meanwhile
    refused(lambda: office.sign_in(code=code), "one_time_code_used")
    assert len(next(iter(office.store.accounts.values())).sessions) == 1


def test_a_sign_in_that_meets_a_change_of_user_is_refused(office: Office) -> None:
    account = office.ready()

    def meanwhile() -> None:
        office.store.before_replace = lambda: None
        office.change_user(account)

    office.store.before_replace = meanwhile
    refused(office.sign_in)


def test_a_sign_in_with_a_password_that_is_changed_meanwhile_is_refused(office: Office) -> None:
    office.ready()
    office.later(seconds=STEP_SECONDS)
    earlier_code, later_code = (code_at(office.secrets[LEAD], step_at(office.now) + step) for step in (0, 1))

    def meanwhile() -> None:
        office.store.before_replace = lambda: None
        body = {"username": LEAD, "password": PASSWORD, "one_time_code": earlier_code}
        office.sessions.set_password({**body, "new_password": "quite another pass phrase"}, HERE, office.now)

    office.store.before_replace = meanwhile
    refused(lambda: office.sign_in(code=later_code))
    office.later(seconds=STEP_SECONDS * 2)
    office.sign_in(password="quite another pass phrase")


def test_an_access_token_holds_for_a_quarter_of_an_hour(office: Office) -> None:
    office.ready()
    signed_in = office.sign_in()
    office.now = signed_in.access_ends_at
    refused(lambda: office.sessions.authenticate(signed_in.access_token, office.now), "session_ended")
    office.later(microseconds=-1)
    assert office.sessions.authenticate(signed_in.access_token, office.now) == signed_in.principal


def test_a_request_costs_one_read(office: Office) -> None:
    office.ready()
    signed_in = office.sign_in()
    office.store.calls.clear()
    office.sessions.authenticate(signed_in.access_token, office.now)
    assert office.store.calls == ["account"]


@pytest.mark.requirement("N4")
def test_no_token_that_was_changed_anywhere_is_taken(office: Office) -> None:
    office.ready()
    other = office.ready("dept-10001", department_id="d1", tier=2)
    token = office.sign_in().access_token
    parts = token.split(".")
    forged = [
        "",
        ".",
        "....",
        "é",
        token[:-1],
        token + "A",
        ".".join([parts[0], other.account_id, *parts[2:]]),
        ".".join(["10002", *parts[1:]]),
        ".".join([*parts[:3], str(int(parts[3]) + 9999), parts[4]]),
        ".".join(parts[:4]),
    ]
    for text in forged:
        refused(lambda text=text: office.sessions.authenticate(text, office.now), "session_ended")  # type: ignore[misc]
        refused(lambda text=text: office.sessions.sign_out(text), "session_ended")  # type: ignore[misc]


def test_signing_out_takes_effect_at_once_and_can_be_repeated(office: Office) -> None:
    office.ready()
    signed_in, other = office.sign_in(), office.sign_in()
    office.sessions.sign_out(signed_in.access_token)
    refused(lambda: office.sessions.authenticate(signed_in.access_token, office.now), "session_ended")
    refused(lambda: office.sessions.refresh({"refresh_token": signed_in.refresh_token}, office.now), "session_ended")
    assert office.sessions.authenticate(other.access_token, office.now) == other.principal
    office.later(hours=1)
    office.sessions.sign_out(signed_in.access_token)


def test_a_refresh_gives_the_next_pair_until_the_session_ends(office: Office) -> None:
    office.ready()
    signed_in = office.sign_in()
    office.later(minutes=20)
    after = office.sessions.refresh({"refresh_token": signed_in.refresh_token}, office.now)
    assert after.session_ends_at == signed_in.session_ends_at
    assert office.sessions.authenticate(after.access_token, office.now) == signed_in.principal
    office.now = signed_in.session_ends_at
    office.later(seconds=-1)
    last = office.sessions.refresh({"refresh_token": after.refresh_token}, office.now)
    assert last.access_ends_at <= signed_in.session_ends_at
    office.now = signed_in.session_ends_at
    refused(lambda: office.sessions.refresh({"refresh_token": last.refresh_token}, office.now), "session_ended")


def test_an_old_refresh_token_ends_its_session_for_thief_and_owner(office: Office) -> None:
    office.ready()
    signed_in, other = office.sign_in(), office.sign_in()
    after = office.sessions.refresh({"refresh_token": signed_in.refresh_token}, office.now)
    refused(lambda: office.sessions.refresh({"refresh_token": signed_in.refresh_token}, office.now), "session_ended")
    refused(lambda: office.sessions.authenticate(after.access_token, office.now), "session_ended")
    refused(lambda: office.sessions.refresh({"refresh_token": after.refresh_token}, office.now), "session_ended")
    assert office.sessions.authenticate(other.access_token, office.now) == other.principal


def test_a_token_that_was_never_given_out_ends_nobodys_session(office: Office) -> None:
    office.ready()
    signed_in = office.sign_in()
    place = signed_in.access_token.rsplit(".", 2)[0]
    other_end = "B" if signed_in.refresh_token.endswith("A") else "A"
    made_up = [f"{place}.x", f"{place}.x.y", signed_in.access_token, f"{signed_in.refresh_token[:-1]}{other_end}"]
    for token in made_up:
        refused(lambda token=token: office.sessions.refresh({"refresh_token": token}, office.now), "session_ended")  # type: ignore[misc]
    assert office.sessions.authenticate(signed_in.access_token, office.now) == signed_in.principal
    refused(lambda: office.sessions.authenticate(signed_in.refresh_token, office.now), "session_ended")
    office.sessions.refresh({"refresh_token": signed_in.refresh_token}, office.now)


def test_of_two_refreshes_at_once_with_one_token_none_is_left_with_a_session(office: Office) -> None:
    office.ready()
    signed_in = office.sign_in()
    body = {"refresh_token": signed_in.refresh_token}

    def meanwhile() -> None:
        office.store.before_replace = lambda: None
        office.sessions.refresh(body, office.now)

    office.store.before_replace = meanwhile
    refused(lambda: office.sessions.refresh(body, office.now), "session_ended")
    refused(lambda: office.sessions.authenticate(signed_in.access_token, office.now), "session_ended")


@pytest.mark.parametrize("token", ["x", "a.b.c", "a.b.c.d.e", "10001.nobody.s.x", "...", "10001..s.x"])
def test_what_is_no_refresh_token_is_refused(office: Office, token: str) -> None:
    refused(lambda: office.sessions.refresh({"refresh_token": token}, office.now), "session_ended")


@pytest.mark.requirement("N4")
def test_a_refresh_token_is_kept_as_a_digest_only(office: Office) -> None:
    account = office.ready()
    token = office.sign_in().refresh_token
    kept = repr(office.store.account("10001", account.account_id))
    assert not [part for part in token.split(".")[-2:] if part in kept]


def test_changing_the_password_ends_all_other_sessions(office: Office) -> None:
    office.ready()
    before = office.sign_in()
    after = office.set_password(LEAD, PASSWORD, "quite another pass phrase")
    refused(lambda: office.sessions.authenticate(before.access_token, office.now), "session_ended")
    assert office.sessions.authenticate(after.access_token, office.now) == after.principal
    refused(office.sign_in)
    office.sign_in(password="quite another pass phrase")


@pytest.mark.requirement("N5")
def test_a_password_against_the_rules_is_refused_before_anything_is_counted_or_read(office: Office) -> None:
    office.ready()
    office.store.calls.clear()
    body = {"username": LEAD, "password": PASSWORD, "one_time_code": "123456", "new_password": "short"}
    with pytest.raises(Invalid):
        office.sessions.set_password(body, HERE, office.now)
    assert office.store.calls == []


@pytest.mark.requirement("N5")
def test_a_guessable_password_is_refused_to_who_has_password_and_code_and_neither_is_used_up(office: Office) -> None:
    office.ready()
    body = {"username": LEAD, "password": PASSWORD, "one_time_code": office.code(LEAD), "new_password": "Password1234!"}
    for _ in range(OF_A_KNOWN_PLACE.most + 1):
        with pytest.raises(Invalid) as error:
            office.sessions.set_password(body, HERE, office.now)
        assert [(one.field, one.code) for one in error.value.problems] == [("new_password", "password_common")]
    # Who lacks one of them learns nothing of the other.
    refused(lambda: office.sessions.set_password({**body, "password": "wrong"}, HERE, office.now))
    refused(lambda: office.sessions.set_password({**body, "one_time_code": "000000"}, HERE, office.now))
    office.sessions.set_password({**body, "new_password": "quite another pass phrase"}, HERE, office.now)


def test_a_session_too_many_ends_the_oldest(office: Office) -> None:
    office.ready()
    opened = [office.sign_in() for _ in range(MOST_SESSIONS + 1)]
    refused(lambda: office.sessions.authenticate(opened[0].access_token, office.now), "session_ended")
    assert all(office.sessions.authenticate(one.access_token, office.now) for one in opened[1:])


def test_a_request_is_judged_by_the_account_as_it_is_now(office: Office) -> None:
    account = office.ready("dept-10001", department_id="d1", tier=2)
    signed_in = office.sign_in("dept-10001")
    now = office.store.account("10001", account.account_id)
    office.store.replace(now, replace(now, department_id="d2", version=now.version + 1))
    assert office.sessions.authenticate(signed_in.access_token, office.now).department_id == "d2"


def test_a_stranger_cannot_tell_an_account_that_waits_for_its_first_sign_in(office: Office) -> None:
    office.ready()
    made = office.provision("waiting-10001")
    office.later(seconds=1)
    told = []
    for who in (LEAD, "waiting-10001", "nobody"):
        guess_from_everywhere(office, who)
        for address in (NEVER_BEFORE, NEVER_BEFORE, "198.51.100.8"):
            office.store.calls.clear()
            until = closed(partial(office.sign_in, who, "wrong", "000000", Place(address)))
            told.append((until - office.now, tuple(office.store.calls)))
            office.later(seconds=1)
        office.later(seconds=-3)
    assert told[:3] == told[3:6] == told[6:]
    office.enrol("waiting-10001", made.temporary_password, Place(NEVER_BEFORE))


def test_a_thiefs_device_and_source_do_not_survive_a_new_password(office: Office) -> None:
    office.ready()
    thief = Place(STRANGE, office.sign_in(place=Place(STRANGE)).device)
    office.later(seconds=1)
    kept = office.set_password(LEAD, PASSWORD, "quite another pass phrase")
    guess_from_everywhere(office, LEAD)
    closed(lambda: office.sign_in(place=thief))
    office.sign_in(password="quite another pass phrase")
    office.sign_in(password="quite another pass phrase", place=Place(NEVER_BEFORE, kept.device))


@pytest.mark.parametrize("signed_out", [False, True])
def test_a_thiefs_device_and_source_do_not_survive_the_end_of_all_sessions(office: Office, signed_out: bool) -> None:
    account = office.ready()
    opened = office.sign_in(place=Place(STRANGE))
    if signed_out:
        office.sessions.sign_out(opened.access_token)
    office.provisioning.end_sessions("10001", account.account_id, reason="lost", actor="staff-1", now=office.now)
    guess_from_everywhere(office, LEAD)
    closed(lambda: office.sign_in(place=Place(STRANGE, opened.device)))


def test_a_copied_device_closes_nothing_at_the_known_place(office: Office) -> None:
    office.ready()
    device = office.sign_in().device
    for number in range(OF_A_KNOWN_PLACE.most):
        refused(partial(office.sign_in, password="wrong", place=Place(f"198.51.100.{number}", device)))
    own = office.sign_in(place=Place(HERE.address, device)).device
    office.sign_in(place=Place(NEVER_BEFORE, own))
    guess_from_everywhere(office, LEAD)
    office.sign_in(place=Place("198.51.100.77", own))
    closed(lambda: office.sign_in(place=Place("198.51.100.78", device)))


def test_an_owners_sign_ins_give_a_neighbour_no_further_guesses(office: Office) -> None:
    office.ready()
    judged = 0
    for _ in range(12):
        for _ in range(OF_A_KNOWN_PLACE.most - 1):
            with suppress(TooMany):
                refused(partial(office.sign_in, code="000000"))
                judged += 1
        with suppress(TooMany):
            office.sign_in()
        office.later(minutes=30)
    assert judged <= OF_A_KNOWN_PLACE.most + timedelta(hours=6) // OF_A_KNOWN_PLACE.every


def invalid_code(attempt: Callable[[], Any], code: str) -> None:
    with pytest.raises(Invalid) as error:
        attempt()
    assert [(one.field, one.code) for one in error.value.problems] == [("one_time_code", code)]


@pytest.mark.requirement("A13", "N1")
def test_in_a_session_a_code_is_used_once_and_no_other_accounts_code_is_taken(office: Office) -> None:
    office.ready()
    office.ready("archive-10001", department_id="archive", tier=2)
    token = office.sign_in().access_token
    invalid_code(
        lambda: office.sessions.use_code(token, office.code("archive-10001"), office.now), "one_time_code_wrong"
    )
    code = office.code("lead-10001")
    office.sessions.use_code(token, code, office.now)
    invalid_code(lambda: office.sessions.use_code(token, code, office.now), "one_time_code_used")
    # What has proven a change signs nobody in.
    refused(lambda: office.sign_in(code=code), "one_time_code_used")
    for nobody in ("", f"{token[:-1]}~"):
        refused(
            lambda given=nobody: office.sessions.use_code(given, office.code("lead-10001"), office.now), "session_ended"
        )


@pytest.mark.requirement("A13", "N3")
def test_wrong_codes_end_the_session_they_were_given_in_and_no_other_on_record(office: Office) -> None:
    account = office.ready()
    stolen, own = office.sign_in(), office.sign_in()
    wrong = "000000" if office.code("lead-10001") != "000000" else "000001"
    for _ in range(MOST_WRONG_CODES - 1):
        invalid_code(lambda: office.sessions.use_code(stolen.access_token, wrong, office.now), "one_time_code_wrong")
    # A refreshed session goes on counting.
    stolen = office.sessions.refresh({"refresh_token": stolen.refresh_token}, office.now)
    refused(lambda: office.sessions.use_code(stolen.access_token, wrong, office.now), "session_ended")
    refused(
        lambda: office.sessions.use_code(stolen.access_token, office.code("lead-10001"), office.now), "session_ended"
    )
    office.sessions.use_code(own.access_token, office.code("lead-10001"), office.now)
    last = office.store.log("10001", account.account_id)[-1]
    assert (last.type, last.actor, last.data) == ("account_sessions_ended", "system", {"reason": "one_time_code_wrong"})
    office.later(seconds=SESSION_TIME.total_seconds())
    refused(lambda: office.sessions.use_code(own.access_token, office.code("lead-10001"), office.now), "session_ended")


@pytest.mark.requirement("A13", "N1")
def test_of_two_changes_at_once_with_one_code_one_is_refused(office: Office) -> None:
    office.ready()
    token, code = office.sign_in().access_token, office.code("lead-10001")
    replace_account = office.store.replace

    def meanwhile(*change: Any) -> None:
        office.store.replace = replace_account  # type: ignore[method-assign]
        office.sessions.use_code(token, code, office.now)
        replace_account(*change)

    office.store.replace = meanwhile  # type: ignore[method-assign]
    invalid_code(lambda: office.sessions.use_code(token, code, office.now), "one_time_code_used")
