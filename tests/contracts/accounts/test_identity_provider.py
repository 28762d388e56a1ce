"""The contract of an identity provider, held by OpenID Connect against a running provider and by its stand-in alike;
and every way in which a provider's token may be a forged, old or foreign one."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from degree_auth.adapters.accounts.openid_provider import SKEW_SECONDS, Client, OpenIdProvider
from degree_auth.domain.shared.errors import NotSignedIn, Unavailable
from tests.doubles.identity_provider import PERSON, MemoryIdentityProvider
from tools.identity_provider import CLIENT_ID, LocalProvider, server

pytestmark = pytest.mark.requirement("A1", "N4")
BACK = "http://127.0.0.1:8000/local/sign-in/callback"
SECRET = "a synthetic secret: with a colon, 100%"
NONCE, VERIFIER, STATE = "nonce-of-this-sign-in", "v" * 43, "state-of-this-sign-in"


@contextmanager
def running(provider: Callable[[str], LocalProvider]) -> Iterator[str]:
    """A provider that listens; its issuer."""
    listening = server(0, provider)
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}"
    listening.shutdown()
    thread.join()
    listening.server_close()


class Openid:
    """The adapter, and the provider that it talks to; `elapsed` is its clock in seconds, `asked` what was fetched."""

    def __init__(self, issuer: str, local: LocalProvider) -> None:
        self.local = local
        self.elapsed = 0.0
        client = Client(issuer, CLIENT_ID, SECRET, "openid")
        self.provider = OpenIdProvider(client, local=True, elapsed=lambda: self.elapsed)

    def signed_in(self, address: str, person: dict[str, str]) -> dict[str, str]:
        back = requests.post(address, data=person, allow_redirects=False, timeout=5)
        assert back.status_code == 303, back.text
        return dict(pair.split("=") for pair in back.headers["Location"].partition("?")[2].split("&"))


@pytest.fixture
def openid() -> Iterator[Openid]:
    made: list[LocalProvider] = []

    def make(issuer: str) -> LocalProvider:
        made.append(LocalProvider(issuer, SECRET))
        return made[0]

    with running(make) as issuer:
        yield Openid(issuer, made[0])


@pytest.fixture(params=["openid", "memory"])
def either(request: pytest.FixtureRequest) -> Any:
    """A provider, and how somebody signs in there."""
    if request.param == "memory":
        memory = MemoryIdentityProvider()
        return memory, memory.signed_in
    openid = request.getfixturevalue("openid")
    return openid.provider, openid.signed_in


def now() -> datetime:
    return datetime.now(UTC)


def test_who_signs_in_is_whom_the_provider_tells_of(either: Any) -> None:
    provider, signed_in = either
    back = signed_in(provider.sign_in_address(BACK, STATE, NONCE, VERIFIER), PERSON)
    assert back["state"] == STATE
    told = provider.claims(back["code"], BACK, NONCE, VERIFIER, now(), now())
    assert {name: told[name] for name in PERSON} == PERSON


def test_a_code_is_good_once(either: Any) -> None:
    provider, signed_in = either
    code = signed_in(provider.sign_in_address(BACK, STATE, NONCE, VERIFIER), PERSON)["code"]
    provider.claims(code, BACK, NONCE, VERIFIER, now(), now())
    with pytest.raises(NotSignedIn):
        provider.claims(code, BACK, NONCE, VERIFIER, now(), now())


@pytest.mark.parametrize(
    "other",
    [{"nonce": "of-another"}, {"verifier": "w" * 43}, {"redirect_uri": f"{BACK}2"}],
    ids=lambda one: next(iter(one)),
)
def test_a_code_is_good_for_its_own_sign_in_alone(either: Any, other: dict[str, str]) -> None:
    provider, signed_in = either
    code = signed_in(provider.sign_in_address(BACK, STATE, NONCE, VERIFIER), PERSON)["code"]
    own = {"redirect_uri": BACK, "nonce": NONCE, "verifier": VERIFIER, "began": now(), "now": now()}
    with pytest.raises(NotSignedIn):
        provider.claims(code, **{**own, **other})


def test_the_provider_is_asked_to_have_the_person_prove_themselves_anew(openid: Openid) -> None:
    asked = dict(parse_qsl(urlsplit(openid.provider.sign_in_address(BACK, STATE, NONCE, VERIFIER)).query))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")


def test_a_made_up_code_proves_nobody(either: Any) -> None:
    provider, _ = either
    with pytest.raises(NotSignedIn):
        provider.claims("made-up", BACK, NONCE, VERIFIER, now(), now())


def exchanged(openid: Openid, at: datetime | None = None) -> Any:
    code = openid.signed_in(openid.provider.sign_in_address(BACK, STATE, NONCE, VERIFIER), PERSON)["code"]
    return openid.provider.claims(code, BACK, NONCE, VERIFIER, at or now(), at or now())


def without_algorithm(local: LocalProvider, claims: dict[str, Any]) -> str:
    """The token with the header `none` and no signature (RFC 7519, 6)."""
    body = RSAKey.generate_key(2048)
    signed = jwt.encode({"alg": "RS256"}, claims, body)
    return "eyJhbGciOiJub25lIn0." + signed.split(".")[1] + "."


def by_public_key(local: LocalProvider, claims: dict[str, Any]) -> str:
    """Signed with the public key as if that were a shared secret."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": local.key.kid}, claims)]
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = hmac.new(local.key.as_pem(private=False), signed, "sha256").digest()
    return (signed + b"." + urlsafe_b64encode(mac).rstrip(b"=")).decode()


