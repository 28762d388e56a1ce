"""Values that were spoilt before the file reached us, visible only over a column.

A spreadsheet keeps fifteen digits of a number and makes the others 0; a column that was sorted by itself no longer fits
its rows; a change of the calendar's epoch or of the time zone shifts all dates alike. One such value may be honest, a
column of them is not. The limit: an honest column, in which each value bears the mark with a known small chance, is
taken for a spoilt one in one case of 10^9 (Chernoff's bound). A column that was filled by a spreadsheet's handle counts
up from row to row, where nothing else of the row changes. Each unit is looked at as well, because a file that was
put together from several may be spoilt in one part; and so is each run of rows in file and unit (a cumulative sum of
log-likelihood ratios, Page 1954), because one part of a unit's rows may have gone through a spreadsheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from math import log, log1p

from degree_auth.domain.applications.certificate import facts_in
from degree_auth.domain.applications.identity import birth_date_in, canonical_identity_number, carries_person
from degree_auth.domain.register.annual_report_cells import unwrap
from degree_auth.domain.register.annual_report_columns import COLUMN, Cell
from degree_auth.domain.register.annual_report_header import Header
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Problem
from degree_auth.domain.shared.text import code_form, phrase_key

_FALSE_ALARMS = 1e-9
_CERTAINTY = -log(_FALSE_ALARMS)
_DOUBT = -log(1e-3)
"""Evidence that is worth a look: an honest column has so much of it in one case of a thousand."""

_ROUNDING = 1e-9
_KEPT_DIGITS = 15
_TENTHS = tuple(0.1**digits for digits in range(10))
_UNITS = 5_000  # the units counted one by one, so that memory stays constant; the others count in the whole alone
_SHIFTS = 1_000
_ENOUGH_ROWS = 10
_SUSPICIOUS_SHARE = 0.25
_ROUNDED = 0.9
"""How often a number bears the mark where numbers were rounded: some rows among them hold text that survived."""

_CHANCES = {
    **{"three_zeros": 0.01, "shift": 0.02, "apart": 0.05, "pinyin": 0.2, "sharing": 0.01, "veiled": 0.001},
    **{"person": 0.02, "discipline": 0.02, "first_day": 0.05, "field": 0.1},
}
"""How often an honest value bears the mark: an identity number that ends in 000; two dates that differ by the one
number of days; an identity or certificate number that contradicts its row, or the name of another unit; a pinyin that
does not begin like the name (minorities write theirs in their own way); a certificate number that another award of the
file bears too; a name with a sign that also stands for characters left out; an identity number under which another row
names somebody else; a discipline's name beside a code that has another name everywhere else; a birth on the first of
January; a discipline of another field than the category. A certificate number ends in a 0 in one
case of ten, for each digit beyond the fifteenth."""

_INVALID_NUMBER = (COLUMN["ZJHM"].label, "row_identity_number_invalid")
_IDENTITY_DIGITS, _STEP = 18, 16
"""A number of 18 digits that went through binary floating point (IEEE 754, 53 bits) is a multiple of 16. Few that were
changed so pass the check by chance; where most that fail it are such multiples, those few cannot be told apart."""

_OF_PERSONS = frozenset({"warning_birth_date_differs", "warning_sex_differs"})
_OF_NAMES = frozenset({"warning_pinyin_differs", "warning_unit_name_differs"})
_OF_NUMBERS = frozenset({f"warning_number_{fact}_differs" for fact in ("unit", "level", "year")})
_PAIRS, _OFTEN = 20_000, 3
"""Codes and names of disciplines that are counted together; how often both stand in a file of which one pair is odd."""

_FILLED = (
    *(("HXWRQ", "", 5), ("XXXSM", "", 5), ("XWSYDWM", "XWSYDW", 5), ("ZYDM", "ZSZYMC", 5), ("XWLBM", "ZSZYMC", 5)),
    *(("ZYDM", "", 12), ("XWLBM", "", 8), ("MZM", "", 8), ("GBM", "", 8)),
)
"""Columns, and how often in a row a value counts up by one where a handle was pulled down: a code after few steps where
the name beside it stays the same, and after more where a file may be sorted, with one row for each code."""

_YEARS_APART = 1  # a certificate may be numbered in the year before or after its award

_CHANCE_OF = {"XMPY": "pinyin", "ZJHM": "person"}
_VEILS = re.compile("[○◯〇●＊*×■□]|某$|某某")


def is_improbable(marked: int, total: int, chance: float) -> bool:
    """Whether so many marks among `total` values come about in fewer than one of 10^9 honest columns."""
    return evidence_of(marked, total, chance) >= _CERTAINTY - _ROUNDING


def evidence_of(marked: int, total: int, chance: float) -> float:
    """The exponent of Chernoff's bound: so many marks or more come about in at most e to the minus this."""
    share = marked / total if total else 0.0
    if share <= chance:
        return 0.0
    rest = (1 - share) * (log1p(-share) - log1p(-chance)) if share < 1 else 0.0
    return total * (share * log(share / chance) + rest)


