"""Whether a name and its pinyin can be the same person's, by the first letters of the syllables.

GB 2312 puts its common characters in the order of their pinyin, so that a character's code tells its first letter. That
finds a column that was shifted or swapped, and is no reading: a name whose letters agree may still be another's.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from functools import lru_cache

from degree_auth.domain.shared.text import is_common_ideographs

_FIRST_CODES = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8),
    *(0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1),
)
_LETTERS, _LAST_CODE = "ABCDEFGHJKLMNOPQRSTWXYZ", 0xD7F9
"""Where in GB 2312 the characters of each letter begin, and where the ordered ones end; no syllable begins with I, U or
V."""

_OTHERWISE_IN_NAMES = {
    **{"曾": "Z", "单": "S", "解": "X", "查": "Z", "仇": "Q", "区": "O", "乐": "Y", "翟": "Z", "种": "C", "长": "C"},
    **{"朝": "Z", "茜": "X", "厦": "S", "盛": "C", "重": "C", "行": "H", "强": "J", "尉": "Y", "石": "D", "车": "J"},
    **{"洗": "X", "藏": "Z", "奇": "J", "贾": "G", "校": "J", "降": "X", "薄": "B", "传": "Z", "参": "S", "省": "X"},
}
"""Characters that names read otherwise, too."""

_WORDS = re.compile("[A-Z]+")


def reads_otherwise(name: str, pinyin: str) -> bool:
    """Whether pinyin does not begin like the name: the surname's letter begins neither its first nor its last word, or
    a word begins like no character. False where that cannot be known: a name that is not of ideographs, a character
    beyond the ordered ones, no pinyin."""
    if not pinyin:
        return False
    plain = name.replace("\u00b7", "")
    words = _WORDS.findall(pinyin.upper() if pinyin.isascii() else unicodedata.normalize("NFD", pinyin.upper()))
    if not words or not is_common_ideographs(plain):
        return False
    letters = [_letters(char) for char in plain]
    if not all(letters):
        return False
    begins = words[0][0] in letters[0] or words[-1][0] in letters[0]
    return not begins or not {word[0] for word in words} <= {*"".join(letters)}


@lru_cache(8192)
def _letters(char: str) -> str:
    """The letters with which the readings of a character begin, as far as they are known; empty for an unknown one."""
    code = int.from_bytes(char.encode("gb2312", "ignore"), "big")
    if not _FIRST_CODES[0] <= code <= _LAST_CODE:
        return ""
    return _LETTERS[bisect(_FIRST_CODES, code) - 1] + _OTHERWISE_IN_NAMES.get(char, "")
