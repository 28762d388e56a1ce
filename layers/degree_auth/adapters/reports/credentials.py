"""Credentials as JWT (W3C VC-JOSE-COSE), signed with the centre's key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from degree_auth.adapters.reports.signing_key import SigningKey
from degree_auth.domain.reports.issuer import key_address


class Credentials:
    """Signs credentials with one key; implements `CredentialSigner`."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def sign(self, claims: Mapping[str, Any], check_url: str) -> str:
        """The compact JWS (RS256) of a credential; its `kid` names the key in the issuer's did:web document."""
        header = {"alg": "RS256", "typ": "vc+jwt", "cty": "vc", "kid": key_address(check_url, self._key.thumbprint)}
        signed = f"{_part(header)}.{_part(claims)}"
        return f"{signed}.{_base64url(self._key.sign(signed.encode()))}"


def _part(content: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
