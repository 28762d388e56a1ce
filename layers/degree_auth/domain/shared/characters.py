"""Which characters a text may hold that other people read: one rule for every field, reason, message and remark (N5).

Passwords and tokens, which nobody reads, have rules of their own.
"""

from __future__ import annotations

import unicodedata

_CONTROL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_STAND_INS = frozenset("\ufffc\ufffd")


def character_fault(text: str, *, lines: bool = False) -> str | None:
    """The code of the rule that the text's first forbidden character breaks; None when it holds none.

    - `control_character`: control and format characters, which change what is shown without being seen (such as the
      bidirectional overrides), line and paragraph separators, unpaired surrogates, noncharacters. With `lines`, line
      feeds are allowed.
    - `private_use_character`: each machine shows another character for it, or none.
    - `replacement_character`: U+FFFC and U+FFFD stand where a character or an object was lost.

    The text is to be in its canonical form, which has no zero-width characters left.
    """
    if text.isprintable() and not _STAND_INS.intersection(text):
        return None  # a shortcut: nothing else that is forbidden is printable
    for char in text:
        if not (lines and char == "\n") and (code := _fault(char)):
            return code
    return None


def _fault(char: str) -> str | None:
    category, point = unicodedata.category(char), ord(char)
    if category in _CONTROL or point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF:
        return "control_character"
    if category == "Co":
        return "private_use_character"
    return "replacement_character" if char in _STAND_INS else None
