"""What a lead department sends about its own organisation (articles 8, 9): a department, a standing explanation.

`version` is that of what was read before, 0 for something new, so that nobody overwrites what they have not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from degree_auth.domain.applications.claim import Level, StudyForm
from degree_auth.domain.applications.eligibility import ELIGIBILITY
from degree_auth.domain.applications.fields import BrokenRule
from degree_auth.domain.institutions.organisation import Explanation
from degree_auth.domain.institutions.registration_forms import PHRASE, SCOPE, FormReading
from degree_auth.domain.institutions.scope import Scope
from degree_auth.domain.shared.action_input import DEPARTMENT_ID
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.free_text import free_text
from degree_auth.domain.shared.personal_numbers import holds_personal_number

LONGEST_EXPLANATION = 1000
_LARGEST_VERSION = 10**9
_LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class DepartmentContent:
    """What a department is to be."""

    name: str
    scope: Scope
    active: bool
    version: int


def require_id(field: str, text: str, code: str) -> None:
    """The form of an id that stands in an address. Raises `Invalid`."""
    if not DEPARTMENT_ID.fits(text):
        raise Invalid([Problem(field, code)])


def parse_department(body: object) -> DepartmentContent:
    """Read `{"name", "scope": {the letters of annex 3}, "active", "version"}`.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    reading = FormReading(body, ("name", "scope", "active", "version"))
    name = reading.value("name", _name)
    ticked = reading.section("scope", SCOPE)
    reading.check_scope(ticked)
    active = reading.value("active", _flag)
    version = reading.value("version", _version)
    reading.finish()
    scope = Scope.from_letters(ticked["levels"], ticked["award_years"], ticked["study_forms"], ticked["other_years"])
    return DepartmentContent(name, scope, active, version)


def parse_explanation(explanation_id: str, body: object) -> Explanation:
    """Read `{"text", "text_en"?, "levels"?, "study_forms"?, "first_award_year"?, "last_award_year"?, "valid_from",
    "valid_until"?, "version"}`; the version of the result is the one that was sent.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    readers: Mapping[str, Any] = {
        "text": _text,
        "text_en": lambda raw: "" if raw in (None, "") else _text(raw),
        "levels": _choices(Level),
        "study_forms": _choices(StudyForm),
        "first_award_year": _year,
        "last_award_year": _year,
        "valid_from": _day,
        "valid_until": lambda raw: None if raw is None else _day(raw),
        "version": _version,
    }
    reading = FormReading(body, tuple(readers))
    values = {name: reading.value(name, reader) for name, reader in readers.items()}
    for first, last in (("first_award_year", "last_award_year"), ("valid_from", "valid_until")):
        if values[first] is not None and values[last] is not None and values[last] < values[first]:
            reading.problem(last, "period_ends_before_it_begins")
    reading.finish()
    return Explanation(explanation_id, **values)


def _name(raw: object) -> str:
    name = str(PHRASE(raw))
    if holds_personal_number(name):
        raise BrokenRule("personal_data_in_text")
    return name


def _flag(raw: object) -> bool:
    if raw is None:
        raise BrokenRule("required")
    if not isinstance(raw, bool):
        raise BrokenRule("not_true_or_false")
    return raw


def _version(raw: object) -> int:
    if raw is None:
        raise BrokenRule("required")
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= _LARGEST_VERSION:
        raise BrokenRule("not_a_version")
    return raw


def _text(raw: object) -> str:
    text, codes = free_text(raw, LONGEST_EXPLANATION)
    if codes:
        raise BrokenRule(codes[0])
    if holds_personal_number(text):
        raise BrokenRule("personal_data_in_text")
    return text


def _choices(kind: type[StrEnum]) -> Any:
    def read(raw: object) -> tuple[StrEnum, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list):
            raise BrokenRule("not_a_list")
        if any(not isinstance(one, str) or one not in set(kind) for one in raw):
            raise BrokenRule("unknown_choice")
        return tuple(one for one in kind if one in raw)

    return read


def _year(raw: object) -> int | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or isinstance(raw, bool) or not ELIGIBILITY.since.year <= raw <= _LAST_YEAR:
        raise BrokenRule("not_a_year")
    return raw


def _day(raw: object) -> date:
    if raw is None:
        raise BrokenRule("required")
    if not isinstance(raw, str):
        raise BrokenRule("not_text")
    try:
        return parse_date(raw)
    except ValueError:
        raise BrokenRule("date_format") from None
