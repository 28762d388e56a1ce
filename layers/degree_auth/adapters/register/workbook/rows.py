"""The rows of a sheet, with the value of each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import IO
from xml.etree.ElementTree import Element

from degree_auth.adapters.register.moments import nearest_day
from degree_auth.adapters.register.number_formats import (
    PLAIN,
)
from degree_auth.adapters.register.workbook.contents import EPOCH
from degree_auth.adapters.register.workbook.damage import damage_refused, sheet_damage
from degree_auth.adapters.register.workbook.merged_cells import (
    MOST_COLUMNS,
    MOST_ROWS,
    MergedCell,
    column_place,
    merged_range,
)
from degree_auth.adapters.register.workbook.styles import TRUE, Styles
from degree_auth.adapters.register.workbook.texts import EXTENSIONS, STRUCK, SharedTexts, text_of, unescape
from degree_auth.adapters.register.xml_stream import elements, local_name, own_name
from degree_auth.domain.register.annual_report_columns import CELL_MERGED, Cell, CellFault
from degree_auth.domain.register.annual_report_file import AnnualReportSheet
from degree_auth.domain.register.annual_report_header import Row

_FALSE_LEAP_DAY = 61  # before this serial, days of 1900 are counted as if it had been a leap year
_LAST_SERIAL = 2_957_003  # the last day of the year 9999, counted from 1904; no award comes near
_DAY = 86_400  # seconds
_MOST_EXACT = 10**15  # a spreadsheet number keeps fifteen digits


class Rows:
    """Turns a sheet's elements into rows."""

    def __init__(
        self, sheet: AnnualReportSheet, texts: SharedTexts, styles: Styles, epoch: date, merged: Sequence[MergedCell]
    ) -> None:
        self._sheet, self._texts, self._styles, self._epoch = sheet, texts, styles, epoch
        self._columns: dict[str, int] = {}
        self._number = 0
        self._all_merged, self._merged = merged, iter(merged)
        self._next_merged = next(self._merged, None)
        self._covering: list[MergedCell] = []
        self._row_tag = self._cell_tag = ""
        self._widest = 0
        self._names: dict[str, str] = {}

    def read(self, part: IO[bytes]) -> Iterator[Row]:
        """The rows that hold something; their numbers and the places of their cells must rise."""
        rows = elements(part, "sheetData", self._check_merged)
        while True:
            with damage_refused():
                element = next(rows, None)
                if element is None:
                    return
                cells = self._cells(element)
                self._widest = max(self._widest, len(cells))
                if self._next_merged or self._covering:
                    self._fill_covered_cells(cells)
            self._sheet.physical += 1
            if element.get("hidden") in TRUE:
                self._sheet.remark("warning_row_hidden", self._number)
            if any(cell is not None and cell != "" and cell is not CELL_MERGED for cell in cells):
                yield self._number, cells
            else:
                self._sheet.blank += 1

    def _check_merged(self, sheet: Element) -> None:
        """Raises Invalid where the sheet, now parsed, has other merged cells than those that were found in its text: in
        comments, or written in another way."""
        holders = (child for child in sheet if own_name(child, sheet) == "mergeCells")
        merged = sorted(merged_range(each.attrib["ref"]) for holder in holders for each in holder)
        if merged != self._all_merged:
            raise sheet_damage("merged cells")

    def _cells(self, row: Element) -> list[Cell]:
        if row.tag != self._row_tag:
            self._know_names(row)
        number = int(row.get("r", self._number + 1))
        if not self._number < number <= MOST_ROWS:
            raise sheet_damage(f"row {number} after row {self._number}")
        self._number = number
        cells: list[Cell] = []
        for element in row:
            if element.tag != self._cell_tag:
                if self._names.get(element.tag) == EXTENSIONS:
                    continue
                raise sheet_damage(f"row {number}, {local_name(element.tag)}")
            place = self._place(element.get("r"), len(cells))
            if place < len(cells):
                raise sheet_damage(f"row {number}, cell {element.get('r')}")
            cells += [None] * (place - len(cells))
            cells.append(self._cell(element))
        return cells

    def _know_names(self, row: Element) -> None:
        """Learn the namespace of the sheet's elements; those of another are none of its own."""
        namespace, _, name = row.tag.rpartition("}")
        if name != "row" or self._row_tag:
            raise sheet_damage(f"{name} after row {self._number}")
        prefix = f"{namespace}}}" if namespace else ""
        self._names = {f"{prefix}{kind}": kind for kind in ("c", "v", "f", "is", EXTENSIONS)}
        self._row_tag, self._cell_tag = row.tag, f"{prefix}c"

    def _fill_covered_cells(self, cells: list[Cell]) -> None:
        """Say of each empty cell that a merged one covers that it is so."""
        while self._next_merged and self._next_merged.first_row <= self._number:
            self._covering.append(self._next_merged)
            self._next_merged = next(self._merged, None)
        self._covering = [each for each in self._covering if each.last_row >= self._number]
        for each in self._covering:
            # Beyond the widest row so far, a covered cell hides nothing.
            last_column = min(each.last_column, max(self._widest, len(cells)) - 1)
            cells += [None] * (last_column + 1 - len(cells))
            for place in range(each.first_column, last_column + 1):
                is_its_first = (self._number, place) == (each.first_row, each.first_column)
                if not is_its_first and (cells[place] is None or cells[place] == ""):
                    cells[place] = CELL_MERGED

    def _place(self, reference: str | None, following: int) -> int:
        """The column of a reference such as AB12, counted from 0; without one, the cell follows the one before it."""
        if reference is None:
            if following >= MOST_COLUMNS:
                raise sheet_damage(f"row {self._number}, cell {following + 1}")
            return following
        letters = reference.rstrip("0123456789")
        if reference[len(letters) :] != str(self._number):
            raise sheet_damage(f"row {self._number}, cell {reference}")
        if letters not in self._columns:
            place = column_place(letters)
            if not 0 <= place < MOST_COLUMNS:
                raise sheet_damage(f"row {self._number}, cell {reference}")
            self._columns[letters] = place
        return self._columns[letters]

    def _cell(self, element: Element) -> Cell:
        value = inline = None
        formula = False
        for child in element:
            kind = self._names.get(child.tag)
            if kind == "v":
                value = child.text
            elif kind == "is":
                inline = text_of(child)
            elif kind == "f":
                formula = True
            elif kind != EXTENSIONS:
                raise sheet_damage(f"row {self._number}, {local_name(child.tag)} in a cell")
        if inline is not None:
            is_struck = self._styles.struck and int(element.get("s", "0")) in self._styles.struck
            return CellFault("row_value_struck") if is_struck else self._text(inline, element)
        if value is None:
            return CellFault("row_formula_without_value") if formula else None
        if self._styles.struck and int(element.get("s", "0")) in self._styles.struck:
            return CellFault("row_value_struck")
        match element.get("t", "n"):
            case "s":
                return self._text(self._texts[int(value)], element)
            case "n":
                return self._number_or_day(value, int(element.get("s", "0")))
            case "str":
                return self._text(unescape(value), element)
            case "d":
                return self._written_day(value)
            case "b" | "e":
                return CellFault("row_text_unreadable")
            case unknown:
                raise sheet_damage(f"row {self._number}, type {unknown}")

    def _text(self, text: str, element: Element) -> str | CellFault:
        if STRUCK in text:
            return CellFault("row_value_struck")
        if not self._styles.texts:
            return text
        shown = self._styles.texts.get(int(element.get("s", "0")), PLAIN).text(text)
        return CellFault("row_number_format") if shown is None else shown

    def _number_or_day(self, value: str, style: int) -> Cell:
        if style not in self._styles.dates:
            number = int(value) if value.isdecimal() and len(value) < 20 else float(value)
            shown = self._styles.numbers.get(style)
            if shown is None or abs(number) >= _MOST_EXACT:
                return number
            text = shown.number(number)
            return CellFault("row_number_format") if text is None else text
        serial = float(value)
        earliest = _FALSE_LEAP_DAY if self._epoch == EPOCH else 0
        if not earliest <= serial < _LAST_SERIAL:
            return CellFault("row_date_invalid")
        return self._day(self._epoch + timedelta(days=int(serial)), serial % 1 * _DAY)

    def _written_day(self, value: str) -> Cell:
        day, _, time = value.partition("T")
        try:
            return self._day(date.fromisoformat(day), _seconds(time))
        except ValueError:  # no such day, or a time with a zone
            return CellFault("row_date_invalid")

    def _day(self, day: date, seconds: float) -> Cell:
        nearest = nearest_day(day, seconds)
        if seconds >= 1 and not isinstance(nearest, CellFault):
            self._sheet.remark("warning_date_rounded", self._number)
        return nearest


def _seconds(time: str) -> float:
    hours, minutes, seconds = (*map(float, time.rstrip("Z").split(":")), 0.0, 0.0)[:3] if time else (0.0, 0.0, 0.0)
    return hours * 3600 + minutes * 60 + seconds
