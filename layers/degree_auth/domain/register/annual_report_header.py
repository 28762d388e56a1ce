"""The header row of an annual report file: which row it is, and which column stands where.

Titles, notes and blank rows may stand above it. A header cell is written `名称(CODE)`, `CODE(名称)`, `CODE` or, without
a code, exactly as the column is called; width, brackets and marks such as `*` make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from degree_auth.domain.register.annual_report_columns import COLUMN, COLUMNS, OPTIONAL_COLUMNS, Cell
from degree_auth.domain.register.office_notes import holds_corrections
from degree_auth.domain.shared.errors import Invalid, Problem

Row = tuple[int, Sequence[Cell]]
"""A row's number in its sheet, counted from 1, and its cells."""

ROWS_SEARCHED = 20
"""The header is one of so many first rows."""

_NEEDED = frozenset(column.code for column in COLUMNS) - OPTIONAL_COLUMNS
_CODES = {column.name: column.code for column in COLUMN.values()}
_DECORATION = "\ufeff*＊ \t\r\n"
_CODE_LAST = re.compile(r"(?P<before>.*[^A-Za-z0-9_])??(?P<code>[A-Za-z]+)[\s)\]】〕>》]*", re.DOTALL)
_CODE_FIRST = re.compile(r"(?P<code>[A-Za-z]+)\s*(?P<after>[^A-Za-z0-9\s].*)", re.DOTALL)
_OF_ANOTHER = re.compile(
    "导师|指导|推荐|监护|家长|父|母|配偶|紧急|联系人|校长|主席|负责人|签发|填[表报写]人|录入|经办|审核|操作|制表"
    "|旧|原|曾用|前置|前一|上一|(?:变更|修改|更正)前|拟"
)
"""Words beside a column's name that make it a column of another person, or of another time or degree."""

_OF_GRADUATION, _GRADUATION = frozenset({"HXWRQ", "XWZSBH"}), re.compile("毕业|结业|学历")
"""Columns of the degree whose like the graduation has: the day and the number of another certificate."""

_DESCRIBED = re.compile(r".*\w\s*[(\[【〔<《]\s*", re.DOTALL)
_FIELD_OF_DBF = re.compile(",[A-Z](?:,[0-9]+){0,2}")  # XM,C,60: the type and width of the field that it was
_LETTER, _LETTER_OUTSIDE = re.compile("[A-Za-z]"), re.compile(r"[^(\[【〔<《]*[A-Za-z0-9]")
_DESCRIPTION = "()"
"""Stands for whatever a heading says in Latin letters beside a code in brackets, such as Name (XM)."""

_COLUMNS_OF_A_TABLE = 3
"""So many of the columns that rows need stand under one table's name, or none of its columns is the holder's."""

