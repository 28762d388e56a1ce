"""Reading a text in somebody's own words: its length, its characters and, where it is impersonal, no long number."""

from __future__ import annotations

import re

from degree_auth.domain.shared.characters import character_fault
from degree_auth.domain.shared.reading import BrokenRule, Field, read_object, required_text
from degree_auth.domain.shared.text import line_form, prose_form

LONGEST_REASON = 500
"""Characters of a reason that an institution or staff give."""

LONGEST_MESSAGE = 2000
"""Characters of a message on a task."""

LONGEST_URGENCY_REASON = 500
"""Characters of an applicant's reason for urgent handling."""

_RUNS = (re.compile(r"\d+"), re.compile(r"\d(?:[ .-]?\d)*"))
# Mobile numbers have 11 digits, identity numbers 15, or 17 and a check character; certificate numbers 16.
_PERSONAL_LENGTHS = frozenset({11, 15, 17, 18})


def parse_text(body: object, field: str, longest: int) -> str:
    """The one text of an object `{field: "…"}`, as it is stored, at most `longest` characters.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    text: str = read_object(body, {field: prose(longest)}).complete()[field]
    return text


def prose(longest: int, *, lines: bool = True, impersonal: bool = False) -> Field:
    """A text that is not blank, in the form in which it is stored.

    Args:
        longest: in Unicode characters of the text as sent.
        lines: whether it may have several lines; it is stored in its prose form then, and in its line form if not.
        impersonal: it is kept in clear or shown to others, and so may hold no personal number (N4).
    """

    def read(raw: object) -> str:
        sent = required_text(raw)
        text = prose_form(sent) if lines else line_form(sent)
        faults = (
            None if text else "required",
            "too_long" if len(sent) > longest else None,
            character_fault(text, lines=lines),
        )
        if codes := [code for code in faults if code]:
            raise BrokenRule(*codes)
        return require_impersonal(text) if impersonal else text

    return Field(read, {"type": "string", "minLength": 1, "maxLength": longest})


def require_impersonal(text: str) -> str:
    """The text, which is kept in clear or shown to others. Raises `BrokenRule`: it holds a personal number (N4)."""
    if holds_personal_number(text):
        raise BrokenRule("personal_data_in_text")
    return text


def holds_personal_number(text: str) -> bool:
    """Whether a text holds what has the length of an identity or mobile number, in whatever width and spacing."""
    plain = line_form(text)
    return any(sum(map(str.isdecimal, run)) in _PERSONAL_LENGTHS for runs in _RUNS for run in runs.findall(plain))
