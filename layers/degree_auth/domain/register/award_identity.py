"""What makes two award records one award, and the keys by which records are found."""

from __future__ import annotations

from datetime import date

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.applications.identity import canonical_identity_number
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.shared.text import code_form, name_key

_SEPARATOR = "#"


def partition_of(record: AwardRecord) -> str:
    """The register's partition of a record: institution and certificate number in canonical form."""
    return certificate_key(record.institution_code, record.certificate_number)


def award_source(record: AwardRecord) -> str:
    """Text that is equal for two records of one certificate number exactly when they tell of one award.

    Holder, level and category tell awards apart: numbers of different kinds may repeat, and a late correction of
    a discipline or a date must find the record it corrects. A holder without an identity number is the same by name,
    equal as the comparison has it, and birth date. The ids of stored records rest on this text. Personal data: only a
    keyed digest of it is kept.
    """
    number = number_key_source(record.identity_type, record.identity_number)
    holder = number or f"{name_key(record.name)}|{record.birth_date.isoformat()}"
    return f"{holder}|{record.level}|{record.category_code}"


def join_record_id(partition: str, part: str) -> str:
    """The record's id from its partition and its part in it."""
    return f"{partition}{_SEPARATOR}{part}"


def split_record_id(record_id: str) -> tuple[str, str]:
    """Partition and part of a record's id (an old certificate number may hold the separator, a part never does).

    Raises:
        ValueError: not a record's id.
    """
    partition, separator, part = record_id.rpartition(_SEPARATOR)
    if not separator or not partition:
        raise ValueError("not the id of an award record")
    return partition, part


def record_choice(record: AwardRecord) -> str:
    """The part of a record's id by which staff choose one of a claim's candidates: 22 characters, nothing personal."""
    return record.record_id.rpartition(_SEPARATOR)[2]


def certificate_key(institution_code: str, certificate_number: str) -> str:
    """The register's lookup key of an award: canonical institution code, `#`, canonical certificate number."""
    return f"{code_form(institution_code)}#{code_form(certificate_number)}"


def number_key_source(identity_type: IdentityType, identity_number: str) -> str:
    """The text from which the register's keyed digest of a holder is made: the canonical identity number.

    The type only says how to read the number and is left out of the text, so that a wrongly chosen type still finds
    the record and is then told as a difference. Empty when the number is.
    """
    return canonical_identity_number(identity_type, identity_number)


def name_key_source(name: str, birth_date: date) -> str:
    """The text from which the register's keyed digest of name and date of birth is made; empty when the name is."""
    key = name_key(name)
    return f"{key}\n{birth_date.isoformat()}" if key else ""