_DATA = re.compile("[0-9]{4}")  # a number or a date: such a row is somebody's, and no error shows it
_CELL_SHOWN, _ROW_SHOWN = 20, 120  # characters
_SILENT = "…"
_WORDS = re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands (counted from 0), and the header row's cells up to its last named one.

    A row has at least so many cells as `least`: in text files and DBF one for each named column, for a row with fewer
    was cut or lost a separator; in a workbook any number. `cells` are all cells of the header row, empty ones too;
    `corrections` are columns that are not read and hold what is right in the place of another column's.
    """

    places: dict[str, int]
    width: int
    least: int = 0
    cells: int = 0
    corrections: frozenset[int] = frozenset()

    @property
    def absent_columns(self) -> list[str]:
        """The codes of the known columns that the header lacks."""
        return [column.code for column in COLUMNS if column.code not in self.places]


def columns_passed_over(cells: Sequence[Cell], header: Header) -> list[str]:
    """The cells of a header row that name no known column, as the account shows them."""
    known = set(header.places.values())
    others = (
        cell.strip() if isinstance(cell, str) else _SILENT
        for place, cell in enumerate(cells)
        if place not in known and cell is not None
    )
    return [_SILENT if _DATA.search(other) else other[:_CELL_SHOWN] for other in others if other]


def read_header(cells: Sequence[Cell], *, full: bool = False) -> Header:
    """The header row, understood.

    Raises:
        Invalid: a column that every row needs is missing, or a column stands twice; all of them at once.
    """
    codes = _codes(cells)
    places: dict[str, int] = {}
    problems = []
    for place, code in enumerate(codes):
        if code in places:
            problems.append(Problem(COLUMN[code].label, "register_column_repeated"))
        if code:
            places[code] = place
    problems += [
        Problem(column.label, "register_column_missing")
        for column in COLUMNS
        if column.code in _NEEDED and column.code not in places
    ]
    if problems:
        raise Invalid(problems)
    width = max(place for place, cell in enumerate(cells) if cell is not None and str(cell).strip()) + 1
    others = (place for place, code in enumerate(codes) if not code)
    corrections = frozenset(place for place in others if holds_corrections(str(cells[place] or "")))
    return Header(places, width, width if full else 0, len(cells), corrections)


def is_header(cells: Sequence[Cell]) -> bool:
    """Whether a row is a header, be it an incomplete one: it names at least half of the columns that rows need."""
    return 2 * len(_NEEDED.intersection(_codes(cells))) >= len(_NEEDED)


def repeats_header(cells: Sequence[Cell], header: Header) -> bool:
    """Whether a row that `is_header` has the header's columns at the header's places."""
    return {code: place for place, code in enumerate(_codes(cells)) if code} == header.places


def header_not_found(rows: Iterable[Row]) -> Problem:
    """What to say of rows among which there is no header: the row that comes nearest and what it holds.

    A row that looks like somebody's data is named and not shown.
    """
    nearest = max(rows, key=lambda row: (len(set(_codes(row[1])) - {""}), -row[0]), default=None)
    if nearest is None:
        return Problem("", "register_file_empty")
    number, cells = nearest
    texts = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
    holds_data = any(_DATA.search(text) for text in texts)
    shown = "" if holds_data else " | ".join(text[:_CELL_SHOWN] for text in texts)[:_ROW_SHOWN]
    return Problem("", "register_header_not_found", f"row {number}" + (f": {shown}" if shown else ""))


def _codes(cells: Sequence[Cell]) -> list[str]:
    """The column's code for each cell; empty where none is named.

    What stands before a code may be its table's name (T_XW.XM) or tell of another person (DS.XMPY, a supervisor's).
    A table has several of the columns that rows need.
    """
    named = [_qualifier_and_code(cell) if isinstance(cell, str) else ("", "") for cell in cells]
    needed = Counter(table for table, code in named if code in _NEEDED)
    return [code if not table or needed[table] >= _COLUMNS_OF_A_TABLE else "" for table, code in named]


def column_code(cell: str) -> str:
    """The code of the column that a header cell names by itself; empty when it names none."""
    table, code = _qualifier_and_code(cell)
    return "" if table else code


def _qualifier_and_code(cell: str) -> tuple[str, str]:
    """What qualifies the code in a header cell, and the code; either is empty. A cell whose words are another column's
    than its code names none: which of the two is meant cannot be known."""
    table, code = _written_code(cell)
    words = "".join(_WORDS.findall(unicodedata.normalize("NFKC", cell))) if code else ""
    if _CODES.get(words, code) != code or (code in _OF_GRADUATION and _GRADUATION.search(words)):
        return "", ""
    return table, code


def _written_code(cell: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", cell).strip(_DECORATION)
    if plain in _CODES:
        return "", _CODES[plain]
    if _OF_ANOTHER.search(plain):
        return "", ""
    last, first = _CODE_LAST.fullmatch(plain), _CODE_FIRST.fullmatch(plain)
    if last and last["code"].upper() in COLUMN:
        return _table_before(last["before"] or ""), last["code"].upper()
    if first and first["code"].upper() in COLUMN:
        after = first["after"]
        if _FIELD_OF_DBF.fullmatch(after):
            return "", first["code"].upper()
        if not _LETTER_OUTSIDE.match(after):  # XM_OLD, XM.1
            return _DESCRIPTION if _LETTER.search(after) else "", first["code"].upper()
    return "", ""


def _table_before(before: str) -> str:
    if not _LETTER.search(before):
        return ""
    return _DESCRIPTION if _DESCRIBED.fullmatch(before) else before
