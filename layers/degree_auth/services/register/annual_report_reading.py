"""Reading an annual report file to its end: every row becomes a record, or is counted and named (A2, A11, N5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import NamedTuple, Protocol

from degree_auth.domain.applications.categories import CATEGORIES
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.register.annual_report_columns import COLUMN, MARK, Cell
from degree_auth.domain.register.annual_report_file import AnnualReportFile, AnnualReportSheet
from degree_auth.domain.register.annual_report_header import (
    ROWS_SEARCHED,
    Header,
    Row,
    columns_passed_over,
    header_not_found,
    is_header,
    read_header,
    repeats_header,
)
from degree_auth.domain.register.annual_report_row import RowRead, RowReader
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import (
    award_source,
    name_key_source,
    number_key_source,
    partition_of,
)
from degree_auth.domain.register.contradictions import contradictions
from degree_auth.domain.register.file_account import Remarks, SheetAccount
from degree_auth.domain.register.office_notes import is_list_of_withdrawn, is_sheet_of_withdrawn
from degree_auth.domain.register.record import comparable_values, values_of
from degree_auth.domain.register.spoilt_columns import ColumnEvidence
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.services.register.ports import SeenAwards

_PROGRESS_ROWS = 1000
MOST_MARKED = 2000
"""Marked rows of one file: each is held against the register in the last step of the import."""

_LONG_NUMBER = re.compile("[0-9]{15}")
_FACT = re.compile(
    r"[12][0-9]{3}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?(?:[ T].*)?|[1-9][0-9]{4}|" + "|".join(CATEGORIES)
)
"""A day, with or without a time; a unit's code; a category's code."""

_FILLED_CELLS = 8
_SUM = re.compile(r"\s*(合计|总计|共计|小计)")
_PART, _PART_BESIDE = Problem("", "row_cells_missing"), Problem("", "row_cells_missing", "beside")
_SHEET_SHIFT = 40  # a row is named by one number: its sheet's place above these bits, its own number below
_COLUMNS_OF_WARNINGS = {
    "warning_birth_date_differs": "CSRQ",
    "warning_sex_differs": "XBM",
    "warning_person_differs": "ZJHM",
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


class _Waiting(NamedTuple):
    """A marked row that waits until all rows are known."""

    place: Place
    mark: RowMark
    partition: str
    award: str
    values: Sequence[str]
    account: SheetAccount


class _Said(NamedTuple):
    """What the marked rows of an award say: the first of them, all that they say, and the first that says otherwise."""

    first: Place
    told: set[tuple[str, ...]]
    other: Place


@dataclass(slots=True)
class _Marks:
    """The marked rows of a file by their award, and the unmarked rows of the same awards."""

    said: dict[str, _Said] = field(default_factory=dict)
    unmarked: dict[str, Place] = field(default_factory=dict)
    waiting: list[_Waiting] = field(default_factory=list)


@dataclass(slots=True)
class AnnualReportReading:
    """A file being read, or read: its sheets' accounts and what was met in its rows. `today` is the day in Shanghai,
    `institutions` the list of units by which their names are looked at."""

    keeper: RowKeeper
    seen: SeenAwards
    institutions: Institutions
    progress: Callable[[int], None] = lambda rows: None
    today: date | None = None
    sheets: list[SheetAccount] = field(default_factory=list)
    warnings: Remarks = field(default_factory=Remarks)
    evidence: ColumnEvidence = field(default_factory=ColumnEvidence)
    row_without_end: int = 0
    _marks: _Marks | None = None

    def read(self, report: AnnualReportFile) -> None:
        """Read a file to its end.

        Raises:
            Invalid: a rule that concerns the whole file; what was kept so far is of no use.
        """
        headless: list[Problem] = []
        unread: list[Problem] = []
        for sheet in report.sheets:
            account = SheetAccount(name=sheet.name, hidden=sheet.hidden)
            self.sheets.append(account)
            sheet.remark = self._remark(sheet)
            above, header_row = _find_header(sheet.rows)
            if header_row is None:
                problem, holds_awards = self._pass_over(sheet, above)
                headless.append(problem)
                if holds_awards:
                    unread.append(Problem("", "register_sheet_unread", problem.detail))
                account.unread = sheet.physical - sheet.blank - sheet.deleted
            else:
                self._read_awards(sheet, account, above, header_row, report)
            self.row_without_end = self.row_without_end or sheet.row_without_end
            account.physical, account.blank, account.deleted = sheet.physical, sheet.blank, sheet.deleted
        self._conclude_marks()
        if not any(account.header for account in self.sheets):
            raise Invalid(headless[:1] or [Problem("", "register_file_empty")])
        if unread:
            raise Invalid(unread)
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

    def _remark(self, sheet: AnnualReportSheet) -> Callable[[str, int], None]:
        def remark(code: str, row: int) -> None:
            self._warn(Place(sheet.name, row), [Problem("", code)])

        return remark

    def _pass_over(self, sheet: AnnualReportSheet, above: Sequence[Row]) -> tuple[Problem, bool]:
        """Read a sheet without a header to its end, and name each of its rows: what to say of it, and whether it holds
        what looks like awards."""
        nearest = header_not_found(above)
        holds_awards = False
        for row, cells in chain(above, sheet.rows):
            holds_awards = holds_awards or _looks_like_award(cells)
            sheet.remark("warning_row_passed_over", row)
        detail = ", ".join(part for part in (sheet.name, nearest.detail) if part)
        return Problem("", nearest.code, detail), holds_awards

    def _read_awards(
        self,
        sheet: AnnualReportSheet,
        account: SheetAccount,
        above: Sequence[Row],
        header_row: Row,
        report: AnnualReportFile,
    ) -> None:
        number, names = header_row
        header = read_header(names, full=sheet.full)
        named = set(header.places.values())
        joined = [cell for place, cell in enumerate(names) if place not in named]
        if any(_looks_like_award(cells) for cells in (*(cells for _, cells in above), joined)):
            raise Invalid([Problem("", "register_rows_above_header", f"row {number}")])
        titles = (cell for _, cells in above for cell in cells if isinstance(cell, str))
        if MARK not in header.places and (is_sheet_of_withdrawn(sheet.name) or any(map(is_list_of_withdrawn, titles))):
            raise Invalid([Problem("", "register_list_withdrawn", sheet.name)])
        account.header_row, account.header, account.above_header = number, 1, len(above)
        if MARK in header.places and self._marks is None:
            self._marks = _marks_of(report.again(), self.today, self.institutions)
        account.columns_passed_over, account.columns_absent = columns_passed_over(names, header), header.absent_columns
        reader = RowReader(header, self.today, self.institutions)
        before: tuple[Place, Sequence[Cell], RowRead] | None = None
        for row, cells in sheet.rows:
            if sheet.hidden:
                raise Invalid([Problem("", "register_sheet_hidden", sheet.name)])
            read = reader.read(cells)
            if reader.breaks_width(cells) and not is_header(cells):
                raise Invalid([Problem("", "register_rows_uneven", f"row {row}")])
            if row in sheet.noted:
                self._warn(Place(sheet.name, row), [Problem("", "warning_row_noted")])
            if before:
                place, cells_before, read_before = before
                is_uncertain = _is_part(read, cells)
                self._take(
                    place, cells_before, _refuse_doubtful(read_before) if is_uncertain else read_before, header, account
                )
                if _is_part(read_before, cells_before):
                    read = _refuse_doubtful(read)
            before = Place(sheet.name, row), cells, read
        if before:
            self._take(*before, header, account)

    def _take(self, place: Place, cells: Sequence[Cell], read: RowRead, header: Header, account: SheetAccount) -> None:
        if read.record is None and is_header(cells):
            account.repeated_headers += 1
            if not repeats_header(cells, header):
                raise Invalid([Problem("", "register_header_changes", f"row {place}")])
            return
        self.evidence.meet_cells(cells, header)
        if read.record is None:
            self.evidence.meet_faults(read.problems, cells, header)
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
        key = f"{partition}#{award}"
        against_itself = contradictions(record)
        number = number_key_source(record.identity_type, record.identity_number)
        if number and self.seen.meet_person(number, name_key_source(record.name, record.birth_date)):
            against_itself = (*against_itself, "warning_person_differs")
        self.evidence.meet_record(record, [*against_itself, *(doubt.code for doubt in read.doubts)])
        if self._marks and (read.mark or key in self._marks.said):
            if read.mark:
                self._marks.waiting.append(_Waiting(place, read.mark, partition, award, values, account))
            else:
                self._marks.unmarked[key] = place
                self._blame_contradiction(place, self._marks.said[key][0], account)
                return
        elif self._is_first_of_award(place, key, partition, values, account):
            account.records += 1
            self.keeper.keep(place, record, partition, award, values)
        if against_itself:
            self._warn(place, [Problem(COLUMN[_COLUMNS_OF_WARNINGS[code]].label, code) for code in against_itself])

    def _is_first_of_award(
        self, place: Place, key: str, partition: str, values: Sequence[str], account: SheetAccount
    ) -> bool:
        """Whether a row is the first of the file to tell of its award; the first one is kept.

        A later row of the same award with the same values is a repeat: counted, and kept no second time. A later row
        with other values contradicts the first: it is faulty, not kept, and named with the first in the errors file. A
        row that shares its certificate number with another award is kept with a warning. Values are compared as
        `comparable_values` gives them.
        """
        row = (len(self.sheets) - 1 << _SHEET_SHIFT) + place.row
        met = self.seen.meet(key, partition, comparable_values(values), row)
        if met.is_same:
            account.repeated += 1
        elif met.first:
            earlier = Place(self.sheets[met.first >> _SHEET_SHIFT].name, met.first & (1 << _SHEET_SHIFT) - 1)
            self._blame_contradiction(place, earlier, account)
        elif met.shared_with:
            self._warn(place, [Problem(COLUMN["XWZSBH"].label, "warning_number_shared")])
        return not met.first

    def _blame_contradiction(self, place: Place, other: Place, account: SheetAccount) -> None:
        account.faulty += 1
        self.keeper.blame(place, [Problem("", "row_contradicts_another")], other)

    def _conclude_marks(self) -> None:
        """Take the marked rows, but those of an award of which the file tells otherwise too: nobody can say which of
        the rows is meant."""
        if self._marks is None:
            return
        taken: set[str] = set()
        for each in self._marks.waiting:
            key = f"{each.partition}#{each.award}"
            first, told, other = self._marks.said[key]
            if key in self._marks.unmarked or len(told) > 1:
                see = self._marks.unmarked.get(key) or (first if each.place != first else other)
                self._blame_contradiction(each.place, see, each.account)
            elif key in taken:
                each.account.repeated += 1
            else:
                taken.add(key)
                each.account.marked += 1
                self.keeper.mark(each.place, each.mark, each.award, each.values)

    def _warn(self, place: Place, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.warnings.add(problem.code, str(place))
        self.keeper.warn(place, problems)


def _marks_of(report: AnnualReportFile, today: date | None, institutions: Institutions) -> _Marks:
    """What the marked rows of a file say, before any row is taken.

    Raises:
        Invalid: a rule that concerns the whole file; more marked rows than a file may have among them.
    """
    marks, rows = _Marks(), 0
    for sheet in report.sheets:
        _, header_row = _find_header(sheet.rows)
        header = read_header(header_row[1], full=sheet.full) if header_row else None
        reader = RowReader(header, today, institutions) if header and MARK in header.places else None
        for row, cells in sheet.rows:
            read = reader.read(cells) if reader else None
            if read and read.record and read.mark:
                rows += 1
                key = f"{partition_of(read.record)}#{award_source(read.record)}"
                place, told = Place(sheet.name, row), (read.mark, *comparable_values(values_of(read.record)))
                said = marks.said.setdefault(key, _Said(place, {told}, place))
                if told not in said.told:
                    said.told.add(told)
                    marks.said[key] = said._replace(other=place if len(said.told) == 2 else said.other)
            if rows > MOST_MARKED:
                raise Invalid([Problem("", "register_marks_too_many", str(MOST_MARKED))])
    return marks


def _is_part(read: RowRead, cells: Sequence[Cell]) -> bool:
    """Whether a row has too few cells of its own, and so may be a part of another one: not a heading, and not the line
    under a table that adds it up."""
    if not read.problems or read.problems[0] != _PART or is_header(cells):
        return False
    first = next((cell for cell in cells if cell not in (None, "")), "")
    return not _SUM.match(str(first))


def _refuse_doubtful(read: RowRead) -> RowRead:
    """A row beside one that has too few cells: a line end inside a cell may have parted them, and then the rest of this
    row's cell stands there."""
    return read._replace(record=None, problems=[*read.problems, _PART_BESIDE]) if read.record else read


def _find_header(rows: Iterator[Row]) -> tuple[list[Row], Row | None]:
    """The rows above the header, and the header; without one, the rows that were looked at."""
    above: list[Row] = []
    for row in islice(rows, ROWS_SEARCHED):
        if is_header(row[1]):
            return above, row
        above.append(row)
    return above, None


def _looks_like_award(cells: Sequence[Cell]) -> bool:
    """Whether a row may tell of an award: a long number beside something else, or what awards hold among many
    filled cells."""
    texts = [str(cell) for cell in cells if cell is not None and cell != ""]
    has_number = len(texts) > 1 and any(map(_LONG_NUMBER.search, texts))
    return has_number or (len(texts) >= _FILLED_CELLS and any(map(_FACT.fullmatch, texts)))