def by_other_key(local: LocalProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": local.key.kid}, claims, RSAKey.generate_key(2048))


def changed(**changes: Any) -> Callable[[LocalProvider, dict[str, Any]], str]:
    """Signed well, with other claims; None leaves one out."""

    def forge(local: LocalProvider, claims: dict[str, Any]) -> str:
        merged = {**claims, **{name: value(claims) if callable(value) else value for name, value in changes.items()}}
        return LocalProvider.sign(local, {name: value for name, value in merged.items() if value is not None})

    return forge


FORGERIES = {
    "none as algorithm": without_algorithm,
    "public key as secret": by_public_key,
    "another key": by_other_key,
    "no token": lambda local, claims: "a.b.c",
    "another issuer": changed(iss="http://127.0.0.1:1"),
    "no issuer": changed(iss=None),
    "another audience": changed(aud="another-client"),
    "no audience": changed(aud=None),
    "several audiences, for nobody": changed(aud=[CLIENT_ID, "another-client"]),
    "for another party": changed(azp="another-client"),
    "another nonce": changed(nonce="of-another-sign-in"),
    "nonces to choose from": changed(nonce=[NONCE, "of-another-sign-in"]),
    "no nonce": changed(nonce=None),
    "no subject": changed(sub=None),
    "no end": changed(exp=None),
    "an endless end": changed(exp=float("inf")),
    "past": changed(exp=lambda claims: claims["iat"] - SKEW_SECONDS - 1),
    "from the future": changed(iat=lambda claims: claims["iat"] + SKEW_SECONDS + 60),
    "no beginning": changed(iat=None),
    # Whoever is signed in there still: at a computer that others use, it may be the one before.
    "proven before this sign-in began": changed(auth_time=lambda claims: claims["iat"] - 2 * SKEW_SECONDS),
    "proven nobody says when": changed(auth_time=None),
    "proven in the future": changed(auth_time=lambda claims: claims["iat"] + 2 * SKEW_SECONDS),
    "proven at no moment": changed(auth_time="now"),
    "proven at a truth": changed(auth_time=True),
    "proven without end": changed(auth_time=float("inf")),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_old_or_foreign_token_proves_nobody(openid: Openid, forgery: str) -> None:
    openid.local.sign = lambda claims: FORGERIES[forgery](openid.local, dict(claims))  # type: ignore[method-assign]
    with pytest.raises(NotSignedIn) as refused:
        exchanged(openid)
    assert refused.value.code == "sign_in_not_proven"


GOOD = {
    "one audience in a list": changed(aud=[CLIENT_ID]),
    "several audiences, for us": changed(aud=[CLIENT_ID, "another-client"], azp=CLIENT_ID),
    "proven by a clock a little behind": changed(auth_time=lambda claims: claims["iat"] - SKEW_SECONDS + 10),
    "proven at a part of a second": changed(auth_time=lambda claims: claims["iat"] + 0.5),
    "a clock a little behind": changed(exp=lambda claims: claims["iat"] - SKEW_SECONDS + 10),
}


@pytest.mark.parametrize("token", GOOD)
def test_what_the_standard_allows_is_taken(openid: Openid, token: str) -> None:
    openid.local.sign = lambda claims: GOOD[token](openid.local, dict(claims))  # type: ignore[method-assign]
    assert exchanged(openid)["name"] == PERSON["name"]


def test_keys_are_kept_and_fetched_anew_once_the_provider_has_changed_them(openid: Openid) -> None:
    fetched: list[str] = []
    keys = openid.local.keys
    openid.local.keys = lambda: fetched.append("keys") or keys()  # type: ignore[method-assign, func-returns-value]
    exchanged(openid)
    exchanged(openid)
    assert len(fetched) == 1
    openid.local.key = RSAKey.generate_key(2048, auto_kid=True)
    with pytest.raises(NotSignedIn):
        exchanged(openid)
    # Whoever sends forged tokens makes the provider be asked once a minute at most.
    assert len(fetched) == 1
    openid.elapsed += 61
    assert exchanged(openid)["name"] == PERSON["name"]
    assert len(fetched) == 2


def test_a_provider_that_names_another_issuer_is_not_believed(openid: Openid) -> None:
    openid.local.issuer = "http://127.0.0.1:1"
    with pytest.raises(Unavailable):
        openid.provider.sign_in_address(BACK, STATE, NONCE, VERIFIER)


def test_a_provider_that_does_not_answer_is_told_as_such() -> None:
    provider = OpenIdProvider(Client("http://127.0.0.1:9", CLIENT_ID, SECRET, "openid"), local=True)
    with pytest.raises(Unavailable):
        provider.sign_in_address(BACK, STATE, NONCE, VERIFIER)


def test_an_answer_without_end_is_not_read(openid: Openid) -> None:
    openid.local.metadata = lambda: {"issuer": openid.local.issuer, "more": "x" * 100_000}  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        openid.provider.sign_in_address(BACK, STATE, NONCE, VERIFIER)


def test_plain_http_is_for_a_provider_on_this_machine_alone(openid: Openid) -> None:
    client = Client(openid.local.issuer, CLIENT_ID, SECRET, "openid")
    with pytest.raises(Unavailable):
        OpenIdProvider(client, local=False).sign_in_address(BACK, STATE, NONCE, VERIFIER)


def test_a_wrong_secret_of_the_client_proves_nobody(openid: Openid) -> None:
    openid.local.secret = "another"
    with pytest.raises(NotSignedIn):
        exchanged(openid)