class _Marks:
    """How many values bear a mark, and the strongest run of them."""

    __slots__ = ("_run", "begins", "ends", "evidence", "expected", "marked", "starts", "total")

    def __init__(self) -> None:
        self.marked = self.total = self.begins = self.ends = self.starts = 0
        self.expected = self.evidence = self._run = 0.0

    def add(self, marked: bool, chance: float, row: int) -> None:
        """Count a value; an honest one bears the mark with this chance. `row` is its place among those counted."""
        self.total += 1
        self.expected += chance
        if marked:
            self.marked += 1
            if self._run <= 0:
                self._run, self.starts = 0.0, row
            self._run += log(_ROUNDED / chance)
            if self._run > self.evidence:
                self.evidence, self.begins, self.ends = self._run, self.starts, row
        elif self._run > 0:
            self._run += log((1 - _ROUNDED) / (1 - chance))

    @property
    def chance(self) -> float:
        """The mean chance of an honest value here."""
        return self.expected / self.total if self.total else 0.0

    @property
    def are_doubtful(self) -> bool:
        """Whether the marks are more than chance explains well, or all values bear one."""
        surplus = evidence_of(self.marked, self.total, self.chance)
        return 0 < self.marked == self.total or max(surplus, self.evidence - log(max(self.total, 1))) >= _DOUBT

    @property
    def damage(self) -> str:
        """How the values are spoilt, on the whole or in a run; empty when they may be honest."""
        if is_improbable(self.marked, self.total, self.chance):
            return f"{self.marked} of {self.total}"
        # Each row may begin a run, so that a long file has as many chances of a false alarm.
        if self.evidence >= _CERTAINTY + log(max(self.total, 1)):
            return f"between rows {self.begins} and {self.ends} of data"
        return ""


