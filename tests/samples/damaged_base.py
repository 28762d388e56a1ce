"""The original annual report file that is damaged, and what every damage needs. Everybody in it is invented."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from openpyxl import Workbook

from degree_auth.domain.register.annual_report_columns import COLUMNS
from tools.sample_files import REMARK, REMARK_COLUMN, write_csv, write_dbf, write_xlsx
from tools.sample_rows import Row, rows

ROWS = 40
CODES = tuple(column.code for column in COLUMNS)
LABELS = (*(column.label for column in COLUMNS), REMARK_COLUMN)

Damaged = tuple[bytes, Sequence[int]]
"""The damaged bytes, and the rows, from 0, that they touch: in such a row alone another valid value may stand."""

Damage = Callable[[Random], Damaged]
Write = Callable[[Sequence[Row]], bytes]


@cache
def sample() -> tuple[Row, ...]:
    """The rows of the original."""
    return tuple(rows(ROWS))


def cells_of(row: Row) -> list[str]:
    """A row's cells in the order of the headings."""
    return [*(row.get(code, "") for code in CODES), REMARK]


def _written(writer: Callable[..., None], lines: Sequence[Row], suffix: str, encoding: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"original{suffix}"
        writer(path, lines, encoding)
        return path.read_bytes()


def text_of(lines: Sequence[Row], encoding: str) -> bytes:
    """Rows as CSV."""
    return _written(write_csv, lines, ".csv", encoding)


def text_under(names: Sequence[str], lines: Sequence[Sequence[str]], encoding: str) -> bytes:
    """Cells as CSV under headings of any kind."""
    written = io.StringIO()
    csv.writer(written).writerows([names, *lines])
    return written.getvalue().encode(encoding)


def dbf_of(lines: Sequence[Row]) -> bytes:
    """Rows as DBF."""
    return _written(write_dbf, lines, ".dbf", "gb18030")


def inline_workbook_of(lines: Sequence[Row]) -> bytes:
    """Rows as a workbook whose texts stand in their cells."""
    return _written(write_xlsx, lines, ".xlsx", "utf-8")


def workbook_of(names: Sequence[object], lines: Sequence[Sequence[object]]) -> bytes:
    """Cells as a workbook whose texts are shared."""
    book = Workbook()
    for cells in (names, *lines):
        book.active.append(list(cells))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def flip(content: bytes, place: int, random: Random) -> bytes:
    """With one bit changed in a byte."""
    return content[:place] + bytes((content[place] ^ 1 << random.randrange(8),)) + content[place + 1 :]


def inserted(content: bytes, places: Sequence[int], mark: bytes) -> bytes:
    """With a mark at some places, which rise."""
    for place in reversed(places):
        content = content[:place] + mark + content[place:]
    return content


def any_length(content: bytes, random: Random) -> tuple[int, int]:
    """A stretch of a file, as a disk or a line loses or repeats it."""
    length = random.choice((16, 64, 128, 512, 1024))
    start = random.randrange(max(1, len(content) - length)) // 16 * 16
    return start, min(len(content), start + length)


def sixteenth(content: bytes, random: Random) -> int:
    """A place at one of the sixteenths of a file."""
    return max(1, len(content) * random.randrange(1, 16) // 16)


def records_at(content: bytes, *places: int) -> list[int]:
    """The records of a DBF file to which bytes belong."""
    header, length = struct.unpack("<HH", content[8:12])
    return sorted({(place - header) // length for place in places if header <= place < header + ROWS * length})
