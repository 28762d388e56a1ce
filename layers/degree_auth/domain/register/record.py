"""How an award record is written down, and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any

from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.matching import RECORDED_AS, comparison_form
from degree_auth.domain.shared.text import code_form, name_key

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
_IDENTITY_TYPE = STORED_FIELDS.index("identity_type")
_COMPARED_AS = {stored: compared for compared, stored in RECORDED_AS.items()}
_FORMS_OF_THE_REST: Mapping[str, Callable[[str], str]] = {"name_pinyin": name_key, "discipline_code": code_form}
"""What counts as the same text in the fields that no claim is compared by."""
_facts_of = attrgetter(*STORED_FIELDS)


def values_of(record: AwardRecord) -> list[str]:
    """The record's own facts as text, in a fixed order, without id and duplicate mark; personal data."""
    return [value if type(value) is str else _as_text(value) for value in _facts_of(record)]


def comparable_values(values: Sequence[str]) -> list[str]:
    """The values of a record in the forms in which they are compared: harmless ways of writing the same become one."""
    identity_type = IdentityType(values[_IDENTITY_TYPE])
    return [_form(stored, value, identity_type) for stored, value in zip(STORED_FIELDS, values, strict=True)]


def record_from(values: Sequence[str], record_id: str) -> AwardRecord:
    """The record that `values_of` wrote down.

    Raises:
        ValueError: not such values.
    """
    facts: dict[str, Any] = {
        name: value if read is None else read(value)
        for name, read, value in zip(STORED_FIELDS, _READERS, values, strict=True)
    }
    return AwardRecord(record_id=record_id, **facts)


def _form(stored: str, value: str, identity_type: IdentityType) -> str:
    compared = _COMPARED_AS.get(stored)
    if compared is not None:
        return str(comparison_form(compared, value, identity_type))
    form = _FORMS_OF_THE_REST.get(stored)
    return form(value) if form else value


def _as_text(value: StrEnum | date) -> str:
    return str.__str__(value) if isinstance(value, StrEnum) else value.isoformat()
