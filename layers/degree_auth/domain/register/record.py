"""What makes two award records one award, and how a record is written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any

from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.matching import certificate_key, holder_key_source
from degree_auth.domain.shared.text import name_key

_SEPARATOR = "#"
STORED_FIELDS = (
    "name",
    "name_pinyin",
    "sex",
    "birth_date",
    "country_code",
    "ethnic_group_code",
    "identity_type",
    "identity_number",
    "institution_code",
    "institution_name",
    "training_institution_code",
    "level",
    "category_code",
    "category_name",
    "discipline_code",
    "discipline_name",
    "study_form",
    "award_date",
    "certificate_number",
)
"""The order in which a record's facts are stored. Never reorder: stored records rely on it."""

_TYPES: dict[str, Any] = {
    "sex": Sex,
    "birth_date": lru_cache(1024)(date.fromisoformat),
    "identity_type": IdentityType,
    "level": Level,
    "study_form": StudyForm,
    "award_date": lru_cache(1024)(date.fromisoformat),
}
_READERS: tuple[Callable[[str], Any] | None, ...] = tuple(map(_TYPES.get, STORED_FIELDS))
_facts_of = attrgetter(*STORED_FIELDS)


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
    number = holder_key_source(record.identity_type, record.identity_number)
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


def record_name(record: AwardRecord) -> str:
    """The part of a record's id by which staff choose one of a claim's candidates: 22 characters, nothing personal."""
    return record.record_id.rpartition(_SEPARATOR)[2]


def values_of(record: AwardRecord) -> list[str]:
    """The record's own facts as text, in a fixed order, without id and duplicate mark; personal data."""
    return [value if type(value) is str else _as_text(value) for value in _facts_of(record)]


def record_from(values: Sequence[str], record_id: str, duplicate: bool = False) -> AwardRecord:
    """The record that `values_of` wrote down.

    Raises:
        ValueError: not such values.
    """
    facts: dict[str, Any] = {
        name: value if read is None else read(value)
        for name, read, value in zip(STORED_FIELDS, _READERS, values, strict=True)
    }
    return AwardRecord(record_id=record_id, duplicate=duplicate, **facts)


def _as_text(value: StrEnum | date) -> str:
    return value.value if isinstance(value, StrEnum) else value.isoformat()