class ColumnEvidence:
    """Counts over the rows of one file; `problems` says which columns are spoilt."""

    def __init__(self) -> None:
        self.rows = 0
        self._zeros: dict[str, _Marks] = {"": _Marks()}
        self._three_zeros, self._doubles = _Marks(), _Marks()
        self._names = self._veiled = 0
        self._persons = self._records = self._named = self._spelt = 0
        self._institutions: set[str] = set()
        self._units: Counter[str] = Counter()
        self._shifts: Counter[int] = Counter()
        self._differing: Counter[str] = Counter()
        self._faults: Counter[tuple[str, str]] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._unnumbered = self._first_days = self._fields = self._fields_apart = 0
        self._before: Sequence[Cell] = ()
        self._steps: Counter[tuple[str, str]] = Counter()
        self._runs: dict[str, tuple[int, int]] = {}

    def meet_cells(self, cells: Sequence[Cell], header: Header) -> None:
        """Count a row as it stands, whether or not it can be read."""
        self.rows += 1
        self._meet_steps(cells, header)
        number = _digits(cells, header, "XWZSBH")
        if len(number) > _KEPT_DIGITS and number.isdecimal():
            rounded, chance = not number[_KEPT_DIGITS:].strip("0"), _TENTHS[min(len(number) - _KEPT_DIGITS, 9)]
            self._zeros[""].add(rounded, chance, self.rows)
            unit = self._zeros.get(number[:5])
            if unit is None and len(self._zeros) <= _UNITS:
                unit = self._zeros[number[:5]] = _Marks()
            if unit is not None:
                unit.add(rounded, chance, self.rows)
        identity = _digits(cells, header, "ZJHM")
        if len(identity) == 18 and identity[:17].isdecimal():
            self._three_zeros.add(identity.endswith("000"), _CHANCES["three_zeros"], self.rows)
        name = _text(cells, header, "XM")
        if name:
            self._names += 1
            self._veiled += _VEILS.search(name) is not None

    def _meet_steps(self, cells: Sequence[Cell], header: Header) -> None:
        """Count how often in a row a column went up by one."""
        before, self._before = self._before, cells
        places, width = header.places, min(len(cells), len(before))
        for code, named_by, least in _FILLED:
            place, name = places.get(code, width), places.get(named_by, width) if named_by else 0
            if max(place, name) >= width:
                continue
            cell, former = cells[place], before[place]
            is_step = cell != former and (not named_by or cells[name] == before[name]) and _is_next(former, cell, code)
            key = code, named_by
            self._steps[key] = steps = self._steps[key] + 1 if is_step else 0
            if steps >= least and steps > self._runs.get(code, (0, 0))[0]:
                self._runs[code] = steps, self.rows

    def meet_record(self, record: AwardRecord, contradictions: Sequence[str]) -> None:
        """Count a row that was read, with what it says against itself."""
        self._records += 1
        self._named += record.institution_name != ""
        self._spelt += record.name_pinyin != ""
        self._differing.update(_OF_NAMES.intersection(contradictions))
        if len(self._institutions) < _UNITS:
            self._institutions.add(record.institution_code)
        if not _OF_NUMBERS.isdisjoint(contradictions):
            self._meet_number(record, contradictions)
        self._meet_discipline(record)
        number = canonical_identity_number(record.identity_type, record.identity_number)
        if not number:
            self._unnumbered += 1
            self._first_days += (record.birth_date.month, record.birth_date.day) == (1, 1)
        self._differing["warning_person_differs"] += "warning_person_differs" in contradictions
        if not number or not carries_person(record.identity_type, number):
            return
        self._persons += 1
        self._differing.update(_OF_PERSONS.intersection(contradictions))
        if "warning_birth_date_differs" in contradictions and len(self._shifts) < _SHIFTS:
            born = birth_date_in(number)
            if born is not None:
                self._shifts[(record.birth_date - born).days] += 1

    def _meet_discipline(self, record: AwardRecord) -> None:
        code = record.discipline_code
        if not code:
            return
        pair = code, phrase_key(record.discipline_name)
        if pair in self._pairs or len(self._pairs) < _PAIRS:
            self._pairs[pair] += 1
        self._fields += 1
        self._fields_apart += record.category_code[1:][-4:][:2] != code[:2]

    def _meet_number(self, record: AwardRecord, contradictions: Sequence[str]) -> None:
        facts = facts_in(code_form(record.certificate_number))
        if facts is None:
            return
        unit, _, year = facts
        if "warning_number_unit_differs" in contradictions and (unit in self._units or len(self._units) < _UNITS):
            self._units[unit] += 1
        self._differing["level"] += "warning_number_level_differs" in contradictions
        self._differing["year"] += abs(year - record.award_date.year) > _YEARS_APART

    def meet_faults(self, problems: Sequence[Problem], cells: Sequence[Cell], header: Header) -> None:
        """Count a row that could not be read."""
        for problem in problems:
            self._faults[problem.field, problem.code] += 1
            if (problem.field, problem.code) == _INVALID_NUMBER:
                number = _digits(cells, header, "ZJHM")
                if len(number) == _IDENTITY_DIGITS and number.isdecimal():
                    self._doubles.add(int(number) % _STEP == 0, 1 / _STEP, self.rows)

    def problems(self, sharing: int = 0) -> list[Problem]:
        """The columns that are spoilt; `sharing` are the awards that share a certificate number with another."""
        return [
            *self._lost_digits(sharing),
            *self._veiled_names(),
            *self._filled_columns(),
            *self._misplaced_columns(),
            *self._faulty_columns(),
        ]

    def doubts(self) -> list[tuple[Problem, int]]:
        """What is no proof and worth a look, with the number of rows: what stands in a column more often than chance
        explains."""
        found: list[tuple[Problem, int]] = []
        marks = self._zeros[""]
        if marks.are_doubtful and not marks.damage:
            found.append((Problem(COLUMN["XWZSBH"].label, "warning_numbers_end_in_zero"), marks.marked))
        counted = (
            ("ZSZYMC", "warning_discipline_code_differs", *self._odd_pairs(), "discipline"),
            ("CSRQ", "warning_births_on_first_of_year", self._first_days, self._unnumbered, "first_day"),
            ("ZYDM", "warning_field_differs", self._fields_apart, self._fields, "field"),
        )
        found += [
            (Problem(COLUMN[column].label, code), marked)
            for column, code, marked, total, chance in counted
            if marked and evidence_of(marked, total, _CHANCES[chance]) >= _DOUBT
        ]
        return found

    def _odd_pairs(self) -> tuple[int, int]:
        """How many rows have a discipline's code and name that stand together nowhere else, though each of them often
        stands in the file; and how many rows have both."""
        codes: Counter[str] = Counter()
        names: Counter[str] = Counter()
        for (code, name), rows in self._pairs.items():
            codes[code] += rows
            names[name] += rows
        odd = sum(
            rows == 1 and codes[code] >= _OFTEN and names[name] >= _OFTEN for (code, name), rows in self._pairs.items()
        )
        return odd, self._pairs.total()

    def _filled_columns(self) -> list[Problem]:
        """The columns that count up from row to row."""
        return [
            Problem(COLUMN[code].label, "register_column_filled", f"rows {last - steps} to {last} of data")
            for code, (steps, last) in self._runs.items()
        ]

    def _lost_digits(self, sharing: int) -> list[Problem]:
        found = []
        spoilt = {unit: how for unit, marks in self._zeros.items() if (how := marks.damage)}
        if not spoilt and self._share_rounded_numbers(sharing):
            marks = self._zeros[""]
            spoilt[""] = f"{marks.marked} of {marks.total}, {sharing} shared"
        if spoilt:
            unit = "" if "" in spoilt else min(spoilt)
            found.append(_spoilt_column("XWZSBH", spoilt[unit] + (f", unit {unit}" if unit else "")))
        if how := self._three_zeros.damage or self._doubles.damage:
            found.append(_spoilt_column("ZJHM", how))
        return found

    def _share_rounded_numbers(self, sharing: int) -> bool:
        """Whether different people share numbers because those were rounded: both marks together cannot be chance."""
        marks = self._zeros[""]
        if not sharing or marks.marked < max(2, marks.total * _SUSPICIOUS_SHARE):
            return False
        # Of those that share one number, the first shares it with nobody yet.
        shared = evidence_of(sharing - 1, self.rows, _CHANCES["sharing"])
        return shared + evidence_of(marks.marked, marks.total, marks.chance) >= _CERTAINTY

    def _veiled_names(self) -> list[Problem]:
        if not is_improbable(self._veiled, self._names, _CHANCES["veiled"]):
            return []
        detail = f"{self._veiled} of {self._names}"
        return [Problem(COLUMN["XM"].label, "register_names_veiled", detail)]

    def _misplaced_columns(self) -> list[Problem]:
        days, shifted = max(self._shifts.items(), key=lambda item: item[1], default=(0, 0))
        if is_improbable(shifted, self._persons, _CHANCES["shift"]):
            detail = f"{shifted} of {self._persons}, {days:+d} days"
            return [Problem(COLUMN["CSRQ"].label, "register_column_days_shifted", detail)]
        # The number of a unit that has another code today is honest; that of another unit of the file is another row's.
        others = sum(count for unit, count in self._units.items() if unit in self._institutions)
        counted = (
            ("XMPY", self._differing["warning_pinyin_differs"], self._spelt),
            ("XWSYDW", self._differing["warning_unit_name_differs"], self._named),
            ("CSRQ", self._differing["warning_birth_date_differs"], self._persons),
            ("XBM", self._differing["warning_sex_differs"], self._persons),
            ("ZJHM", self._differing["warning_person_differs"], self._records),
            ("XWZSBH", max(others, self._differing["level"]), self._records),
            ("HXWRQ", self._differing["year"], self._records),
        )
        return [
            Problem(COLUMN[column].label, "register_columns_apart", f"{differing} of {total}")
            for column, differing, total in counted
            if total >= _ENOUGH_ROWS and is_improbable(differing, total, _CHANCES[_CHANCE_OF.get(column, "apart")])
        ]

    def _faulty_columns(self) -> list[Problem]:
        garbled = sum(count for (_, code), count in self._faults.items() if code == "row_text_decoded_twice")
        if garbled > 1 and 5 * garbled >= self.rows:
            return [Problem("", "register_text_decoded_twice", f"{garbled} of {self.rows}")]
        return [
            Problem(label, "register_column_faulty", f"{code}: {count} of {self.rows}")
            for (label, code), count in self._faults.items()
            if count >= _ENOUGH_ROWS and 2 * count > self.rows
        ]


