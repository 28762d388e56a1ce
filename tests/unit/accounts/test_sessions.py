"""Signing in, and what a session's tokens stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.accounts.lockout import ATTEMPTS_ALLOWED
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS, code_at, step_at
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.accounts.session import MOST_SESSIONS
from degree_auth.domain.shared.errors import Conflict, Invalid, NotSignedIn
from degree_auth.services.accounts.sessions import Enrolment
from degree_auth.services.shared.ports import Stale
from tests.doubles.office import PASSWORD, Office

pytestmark = pytest.mark.requirement("A9", "A13")
LEAD = "lead-10001"


@pytest.fixture
def office() -> Office:
    return Office()


def refused(attempt: Callable[[], Any], code: str = "sign_in_refused") -> None:
    with pytest.raises(NotSignedIn) as error:
        attempt()
    assert (error.value.code, error.value.problems) == (code, ())


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
        office.sessions.set_password({**body, "new_password": PASSWORD}, office.now)
    assert isinstance(office.sessions.sign_in(body, office.now), Enrolment)
    assert office.store.account("10001", made.account.account_id).sessions == ()


def test_each_first_sign_in_draws_another_secret_and_only_the_last_holds(office: Office) -> None:
    made = office.provision()
    office.enrol(LEAD, made.temporary_password)
    lost = office.code(LEAD)
    office.enrol(LEAD, made.temporary_password)
    assert office.code(LEAD) != lost
    body = {"username": LEAD, "password": made.temporary_password, "one_time_code": lost, "new_password": PASSWORD}
    refused(lambda: office.sessions.set_password(body, office.now))
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
    office.ready("other-10001")
    for _ in range(ATTEMPTS_ALLOWED):
        refused(lambda: office.sign_in("other-10001", "wrong"))
    for _ in range(ATTEMPTS_ALLOWED):
        refused(lambda: office.sign_in("stranger", "wrong", "000000"))
    work, verified = {}, set()
    for who, password, code in (
        (LEAD, "wrong", None),
        (LEAD, PASSWORD, "000000"),
        ("nobody-here", "wrong", "000000"),
        ("other-10001", PASSWORD, None),
        ("stranger", "wrong", "000000"),
    ):
        office.store.calls.clear()
        office.hashing.verified.clear()
        refused(lambda who=who, password=password, code=code: office.sign_in(who, password, code))  # type: ignore[misc]
        work[who, password, code] = (len(office.hashing.verified), tuple(office.store.calls))
        verified |= set(office.hashing.verified)
    wrong, wrong_code, unknown, closed, closed_unknown = work.values()
    assert wrong == wrong_code == unknown == (1, ("attempts", "count_attempt", "login", "account"))
    assert closed == closed_unknown == (1, ("attempts", "login", "account"))
    assert verified == {office.hashing.hash(PASSWORD), office.hashing.decoy}


def test_five_failures_close_the_username_and_success_forgets_them(office: Office) -> None:
    office.ready()
    for _ in range(ATTEMPTS_ALLOWED - 1):
        refused(lambda: office.sign_in(password="wrong"))
    office.sign_in()
    for _ in range(ATTEMPTS_ALLOWED):
        refused(lambda: office.sign_in(password="wrong"))
    refused(office.sign_in)
    office.later(minutes=14, seconds=59)
    refused(office.sign_in)
    office.later(seconds=1)
    office.sign_in()


def test_wrong_codes_count_as_failures(office: Office) -> None:
    office.ready()
    for _ in range(ATTEMPTS_ALLOWED):
        refused(lambda: office.sign_in(code="000000"))
    refused(office.sign_in)


def test_attempts_made_at_once_cannot_outrun_the_count(office: Office) -> None:
    office.ready()
    others, count = iter(range(100)), office.store.count_attempt

    def meanwhile(username: str, before: Any, after: Any) -> None:
        if next(others) % 2 == 0:  # somebody else's attempt comes first
            count(username, before, after)
            raise Stale
        count(username, before, after)

    office.store.count_attempt = meanwhile  # type: ignore[method-assign]
    for _ in range(3):
        refused(lambda: office.sign_in(password="wrong"))
    assert office.store.tried[LEAD].count == ATTEMPTS_ALLOWED
    refused(office.sign_in)


def test_a_code_is_used_once(office: Office) -> None:
    office.ready()
    code = office.code(LEAD)
    office.sign_in(code=code)
    refused(lambda: office.sign_in(code=code))


def test_of_two_sign_ins_at_once_with_one_code_one_is_refused(office: Office) -> None:
    office.ready()
    code = office.code(LEAD)

    def meanwhile() -> None:
        office.store.before_replace = lambda: None
        office.sign_in(code=code)

    office.store.before_replace = meanwhile
    refused(lambda: office.sign_in(code=code))
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
        office.sessions.set_password({**body, "new_password": "quite another pass phrase"}, office.now)

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
    made_up = [f"{place}.x", f"{place}.x.y", signed_in.access_token, f"{signed_in.refresh_token[:-2]}AA"]
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
        office.sessions.set_password(body, office.now)
    assert office.store.calls == []


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
