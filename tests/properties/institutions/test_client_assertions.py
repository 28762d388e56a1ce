"""Whatever a stranger sends as an assertion is refused alike, whether or not there is such a client."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from degree_auth.domain.institutions.client_assertion import ASSERTION_TYPE, TokenRefused
from tests.doubles.institutions import RegistrationOffice
from tests.samples.machine_keys import AUDIENCE, assertion, ec_key, public

pytestmark = [pytest.mark.requirement("A9"), pytest.mark.requirement("N4")]
OPEN, REVOKED, UNKNOWN = "10001.open", "10001.revoked", "10001.unknown"
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_names = st.sampled_from(["alg", "crit", "b64", "kid", "typ", "cty", "jwk", "jku", "x5c", "x5t", "enc", "zip", "epk"])
_headers = st.dictionaries(_names, _values, max_size=4)
headers = st.one_of(
    _values,
    _headers,
    st.builds(lambda told: {**told, "alg": "ES256"}, _headers),
    st.builds(lambda told, crit: {**told, "alg": "ES256", "crit": crit}, _headers, st.lists(_names | _values)),
)


def _office() -> RegistrationOffice:
    office = RegistrationOffice()
    office.register()
    wanted = {
        "name": "系统",
        "scopes": ["read"],
        "keys": [public(ec_key())],
        "version": 0,
        "one_time_code": "492039",
    }
    for machine_id in ("open", "revoked"):
        office.machine_clients.put(office.principal(), machine_id, wanted, lambda _: None, office.now)
    office.machine_clients.revoke(office.principal(), "revoked", office.now)
    return office


OFFICE = _office()


def _part(content: Any) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _outcome(told: str) -> str:
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_assertion": told}
    try:
        OFFICE.machine_tokens.issue(form, AUDIENCE, OFFICE.now)
    except TokenRefused as error:
        return error.code
    return "issued"


@settings(deadline=None)
@given(header=headers)
@example(header={"alg": "ES256", "crit": 1})
@example(header={"alg": "ES256", "crit": [[]]})
@example(header={"alg": ["ES256"]})
@example(header={"alg": "ES256", "b64": 0, "crit": ["b64"]})
@example(header=["alg"])
@example(header=1)
@example(header=None)
def test_a_malformed_header_does_not_tell_whether_there_is_a_client(header: Any) -> None:
    claims = {"aud": AUDIENCE, "exp": int(OFFICE.now.timestamp()) + 60, "jti": "one"}
    for named in (OPEN, REVOKED, UNKNOWN):
        told = f"{_part(header)}.{_part({**claims, 'iss': named, 'sub': named})}.{'A' * 86}"
        assert _outcome(told) == "invalid_client"


@settings(deadline=None)
@given(parts=st.lists(st.text(max_size=12) | st.binary(max_size=12).map(lambda raw: urlsafe_b64encode(raw).decode())))
@example(parts=["A" * 40, "[" * 2000, "A"])
@example(parts=["\ud800", "a", "b"])
def test_what_is_no_assertion_is_refused(parts: list[str]) -> None:
    assert _outcome("." + ".".join(parts)) == "invalid_client"


@settings(deadline=None, max_examples=30)
@given(claim=st.sampled_from(["jti", "exp", "nbf", "iat", "aud"]), value=_values)
@example(claim="jti", value="\ud800")
@example(claim="jti", value="a\udfff")
@example(claim="exp", value=float("nan"))
@example(claim="exp", value=float("inf"))
def test_whatever_a_claim_holds_is_taken_or_refused(claim: str, value: Any) -> None:
    for named in (REVOKED, UNKNOWN):
        assert _outcome(assertion(named, OFFICE.now, **{claim: value})) == "invalid_client"
    assert _outcome(assertion(OPEN, OFFICE.now, **{claim: value})) in {"invalid_client", "issued"}


@pytest.mark.parametrize("named", ["\ud800", "a\udfff"], ids=ascii)
def test_half_a_character_is_no_id_of_an_assertion(named: str) -> None:
    assert _outcome(assertion(OPEN, OFFICE.now, jti=named)) == "invalid_client"
