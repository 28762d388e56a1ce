"""Sign-in at an identity provider: OpenID Connect 1.0, authorization code flow (Core, 3.1) with PKCE (RFC 7636).

What the provider says counts only in its signed ID token. Cryptography and the checks of times are joserfc's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from botocore.httpsession import get_cert_path
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from degree_auth.domain.shared.errors import NotSignedIn, Unavailable

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures that are accepted, whatever a token's header says: keys of the provider alone can make them."""

SKEW_SECONDS = 60
"""By how much the provider's clock may differ from ours."""

KEPT_SECONDS = 3600
"""How long the provider's addresses and keys are kept."""

_RENEWED_SECONDS = 60
_LARGEST_ANSWER = 64 * 1024
_TIMEOUT = Timeout(connect=3, read=5, total=8)
_REFUSED = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class Client:
    """What this system is at the provider: `scope` holds `openid` and whatever releases the claims that are needed."""

    issuer: str
    client_id: str
    secret: str
    scope: str


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    at: float


class OpenIdProvider:
    """Implements `IdentityProvider`. `local` allows http, which only a provider on this machine is reached by."""

    def __init__(self, client: Client, *, local: bool, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._local = local
        self._elapsed = elapsed
        self._http = PoolManager(timeout=_TIMEOUT, retries=False, ca_certs=get_cert_path(True))
        self._kept: dict[str, _Kept] = {}

    def sign_in_address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent. Raises `Unavailable`: the provider does not tell."""
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._client.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            # Who signs out here stays signed in there: the next one at this computer must say anew who they are.
            "prompt": "login",
            # And so that the token says when they did (Core, 2): a provider may leave the prompt out.
            "max_age": "0",
        }
        address = str(self._metadata()["authorization_endpoint"])
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def claims(
        self, code: str, redirect_uri: str, nonce: str, verifier: str, began: datetime, now: datetime
    ) -> Mapping[str, Any]:
        """What the provider's ID token says of the person who came back with a code.

        Raises:
            NotSignedIn: the code, or the token that it was exchanged for, is not good; or the person proved themselves
                before the sign-in `began`.
            Unavailable: the provider does not answer.
        """
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        # RFC 6749, 2.3.1: both are form-encoded before they become a user and a password.
        pair = f"{quote(self._client.client_id, safe='')}:{quote(self._client.secret, safe='')}"
        headers = {
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        status, answer = self._request_object(
            "POST", self._metadata()["token_endpoint"], headers, urlencode(body).encode()
        )
        if status in _REFUSED:
            _refuse()
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise Unavailable("identity_provider_unavailable")
        return self._verify(token, nonce, began, now)

    def _verify(self, token: str, nonce: str, began: datetime, now: datetime) -> Mapping[str, Any]:
        """The claims of an ID token (Core, 3.1.3.7). Raises `NotSignedIn`."""
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=SKEW_SECONDS,
            iss={"essential": True, "value": self._client.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": self._client.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True},
            auth_time={"essential": True},
        )
        try:
            claims = self._decode(token)
            registry.validate(claims)
        except (JoseError, ValueError):
            _refuse()
        told = claims["nonce"]
        if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
            _refuse()
        proved = claims["auth_time"]
        earliest, latest = began.timestamp() - SKEW_SECONDS, now.timestamp() + SKEW_SECONDS
        if isinstance(proved, bool) or not isinstance(proved, int | float) or not earliest <= proved <= latest:
            _refuse()
        for_us_alone = claims["aud"] in (self._client.client_id, [self._client.client_id])
        if claims.get("azp", self._client.client_id if for_us_alone else None) != self._client.client_id:
            _refuse()
        return claims

    def _decode(self, token: str) -> dict[str, Any]:
        """A token's claims, once its signature holds; keys are fetched anew, at most once a minute, when none fits."""
        try:
            return jwt.decode(token, self._keys(KEPT_SECONDS), list(ALGORITHMS)).claims
        except (JoseError, ValueError):
            kept = self._kept["keys"]
            renewed = self._keys(_RENEWED_SECONDS)
            if self._kept["keys"] is kept:
                raise
            return jwt.decode(token, renewed, list(ALGORITHMS)).claims

    def _keys(self, seconds: float) -> KeySet:
        """The provider's keys, not older than so many seconds."""

        def fetch() -> KeySet:
            found = self._get_object(self._metadata()["jwks_uri"])
            try:
                return KeySet.import_key_set({"keys": list(filter(_is_signature_key, found["keys"]))})
            except (JoseError, KeyError, TypeError, ValueError):
                raise Unavailable("identity_provider_unavailable") from None

        keys: KeySet = self._fetch_if_old("keys", seconds, fetch)
        return keys

    def _metadata(self) -> Mapping[str, Any]:
        """What the provider says of itself (Discovery, 4). Raises `Unavailable`: nothing of use, or of another one."""

        def fetch() -> Mapping[str, Any]:
            found = self._get_object(f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self._client.issuer or not all(isinstance(found.get(one), str) for one in needed):
                raise Unavailable("identity_provider_unavailable")
            return found

        metadata: Mapping[str, Any] = self._fetch_if_old("metadata", KEPT_SECONDS, fetch)
        return metadata

    def _fetch_if_old(self, name: str, seconds: float, fetch: Callable[[], Any]) -> Any:
        kept = self._kept.get(name)
        if kept is None or self._elapsed() - kept.at >= seconds:
            kept = self._kept[name] = _Kept(fetch(), self._elapsed())
        return kept.value

    def _get_object(self, url: str) -> dict[str, Any]:
        status, answer = self._request_object("GET", url)
        if status != 200:
            raise Unavailable("identity_provider_unavailable")
        return answer

    def _request_object(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON object of an answer; an empty object when it holds none. Raises `Unavailable`."""
        if urlsplit(url).scheme not in ({"https", "http"} if self._local else {"https"}):
            raise Unavailable("identity_provider_unavailable")
        try:
            answer = self._http.request(
                method, url, body=body, headers=dict(headers or {}), redirect=False, preload_content=False
            )
            try:
                raw = answer.read(_LARGEST_ANSWER + 1)
            finally:
                answer.close()
        except HTTPError:
            raise Unavailable("identity_provider_unavailable") from None
        try:
            found = json.loads(raw) if len(raw) <= _LARGEST_ANSWER else None
        except ValueError:
            found = None
        return answer.status, found if isinstance(found, dict) else {}


def _is_signature_key(key: Mapping[str, Any]) -> bool:
    """Keys for signatures that others can check; encryption keys and shared secrets are left out."""
    return key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"


def _refuse() -> NoReturn:
    raise NotSignedIn("sign_in_not_proven")
