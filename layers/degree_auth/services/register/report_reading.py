"""Reading an annual report file to its end: every row becomes a record, or is counted and named (A2, A11, N5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import NamedTuple, Protocol

from degree_auth.domain.register.annual_report_columns import COLUMN, Cell
from degree_auth.domain.register.annual_report_header import (
    ROWS_SEARCHED,
    Header,
    Row,
    header_not_found,
    is_header,
    passed_over,
    read_header,
    repeats_header,
)
from degree_auth.domain.register.annual_report_row import RowMark, RowRead, RowReader
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.contradictions import contradictions
from degree_auth.domain.register.file_account import Remarks, SheetAccount
from degree_auth.domain.register.record import award_source, partition_of, values_of
from degree_auth.domain.register.report_file import ReportFile, ReportSheet
from degree_auth.domain.register.spoilt_columns import ColumnEvidence
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.services.register.ports import SeenAwards

_PROGRESS_ROWS = 1000
_LONG_NUMBER, _DAY = re.compile("[0-9]{15}"), re.compile(r"[12][0-9]{3}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}")
_FILLED_CELLS = 8
_SHEET_SHIFT = 40  # a row is named by one number: its sheet's place above these bits, its own number below
_COLUMNS_OF_WARNINGS = {
    "warning_birth_date_differs": "CSRQ",
    "warning_sex_differs": "XBM",
    "warning_number_unit_differs": "XWZSBH",
    "warning_number_level_differs": "XWZSBH",
    "warning_number_year_differs": "XWZSBH",
}


class Place(NamedTuple):
    """Where a row stands: its sheet's name, empty in a file of one sheet, and its number."""

    sheet: str
    row: int

    def __str__(self) -> str:
        return f"{self.sheet}!{self.row}" if self.sheet else str(self.row)


class RowKeeper(Protocol):
    """Whoever takes what is read."""

    def keep(self, place: Place, record: AwardRecord, partition: str, award: str, values: Sequence[str]) -> None:
        """Take the record of a row; `partition`, `award` and `values` as `domain/register/record.py` makes them."""

    def mark(self, place: Place, mark: RowMark, award: str, values: Sequence[str]) -> None:
        """Take a row that is marked as the deletion or correction of a record; it is none itself."""

    def blame(self, place: Place, problems: Sequence[Problem], see: Place | None = None) -> None:
        """Take a faulty row, and the row that it contradicts."""

    def warn(self, place: Place, problems: Sequence[Problem]) -> None:
        """Take what is doubtful about a row that is not faulty."""


