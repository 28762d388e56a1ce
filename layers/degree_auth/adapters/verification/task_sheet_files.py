"""Sheets of tasks as files: XLSX and CSV out, and either of them in.

What the applicant wrote stands in cells of a file that somebody opens in a spreadsheet. No cell is a formula: in a
workbook each is text, marked as such, and in CSV an apostrophe stands before what a program would calculate.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import xlsxwriter

from degree_auth.adapters.register.workbook.sheets import open_workbook
from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.domain.register.annual_report_columns import Cell
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.verification.answer_sheet import COLUMNS, SheetFormat, choices_of, headings

_CONTENT_TYPES = {
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.CSV: "text/csv",
}
_ENCODINGS = ("utf-8-sig", "gb18030")
_MOST_UNPACKED = 20 << 20  # bytes of all parts of a workbook
_LONGEST_LIST = 255  # characters of the choices that a workbook offers for a cell
_WIDE = 22
_HAS_NO_TEXT = "\0"


def write_sheet(rows: Sequence[Sequence[str]], kind: SheetFormat, language: str) -> tuple[bytes, str]:
    """The file of a sheet, headings and rows, and its content type."""
    table = [headings(language), *rows]
    content = csv_text(table).encode() if kind is SheetFormat.CSV else _workbook(table, language)
    return content, _CONTENT_TYPES[kind]


def _workbook(table: Sequence[Sequence[str]], language: str) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        text = book.add_format({"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "num_format": "@", "text_wrap": True, "valign": "top"})
        sheet.set_column(0, len(COLUMNS) - 1, _WIDE, text)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(table):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell, text if number else head)
        for place, column in enumerate(COLUMNS):
            options = choices_of(column, language)
            if options and len(",".join(options)) <= _LONGEST_LIST and len(table) > 1:
                sheet.data_validation(1, place, len(table) - 1, place, {"validate": "list", "source": options})
    return file.getvalue()


def read_sheet(content: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows of a filled sheet with their numbers: of a workbook's one sheet that holds cells, or of CSV in UTF-8 or
    in the encoding of Chinese spreadsheets.

    Raises:
        Invalid: `sheet_unreadable`, `sheet_several`.
    """
    yield from _workbook_rows(content) if content.startswith(b"PK") else _csv_rows(content)


def _workbook_rows(content: bytes) -> Iterable[tuple[int, Sequence[Cell]]]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        try:
            with ZipFile(file.name) as archive:
                if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
                    raise _unreadable()
            sheets = [list(sheet.rows) for sheet in open_workbook(Path(file.name)).sheets]
        except (BadZipFile, Invalid):
            raise _unreadable() from None
    filled = [rows for rows in sheets if rows]
    if len(filled) > 1:
        raise Invalid([Problem("content", "sheet_several")])
    return filled[0] if filled else []


def _csv_rows(content: bytes) -> Iterable[tuple[int, Sequence[Cell]]]:
    text = _decoded(content)
    if _HAS_NO_TEXT in text:
        raise _unreadable()
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    try:
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1))
    except csv.Error:
        raise _unreadable() from None


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable()


def _unreadable() -> Invalid:
    return Invalid([Problem("content", "sheet_unreadable")])
