"""Values that were spoilt before the file reached us, visible only over a column.

A spreadsheet keeps fifteen digits of a number and makes the others 0; a column that was sorted by itself no longer fits
its rows; a change of the calendar's epoch or of the time zone shifts all dates alike. One such value may be honest, a
column of them is not. The limit: an honest column, in which each value bears the mark with a known small chance, is
taken for a spoilt one in one case of 10^9 (Chernoff's bound). Each unit is looked at as well, because a file that was
put together from several may be spoilt in one part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log

from degree_auth.domain.applications.identity import birth_date_in, canonical_identity_number, carries_person
from degree_auth.domain.register.annual_report_columns import COLUMN, Cell
from degree_auth.domain.register.annual_report_header import Header
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.shared.errors import Problem

_FALSE_ALARMS = 1e-9
_KEPT_DIGITS = 15
_UNITS = 5_000  # the units counted one by one, so that memory stays constant; the others count in the whole alone
_SHIFTS = 1_000
_ENOUGH_ROWS = 10
_SUSPICIOUS_ROWS, _SUSPICIOUS_SHARE = 4, 0.25
_CHANCES = {"zeros": 0.1, "three_zeros": 0.01, "shift": 0.02, "apart": 0.05, "sharing": 0.02}
"""How often an honest value bears the mark: a serial that ends in 0; an identity number that ends in 000; two dates
that differ by the one number of days; an identity number that contradicts its row; a certificate number that another
award of the file bears too."""


def is_improbable(marked: int, total: int, chance: float) -> bool:
    """Whether so many marks among `total` values come about in fewer than one of 10^9 honest columns."""
    share = marked / total if total else 0.0
    if share <= chance:
        return False
    rest = (1 - share) * log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return total * (share * log(share / chance) + rest) >= -log(_FALSE_ALARMS)


class ColumnEvidence:
    """Counts over the rows of one file; `problems` says which columns are spoilt."""

    def __init__(self) -> None:
        self.rows = 0
        self._zeros: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._three_zeros: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._persons = 0
        self._shifts: Counter[int] = Counter()
        self._differing: Counter[str] = Counter()
        self._faults: Counter[tuple[str, str]] = Counter()
        self._texts = 0

    def meet_cells(self, cells: Sequence[Cell], header: Header) -> None:
        """Count a row as it stands, whether or not it can be read."""
        self.rows += 1
        number = _digits(cells, header, "XWZSBH")
        if len(number) > _KEPT_DIGITS and number.isdecimal():
            self._count(self._zeros, number[:5], not number[_KEPT_DIGITS:].strip("0"))
        identity = _digits(cells, header, "ZJHM")
        if len(identity) == 18 and identity[:17].isdecimal():
            self._count(self._three_zeros, "", identity.endswith("000"))

    def meet_record(self, record: AwardRecord, contradictions: Sequence[str]) -> None:
        """Count a row that was read, with what it says against itself."""
        number = canonical_identity_number(record.identity_type, record.identity_number)
        if not number or not carries_person(record.identity_type, number):
            return
        self._persons += 1
        for code in contradictions:
            self._differing[code] += 1
        if "warning_birth_date_differs" in contradictions and len(self._shifts) < _SHIFTS:
            born = birth_date_in(number)
            if born is not None:
                self._shifts[(record.birth_date - born).days] += 1

    def meet_faults(self, problems: Sequence[Problem]) -> None:
        """Count a row that could not be read."""
        for problem in problems:
            self._faults[problem.field, problem.code] += 1

    def problems(self, sharing: int = 0) -> list[Problem]:
        """The columns that are spoilt; `sharing` are the awards that share a certificate number with another."""
        return [*self._lost_digits(sharing), *self._misplaced(), *self._faulty()]

    def _count(self, groups: defaultdict[str, list[int]], unit: str, marked: bool) -> None:
        for group in ("", unit) if unit and (unit in groups or len(groups) < _UNITS) else ("",):
            groups[group][0] += marked
            groups[group][1] += 1

    def _lost_digits(self, sharing: int) -> list[Problem]:
        found = []
        for code, groups, chance in (
            ("XWZSBH", self._zeros, _CHANCES["zeros"]),
            ("ZJHM", self._three_zeros, _CHANCES["three_zeros"]),
        ):
            spoilt = {unit: of for unit, of in groups.items() if is_improbable(of[0], of[1], chance)}
            marked, total = groups[""]
            if code == "XWZSBH" and sharing and self._share_rounded_numbers(marked, total, sharing):
                spoilt[""] = groups[""]
            if spoilt:
                unit = "" if "" in spoilt else min(spoilt)
                where = f", unit {unit}" if unit else ""
                detail = f"{spoilt[unit][0]} of {spoilt[unit][1]}{where}"
                found.append(Problem(COLUMN[code].label, "register_column_spoilt", detail))
        return found

    def _share_rounded_numbers(self, marked: int, total: int, sharing: int) -> bool:
        """Whether different people share numbers because those were rounded: all of a few, or a part of many."""
        if marked == total:
            return total >= _SUSPICIOUS_ROWS
        return is_improbable(sharing, self.rows, _CHANCES["sharing"]) and marked >= total * _SUSPICIOUS_SHARE

    def _misplaced(self) -> list[Problem]:
        days, shifted = max(self._shifts.items(), key=lambda item: item[1], default=(0, 0))
        if is_improbable(shifted, self._persons, _CHANCES["shift"]):
            detail = f"{shifted} of {self._persons}, {days:+d} days"
            return [Problem(COLUMN["CSRQ"].label, "register_column_days_shifted", detail)]
        if self._persons < _ENOUGH_ROWS:
            return []
        return [
            Problem(COLUMN[column].label, "register_columns_apart", f"{self._differing[code]} of {self._persons}")
            for column, code in (("CSRQ", "warning_birth_date_differs"), ("XBM", "warning_sex_differs"))
            if is_improbable(self._differing[code], self._persons, _CHANCES["apart"])
        ]

    def _faulty(self) -> list[Problem]:
        garbled = sum(count for (_, code), count in self._faults.items() if code == "row_text_decoded_twice")
        if garbled > 1 and 5 * garbled >= self.rows:
            return [Problem("", "register_text_decoded_twice", f"{garbled} of {self.rows}")]
        return [
            Problem(label, "register_column_faulty", f"{code}: {count} of {self.rows}")
            for (label, code), count in self._faults.items()
            if count >= _ENOUGH_ROWS and 2 * count > self.rows
        ]


def _digits(cells: Sequence[Cell], header: Header, code: str) -> str:
    place = header.places.get(code, len(cells))
    cell = cells[place] if place < len(cells) else None
    return str(cell).strip().removeprefix("'") if isinstance(cell, (str, int)) else ""
