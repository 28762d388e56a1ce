"""The merged cells of a sheet."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

_BLOCK_BYTES = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MERGED, _MOST_MERGED_BYTES = b"mergeCells", 64 << 20
_MERGED_CELL = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*["']([^"']*)["']""")
_COMMENT = re.compile(b"<!--.*?-->", re.DOTALL)
_RANGE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384


class MergedCell(NamedTuple):
    """A merged cell: its rows, counted from 1, and its columns, counted from 0, the last of each included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def read_merged_cells(part: IO[bytes]) -> list[MergedCell]:
    """The merged cells of a sheet, by their first row. They stand behind the rows that they concern, so the sheet is
    searched through for them first; that costs a small part of reading it. Whether these are they, is known once the
    sheet was parsed (`Rows`)."""
    with part:
        blocks = _in_utf_8(part)
        kept = b""
        while (at := kept.find(_MERGED)) < 0 and (block := next(blocks, b"")):
            kept = kept[1 - len(_MERGED) :] + block
        if at < 0:
            return []
        tail = kept[at:]
        while len(tail) < _MOST_MERGED_BYTES and (block := next(blocks, b"")):
            tail += block
    references = _MERGED_CELL.findall(_COMMENT.sub(b"", tail))
    merged = sorted(merged_range(reference.decode()) for reference in references)
    if len(merged) > 1:
        _check_apart(merged)
    return merged


def _in_utf_8(part: IO[bytes]) -> Iterator[bytes]:
    """The blocks of a part, which is written in UTF-8 or UTF-16, in UTF-8."""
    block = part.read(_BLOCK_BYTES)
    recoder = codecs.getincrementaldecoder("utf-16")("replace") if block.startswith(_UTF_16) else None
    while block:
        yield block if recoder is None else recoder.decode(block).encode("utf-8", "replace")
        block = part.read(_BLOCK_BYTES)


def _check_apart(merged: Sequence[MergedCell]) -> None:
    """Raises ValueError where two merged cells overlap, as in no workbook: each row would be covered many times."""
    current: list[MergedCell] = []
    for each in merged:
        current = [other for other in current if other.last_row >= each.first_row]
        if len(current) >= MOST_COLUMNS or any(
            other.first_column <= each.last_column and each.first_column <= other.last_column for other in current
        ):
            raise ValueError("merged cells overlap")
        current.append(each)


def merged_range(reference: str) -> MergedCell:
    """Raises ValueError for what is no range of cells."""
    corners = _RANGE.fullmatch(reference)
    if corners is None:
        raise ValueError("no range of cells")
    left, top, right, bottom = corners.groups()
    return MergedCell(int(top), int(bottom), column_place(left), column_place(right))


def column_place(letters: str) -> int:
    """The column of letters such as AB, counted from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
