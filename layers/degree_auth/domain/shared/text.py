"""Canonical text: harmless ways of writing the same thing become equal, and nothing else does.

What is normalised, and why that is harmless:

- full-width and half-width forms, the many kinds of space, presentation ligatures: keyboards and fonts choose them;
- CJK compatibility ideographs: Unicode declares each canonically equivalent to its unified ideograph (any NFC pass
  makes the same change), so they are the same character; the twelve of that block that are unified themselves have no
  decomposition and stay;
- Kangxi radicals: copying from a PDF yields them in place of the ideograph they look like;
- the private-use code points that GBK-era systems gave to characters of GB 18030 (䶮 as U+E863), and those that the
  editions of 2005 and 2022 replaced (UTC document L2/23-003R lists them);
- invisible characters (zero-width, directional marks, variation selectors), which pasting leaves behind.

General NFKC is not used: it would also turn ①, ² and ㈱ into other text. Traditional and simplified characters stay
apart; so do characters that merely look alike.
"""

from __future__ import annotations

import re
import unicodedata

SEPARATOR = "\u00b7"
"""The separator in the names of ethnic minorities and in transliterated names (the 2016 rule)."""

_OTHER_IDEOGRAPHS = (
    (0x2F00, 0x2FD5),  # Kangxi radicals
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0x2F800, 0x2FA1F),  # CJK compatibility ideographs, supplement
)
_OTHER_SHAPES = (
    (0xFB00, 0xFB06),  # Latin ligatures
    (0xFF00, 0xFFEF),  # full-width and half-width forms
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
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
"""What stands for a hyphen, beside the hyphen itself."""
_STOPS = ".\u3002"
_APOSTROPHES = (
    "\u2018\u2019\u201b\u02bc\u02b9\u02bb\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2032\u2035\u00b4\u055a\ua78b\ua78c`"
)
_DOTS = (
    "\u02d9\u0387\u1427\u16eb\u2022\u2024\u2027\u2218\u2219\u22c5\u25aa\u25cf\u25e6\u2981\u2e30\u2e31\u2e33"
    "\u30fb\u318d\ua78f\ufe52\U00010101\u119e\u25ab\u25fe\u26ab\u2b1d\u2b1e\u2b24"
)
_OPENING, _CLOSING = "[\u3010\u3014\ufe59", "]\u3011\u3015\ufe5a"
_SLASHES = "\u2044\u2215\u29f5\u29f8\\"
_AT_SIGNS = "\ufe6b"
_CIRCLES = "\u25cb\u25ef"
_TURKISH = str.maketrans("\u0130", "i")
"""The small letter of Turkish İ is plain i, where Unicode's caseless form keeps the dot as a mark of its own."""

_ROMAN_NUMERALS = ((0x2160, 0x217F),)

_UNIFIED_AMONG_COMPATIBILITY = frozenset("\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27\ufa28\ufa29")


def is_ideograph(char: str) -> bool:
    """Whether a character is a unified ideograph.

    Planes 2 and 3 count whole: they are reserved for ideographs and grow faster than Python's own tables.
    """
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or "\U00020000" <= char <= "\U0003fffd"
        or char == "\u3007"
        or char in _UNIFIED_AMONG_COMPATIBILITY
    )


def is_common_ideographs(text: str) -> bool:
    """Whether a text consists of ideographs of the first block alone: it is its own form, and every such character may
    stand in a name."""
    return _IDEOGRAPHS.fullmatch(text) is not None


def _gbk_private_use() -> dict[int, str]:
    """GBK row FE, U+E815 onwards, to the characters that GB 18030 later gave those bytes."""
    trails = [byte for byte in range(0x50, 0xA1) if byte != 0x7F]
    pairs = ((0xE815 + i, bytes((0xFE, trail)).decode("gb18030")) for i, trail in enumerate(trails))
    return {code: char for code, char in pairs if len(char) == 1 and is_ideograph(char)}


