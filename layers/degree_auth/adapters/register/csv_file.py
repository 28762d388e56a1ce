"""Reading an annual report file as delimited text, with an account of its lines.

The standard library's reader splits the rows. This module decides what it does not: the encoding, the delimiter,
whether a quotation mark has swallowed rows, and whether the last row is whole.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from degree_auth.adapters.register.text_encoding import encoding_of
from degree_auth.domain.register.annual_report_file import AnnualReportFile, AnnualReportSheet
from degree_auth.domain.register.annual_report_header import ROWS_SEARCHED, Row, is_header
from degree_auth.domain.shared.errors import Invalid, Problem

_DELIMITERS = ",\t;|"
_SEPARATOR_LINE = re.compile(r'\ufeff*"?sep=([^"\r\n])"?[\r\n]*', re.IGNORECASE)
_LINE_CHARACTERS = 1 << 20  # no row of an annual report comes near; a file without line ends is not read into memory
_SWALLOWED_DELIMITERS = 5  # a remark of several lines may hold some commas; a row holds sixteen and more
_END_OF_FILE = re.compile("\x1a[\x1a\\0\r\n]*$")  # DOS


def open_csv(path: Path) -> AnnualReportFile:
    """The file as one sheet.

    Raises:
        Invalid: `register_encoding_unknown`; and while the rows are read `register_quote_unclosed`,
            `register_quote_stray`, `register_quote_swallows_rows`, `register_cell_too_long`, `register_zero_bytes` or
            `register_file_unreadable`.
    """
    with path.open("rb") as file:
        encoding = encoding_of(file)
    report = AnnualReportFile(format="csv", encoding=encoding.removesuffix("-sig"))
    sheet = AnnualReportSheet()
    sheet.rows = _rows(path, encoding, sheet, report.parts)
    report.sheets = iter((sheet,))
    return report


def _rows(path: Path, encoding: str, sheet: AnnualReportSheet, parts: Counter[str]) -> Iterator[Row]:
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        separator, delimiter = _delimiter(text)
        text.seek(0)
        lines = _Lines(text, parts)
        if separator:
            lines.skip()
        # A byte that does not decode becomes U+FFFD, which the row's rules name; the other rows are unharmed.
        yield from _records(lines, delimiter, sheet)
        if text.buffer.read(1):
            raise Invalid([Problem("", "register_account_open", "bytes after the last line")])


def _records(lines: _Lines, delimiter: str, sheet: AnnualReportSheet) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    first_line = last_line = lines.skipped
    width = 0
    while True:
        first_line = last_line + 1
        number = lines.skipped + sheet.physical + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as fault:
            code = _fault_code(str(fault), more_lines=lines.given > first_line)
            raise Invalid([Problem("", code, f"row {number}, from line {first_line}")]) from fault
        last_line = lines.skipped + reader.line_num
        sheet.physical += 1
        width = width or (len(cells) if is_header(cells) else 0)
        if last_line > first_line and (_swallows_rows(cells, delimiter) or (width and any(cells[width:]))):
            detail = f"row {number}, lines {first_line}-{last_line}"
            raise Invalid([Problem("", "register_quote_swallows_rows", detail)])
        if not any(map(str.strip, cells)):
            sheet.blank += 1
            continue
        yield number, cells
    if lines.cut_off:
        sheet.row_without_end = number - 1
    if lines.given != lines.skipped + reader.line_num:
        raise Invalid([Problem("", "register_account_open", f"{lines.given - reader.line_num} lines")])


def _fault_code(fault: str, *, more_lines: bool) -> str:
    """What the standard library's reader stumbled over: it has but one error, told apart by its words."""
    if "field limit" in fault and not more_lines:
        return "register_cell_too_long"
    return "register_quote_stray" if "expected after" in fault else "register_quote_unclosed"


def _delimiter(text: TextIO) -> tuple[bool, str]:
    """Whether the first line names the delimiter, and which it is: the one that makes a header of a line, or else
    the most frequent in any one of the first lines."""
    beginning = [text.readline(_LINE_CHARACTERS) for _ in range(ROWS_SEARCHED)]
    if named := _SEPARATOR_LINE.fullmatch(beginning[0]):
        return True, named[1]
    for delimiter in _DELIMITERS:
        if any(is_header([cell.strip().strip('"') for cell in line.split(delimiter)]) for line in beginning):
            return False, delimiter
    return False, max(_DELIMITERS, key=lambda delimiter: max(line.count(delimiter) for line in beginning))


def _swallows_rows(cells: list[str], delimiter: str) -> bool:
    return any(
        line.count(delimiter) >= _SWALLOWED_DELIMITERS
        for cell in cells
        if "\n" in cell or "\r" in cell
        for line in re.split("[\r\n]+", cell)
    )


class _Lines:
    """The lines of a text, counted, one ahead of the reader; the end-of-file marks of DOS at its end are no line.

    `cut_off` is true once the last line was given and it had no line end.
    """

    def __init__(self, text: TextIO, parts: Counter[str]) -> None:
        self._text, self._parts = text, parts
        self.skipped = self.given = 0
        self.cut_off = False

    def skip(self) -> None:
        """Leave out the line that names the delimiter."""
        self._text.readline(_LINE_CHARACTERS)
        self.skipped = self.given = 1
        self._parts["lines"] += 1
        self._parts["separator_lines"] += 1

    def __iter__(self) -> Iterator[str]:
        readline = self._text.readline
        held = readline(_LINE_CHARACTERS)
        while held:
            following = readline(_LINE_CHARACTERS)
            if len(held) >= _LINE_CHARACTERS:
                raise Invalid([Problem("", "register_file_unreadable", f"line {self.given + 1}")])
            if not following:
                plain = _END_OF_FILE.sub("", held)
                self._parts["end_of_file_marks"] += len(held) - len(plain)
                self.cut_off = bool(plain) and plain[-1] not in "\r\n"
                held = plain
            if "\0" in held:
                raise Invalid([Problem("", "register_zero_bytes", f"line {self.given + 1}")])
            if held:
                self.given += 1
                self._parts["lines"] += 1
                yield held
            held = following
