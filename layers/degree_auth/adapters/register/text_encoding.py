"""The encoding of a text, decided by evidence over the whole of it and then held.

A byte that does not decode harms its own cell alone: deciding anew at the first such byte would read the whole file as
another encoding, in which nearly every byte means something.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import log
from operator import itemgetter
from typing import NamedTuple, Protocol

from degree_auth.domain.shared.errors import Invalid, Problem

_BLOCK_BYTES, _FIRST_BYTES = 1 << 20, 256
_BEYOND_ASCII, _BELOW_U_0800 = bytes(range(0x80, 0x100)), bytes(range(0xE0))
"""Bytes of UTF-8: those of characters beyond ASCII, and all but the first byte of a character from U+0800."""

_REPLACEMENT = "\ufffd"
_CERTAIN, _LIKELY = 10, 4
"""Characters from U+0800: by chance, none of 200,000 random GB texts of the first length was valid UTF-8, and one in
20,000 of the second."""

_LETTERS_IN_WORDS = re.compile(
    "(?<=[A-Za-z])[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+"
    "|[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+(?=[A-Za-z])"
    "|[\u0400-\u045f]{2,}"
)
"""Latin letters with marks beside plain ones, such as in JOSÉ MUÑOZ, and Cyrillic letters beside each other."""

_FOR_GB = 7.0
"""The natural logarithm of how much more often an annual report file is in GB than in another encoding, before it is
looked at."""

_WORD, _MOST_WORDS = re.compile(b"[0-9\x40-\xff]*[\x80-\xff][0-9\x40-\xff]*"), 2_000
"""A text parted where no character of these encodings goes on, and how many different parts are weighed: a unit's name
in each row is evidence once."""

_SEEN_COMMON, _SEEN_RARE, _SEEN_NEVER = log(0.97), log(0.03 / 20_000), log(1e-6 / 20_000)
"""How likely one character is in real text of an encoding: any of the common ones, a rare one, a code that means
nothing."""


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Source(Protocol):
    """Bytes that are read more than once."""

    def seek(self, place: int, /) -> int:
        """Go on from a place."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or those that are left."""


class _Encoding(NamedTuple):
    """An encoding, how many characters of it are common, and the ranges of their codes."""

    name: str
    common: int
    ranges: tuple[tuple[int, int], ...]


_GB = _Encoding("gb18030", 3755, ((0xB0A1, 0xD7F9),))
_OTHERS = (
    _Encoding("big5", 3755, ((0xA440, 0xC67E),)),
    _Encoding("euc_kr", 2350, ((0xB0A1, 0xC8FE),)),
    _Encoding("euc_jp", 3134, ((0xA4A1, 0xA4F3), (0xA5A1, 0xA5F6), (0xB0A1, 0xCFD3))),
    _Encoding("cp1251", 64, ((0xC0, 0xFF),)),
)
"""The first level of GB 2312, against the common characters of Big5, the syllables of Korean, kana and the first level
of Japanese, and the letters of Russian."""


@dataclass(slots=True)
class _Evidence:
    """Characters beyond ASCII that an encoding reads, bytes that it cannot, and those of its characters that real
    Chinese text mostly consists of: from U+0800 in UTF-8, of GB 2312 in GB 18030."""

    good: int = 0
    bad: int = 0
    home: int = 0

    @property
    def is_chinese(self) -> bool:
        """Whether most characters are those of real Chinese text."""
        return 5 * self.home >= 3 * self.good


