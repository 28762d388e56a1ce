"""Reading a text in somebody's own words: its length and its characters are all that is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.domain.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.personal_numbers import holds_personal_number
from degree_auth.domain.text import fold

LONGEST_REASON = 500
"""Characters of a reason that an institution or staff give."""

LONGEST_MESSAGE = 2000
"""Characters of a message on a task."""

LONGEST_URGENCY_REASON = 500
"""Characters of an applicant's reason for urgent handling."""


def parse_text(body: object, field: str, longest: int) -> str:
    """The one text of an object `{field: "…"}`, folded, at most `longest` characters.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    problems = [Problem(shown_key(key), "unknown_field") for key in body if key != field]
    problems += text_problems(body, field, longest)
    if problems:
        raise Invalid(problems)
    return fold(body[field]).strip()


def text_problems(body: Mapping[str, Any], field: str, longest: int) -> list[Problem]:
    """What is wrong with a required text; line breaks are no control characters."""
    value = body.get(field)
    if value is None:
        return [Problem(field, "required")]
    if not isinstance(value, str):
        return [Problem(field, "not_text")]
    problems = []
    plain = fold(value).strip()
    if not plain:
        problems.append(Problem(field, "required"))
    if len(value) > longest:
        problems.append(Problem(field, "too_long"))
    if any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in plain if char != "\n"):
        problems.append(Problem(field, "control_character"))
    return problems


def impersonal_text_problems(body: Mapping[str, Any], field: str, longest: int) -> list[Problem]:
    """What is wrong with a required text that is kept in clear, and so may hold no personal number (N4)."""
    problems = text_problems(body, field, longest)
    if not problems and holds_personal_number(body[field]):
        problems.append(Problem(field, "personal_data_in_input"))
    return problems
