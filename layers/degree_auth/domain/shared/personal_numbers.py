"""Telling identity and telephone numbers in a text, which do not belong into inputs that are logged (N4)."""

from __future__ import annotations

import re

from degree_auth.domain.shared.text import fold

_RUNS = (re.compile(r"\d+"), re.compile(r"\d(?:[ .-]?\d)*"))
# Mobile numbers have 11 digits, identity numbers 15, or 17 and a check character; certificate numbers 16.
_PERSONAL_LENGTHS = frozenset({11, 15, 17, 18})


def holds_personal_number(text: str) -> bool:
    """Whether a text holds what has the length of an identity or mobile number, in whatever width and spacing."""
    plain = fold(text)
    return any(sum(map(str.isdecimal, run)) in _PERSONAL_LENGTHS for runs in _RUNS for run in runs.findall(plain))