def _spoilt_column(code: str, detail: str) -> Problem:
    return Problem(COLUMN[code].label, "register_column_spoilt", detail)


def _is_next(former: Cell, cell: Cell, code: str) -> bool:
    """Whether a value is the one after another: a code that is one more, the next day."""
    if code == "HXWRQ":
        one, other = _day_number(former), _day_number(cell)
        return one > 0 and other - one == 1
    if type(former) is str and type(cell) is str:
        # A shortcut: the last digit alone tells most apart.
        if _NEXT_DIGIT.get(former[-1:]) != cell[-1:]:
            return False
        return cell.isdecimal() and former.isdecimal() and int(cell) - int(former) == 1
    return type(former) is int and type(cell) is int and cell - former == 1


_NEXT_DIGIT = dict(zip("0123456789", "1234567890", strict=True))


@lru_cache(4096)
def _day_number(cell: Cell) -> int:
    """The days from the beginning of the calendar to a cell's day; 0 for a cell that holds none."""
    if type(cell) is not str:
        return cell.toordinal() if isinstance(cell, date) else 0
    try:
        return parse_date(cell).toordinal()
    except ValueError:
        return 0


def _text(cells: Sequence[Cell], header: Header, code: str) -> str:
    place = header.places.get(code, len(cells))
    cell = cells[place] if place < len(cells) else None
    return cell if type(cell) is str else ""


def _digits(cells: Sequence[Cell], header: Header, code: str) -> str:
    place = header.places.get(code, len(cells))
    cell = cells[place] if place < len(cells) else None
    if type(cell) is str:
        return cell if cell.isalnum() else unwrap(cell).removeprefix("'")
    return str(cell) if isinstance(cell, int) else ""