@dataclass(slots=True)
class ReportReading:
    """A file being read, or read: its sheets' accounts and what was met in its rows. `today` is the day in Shanghai."""

    keeper: RowKeeper
    seen: SeenAwards
    progress: Callable[[int], None] = lambda rows: None
    today: date | None = None
    sheets: list[SheetAccount] = field(default_factory=list)
    warnings: Remarks = field(default_factory=Remarks)
    evidence: ColumnEvidence = field(default_factory=ColumnEvidence)
    row_without_end: int = 0

    def read(self, report: ReportFile) -> None:
        """Read a file to its end.

        Raises:
            Invalid: a rule that concerns the whole file; what was kept so far is of no use.
        """
        headless: list[Problem] = []
        for sheet in report.sheets:
            account = SheetAccount(name=sheet.name, hidden=sheet.hidden)
            self.sheets.append(account)
            sheet.remark = self._remark(sheet)
            above, header_row = _find_header(sheet.rows)
            if header_row is None:
                headless.append(self._pass_over(sheet, above))
                account.unread = sheet.physical - sheet.blank - sheet.deleted
            else:
                self._read_awards(sheet, account, above, header_row)
            self.row_without_end = self.row_without_end or sheet.row_without_end
            account.physical, account.blank, account.deleted = sheet.physical, sheet.blank, sheet.deleted
        if not any(account.header for account in self.sheets):
            raise Invalid(headless[:1] or [Problem("", "register_file_empty")])
        if not any(account.rows for account in self.sheets):
            raise Invalid([Problem("", "register_file_empty")])

    def problems(self, *, is_known_to_be_whole: bool = False) -> list[Problem]:
        """What stands against the file as a whole, now that it is read; the sender's own count or digest may have shown
        that nothing was cut off its end."""
        problems = self.evidence.problems(self.seen.duplicates())
        for problem, rows in self.evidence.doubts():
            self.warnings.count(problem.code, rows)
        if self.row_without_end and not is_known_to_be_whole:
            problems.append(Problem("", "register_last_row_cut", f"row {self.row_without_end}"))
        return problems

    def _remark(self, sheet: ReportSheet) -> Callable[[str, int], None]:
        def remark(code: str, row: int) -> None:
            self._warn(Place(sheet.name, row), [Problem("", code)])

        return remark

    def _pass_over(self, sheet: ReportSheet, above: Sequence[Row]) -> Problem:
        """Read a sheet without a header to its end, and name each of its rows.

        Raises:
            Invalid: it holds what looks like awards.
        """
        nearest = header_not_found(above)
        holds_awards = False
        for row, cells in chain(above, sheet.rows):
            holds_awards = holds_awards or _looks_like_award(cells)
            sheet.remark("warning_row_passed_over", row)
        detail = ", ".join(part for part in (sheet.name, nearest.detail) if part)
        if holds_awards and len(self.sheets) > 1:
            raise Invalid([Problem("", "register_sheet_unread", detail)])
        return Problem("", nearest.code, detail)

    def _read_awards(self, sheet: ReportSheet, account: SheetAccount, above: Sequence[Row], header_row: Row) -> None:
        number, names = header_row
        if any(_looks_like_award(cells) for _, cells in above):
            raise Invalid([Problem("", "register_rows_above_header", f"row {number}")])
        header = read_header(names, full=sheet.full)
        account.header_row, account.header, account.above_header = number, 1, len(above)
        account.columns_passed_over, account.columns_absent = passed_over(names, header), header.absent
        reader = RowReader(header, self.today)
        for row, cells in sheet.rows:
            if sheet.hidden:
                raise Invalid([Problem("", "register_sheet_hidden", sheet.name)])
            self._take(Place(sheet.name, row), cells, reader.read(cells), header, account)

    def _take(self, place: Place, cells: Sequence[Cell], read: RowRead, header: Header, account: SheetAccount) -> None:
        if read.record is None and is_header(cells):
            account.repeated_headers += 1
            if not repeats_header(cells, header):
                raise Invalid([Problem("", "register_header_changes", f"row {place}")])
            return
        self.evidence.meet_cells(cells, header)
        if read.record is None:
            self.evidence.meet_faults(read.problems)
            account.faulty += 1
            self.keeper.blame(place, read.problems)
        else:
            self._keep(place, read, read.record, account)
        if read.doubts:
            self._warn(place, read.doubts)
        if self.evidence.rows % _PROGRESS_ROWS == 0:
            self.progress(self.evidence.rows)

    def _keep(self, place: Place, read: RowRead, record: AwardRecord, account: SheetAccount) -> None:
        values, partition, award = values_of(record), partition_of(record), award_source(record)
        row = (len(self.sheets) - 1 << _SHEET_SHIFT) + place.row
        # Rows with a mark and rows without speak of different things: the one is no record, the other is.
        group = f"{read.mark}|" if read.mark else ""
        before, same = self.seen.meet(f"{group}{partition}#{award}", f"{group}{partition}", values, row)
        against_itself = contradictions(record)
        self.evidence.meet_record(record, against_itself)
        if before and not same:
            account.faulty += 1
            earlier = Place(self.sheets[before >> _SHEET_SHIFT].name, before & (1 << _SHEET_SHIFT) - 1)
            self.keeper.blame(place, [Problem("", "row_contradicts_another")], earlier)
            return
        if before:
            account.repeated += 1
        elif read.mark:
            account.marked += 1
            self.keeper.mark(place, read.mark, award, values)
        else:
            account.records += 1
            self.keeper.keep(place, record, partition, award, values)
        if against_itself:
            self._warn(place, [Problem(COLUMN[_COLUMNS_OF_WARNINGS[code]].label, code) for code in against_itself])

    def _warn(self, place: Place, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.warnings.add(problem.code, str(place))
        self.keeper.warn(place, problems)


def _find_header(rows: Iterator[Row]) -> tuple[list[Row], Row | None]:
    """The rows above the header, and the header; without one, the rows that were looked at."""
    above: list[Row] = []
    for row in islice(rows, ROWS_SEARCHED):
        if is_header(row[1]):
            return above, row
        above.append(row)
    return above, None


def _looks_like_award(cells: Sequence[Cell]) -> bool:
    """Whether a row may tell of an award: a long number beside something else, or a date among many filled cells."""
    texts = [str(cell) for cell in cells if cell is not None and cell != ""]
    has_number = len(texts) > 1 and any(map(_LONG_NUMBER.search, texts))
    return has_number or (len(texts) >= _FILLED_CELLS and any(map(_DAY.fullmatch, texts)))
