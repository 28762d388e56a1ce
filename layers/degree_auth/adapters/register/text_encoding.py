"""The encoding of a text, decided by evidence over the whole of it and then held.

A byte that does not decode harms its own cell alone: deciding anew at the first such byte would read the whole file as
another encoding, in which nearly every byte means something.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import BinaryIO

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

_FEW_CHARACTERS = 5_000
"""Of a longer text the share of GB 2312 decides alone: Big5 read as GB 18030 has half of it at most."""

_FOR_GB = 7.0
"""The natural logarithm of how much more often an annual report file is in GB than in Big5, before it is looked at."""

_GB_COMMON, _BIG5_COMMON = (0xB0A1, 0xD7F9), (0xA440, 0xC67E)
"""The first and the last code of the common characters: level 1 of GB 2312, the first part of Big5."""

_SEEN_COMMON, _SEEN_RARE, _SEEN_NEVER = log(0.97 / 3755), log(0.03 / 20_000), log(1e-6 / 20_000)
"""How likely one character is in real text of an encoding: a common one, a rare one, a code that means nothing."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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


def encoding_of(file: BinaryIO, start: int = 0, end: int | None = None) -> str:
    """The encoding of a file's bytes from `start` to `end`: utf-8-sig, utf-16, utf-8 or gb18030.

    A mark decides. Without one it is UTF-8 when that reads the text but for a few bytes, which no text in a GB encoding
    lets it do; or else GB 18030 when that reads it and most characters are of GB 2312. A few letters of foreign names
    are UTF-8 when they stand as in words and GB 18030 reads them mostly as characters beyond GB 2312.

    Raises:
        Invalid: `register_encoding_unknown`: Big5, UTF-16 without a mark, or so few characters that both read them.
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
        if gb.good >= 9 * gb.bad and gb.is_chinese and not (gb.good < _FEW_CHARACTERS and _is_big5(file, start, end)):
            return "gb18030"
    elif gb.bad or utf8.home >= _LIKELY or (not gb.is_chinese and utf8.good == _letters_in_words(file, start, end) > 1):
        return "utf-8"
    counts = f"UTF-8 {utf8.good}:{utf8.bad}, GB 18030 {gb.good}:{gb.bad}"
    raise Invalid([Problem("", "register_encoding_unknown", counts)])


def _evidence(file: BinaryIO, start: int, end: int | None, encoding: str) -> _Evidence:
    evidence = _Evidence()
    for text in _texts(file, start, end, encoding):
        _weigh(text, encoding, evidence)
    return evidence


def _is_big5(file: BinaryIO, start: int, end: int | None) -> bool:
    """Whether the common characters of Big5 explain a text better than those of GB 2312 do.

    Both encodings give nearly every pair of bytes a meaning, and few rows of one may be mostly ideographs in the other.
    """
    gb = sum(_likelihood(text, "gb18030", _GB_COMMON) for text in _texts(file, start, end, "gb18030"))
    big5 = sum(_likelihood(text, "big5", _BIG5_COMMON) for text in _texts(file, start, end, "big5"))
    return big5 > gb + _FOR_GB


def _likelihood(text: str, encoding: str, common: tuple[int, int]) -> float:
    """The logarithm of how likely a text's characters beyond ASCII are where the encoding is the right one."""
    first, last = common
    found = 0.0
    for char in text:
        if char == _REPLACEMENT:
            found += _SEEN_NEVER
        elif not char.isascii():
            code = int.from_bytes(char.encode(encoding), "big")
            found += _SEEN_COMMON if first <= code <= last else _SEEN_RARE
    return found


def _letters_in_words(file: BinaryIO, start: int, end: int | None) -> int:
    return sum(len(word) for text in _texts(file, start, end, "utf-8") for word in _LETTERS_IN_WORDS.findall(text))


def _texts(file: BinaryIO, start: int, end: int | None, encoding: str) -> Iterator[str]:
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


def _blocks(file: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
    file.seek(start)
    left = -1 if end is None else end - start
    while left and (block := file.read(_BLOCK_BYTES if left < 0 else min(_BLOCK_BYTES, left))):
        if left > 0:
            left -= len(block)
        yield block
