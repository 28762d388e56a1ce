"""Reading a text in somebody's own words: its length and its characters are all that is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.domain.shared.characters import character_fault
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.shared.personal_numbers import holds_personal_number
from degree_auth.domain.shared.text import fold, prose_form

LONGEST_REASON = 500
"""Characters of a reason that an institution or staff give."""

LONGEST_MESSAGE = 2000
"""Characters of a message on a task."""

LONGEST_URGENCY_REASON = 500
"""Characters of an applicant's reason for urgent handling."""


def parse_text(body: object, field: str, longest: int) -> str:
    """The one text of an object `{field: "…"}`, as it is stored, at most `longest` characters.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    problems = [Problem(shown_key(key), "unknown_field") for key in body if key != field]
    text, faults = read_text(body, field, longest)
    if problems or faults:
        raise Invalid([*problems, *faults])
    return text


def read_text(body: Mapping[str, Any], field: str, longest: int) -> tuple[str, list[Problem]]:
    """A required text of several lines as it is stored, and what is wrong with it."""
    text, codes = free_text(body.get(field), longest)
    return text, [Problem(field, code) for code in codes]


def read_impersonal_text(body: Mapping[str, Any], field: str, longest: int) -> tuple[str, list[Problem]]:
    """As `read_text`, for a text that is kept in clear, and so may hold no personal number (N4)."""
    text, problems = read_text(body, field, longest)
    if not problems and holds_personal_number(text):
        problems.append(Problem(field, "personal_data_in_input"))
    return text, problems


def free_text(raw: object, longest: int, *, lines: bool = True) -> tuple[str, list[str]]:
    """A required text as it is stored, and the codes of the rules that it breaks.

    Args:
        raw: what was sent.
        longest: in Unicode characters of the text as sent.
        lines: whether it may have several lines; it is stored in its prose form then, and folded like a field if not.
    """
    if raw is None:
        return "", ["required"]
    if not isinstance(raw, str):
        return "", ["not_text"]
    text = prose_form(raw) if lines else fold(raw)
    codes = [] if text else ["required"]
    if len(raw) > longest:
        codes.append("too_long")
    if fault := character_fault(text, lines=lines):
        codes.append(fault)
    return text, codes
