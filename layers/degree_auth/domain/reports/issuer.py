"""Who issues credentials, as machines find it: did:web, the key, and the meaning of each term (JSON-LD)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

VOCABULARY = "urn:degree-report:v1:"
"""Begins the identifier of each term."""

_TYPES = ("DegreeAuthenticationReport", "DegreeVerification")
_TERMS = (
    *("basis", "sex", "birthDate", "degree", "institutionCode", "institutionName", "level", "category", "discipline"),
    *("studyForm", "awardDate", "certificateNumber", "reportVersion", "reportLog", "logId"),
)
_LINKS = ("onlineCheck", "head")


def service_address(check_url: str) -> str:
    """The address in front of the API, given that of the page that checks reports."""
    return check_url.removesuffix("/check")


def issuer_did(check_url: str) -> str:
    """The issuer's identifier after did:web; its document is served where that method looks for it."""
    parts = urlsplit(service_address(check_url))
    folders = [quote(folder) for folder in parts.path.split("/") if folder]
    return ":".join(["did:web", quote(parts.netloc), *folders])


def key_address(check_url: str, thumbprint: str) -> str:
    """The identifier of a signing key, by its thumbprint (RFC 7638): the `kid` of what it signs."""
    return f"{issuer_did(check_url)}#{thumbprint}"


def jwk_thumbprint(jwk: Mapping[str, Any]) -> str:
    """The thumbprint of an RSA key after RFC 7638, in base64url."""
    required = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode()


def context_address(check_url: str) -> str:
    """Where the meaning of the credential's terms is served."""
    return f"{service_address(check_url)}/contexts/degree-report/v1"


def credential_context() -> dict[str, Any]:
    """The JSON-LD context of a report's credential; `name` and `description` are the W3C's own."""
    plain = {term: f"{VOCABULARY}{term}" for term in (*_TYPES, *_TERMS)}
    links = {term: {"@id": f"{VOCABULARY}{term}", "@type": "@id"} for term in _LINKS}
    return {"@context": {"@version": 1.1, "@protected": True, **plain, **links}}


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer with its public key, an RSA key as JWK (RFC 7517), and `recorded`: all that ever signed."""

    check_url: str
    jwk: Mapping[str, Any]
    recorded: Callable[[], Sequence[Mapping[str, Any]]] = tuple

    @property
    def keys(self) -> list[dict[str, Any]]:
        """The keys under the names that signatures give them, the present one first."""
        others = [one for one in self.recorded() if jwk_thumbprint(one) != jwk_thumbprint(self.jwk)]
        return [
            {**one, "kid": key_address(self.check_url, jwk_thumbprint(one)), "alg": "RS256", "use": "sig"}
            for one in (self.jwk, *others)
        ]

    def key_set(self) -> dict[str, Any]:
        """The keys as a JWK set."""
        return {"keys": self.keys}

    def did_document(self) -> dict[str, Any]:
        """What did:web resolves the issuer's identifier to."""
        did = issuer_did(self.check_url)
        methods = [
            {"id": key["kid"], "type": "JsonWebKey", "controller": did, "publicKeyJwk": key} for key in self.keys
        ]
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
            "id": did,
            "verificationMethod": methods,
            "assertionMethod": [method["id"] for method in methods],
        }
