"""Public keys of machine clients (RFC 7517) and assertions signed with them (RFC 7523); cryptography is joserfc's."""

from __future__ import annotations

import json
import math
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from degree_auth.domain.institutions.machine_client import PublicKey
from degree_auth.domain.shared.reading import BrokenRule

ALGORITHMS = {"EC": ("ES256",), "RSA": ("RS256", "PS256")}
"""Signatures that a key of each kind may make, whatever an assertion's header says."""

_MEMBERS = {"EC": ("kty", "crv", "x", "y"), "RSA": ("kty", "n", "e")}
_SMALL_FACTORS = math.prod(range(2, 2000))
_RSA_BITS = range(2048, 4096 + 1)
_LONGEST_MEMBER = 1000

# A stranger writes the header, and joserfc takes it for an object with members of the right kind.
_UNREADABLE = (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class JoseClientKeys:
    """Implements `ClientKeys`."""

    def read(self, raw: object) -> PublicKey:
        """A public key: EC on P-256, or RSA of 2048 to 4096 bits with a sound exponent and modulus. Raises
        `BrokenRule`."""
        if not isinstance(raw, dict):
            raise BrokenRule("not_an_object")
        if raw.keys() & {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}:
            raise BrokenRule("key_private")
        kind = raw.get("kty")
        if not isinstance(kind, str) or kind not in _MEMBERS or raw.get("use", "sig") != "sig":
            raise BrokenRule("key_format")
        members = {name: raw.get(name) for name in _MEMBERS[kind]}
        if not all(isinstance(one, str) and len(one) <= _LONGEST_MEMBER for one in members.values()):
            raise BrokenRule("key_format")
        try:
            key = jwk.import_key(members)  # type: ignore[arg-type]  # texts all, as was just seen
            public: Any = key.public_key
            bits = public.key_size
            numbers = public.public_numbers()
            canonical = members == _canonical(kind, numbers, members)
            sound = kind == "EC" or _is_sound(numbers.n, numbers.e)
        except (JoseError, ValueError, TypeError, OverflowError):
            raise BrokenRule("key_format") from None
        # One key written in two ways would pass for two (RFC 7518, 6.2.1.2, 6.3.1.1).
        if not canonical or not sound or (bits not in _RSA_BITS if kind == "RSA" else members["crv"] != "P-256"):
            raise BrokenRule("key_format")
        return PublicKey(key.thumbprint(), json.dumps(members, sort_keys=True))

    def unproven_claims(self, assertion: str) -> Mapping[str, Any]:
        """What an assertion says, whoever signed it; nothing when it cannot be read."""
        try:
            found = json.loads(jws.extract_compact(assertion.encode()).payload)
        except _UNREADABLE:
            return {}
        return found if isinstance(found, dict) else {}

    def proven_claims(self, assertion: str, keys: Sequence[PublicKey]) -> tuple[Mapping[str, Any], str] | None:
        """What an assertion says that one of these keys has signed, and that key's id; None when none has."""
        for one in keys:
            members = json.loads(one.jwk)
            key = jwk.import_key(members)
            try:
                return jwt.decode(assertion, key, list(ALGORITHMS[members["kty"]])).claims, one.kid
            except _UNREADABLE:
                continue
        return None


def _is_sound(modulus: int, exponent: int) -> bool:
    """Whether an RSA key withstands the cheapest attacks: an exponent as NIST SP 800-56B has it, and a modulus that is
    no square and has no small factor."""
    root = math.isqrt(modulus)
    exponent_fits = exponent % 2 == 1 and 2**16 < exponent < 2**256
    return exponent_fits and root * root != modulus and math.gcd(modulus, _SMALL_FACTORS) == 1


def _canonical(kind: str, numbers: Any, members: Mapping[str, Any]) -> dict[str, Any]:
    """A key's members as RFC 7518 has them written; coordinates have the length of P-256."""
    names = ("x", "y") if kind == "EC" else ("n", "e")
    return {**members, **{name: _written(getattr(numbers, name), 32 if kind == "EC" else None) for name in names}}


def _written(number: int, size: int | None) -> str:
    length = size or (number.bit_length() + 7) // 8
    return urlsafe_b64encode(number.to_bytes(length, "big")).rstrip(b"=").decode()
