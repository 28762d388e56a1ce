"""An institution's own systems: made, changed and revoked by its lead department, and how they sign in."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from degree_auth.adapters.institutions.client_keys import JoseClientKeys
from degree_auth.domain.accounts.principal import Permission, Principal
from degree_auth.domain.institutions.client_assertion import (
    ASSERTION_TYPE,
    LONGEST_ASSERTION_TIME,
    SKEW,
    TOKEN_TIME,
    TokenRefused,
)
from degree_auth.domain.institutions.machine_client import (
    MOST_CLIENTS,
    MOST_CLIENTS_EVER,
    MachineClient,
    may_make_another,
)
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Problem
from degree_auth.domain.shared.reading import BrokenRule
from degree_auth.services.institutions.machine_clients import MachineToken
from degree_auth.services.shared.ports import Stale
from tests.doubles.institutions import RegistrationOffice
from tests.samples.machine_keys import AUDIENCE, assertion, ec_key, public, rsa_key

pytestmark = pytest.mark.requirement("A9", "A13")
CLIENT = "10001.archive-system"
WANTED = {
    "name": "档案管理系统",
    "department_id": "archive",
    "scopes": ["read", "answer"],
    "keys": [public(ec_key())],
    "version": 0,
    "one_time_code": "492039",
}


@pytest.fixture
def office() -> RegistrationOffice:
    office = RegistrationOffice()
    office.register()
    office.add_department()
    return office


def put(office: RegistrationOffice, machine_id: str = "archive-system", **changes: Any) -> MachineClient:
    return office.machine_clients.put(office.principal(), machine_id, WANTED | changes, lambda _: None, office.now)


def asked(told: str, **more: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": told,
        **more,
    }


def issue(office: RegistrationOffice, told: str | None = None, **more: str) -> MachineToken:
    form = asked(assertion(CLIENT, office.now) if told is None else told, **more)
    return office.machine_tokens.issue(form, AUDIENCE, office.now)


def refused(attempt: Callable[[], Any], code: str = "invalid_client") -> None:
    with pytest.raises(TokenRefused) as error:
        attempt()
    assert error.value.code == code


def problems(attempt: Callable[[], Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        attempt()
    return [(one.field, one.code) for one in error.value.problems]


def test_a_system_signs_in_by_its_key_and_stands_for_its_department(office: RegistrationOffice) -> None:
    put(office)
    issued = issue(office)
    who = office.machine_tokens.authenticate(issued.access_token, office.now)
    granted = frozenset({Permission.READ, Permission.ANSWER})
    assert who == Principal(CLIENT, CLIENT, "10001", "archive", 2, granted, is_machine=True)
    put(office, "lead-system", department_id=None, scopes=["read"])
    lead = issue(office, assertion("10001.lead-system", office.now))
    who = office.machine_tokens.authenticate(lead.access_token, office.now)
    assert (who.is_lead, who.permissions) == (True, {Permission.READ})


def test_a_token_lasts_ten_minutes(office: RegistrationOffice) -> None:
    put(office)
    issued = issue(office)
    assert issued.ends_at == office.now + TOKEN_TIME
    office.now = issued.ends_at - timedelta(microseconds=1)
    office.machine_tokens.authenticate(issued.access_token, office.now)
    office.now = issued.ends_at
    with pytest.raises(NotSignedIn):
        office.machine_tokens.authenticate(issued.access_token, office.now)


@pytest.mark.requirement("N4")
def test_no_token_that_was_changed_anywhere_is_taken(office: RegistrationOffice) -> None:
    put(office, scopes=["read"])
    put(office, "another")
    token = issue(office).access_token
    session = office.enrol("u10001-lead", office.password("u10001-lead"))
    session = office.set_password("u10001-lead", office.password("u10001-lead"))
    forged = [
        "",
        "machine.",
        "é",
        token[:-1],
        token.replace("archive-system", "another"),
        token.replace("10001", "10002"),
        token.replace(".read.", ".read+answer."),
        session.access_token,
        f"machine.{session.access_token}",
    ]
    for one in forged:
        with pytest.raises(NotSignedIn):
            office.machine_tokens.authenticate(one, office.now)
    with pytest.raises(NotSignedIn):
        office.sessions.authenticate(token, office.now)


def test_a_token_has_the_scopes_asked_for_and_never_more_than_the_client_has_now(office: RegistrationOffice) -> None:
    put(office)
    both, one = issue(office), issue(office, scope="read")
    assert (both.scopes, one.scopes) == (("read", "answer"), ("read",))
    assert office.machine_tokens.authenticate(one.access_token, office.now).permissions == {"read"}
    put(office, scopes=["read"], version=1)
    assert office.machine_tokens.authenticate(both.access_token, office.now).permissions == {"read"}
    refused(lambda: issue(office, scope="read answer"), "invalid_scope")
    refused(lambda: issue(office, scope="manage"), "invalid_scope")
    put(office, department_id=None, scopes=["read"], version=2)
    assert office.machine_tokens.authenticate(both.access_token, office.now).is_lead


def test_an_assertion_is_good_once(office: RegistrationOffice) -> None:
    put(office)
    put(office, "another")
    told = assertion(CLIENT, office.now, jti="one")
    issue(office, told)
    refused(lambda: issue(office, told))
    refused(lambda: issue(office, assertion(CLIENT, office.now, jti="one", iat=int(office.now.timestamp()))))
    issue(office, assertion("10001.another", office.now, jti="one"))
    (used, *_) = office.institution_store.used.values()
    assert used > office.now + LONGEST_ASSERTION_TIME


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "10001.another"},
        {"sub": "10001.another"},
        {"sub": None},
        {"iss": None},
        {"iss": 7, "sub": 7},
        {"iss": "10002.archive-system", "sub": "10002.archive-system"},
        {"iss": "10001.nobody", "sub": "10001.nobody"},
        {"iss": "10001.../x", "sub": "10001.../x"},
        {"aud": None},
        {"aud": "https://elsewhere.example/v1/token"},
        {"aud": [AUDIENCE, "https://elsewhere.example/"]},
        {"exp": None},
        {"exp": True},
        {"exp": "tomorrow"},
        {"exp": 10**30},
        {"jti": None},
        {"jti": ""},
        {"jti": 5},
        {"jti": "x" * 201},
        {"nbf": "now"},
    ],
    ids=str,
)
def test_an_assertion_names_client_address_end_and_itself(office: RegistrationOffice, changes: dict[str, Any]) -> None:
    put(office)
    refused(lambda: issue(office, assertion(CLIENT, office.now, **changes)))
    assert office.institution_store.used == {}


def test_an_assertion_is_good_for_five_minutes_at_most_give_or_take_half_a_minute(office: RegistrationOffice) -> None:
    put(office)
    latest, earliest = office.now + LONGEST_ASSERTION_TIME + SKEW, office.now - SKEW
    issue(office, assertion(CLIENT, office.now, exp=seconds(latest), aud=[AUDIENCE]))
    refused(lambda: issue(office, assertion(CLIENT, office.now, exp=seconds(latest) + 1)))
    issue(office, assertion(CLIENT, office.now, exp=seconds(earliest) + 1))
    refused(lambda: issue(office, assertion(CLIENT, office.now, exp=seconds(earliest))))
    for name in ("nbf", "iat"):
        issue(office, assertion(CLIENT, office.now, **{name: seconds(office.now + SKEW)}))
        refused(
            lambda name=name: issue(office, assertion(CLIENT, office.now, **{name: seconds(office.now + SKEW) + 1}))
        )  # type: ignore[misc]


def test_every_kind_of_key_signs_by_its_own_algorithms_alone(office: RegistrationOffice) -> None:
    put(office, keys=[public(ec_key()), public(rsa_key())])
    issue(office, assertion(CLIENT, office.now, ec_key(), "ES256"))
    issue(office, assertion(CLIENT, office.now, rsa_key(), "RS256"))
    issue(office, assertion(CLIENT, office.now, rsa_key(), "PS256"))
    refused(lambda: issue(office, assertion(CLIENT, office.now, ec_key(2))))
    refused(lambda: issue(office, assertion(CLIENT, office.now, rsa_key(), "RS384")))


@pytest.mark.requirement("N4")
def test_what_is_not_signed_by_the_clients_key_is_refused(office: RegistrationOffice) -> None:
    put(office, keys=[public(rsa_key())])
    good = assertion(CLIENT, office.now, rsa_key(), "RS256")
    header, payload, signature = good.split(".")
    unsigned = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    shared = OctKey.import_key(str(public(rsa_key())["n"]))
    claims = jwt.decode(good, rsa_key(), ["RS256"]).claims
    made_up = [
        "",
        "x",
        "a.b.c",
        f"{unsigned}.{payload}.",
        f"{header}.{payload}.",
        f"{header}.{payload}.{signature[:-4]}AAAA",
        jwt.encode({"alg": "HS256"}, claims, shared, ["HS256"]),
        jwt.encode({"alg": "ES256", "jwk": public(ec_key(3))}, claims, ec_key(3), ["ES256"]),
        "é" * 10,
    ]
    for one in made_up:
        refused(lambda one=one: issue(office, one), "invalid_client" if one else "invalid_request")  # type: ignore[misc]
    issue(office, good)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
        ({"grant_type": None}, "invalid_request"),
        ({"client_assertion_type": None}, "invalid_request"),
        ({"client_assertion_type": "something"}, "invalid_request"),
        ({"client_assertion": "x" * 4097}, "invalid_request"),
    ],
    ids=str,
)
def test_a_request_is_for_client_credentials_with_an_assertion(
    office: RegistrationOffice, changes: dict[str, str | None], code: str
) -> None:
    put(office)
    form = asked(assertion(CLIENT, office.now)) | changes
    told = {name: value for name, value in form.items() if value is not None}
    refused(lambda: office.machine_tokens.issue(told, AUDIENCE, office.now), code)


def test_keys_are_changed_with_the_former_and_the_next_side_by_side(office: RegistrationOffice) -> None:
    put(office)
    held = issue(office)
    put(office, keys=[public(ec_key()), public(ec_key(2))], version=1)
    issue(office, assertion(CLIENT, office.now, ec_key()))
    of_the_next = issue(office, assertion(CLIENT, office.now, ec_key(2)))
    office.machine_tokens.authenticate(held.access_token, office.now)
    after = put(office, keys=[public(ec_key(2))], version=2)
    assert [one.kid for one in after.keys] == [ec_key(2).thumbprint()]
    issue(office, assertion(CLIENT, office.now, ec_key(2)))
    refused(lambda: issue(office, assertion(CLIENT, office.now, ec_key())))
    # A thief of the former key has nothing left, not even for ten minutes.
    with pytest.raises(NotSignedIn):
        office.machine_tokens.authenticate(held.access_token, office.now)
    office.machine_tokens.authenticate(of_the_next.access_token, office.now)


def test_a_revoked_client_is_out_at_once_and_for_good(office: RegistrationOffice) -> None:
    put(office)
    issued = issue(office)
    for _ in range(2):
        office.machine_clients.revoke(office.principal(), "archive-system", office.now)
    with pytest.raises(NotSignedIn):
        office.machine_tokens.authenticate(issued.access_token, office.now)
    refused(lambda: issue(office))
    with pytest.raises(Conflict):
        put(office, version=2)
    (kept,) = office.machine_clients.every(office.principal())
    assert (kept.revoked, kept.version) == (True, 2)


@pytest.mark.requirement("N3")
def test_what_is_done_with_a_client_is_on_record_once(office: RegistrationOffice) -> None:
    before = len(office.institution_store.institution_log("10001"))
    put(office)
    put(office)  # says what stands
    put(office, name="另一系统", version=1)
    office.machine_clients.revoke(office.principal(), "archive-system", office.now)
    office.machine_clients.revoke(office.principal(), "archive-system", office.now)
    entries = office.institution_store.institution_log("10001")[before:]
    actor = f"account:{office.principal().account_id}"
    assert [(one.type, one.actor) for one in entries] == [
        ("machine_client_changed", actor),
        ("machine_client_changed", actor),
        ("machine_client_revoked", actor),
    ]
    assert entries[1].data["before"]["name"] == "档案管理系统"
    assert entries[2].data["after"]["revoked"] is True


def test_two_changes_at_once_meet_and_one_is_told(office: RegistrationOffice) -> None:
    def meanwhile() -> None:
        office.institution_store.before_commit = lambda: None
        put(office, scopes=["read"])

    office.institution_store.before_commit = meanwhile
    with pytest.raises(Conflict):
        put(office)
    (kept,) = office.machine_clients.every(office.principal())
    assert kept.scopes == ("read",)


def test_only_the_lead_department_looks_after_clients_and_of_its_own_institution(office: RegistrationOffice) -> None:
    put(office)
    department = office.principal("u10001-archive")
    for attempt in (
        lambda: office.machine_clients.every(department),
        lambda: office.machine_clients.put(department, "archive-system", WANTED, lambda _: None, office.now),
        lambda: office.machine_clients.revoke(department, "archive-system", office.now),
    ):
        with pytest.raises(Forbidden):
            attempt()
    foreign = Principal("x", "x", "10002", None, 1)
    assert office.machine_clients.every(foreign) == []
    with pytest.raises(NotFound):
        office.machine_clients.put(foreign, "archive-system", WANTED, lambda _: None, office.now)


@pytest.mark.requirement("N5")
def test_all_that_is_wrong_with_a_client_is_told_at_once(office: RegistrationOffice) -> None:
    bad = {"name": "", "department_id": "Bad!", "scopes": ["answer"], "keys": [], "version": -1, "more": 1}
    assert set(problems(lambda: put(office, **bad))) == {
        ("more", "unknown_field"),
        ("name", "required"),
        ("department_id", "department_id_format"),
        ("scopes", "scope_needs_read"),
        ("keys", "required"),
        ("version", "not_a_version"),
    }
    three = [public(ec_key(one)) for one in (1, 2, 3)]
    assert problems(lambda: put(office, keys=three)) == [("keys", "too_many_keys")]
    assert problems(lambda: put(office, keys=three[:1] * 2)) == [("keys", "key_repeated")]
    assert problems(lambda: put(office, scopes=["read", "manage"])) == [("scopes", "unknown_choice")]
    assert problems(lambda: put(office, department_id="nowhere")) == [("department_id", "department_unknown")]
    assert problems(lambda: put(office, "Bad Id")) == [("machine_id", "machine_client_id_format")]
    for number in range(MOST_CLIENTS):
        put(office, f"system-{number}")
    assert problems(lambda: put(office)) == [("machine_id", "too_many_machine_clients")]
    office.machine_clients.revoke(office.principal(), "system-0", office.now)
    put(office)


def test_clients_that_somebody_made_and_revoked_leave_room_for_the_institutions_own(
    office: RegistrationOffice,
) -> None:
    for number in range(2 * MOST_CLIENTS):
        put(office, f"system-{number}")
        office.machine_clients.revoke(office.principal(), f"system-{number}", office.now)
    put(office)
    issue(office)


def test_an_institution_has_a_bound_of_clients_with_the_revoked_ones() -> None:
    revoked = MachineClient("old", "旧系统", None, (Permission.READ,), (), revoked=True)
    assert may_make_another([revoked] * (MOST_CLIENTS_EVER - 1))
    assert not may_make_another([revoked] * MOST_CLIENTS_EVER)


def written(number: int) -> str:
    """A number as RFC 7518 has it written."""
    return urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize(
    ("key", "code"),
    [
        (lambda: "text", "not_an_object"),
        (lambda: ec_key().as_dict(private=True), "key_private"),
        (lambda: rsa_key().as_dict(private=True), "key_private"),
        (lambda: {"kty": "oct", "k": "c2VjcmV0"}, "key_private"),
        (lambda: {"kty": "oct"}, "key_format"),
        (lambda: {}, "key_format"),
        (lambda: public(ec_key()) | {"use": "enc"}, "key_format"),
        (lambda: public(ec_key()) | {"x": 7}, "key_format"),
        (lambda: public(ec_key()) | {"x": "A" * 43}, "key_format"),
        (lambda: public(ec_key()) | {"x": "?"}, "key_format"),
        (lambda: public(ECKey.generate_key("P-384", auto_kid=False)), "key_format"),
        (lambda: public(rsa_key(1024)), "key_format"),
        (lambda: public(rsa_key()) | {"n": "A" * 1001}, "key_format"),
        (lambda: public(rsa_key()) | {"e": "AA"}, "key_format"),
        # Exponents 3 and 65,538; a modulus with a small factor, an even one, and a square.
        (lambda: public(rsa_key()) | {"e": "Aw"}, "key_format"),
        (lambda: public(rsa_key()) | {"e": "AQAC"}, "key_format"),
        (lambda: public(rsa_key()) | {"n": written(1999 * (2**2047 + 9))}, "key_format"),
        (lambda: public(rsa_key()) | {"n": written(2**2048 - 2)}, "key_format"),
        (lambda: public(rsa_key()) | {"n": written((2**1024 - 105) ** 2)}, "key_format"),
    ],
)
def test_what_is_no_good_public_key_is_refused(key: Callable[[], object], code: str) -> None:
    with pytest.raises(BrokenRule) as error:
        JoseClientKeys().read(key())
    assert [one.code for one in error.value.problems] == [code]


def test_of_a_key_only_what_is_public_and_needed_is_kept() -> None:
    kept = JoseClientKeys().read(public(ec_key()) | {"kid": "mine", "use": "sig", "alg": "ES256", "x5c": ["x"]})
    assert kept == JoseClientKeys().read(public(ec_key()))
    assert kept.kid == ec_key().thumbprint()


def test_one_key_written_in_two_ways_is_not_two_keys(office: RegistrationOffice) -> None:
    for key in (public(ec_key()), public(rsa_key())):
        name = "x" if key["kty"] == "EC" else "n"
        raw = urlsafe_b64decode(key[name] + "=" * (-len(key[name]) % 4))
        padded = key | {name: urlsafe_b64encode(b"\0" + raw).rstrip(b"=").decode()}
        assert problems(lambda key=key, padded=padded: put(office, keys=[key, padded])) == [("keys", "key_format")]  # type: ignore[misc]


@pytest.mark.requirement("A13", "N1")
def test_a_change_uses_one_code_once_nothing_else_is_in_the_way_and_a_repeat_none(office: RegistrationOffice) -> None:
    used: list[str] = []

    def change(who: Principal | None = None, **changes: Any) -> MachineClient:
        asker = who or office.principal()
        return office.machine_clients.put(asker, "archive-system", WANTED | changes, used.append, office.now)

    with pytest.raises(Forbidden):
        change(office.principal("u10001-archive"))
    assert problems(lambda: change(department_id="elsewhere")) == [("department_id", "department_unknown")]
    assert problems(lambda: change(one_time_code=None)) == [("one_time_code", "required")]
    with pytest.raises(Conflict):
        change(version=3)
    assert used == []
    made = change()
    assert change(one_time_code="000000") == made
    assert used == ["492039"]

    def others_were_faster() -> None:
        office.institution_store.before_commit = lambda: None
        raise Stale

    office.institution_store.before_commit = others_were_faster
    change(scopes=["read"], version=1, one_time_code="111111")
    assert used == ["492039", "111111"]


@pytest.mark.requirement("A13", "N4")
def test_without_a_good_code_nothing_is_changed(office: RegistrationOffice) -> None:
    made = put(office)

    def wrong(code: str) -> None:
        raise Invalid([Problem("one_time_code", "one_time_code_wrong")])

    for wanted in (WANTED | {"keys": [public(ec_key(2))], "version": 1}, WANTED | {"scopes": ["read"], "version": 1}):
        with pytest.raises(Invalid):
            office.machine_clients.put(office.principal(), "archive-system", wanted, wrong, office.now)
    with pytest.raises(Invalid):
        office.machine_clients.put(office.principal(), "new", WANTED, wrong, office.now)
    assert office.machine_clients.every(office.principal()) == [made]
