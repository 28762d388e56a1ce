"""How a machine client asks for an access token: client credentials with a signed assertion (RFC 6749, 4.4; RFC 7523).

Refusals have the names of RFC 6749, 5.2, which libraries for clients know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.accounts.principal import Permission
from degree_auth.domain.institutions.machine_client import GRANTED, MACHINE_ID
from degree_auth.domain.shared.identifiers import INSTITUTION_CODE
from degree_auth.domain.shared.working_days import SHANGHAI

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_TIME = timedelta(minutes=10)
"""How long an access token is good for."""

LONGEST_ASSERTION_TIME = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
"""By how much a client's clock may differ from ours."""

LONGEST_ASSERTION = 4096
_LONGEST_ID = 200
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can name and UTF-8 cannot write."""


class TokenRefused(Exception):
    """No token is given out; `code` is the error of RFC 6749, 5.2."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request for a token; `scopes` None are all that the client has."""

    assertion: str
    scopes: frozenset[Permission] | None


def parse_token_request(form: Mapping[str, str]) -> TokenRequest:
    """Read the fields of a form. Raises `TokenRefused`."""
    if form.get("grant_type", "client_credentials") != "client_credentials":
        raise TokenRefused("unsupported_grant_type")
    assertion = form.get("client_assertion", "")
    wanted = (form.get("grant_type"), form.get("client_assertion_type"))
    if wanted != ("client_credentials", ASSERTION_TYPE) or not 0 < len(assertion) <= LONGEST_ASSERTION:
        raise TokenRefused("invalid_request")
    asked = form.get("scope", "").split()
    if not set(asked) <= {one.value for one in GRANTED}:
        raise TokenRefused("invalid_scope")
    return TokenRequest(assertion, frozenset(map(Permission, asked)) if asked else None)


def named_client(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Institution code and machine id of the client that an assertion says it is from. Raises `TokenRefused`."""
    named = claims.get("iss")
    code, _, machine_id = named.partition(".") if isinstance(named, str) else ("", "", "")
    if claims.get("sub") != named or not INSTITUTION_CODE.fits(code) or not MACHINE_ID.fits(machine_id):
        raise TokenRefused("invalid_client")
    return code, machine_id


def require_claims(claims: Mapping[str, Any], audience: str, now: datetime) -> tuple[str, datetime]:
    """The id of an assertion and when it ends; its signature is looked at elsewhere.

    Raises:
        TokenRefused: it is for somebody else, too old, not yet good, good for too long, or has no id.
    """
    if claims.get("aud") not in (audience, [audience]):
        raise TokenRefused("invalid_client")
    ends_at = _moment(claims, "exp")
    if ends_at is None or ends_at <= now - SKEW or ends_at > now + LONGEST_ASSERTION_TIME + SKEW:
        raise TokenRefused("invalid_client")
    for name in ("nbf", "iat"):
        if name in claims and ((begins_at := _moment(claims, name)) is None or begins_at > now + SKEW):
            raise TokenRefused("invalid_client")
    named = claims.get("jti")
    if not isinstance(named, str) or not 0 < len(named) <= _LONGEST_ID or _SURROGATE.search(named):
        raise TokenRefused("invalid_client")
    return named, ends_at + SKEW


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    raw = claims.get(name)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        return datetime.fromtimestamp(raw, SHANGHAI)
    except (OverflowError, OSError, ValueError):
        return None
