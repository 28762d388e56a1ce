"""Who acts: a person whose identity was proven, by whom and when, and which claims are their own (article 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.applications.claim import Claim, Holder, IdentityType
from degree_auth.domain.applications.fields import read_field
from degree_auth.domain.applications.identity import (
    birth_date_in,
    canonical_identity_number,
    carries_person,
    lifelong_part,
    number_fault,
)
from degree_auth.domain.shared.errors import Forbidden
from degree_auth.domain.shared.reading import BrokenRule
from degree_auth.domain.shared.text import name_key
from degree_auth.domain.shared.working_days import shanghai_day


class Authority(StrEnum):
    """By whom it was proven who a person is."""

    IDENTITY_PROVIDER = "identity_provider"
    REVIEWER = "reviewer"
    PLATFORM = "platform"
    PUBLIC_SECURITY = "public_security"
    IMMIGRATION = "immigration"
    BANK = "bank"
    CERTIFICATE_AUTHORITY = "certificate_authority"


PLATFORM_AUTHORITIES = (
    Authority.PLATFORM,
    Authority.PUBLIC_SECURITY,
    Authority.IMMIGRATION,
    Authority.BANK,
    Authority.CERTIFICATE_AUTHORITY,
)
"""By whose authority a user of the platform may be proven; the platform names it and vouches for it."""


@dataclass(frozen=True, slots=True)
class ProvenPerson:
    """A person whose identity was proven. Personal data: never logged, only stored sealed.

    `identity_number` is in its canonical form. `proven_at` is when `authority` vouched for the person.
    """

    name: str
    identity_type: IdentityType
    identity_number: str
    authority: Authority
    proven_at: datetime


@dataclass(frozen=True, slots=True)
class TokenFields:
    """Under which names an identity provider tells name, document type and document number."""

    name: str
    identity_type: str
    identity_number: str


def read_person(told: Mapping[str, Any], names: TokenFields, now: datetime) -> ProvenPerson:
    """The person whom an identity provider vouches for; the document type is one of `IdentityType`.

    What a submission could not say of its holder proves nobody.

    Raises:
        Forbidden: name, type or number is missing or cannot be one; the error names no value.
    """
    today = shanghai_day(now)
    try:
        name = read_field("holder.name", told.get(names.name), today)
        kind = IdentityType(str(read_field("holder.identity_type", told.get(names.identity_type), today)))
        typed = read_field("holder.identity_number", told.get(names.identity_number), today)
    except BrokenRule:
        raise Forbidden("identity_not_proven") from None
    number = canonical_identity_number(kind, str(typed))
    if number_fault(kind, number) is not None:
        raise Forbidden("identity_not_proven")
    return ProvenPerson(str(name), kind, number, Authority.IDENTITY_PROVIDER, now)


def is_holder(person: ProvenPerson | Holder, claim: Claim) -> bool:
    """Whether a claim names this very person: see `is_same_person`."""
    return is_same_person(person, claim.holder)


def is_same_person(one: ProvenPerson | Holder, other: ProvenPerson | Holder) -> bool:
    """Whether two are the same person, written differently at most: the same document and, by the register's own rule,
    the same name.

    A number alone is not enough: two states may give out the same passport number.
    """
    return person_key_source(one) == person_key_source(other) and name_key(one.name) == name_key(other.name)


def proves_birth_date(holder: Holder) -> bool:
    """Whether the document has the holder's birth date in its number. Beside any other document the birth date is what
    the applicant stated."""
    number = canonical_identity_number(holder.identity_type, holder.identity_number)
    return carries_person(holder.identity_type, number) and birth_date_in(number) == holder.birth_date


def is_known_holder(named: Iterable[Holder], known: Iterable[Holder]) -> bool:
    """Whether whom a case names is surely the holder whose name, birth date and award these are: the document proves
    the birth date, or is one that is known of that holder. Otherwise a namesake may have stated that birth date."""
    documents = {document_source(one) for one in known}
    return any(proves_birth_date(one) or document_source(one) in documents for one in named)


def document_source(person: ProvenPerson | Holder) -> str:
    """The text whose keyed digest is equal for two exactly when their documents make them one person: a document that
    is given to one person alone, whatever they are called. Two states may give out the same passport number, so of a
    passport the name counts, too."""
    source = person_key_source(person)
    return f"{source}\n{name_key(person.name)}" if person.identity_type is IdentityType.PASSPORT else source


def person_key_source(person: ProvenPerson | Holder) -> str:
    """The text whose keyed digest finds the cases that name a document: its type and what of its number is the
    holder's own, however it is written and however often the document was renewed."""
    number = canonical_identity_number(person.identity_type, person.identity_number)
    return f"{person.identity_type.value}\n{lifelong_part(person.identity_type, number)}"