def encoding_of(file: Source, start: int = 0, end: int | None = None) -> str:
    """The encoding of a file's bytes from `start` to `end`: utf-8-sig, utf-16, utf-8 or gb18030.

    A mark decides. Without one it is UTF-8 when that reads the text but for a few bytes, which no text in a GB encoding
    lets it do; or else GB 18030 when that reads it and most characters are of GB 2312. A few letters of foreign names
    are UTF-8 when they stand as in words and GB 18030 reads them mostly as characters beyond GB 2312.

    Raises:
        Invalid: `register_encoding_unknown`: Big5, Korean, Japanese or Russian, UTF-16 without a mark, or so few
            characters that both read them.
    """
    file.seek(start)
    mark = file.read(4)
    if not start:
        if mark.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if mark.startswith(_UTF_16):
            return "utf-16"
        if b"\0" in mark + file.read(_FIRST_BYTES):
            raise Invalid([Problem("", "register_encoding_unknown", "NUL: UTF-16?")])
    utf8 = _evidence(file, start, end, "utf-8")
    if not utf8.bad and (not utf8.good or utf8.home >= _CERTAIN):
        return "utf-8"
    gb = _evidence(file, start, end, "gb18030")
    if utf8.bad:
        if utf8.home >= max(4 * utf8.bad, _CERTAIN):
            return "utf-8"
        if gb.good >= 9 * gb.bad and gb.is_chinese and not _is_of_another(file, start, end):
            return "gb18030"
    elif gb.bad or utf8.home >= _LIKELY or (not gb.is_chinese and utf8.good == _letters_in_words(file, start, end) > 1):
        return "utf-8"
    counts = f"UTF-8 {utf8.good}:{utf8.bad}, GB 18030 {gb.good}:{gb.bad}"
    raise Invalid([Problem("", "register_encoding_unknown", counts)])


def _evidence(file: Source, start: int, end: int | None, encoding: str) -> _Evidence:
    evidence = _Evidence()
    for text in _texts(file, start, end, encoding):
        _weigh(text, encoding, evidence)
    return evidence


def _is_of_another(file: Source, start: int, end: int | None) -> bool:
    """Whether the common characters of another encoding explain a text better than those of GB 2312 do.

    Double-byte encodings give nearly every pair of bytes a meaning: text of one may be mostly ideographs in another.
    """
    words = _words(file, start, end)
    gb = _likelihood(words, _GB)
    return any(_likelihood(words, other) > gb + _FOR_GB for other in _OTHERS)


def _words(file: Source, start: int, end: int | None) -> set[bytes]:
    """The different parts of a text that hold more than ASCII, as many as are weighed."""
    words: set[bytes] = set()
    for block in _blocks(file, start, end):
        words.update(islice(map(itemgetter(0), _WORD.finditer(block)), _MOST_WORDS))
        if len(words) >= _MOST_WORDS:
            break
    return words


def _likelihood(words: set[bytes], encoding: _Encoding) -> float:
    """The logarithm of how likely the characters beyond ASCII are where the encoding is the right one."""
    common = _SEEN_COMMON - log(encoding.common)
    found = 0.0
    for word in words:
        for char in word.decode(encoding.name, "replace"):
            if char == _REPLACEMENT:
                found += _SEEN_NEVER
            elif not char.isascii():
                code = int.from_bytes(char.encode(encoding.name), "big")
                is_common = any(first <= code <= last for first, last in encoding.ranges)
                found += common if is_common else _SEEN_RARE
    return found


def _letters_in_words(file: Source, start: int, end: int | None) -> int:
    return sum(len(word) for text in _texts(file, start, end, "utf-8") for word in _LETTERS_IN_WORDS.findall(text))


def _texts(file: Source, start: int, end: int | None, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in _blocks(file, start, end):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _weigh(text: str, encoding: str, evidence: _Evidence) -> None:
    if text.isascii():
        return
    written = text.encode("utf-8", "replace")
    plain = len(written.translate(None, _BEYOND_ASCII))
    bad = text.count(_REPLACEMENT)
    evidence.bad += bad
    evidence.good += len(text) - plain - bad
    if encoding == "gb18030":
        evidence.home += (len(text.encode("gb2312", "ignore")) - plain) // 2
    else:
        evidence.home += len(written.translate(None, _BELOW_U_0800)) - bad


def _blocks(file: Source, start: int, end: int | None) -> Iterator[bytes]:
    file.seek(start)
    left = -1 if end is None else end - start
    while left and (block := file.read(_BLOCK_BYTES if left < 0 else min(_BLOCK_BYTES, left))):
        if left > 0:
            left -= len(block)
        yield block
