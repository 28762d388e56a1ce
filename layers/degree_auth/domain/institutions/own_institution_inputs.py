"""What a lead department sends about its own institution (articles 8, 9): a department, a standing explanation.

`version` is that of what was read before, 0 for something new, so that nobody overwrites what they have not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.applications.claim import Level, StudyForm
from degree_auth.domain.applications.eligibility import ELIGIBLE_SINCE
from degree_auth.domain.institutions.institution import Explanation
from degree_auth.domain.institutions.registration_forms import PHRASE, SCOPE
from degree_auth.domain.institutions.scope import Scope
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.free_text import prose, require_impersonal
from degree_auth.domain.shared.identifiers import DEPARTMENT_ID
from degree_auth.domain.shared.reading import (
    DATE,
    FLAG,
    Field,
    Fields,
    choice,
    items,
    mapped_field,
    optional,
    read_object,
    whole_number,
)

LONGEST_EXPLANATION = 1000


def _choices(kind: type[StrEnum]) -> Field:
    """Members of an enumeration, in its order; none when left out."""
    return optional(mapped_field(items(choice(kind)), lambda chosen: tuple(one for one in kind if one in chosen)), ())


VERSION = whole_number(0, 10**9, "not_a_version")
_YEAR = optional(whole_number(ELIGIBLE_SINCE.year, 9999, "not_a_year"))
_TEXT = prose(LONGEST_EXPLANATION, impersonal=True)

DEPARTMENT: Fields = {
    "name": mapped_field(PHRASE, require_impersonal),
    "scope": SCOPE,
    "active": FLAG,
    "version": VERSION,
}
EXPLANATION: Fields = {
    "text": _TEXT,
    "text_en": optional(_TEXT, "", blank=True),
    "levels": _choices(Level),
    "study_forms": _choices(StudyForm),
    "first_award_year": _YEAR,
    "last_award_year": _YEAR,
    "valid_from": DATE,
    "valid_until": optional(DATE),
    "version": VERSION,
}


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
    values = read_object(body, DEPARTMENT).complete()
    return DepartmentContent(**{**values, "scope": Scope.from_letters(**values["scope"])})


def parse_explanation(explanation_id: str, body: object) -> Explanation:
    """Read `{"text", "text_en"?, "levels"?, "study_forms"?, "first_award_year"?, "last_award_year"?, "valid_from",
    "valid_until"?, "version"}`; the version of the result is the one that was sent.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    reading = read_object(body, EXPLANATION)
    for first, last in (("first_award_year", "last_award_year"), ("valid_from", "valid_until")):
        if reading.has(first, last) and reading.values[last] < reading.values[first]:
            reading.refuse(last, "period_ends_before_it_begins")
    return Explanation(explanation_id, **reading.complete())
