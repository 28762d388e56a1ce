"""The fields of a submission: what each takes, as data, and the reading of one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.eligibility import award_day_fault
from degree_auth.domain.applications.person_names import name_fault
from degree_auth.domain.shared.characters import character_fault
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.mailboxes import LONGEST_MAILBOX, MAILBOX, mailbox_form
from degree_auth.domain.shared.reading import BrokenRule, Field
from degree_auth.domain.shared.text import code_form, line_form, name_form, phrase_form

EARLIEST_BIRTH = date(1900, 1, 1)


def _mobile_form(text: str) -> str:
    """Digits with the leading + of a number abroad; China's own 86 left out."""
    plain = re.sub(r"[ ()-]", "", code_form(text))
    return re.sub(r"^(?:\+|00)86(?=1[3-9])", "", plain)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a field takes.

    `max_length` counts Unicode characters of the value as sent; `choices` are the only values of an enumeration;
    `pattern` is what the canonical value must be as a whole, a breach of which has the code `pattern_code`; `form`
    makes the canonical value. A date has neither: the forms it takes are those of `parse_date`.
    """

    max_length: int
    form: Callable[[str], str] = line_form
    pattern: str | None = None
    pattern_code: str = ""
    choices: type[StrEnum] | None = None
    is_date: bool = False


FIELDS: Mapping[str, FieldRule] = MappingProxyType(
    {
        "holder.name": FieldRule(100, name_form),
        "holder.sex": FieldRule(10, choices=Sex),
        "holder.birth_date": FieldRule(20, is_date=True),
        "holder.identity_type": FieldRule(40, choices=IdentityType),
        "holder.identity_number": FieldRule(40, code_form),
        "degree.institution_code": FieldRule(20, code_form, "[0-9]{5}", "institution_code_format"),
        "degree.institution_name": FieldRule(100, phrase_form),
        "degree.level": FieldRule(10, choices=Level),
        "degree.category": FieldRule(50, phrase_form),
        "degree.discipline": FieldRule(100, phrase_form),
        "degree.study_form": FieldRule(20, choices=StudyForm),
        "degree.award_date": FieldRule(20, is_date=True),
        "degree.certificate_number": FieldRule(64, code_form, r"(?=.*[^\W_]).+", "certificate_number_format"),
        "contact.mobile": FieldRule(30, _mobile_form, r"1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}", "mobile_format"),
        "contact.email": FieldRule(LONGEST_MAILBOX, mailbox_form, MAILBOX, "email_format"),
    }
)
"""Every text field of a submission by its dotted name, all required; `consent` beside them must be JSON true."""

SECTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        section: tuple(path.partition(".")[2] for path in FIELDS if path.startswith(f"{section}."))
        for section in ("holder", "degree", "contact")
    }
)
"""The fields of each object of a submission, in the order that people are asked."""


def field_form(path: str, today: date) -> Field:
    """How a field of a submission is read; `today` is the day in Shanghai."""
    rule = FIELDS[path]
    options = {"enum": [*rule.choices]} if rule.choices else {"minLength": 1, "maxLength": rule.max_length}
    return Field(lambda raw: read_field(path, raw, today), {"type": "string", **options})


def read_field(path: str, raw: object, today: date) -> str | date | StrEnum:
    """The canonical value of one field; `today` is the day in Shanghai.

    Raises:
        BrokenRule: the value breaks a rule of the field.
        KeyError: no such field.
    """
    rule = FIELDS[path]
    if raw is None:
        raise BrokenRule("required")
    if not isinstance(raw, str):
        raise BrokenRule("not_text")
    if len(raw) > rule.max_length:
        raise BrokenRule("date_format" if rule.is_date else "too_long")
    plain = rule.form(raw)
    if not plain:
        raise BrokenRule("required")
    if rule.choices:
        return _read_choice(raw, rule.choices)
    if fault := character_fault(plain):
        raise BrokenRule(fault)
    if rule.is_date:
        return _read_date(path, plain, today)
    if path == "holder.name" and (fault := name_fault(plain)):
        raise BrokenRule(fault)
    if rule.pattern and not re.fullmatch(rule.pattern, plain):
        raise BrokenRule(rule.pattern_code)
    return plain


def _read_choice(raw: str, choices: type[StrEnum]) -> StrEnum:
    try:
        return choices(raw)
    except ValueError:
        raise BrokenRule("unknown_choice") from None


def _read_date(path: str, plain: str, today: date) -> date:
    try:
        day = parse_date(plain)
    except ValueError:
        raise BrokenRule("date_format") from None
    if day > today:
        raise BrokenRule("date_in_future")
    if path == "holder.birth_date" and day < EARLIEST_BIRTH:
        raise BrokenRule("birth_date_too_early")
    if path == "degree.award_date" and (fault := award_day_fault(day)):
        raise BrokenRule(fault)
    return day
