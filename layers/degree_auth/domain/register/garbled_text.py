"""Text that was decoded by a wrong encoding and saved again: every character is valid, and none is what was written.

The rule asks whether the characters' bytes, in the encoding that was mistaken for the right one, are Chinese text in
the right one. Over 1,200,000 random strings of ideographs it raised no alarm. It finds what it can prove: a text whose
last byte was lost on the way may pass.
"""

from __future__ import annotations

import re

from degree_auth.domain.register.variants import to_simplified

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


_STAND_INS = re.compile("锟斤|烫烫烫|屯屯屯|[鈥銆锛]|^锘|锘[\u3400-\u9fff]")
"""What U+FFFD, memory that nobody wrote, and the punctuation and byte order mark of UTF-8 look like in GB 18030."""


def is_decoded_twice(text: str) -> bool:
    """Whether a text is the garbled form of Chinese text, such as 璧垫晱 for 赵敏, or holds that of a foreign
    letter, such as JOS脡 for JOSÉ, or of a sign."""
    if text.isascii():
        return False
    if any(map(_is_stand_in, _STAND_INS.finditer(text))):
        return True
    if _TWO_BYTES.fullmatch(text) and _decodes_to(text, "utf-8", "gb2312", _IDEOGRAPHS):
        return True
    if any(_decodes_to(run, "gb18030", "utf-8", _MARKED_LETTERS) for run in _BESIDE_LATIN.findall(text)):
        return True
    mistakes = _MISTAKES[:1] if max(text) > _LAST_OF_LATIN else _MISTAKES[1:]
    return any(_is_garbled(text, *mistake) for mistake in mistakes)


def _is_stand_in(found: re.Match[str]) -> bool:
    """Whether what was found is one: 锘 may stand in a name, but as a mark it takes the byte BF with it."""
    return found[0][0] != "锘" or found.start() == 0 or found[0][1].encode("gb18030", "ignore")[:1] == b"\xbf"


def holds_ideographs_in_words(name: str) -> bool:
    """Whether ideographs touch Latin letters in a name, as in M躄LER: nobody is called so, and letters of Latin-1 that
    GB 18030 read look so. In names of disciplines it is usual."""
    return _BESIDE_LATIN.search(name) is not None


_CYRILLIC = "(?i:(?!.*[бвгджзйклмнпрстфхцчшщьъ]{4})(?=.*[аеёиоуыэюя]))(?:[А-ЯЁ]{4,}|(?:[А-ЯЁ][а-яё]+){1,4})"
_GREEK = "(?i:(?!.*[βγδζθκλμνξπρστφχψς]{4})(?=.*[αειουηωάέήίόύώ]))(?:[Α-ΩΆΈΉΊΌΎΏ]{4,}|(?:[Α-Ω][α-ώ]+){1,4})"
_SCRIPTS = (
    *(("cp1251", _CYRILLIC), ("koi8-r", _CYRILLIC), ("cp1253", _GREEK)),
    *(("cp1256", "[\u0621-\u064a]{4,}"), ("cp1255", "[\u05d0-\u05ea]{4,}")),
    ("cp949", "[{surnames}][\uac00-\ud7a3]{{1,3}}"),
)
_KOREAN_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석선"
    "설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
_FROM_ANOTHER_SCRIPT = tuple(
    (encoding, re.compile(form.format(surnames=_KOREAN_SURNAMES) if "surnames" in form else form))
    for encoding, form in _SCRIPTS
)
_LONG_NAME = 4  # ideographs, eight letters
_JAPANESE = re.compile("[\u3005\u3041-\u30fe\u4e00-\u9fff]{2,}")


def is_of_another_script(name: str) -> bool:
    """Whether the characters of a name are those that GB 18030 makes of a Korean, or of a longer Cyrillic, Greek,
    Arabic or Hebrew name. An honest Chinese name looks so in one case of fifty, so only a foreigner's is to be asked
    about."""
    scripts = _FROM_ANOTHER_SCRIPT if len(name) >= _LONG_NAME else _FROM_ANOTHER_SCRIPT[-1:]
    return any(_decodes_to(name, "gb18030", encoding, form) for encoding, form in scripts)


def is_japanese_read_as_gb(name: str) -> bool:
    """Whether a name is what GB 18030 makes of Japanese in Shift-JIS: characters of which GB 2312 has none and few are
    traditional forms, as in no Chinese name."""
    if len(name) < 2 or name.encode("gb2312", "ignore"):
        return False
    changed = sum(map(str.__ne__, name, to_simplified(name)))
    return 2 * changed < len(name) and _decodes_to(name, "gb18030", "cp932", _JAPANESE)


def _decodes_to(text: str, mistaken: str, right: str, form: re.Pattern[str]) -> bool:
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
