"""What a person's name may hold: one rule for claims and for the register, so that whoever is in the register can claim
their own name as it stands there."""

from __future__ import annotations

import re
import unicodedata

from degree_auth.domain.shared.text import SEPARATOR, is_ideograph

_BESIDE_LETTERS = frozenset(f"{SEPARATOR} .,'-/@()\u0f0b\u0f0c\u180a")
"""The separator, what passports and annual report files write (A/L, S/O, an alias after @, a second name in brackets),
and the syllable and word marks of Tibetan and Mongolian script."""

_NO_NAME = re.compile(f"\u3007{{2}}|^{SEPARATOR}|{SEPARATOR}$|{SEPARATOR}{{2}}")
"""Circles in the place of characters left out (one 〇 alone is a character of its own), and a separator that parts
nothing."""


def name_fault(name: str) -> str | None:
    """The code of the rule that a name in its canonical form breaks; None when it breaks none.

    An ideograph newer than Python's tables has no category yet and is a letter too.
    """
    if any(char.isdecimal() for char in name):
        return "name_has_digits"
    if _NO_NAME.search(name):
        return "name_character"
    letters = [is_ideograph(char) or unicodedata.category(char)[0] in "LM" for char in name]
    if not any(letters) or any(
        not letter and char not in _BESIDE_LETTERS for letter, char in zip(letters, name, strict=True)
    ):
        return "name_character"
    return None
