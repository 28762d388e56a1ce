"""Reading annual report files row by row: CSV, DBF and, in a module of its own, XLSX.

Whatever the file's length, memory holds a row or two of it. Text is UTF-8, with or without a byte order mark, or else
GB18030, of which GBK and GB2312 are parts.
"""

from __future__ import annotations

import codecs
import csv
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from degree_auth.adapters.register import workbook
from degree_auth.domain.register.annual_report_row import Cell
from degree_auth.domain.shared.errors import Invalid, Problem

Row = tuple[int, Sequence[Cell]]
"""A row's number and its cells. The header comes first; rows count from it, as a spreadsheet shows them."""

_SAMPLE_BYTES = 1 << 18
_ZIP = b"PK\x03\x04"
_DBF_DELETED = b"*"
_DBF_END_OF_FIELDS = b"\r"


def open_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, the header first.

    Raises:
        Invalid: `register_file_type_unsupported`; or, at any row, `register_file_unreadable`.
    """
    with path.open("rb") as file:
        start = file.read(len(_ZIP))
    suffix = path.suffix.lower()
    if start == _ZIP:
        rows = workbook.rows(path)
    elif suffix == ".dbf":
        rows = _dbf_rows(path)
    elif suffix in (".csv", ".txt"):
        rows = _csv_rows(path)
    else:
        raise Invalid([Problem("", "register_file_type_unsupported")])
    try:
        yield from rows
    except (workbook.UnreadableError, csv.Error, struct.error, ValueError) as fault:
        raise Invalid([Problem("", "register_file_unreadable")]) from fault


def encoding_of(sample: bytes) -> str:
    """The encoding of a text from its beginning, which may end inside a character."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _csv_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    encoding = encoding_of(sample)
    first = sample.split(b"\n", 1)[0].decode(encoding, "replace")
    delimiter = max(",\t;", key=first.count)
    # A byte that does not decode becomes U+FFFD, which the row's rules name; the other rows are unharmed.
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        yield from enumerate(csv.reader(text, delimiter=delimiter), start=1)


def _dbf_rows(path: Path) -> Iterator[Row]:
    """dBASE III and its successors: text, number and date fields stand as text of fixed width."""
    with path.open("rb") as file:
        header = file.read(32)
        count, header_length, record_length = struct.unpack("<xxxxIHH", header[:12])
        fields: list[tuple[str, int]] = []
        while (descriptor := file.read(32))[:1] != _DBF_END_OF_FIELDS:
            name, width = struct.unpack("<11s5xB15x", descriptor)
            fields.append((name.split(b"\0", 1)[0].decode("ascii"), width))
        if not fields or 1 + sum(width for _, width in fields) != record_length:
            raise ValueError("the widths of the fields do not add up")
        file.seek(header_length)
        encoding = encoding_of(file.read(_SAMPLE_BYTES // record_length * record_length))
        file.seek(header_length)
        yield 1, [name for name, _ in fields]
        for number in range(2, count + 2):
            record = file.read(record_length)
            if len(record) != record_length:
                raise ValueError("the file ends inside a record")
            if record[:1] != _DBF_DELETED:
                yield number, list(_dbf_cells(record, fields, encoding))


def _dbf_cells(record: bytes, fields: Sequence[tuple[str, int]], encoding: str) -> Iterator[str]:
    start = 1
    for _, width in fields:
        yield record[start : start + width].rstrip(b"\0 ").decode(encoding, "replace").strip()
        start += width
