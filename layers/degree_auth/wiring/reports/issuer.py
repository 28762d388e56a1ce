"""The issuer of credentials, as everybody may find it: identifier and public keys."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.reports.key_table import KeyTable
from degree_auth.adapters.reports.signing_key import public_jwk, read_chain
from degree_auth.domain.reports.issuer import Issuer
from degree_auth.domain.shared.errors import NotFound
from degree_auth.wiring import shared

_NOT_YET = "none"  # what the template puts in place of the certificate


@cache
def keys() -> KeyTable:
    """The keys that ever signed credentials."""
    return KeyTable(shared.setting("CASES_TABLE"), shared.setting("AWS_REGION"))


@cache
def issuer() -> Issuer:
    """The issuer. Raises `NotFound` before the certificate of its key is in place."""
    pem = shared.parameter("SIGNING_CERTIFICATE_PARAMETER")
    if pem.strip() == _NOT_YET:
        raise NotFound("not_found")
    return Issuer(shared.parameter("CHECK_URL_PARAMETER"), public_jwk(read_chain(pem)), keys().keys)
