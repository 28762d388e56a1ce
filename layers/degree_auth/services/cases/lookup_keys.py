"""The keyed digests by which applicants find their cases."""

from __future__ import annotations

import secrets

from degree_auth.domain.applications.claim import Claim, Holder
from degree_auth.domain.applications.person import ProvenPerson, document_source, person_key_source
from degree_auth.services.shared.ports import KeyedDigest


def holder_key(sealer: KeyedDigest, holder: Holder | ProvenPerson) -> str:
    """The keyed digest by which a person finds the cases that name them."""
    return sealer.token("person", person_key_source(holder))


def document_key(sealer: KeyedDigest, holder: Holder | ProvenPerson) -> str:
    """The keyed digest of whoever has a document: what the person disavowed is found by it."""
    return sealer.token("disavowed-document", document_source(holder))


def certificate_source(claim: Claim) -> str:
    """What names an award by its certificate number, whoever claims it."""
    return f"{claim.degree.institution_code}\n{claim.degree.certificate_number}"


def new_link_token() -> str:
    """The random token of a case's link: whoever has it follows the case, until it is renewed or revoked."""
    return secrets.token_urlsafe(32)


def link_digest(sealer: KeyedDigest, token: str) -> str:
    """What is kept of a link's token."""
    return sealer.token("access-link", token)