_GB_18030_2022 = {
    **dict(zip(range(0xE78D, 0xE797), "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19", strict=True)),
    **{0xE81E: "\u9fb4", 0xE826: "\u9fb5", 0xE82B: "\u9fb6", 0xE82C: "\u9fb7"},
    **{0xE832: "\u9fb8", 0xE843: "\u9fb9", 0xE854: "\u9fba", 0xE864: "\u9fbb"},
    **{0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200cc", 0xE831: "\U000215d7"},
    **{0xE83B: "\U0002298f", 0xE855: "\U000241fe", 0xE7C7: "\u1e3f"},
}
"""What Python's codec, made from the edition of 2000, gives for bytes that the later editions read as these."""


def _compatible_forms(ranges: tuple[tuple[int, int], ...]) -> dict[int, str]:
    """The code points of these ranges to what Unicode calls compatible with each."""
    return {
        code: unicodedata.normalize("NFKC", chr(code))
        for first, last in ranges
        for code in range(first, last + 1)
        if not unicodedata.is_normalized("NFKC", chr(code))
    }


_PROSE_TABLE: dict[int, str | None] = {
    **_compatible_forms(_OTHER_IDEOGRAPHS),
    **_gbk_private_use(),
    **_GB_18030_2022,
    **dict.fromkeys(_INVISIBLE),
}
_TABLE: dict[int, str | None] = {**_PROSE_TABLE, **_compatible_forms(_OTHER_SHAPES), **dict.fromkeys(_SPACES, " ")}
_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")  # the common ones: no letter case, nothing to normalise
_LETTERS = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")  # words of plain letters: only their letter case may change
_DASH_TABLE = str.maketrans(dict.fromkeys(DASHES, "-"))
_NAME_TABLE = {
    **_compatible_forms(_ROMAN_NUMERALS),
    **str.maketrans(
        {
            **dict.fromkeys(DASHES, "-"),
            **dict.fromkeys(_APOSTROPHES, "'"),
            **dict.fromkeys(_DOTS, SEPARATOR),
            **dict.fromkeys(_OPENING, "("),
            **dict.fromkeys(_CLOSING, ")"),
            **dict.fromkeys(_SLASHES, "/"),
            **dict.fromkeys(_AT_SIGNS, "@"),
            **dict.fromkeys(_CIRCLES, "\u3007"),
        }
    ),
}
NAME_SEPARATORS = frozenset(code for code, sign in _NAME_TABLE.items() if sign == SEPARATOR)
"""The code points that stand for the separator of names."""

_BESIDE_SIGNS = re.compile(r" ?([/@(),.'-]) ?")


def line_form(text: str) -> str:
    """A text of one line as it is stored: normalised as this module says, NFC, single spaces, none at the ends."""
    if _is_plain(text):
        return text
    line = unicodedata.normalize("NFC", text.translate(_TABLE))
    return " ".join(part for part in line.strip().split(" ") if part)


def prose_form(text: str) -> str:
    """Sentences in somebody's own words as they are stored: NFC, the same ideographs and no invisible character, as in
    `line_form`, line feeds alone between lines, and nothing blank at the ends.

    Neither NFKC nor `line_form`: Chinese sentences have full-width punctuation, and paragraphs begin with full-width
    spaces.
    """
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_PROSE_TABLE)).strip()


def name_form(text: str) -> str:
    """A person's name as it is stored and printed: its line form, U+00B7 as separator, no space beside an ideograph.

    The register and the application store names by this one rule. Names in letters keep single spaces between words.
    """
    line = line_form(text)
    if _is_plain(line):
        return line
    closed = _stops_to_separators(_close_up(line.translate(_NAME_TABLE)))
    return SEPARATOR.join(part.strip(" ") for part in closed.split(SEPARATOR))


def name_key(text: str) -> str:
    """The text by which two names count as the same name: their form, without regard to letter case and to spaces
    beside a slash, an @, a bracket, a comma, a full stop, a hyphen or an apostrophe (A / L is A/L)."""
    if _IDEOGRAPHS.fullmatch(text):
        return text
    if _LETTERS.fullmatch(text):
        return text.lower()
    return _BESIDE_SIGNS.sub(r"\1", _without_case(name_form(text)))


def phrase_form(text: str) -> str:
    """The name of an institution, discipline or category as it is stored: its line form, one kind of dash, no space
    beside an ideograph."""
    line = line_form(text)
    return line if _is_plain(line) else _close_up(line.translate(_DASH_TABLE))


def phrase_key(text: str) -> str:
    """The text by which two such phrases count as the same, without regard to letter case."""
    return text if _IDEOGRAPHS.fullmatch(text) else _without_case(phrase_form(text))


def category_key(text: str) -> str:
    """As `phrase_key`, without the words 学位 or 专业学位 at the end: 工学学士学位 is 工学学士."""
    key = phrase_key(text)
    return key[:-2].removesuffix("专业") if key.endswith("学位") else key


def code_form(text: str) -> str:
    """A code or number: its line form, no spaces at all, one kind of dash, ASCII letters in upper case."""
    if text.isascii() and text.isalnum():
        return text.upper()
    line = line_form(text)
    return line.translate(_DASH_TABLE).replace(" ", "").translate(_UPPER)


def _is_plain(text: str) -> bool:
    """Whether a text is its own form at a glance."""
    if text.isascii():
        return text.isalnum() or _LETTERS.fullmatch(text) is not None
    return _IDEOGRAPHS.fullmatch(text) is not None


def _close_up(text: str) -> str:
    """Without the spaces beside ideographs; a line form has single spaces and none at its ends."""
    first, *words = text.split(" ")
    closed = first
    for word in words:
        closed += word if is_ideograph(closed[-1]) or is_ideograph(word[0]) else f" {word}"
    return closed


def _stops_to_separators(name: str) -> str:
    """Full stops between ideographs are separators; in J. Smith they are not."""
    if not any(stop in name for stop in _STOPS):
        return name
    chars = list(name)
    for i in range(1, len(chars) - 1):
        if chars[i] in _STOPS and is_ideograph(name[i - 1]) and is_ideograph(name[i + 1]):
            chars[i] = SEPARATOR
    return "".join(chars)


def _without_case(form: str) -> str:
    """Unicode's caseless form; NFC again, because case folding takes some letters apart."""
    return unicodedata.normalize("NFC", form.translate(_TURKISH).casefold())
