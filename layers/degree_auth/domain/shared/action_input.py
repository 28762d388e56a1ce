"""Reading the small JSON input of a staff action that concerns no case: fields by name, all problems at once (N5).

No field may hold personal data: an execution's input is kept for long (N4).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.shared.free_text import read_impersonal_text

LONGEST_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class FieldForm:
    """What a text field must be, and the code of the rule that it breaks otherwise."""

    fits: Callable[[str], bool]
    code: str


def pattern(expression: str, code: str) -> FieldForm:
    """A field of a fixed form: the whole text fits the expression, in ASCII."""
    compiled = re.compile(rf"(?:{expression})\Z", re.ASCII)
    return FieldForm(lambda text: compiled.match(text) is not None, code)


REVIEWER = pattern("[a-z0-9][a-z0-9._-]{1,31}", "reviewer_format")
INSTITUTION_CODE = pattern("[0-9]{5}", "institution_code_format")
DEPARTMENT_ID = pattern("[a-z0-9-]{1,40}", "department_id_format")
EXEMPTION = pattern("[A-Za-z0-9_-]{1,40}", "exemption_format")
FILE_NAME = pattern("(?![a-z0-9-]*[0-9]{11})[a-z0-9][a-z0-9-]{0,39}", "file_name_format")


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


DATE = FieldForm(_is_date, "date_format")


@dataclass(frozen=True, slots=True)
class Words:
    """Free text of so many characters at most, without personal numbers."""

    longest: int


Fields = Mapping[str, FieldForm | Words]
"""What an action's input holds besides `action` and `reviewer`; every field is required."""


def read_action(body: object, actions: Mapping[str, Fields]) -> dict[str, str]:
    """The fields of an input, `action` and `reviewer` among them, free text as it is stored.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    action = body.get("action")
    if not isinstance(action, str) or action not in actions:
        raise Invalid([Problem("action", "required" if action is None else "unknown_choice")])
    fields: Fields = {"reviewer": REVIEWER, **actions[action]}
    known = {"action", *fields}
    problems = [Problem(shown_key(key), "unknown_field") for key in body if key not in known]
    values = {"action": action}
    for name, form in fields.items():
        values[name], faults = _read(body, name, form)
        problems += faults
    if problems:
        raise Invalid(problems)
    return values


def _read(body: Mapping[str, Any], name: str, form: FieldForm | Words) -> tuple[str, list[Problem]]:
    if isinstance(form, Words):
        return read_impersonal_text(body, name, form.longest)
    value = body.get(name)
    if value is None:
        return "", [Problem(name, "required")]
    if not isinstance(value, str):
        return "", [Problem(name, "not_text")]
    return value.strip(), [] if form.fits(value) else [Problem(name, form.code)]
