"""Canonical text: harmless ways of writing the same thing become equal, and nothing else does.

What is folded, and why it is harmless:

- full-width and half-width forms, the many kinds of space, presentation ligatures: keyboards and fonts choose them;
- CJK compatibility ideographs: Unicode declares each canonically equivalent to its unified ideograph (any NFC pass
  makes the same change), so they are the same character; the twelve of that block that are unified themselves have no
  decomposition and stay;
- Kangxi radicals: copying from a PDF yields them in place of the ideograph they look like;
- the private-use code points that GBK-era systems gave to characters of GB 18030 (䶮 as U+E863);
- invisible characters (zero-width, directional marks, variation selectors), which pasting leaves behind.

General NFKC is not used: it would also turn ①, ² and ㈱ into other text. Traditional and simplified characters stay
apart; so do characters that merely look alike.
"""

from __future__ import annotations

import re
import unicodedata

SEPARATOR = "\u00b7"
"""The separator in the names of ethnic minorities and in transliterated names (the 2016 rule)."""

_FOLDED_RANGES = (
    (0x2F00, 0x2FD5),  # Kangxi radicals
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0xFB00, 0xFB06),  # Latin ligatures
    (0xFF00, 0xFFEF),  # full-width and half-width forms
    (0x2F800, 0x2FA1F),  # CJK compatibility ideographs, supplement
)
_SPACES = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_INVISIBLE = (
    *(0xAD, 0x34F, 0x61C, 0xFEFF),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x2060, 0x2065),
    *range(0xFE00, 0xFE10),
    *range(0xE0100, 0xE01F0),
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_APOSTROPHES = "\u2018\u2019\u02bc\u02b9"
_DOTS = "\u2022\u2027\u30fb\u2219\u22c5\u2024\u25cf\u25aa\u2e31\u16eb\u0387\uff65"

HAN = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff"
    "\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27-\ufa29"
    "\U00020000-\U0003fffd"
)
"""Unified ideographs, as the inside of a regular expression's character class; planes 2 and 3 whole, because they are
reserved for ideographs and grow faster than Python's own tables."""


def _gbk_private_use() -> dict[int, str]:
    """GBK row FE, U+E815 onwards, to the characters that GB 18030 later gave those bytes."""
    trails = [byte for byte in range(0x50, 0xA1) if byte != 0x7F]
    pairs = ((0xE815 + i, bytes((0xFE, trail)).decode("gb18030")) for i, trail in enumerate(trails))
    return {code: char for code, char in pairs if re.fullmatch(f"[{HAN}]", char)}


_TABLE: dict[int, str | None] = {
    **{
        code: unicodedata.normalize("NFKC", chr(code))
        for first, last in _FOLDED_RANGES
        for code in range(first, last + 1)
        if not unicodedata.is_normalized("NFKC", chr(code))
    },
    **_gbk_private_use(),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_INVISIBLE),
    0xFF65: SEPARATOR,
}
_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff\u00b7()]+")
_PLAIN = re.compile("[\u4e00-\u9fff]+|[0-9A-Za-z]+")
_SPACE_BESIDE_HAN = re.compile(f"(?<=[{HAN}]) | (?=[{HAN}])")
_STOP_BETWEEN_HAN = re.compile(f"(?<=[{HAN}])[.\u3002](?=[{HAN}])")
_AROUND_SEPARATOR = re.compile(f" *{SEPARATOR} *")
_DASH_TABLE = str.maketrans(dict.fromkeys(_DASHES, "-"))
_NAME_TABLE = str.maketrans(
    {**dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_DOTS, SEPARATOR)}
)
_ENDING = re.compile("(?:专业)?学位$")


def fold(text: str) -> str:
    """The text without typographic accidents: the folds of this module, NFC, single spaces, none at the ends."""
    if _PLAIN.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFC", text.translate(_TABLE))
    return " ".join(part for part in folded.strip().split(" ") if part)


def name_form(text: str) -> str:
    """A person's name as it is stored and printed: folded, U+00B7 as separator, no space beside an ideograph."""
    folded = fold(text)
    if _PLAIN.fullmatch(folded):
        return folded
    folded = _SPACE_BESIDE_HAN.sub("", folded.translate(_NAME_TABLE))
    return _AROUND_SEPARATOR.sub(SEPARATOR, _STOP_BETWEEN_HAN.sub(SEPARATOR, folded))


def name_key(text: str) -> str:
    """What two names have in common when they are the same name: the form, without regard to letter case."""
    return _without_case(name_form(text))


def phrase_form(text: str) -> str:
    """The name of an institution, discipline or category as stored: folded, one dash, no space beside an ideograph."""
    folded = fold(text)
    return folded if _PLAIN.fullmatch(folded) else _SPACE_BESIDE_HAN.sub("", folded.translate(_DASH_TABLE))


def phrase_key(text: str) -> str:
    """What two such phrases have in common when they are the same, without regard to letter case."""
    return _without_case(phrase_form(text))


def category_key(text: str) -> str:
    """As `phrase_key`, without the words 学位 or 专业学位 at the end: 工学学士学位 is 工学学士."""
    return _ENDING.sub("", phrase_key(text))


def code_form(text: str) -> str:
    """A code or number: folded, no spaces at all, one kind of dash, ASCII letters in upper case."""
    folded = fold(text)
    if folded.isascii() and folded.isalnum():
        return folded.upper()
    return folded.translate(_DASH_TABLE).replace(" ", "").translate(_UPPER)


def _without_case(form: str) -> str:
    """Unicode's caseless form; NFC again, because folding takes some letters apart."""
    return form if _IDEOGRAPHS.fullmatch(form) else unicodedata.normalize("NFC", form.casefold())
