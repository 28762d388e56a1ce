"""Keyed digests that name an award: for its reports and for its record in the register (article 11, N4)."""

from __future__ import annotations

from degree_auth.domain.applications.claim import Claim, Holder
from degree_auth.domain.register.award import claim_of
from degree_auth.domain.register.award_identity import certificate_key, name_key_source
from degree_auth.domain.reports.holding import holding_source
from degree_auth.services.register.ports import Register
from degree_auth.services.shared.ports import KeyedDigest

_PART_LENGTH = 22  # URL-safe characters: 132 bits of the keyed digest


def certificate_digest(digests: KeyedDigest, institution_code: str, certificate_number: str) -> str:
    """The keyed digest by which the reports about an award are found."""
    return digests.token("award", certificate_key(institution_code, certificate_number))


def holding_key(digests: KeyedDigest, claim: Claim) -> str:
    """The keyed digest of an award and whose it is, by which the report in force about it is found."""
    return digests.token("holding", holding_source(claim))


def recorded_holders(digests: KeyedDigest, register: Register, claim: Claim) -> list[Holder]:
    """The holders of the claimed award as the register has them: of the same name, birth date, number and level."""
    key = holding_key(digests, claim)
    records = (claim_of(record) for record in register.candidates(claim))
    return [recorded.holder for recorded in records if holding_key(digests, recorded) == key]


def name_and_birth_key(digests: KeyedDigest, holder: Holder) -> str:
    """The keyed digest by which what was disavowed of a holder is found under another of their documents."""
    return digests.token("disavowed-name", name_key_source(holder.name, holder.birth_date))


def award_part(digests: KeyedDigest, partition: str, award: str) -> str:
    """The part of a record's id that tells apart the awards of one certificate number; `award` as `award_source`."""
    return digests.token("award", f"{partition}#{award}")[:_PART_LENGTH]
