"""Keys of machine clients in tests, made anew, and assertions signed with them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "https://degrees.example/v1/token"


@cache
def ec_key(which: int = 1) -> ECKey:
    """A key on P-256; each number another."""
    return ECKey.generate_key("P-256", auto_kid=False)


@cache
def rsa_key(bits: int = 2048) -> RSAKey:
    """An RSA key."""
    return RSAKey.generate_key(bits, auto_kid=False)


def public(key: ECKey | RSAKey) -> dict[str, Any]:
    """What is registered of a key."""
    return dict(key.as_dict(private=False))


def assertion(
    client_id: str, now: datetime, key: ECKey | RSAKey | None = None, alg: str = "ES256", **changes: Any
) -> str:
    """An assertion as a client makes it; a change to None leaves a claim out."""
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": AUDIENCE,
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "jti": uuid4().hex,
    } | changes
    told = {name: value for name, value in claims.items() if value is not None}
    return jws.serialize_compact({"alg": alg, "typ": "JWT"}, json.dumps(told).encode(), key or ec_key(), [alg])
