"""One row of an annual report file (学位授予信息年报), read into an award record: its cells held against each other.

The files are spreadsheet or DBF exports with one award a row; the columns may stand in any order and others may stand
between them. A fault is named by its column and the code of the rule, never by the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from degree_auth.domain.applications.certificate import is_unusual
from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.applications.identity import canonical_identity_number, number_fault
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.register.annual_report_columns import CELL_MERGED, COLUMN, MARK, Cell
from degree_auth.domain.register.annual_report_header import Header
from degree_auth.domain.register.annual_report_values import (
    CELL_READERS,
    OF_ANOTHER_COLUMN,
    CategoryRead,
    RowMark,
    read_cell,
)
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.garbled_text import (
    is_of_another_script,
)
from degree_auth.domain.register.office_notes import has_note, rule_of_remark
from degree_auth.domain.register.pinyin import reads_otherwise
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.text import code_form, is_common_ideographs

_YOUNGEST, _UNUSUALLY_YOUNG, _UNUSUALLY_OLD, _OLDEST = 10, 16, 80, 100  # years at the award
_YEAR = timedelta(days=366)
_FOREIGNERS_DOCUMENTS = (IdentityType.PASSPORT, IdentityType.PERMANENT_RESIDENCE_CARD)
_CHINESE_REGIONS = frozenset({"156", "158", "344", "446"})
_MISSPELT = 2  # characters
_PAIRS = (("(（", ")）"), ("[〔【", "]〕】"), ("“", "”"), ("《", "》"))
_SIGNS_IN_PAIRS = re.compile("[][()（）〔【〕】“”《》]|^'")


class RowRead(NamedTuple):
    """A row as it was read: its record, or the problems that it has instead; the doubts about it, and its mark."""

    record: AwardRecord | None
    problems: Sequence[Problem]
    doubts: Sequence[Problem]
    mark: RowMark | None = None


_EMPTY = dict.fromkeys(COLUMN, "")
_NO_INSTITUTIONS = Institutions(())


def is_blank(cells: Sequence[Cell]) -> bool:
    """Whether a row holds nothing at all, as the rows after the last one of a spreadsheet do."""
    return all(cell is None or cell == CELL_MERGED or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def read_row(cells: Sequence[Cell], header: Header) -> AwardRecord:
    """The award record of a row; `record_id` is left empty for the register to give.

    An empty identity number is accepted (old records have none): such a record never matches by itself.

    Raises:
        Invalid: every problem of the row, its `field` the column's label.
    """
    read = RowReader(header).read(cells)
    if read.record is None:
        raise Invalid(read.problems)
    return read.record


class RowReader:
    """Reads the rows under a header, each with all that is wrong with it and all that is doubtful.

    `today` is the day in Shanghai, without which no award is in the future; `institutions` knows the names of units.
    Where every row has more cells than the header, as where each line ends in a separator, the first row says how many.
    """

    def __init__(
        self, header: Header, today: date | None = None, institutions: Institutions = _NO_INSTITUTIONS
    ) -> None:
        self._header, self._today, self._institutions = header, today, institutions
        self._columns = [(code, place, CELL_READERS[code]) for code, place in header.places.items()]
        self._last = max(header.places.values())
        read = set(header.places.values())
        self._usual = 0
        self._remarks = [place for place in range(header.width) if place not in read]

    def read(self, cells: Sequence[Cell]) -> RowRead:
        """A row as it was read."""
        header, width = self._header, len(cells)
        if width <= self._last:
            cells = [*cells, *[None] * (self._last + 1 - width)]
        self._usual = self._usual or width
        problems: dict[str, str] = {}
        doubts: list[Problem] = []
        values: dict[str, Any] = _EMPTY.copy()
        for code, place, read in self._columns:
            cell = cells[place]
            value, rule, doubt = read(cell) if type(cell) is str else read_cell(cell, code)
            values[code] = value
            if rule:
                problems[code] = rule
            if doubt:
                doubts.append(Problem(COLUMN[code].label, doubt))
        _check_columns(values, problems, doubts, self._today)
        _hold_names_together(values, problems, doubts, self._institutions)
        faults = [Problem(COLUMN[code].label, rule) for code, rule in problems.items()] if problems else []
        for place in () if values[MARK] else self._remarks:
            remark = cells[place] if place < width else None
            if type(remark) is str and remark and (rule := rule_of_remark(remark)):
                (faults if rule.startswith("row") else doubts).append(Problem("", rule))
            if place in header.corrections and remark is not None and remark != "" and not is_blank([remark]):
                faults.append(Problem("", "row_corrected_beside"))
        if width < header.least:
            faults.insert(0, Problem("", "row_cells_missing"))
        if width > header.width and (not is_blank(cells[header.width :]) or self._is_too_wide(width)):
            # An unquoted separator has moved the cells along: no column can be trusted.
            faults.insert(0, Problem("", "row_cells_surplus"))
        return RowRead(None if faults else _record(values), faults, doubts, values[MARK] or None)

    def _is_too_wide(self, width: int) -> bool:
        """Whether a row of a text file has empty cells beyond the header that the first row has not."""
        return self._header.least > 0 and self._header.cells < width != self._usual

    def breaks_width(self, cells: Sequence[Cell]) -> bool:
        """Whether the first row of a text file had cells beyond the header's and this one has not: in which of them a
        separator is a part of a cell, nobody can say."""
        header = self._header
        return 0 < header.least <= len(cells) <= header.cells < self._usual


def _check_columns(
    values: Mapping[str, Any], problems: dict[str, str], doubts: list[Problem], today: date | None
) -> None:
    """What two columns of a row say together; a column is blamed once."""
    born, awarded = values["CSRQ"], values["HXWRQ"]
    if born and awarded:
        age = awarded.year - born.year - ((awarded.month, awarded.day) < (born.month, born.day))
        if awarded <= born:
            problems["HXWRQ"] = "row_award_before_birth"
        elif not _YOUNGEST <= age <= _OLDEST:
            problems["HXWRQ"] = "row_dates_apart"
        elif not _UNUSUALLY_YOUNG <= age <= _UNUSUALLY_OLD:
            doubts.append(Problem(COLUMN["HXWRQ"].label, "warning_age_unusual"))
    if awarded and today and awarded > today and "HXWRQ" not in problems:
        if awarded > today + _YEAR:
            problems["HXWRQ"] = "row_date_in_future"
        else:
            doubts.append(Problem(COLUMN["HXWRQ"].label, "warning_date_in_future"))
    if awarded and values["XWZSBH"] and is_unusual(code_form(values["XWZSBH"]), awarded):
        doubts.append(Problem(COLUMN["XWZSBH"].label, "warning_number_form"))
    kind, number = values["ZJLXM"], values["ZJHM"]
    if kind and number:
        rule = _number_rule(kind, number)
        if rule.startswith("row"):
            problems["ZJHM"] = rule
        elif rule:
            doubts.append(Problem(COLUMN["ZJHM"].label, rule))


def _hold_names_together(
    values: Mapping[str, Any], problems: dict[str, str], doubts: list[Problem], institutions: Institutions
) -> None:
    """What the texts of a row say together: the name with its pinyin, the unit's name with its code."""
    for code in ("XM", "ZSZYMC"):
        if values[code] and institutions.is_listed(values[code]):
            problems[code] = OF_ANOTHER_COLUMN
    name, pinyin, unit = values["XM"], values["XMPY"], values["XWSYDW"]
    if has_note(name):
        doubts.append(Problem(COLUMN["XM"].label, "warning_name_note"))
    differs = "XM" not in problems and bool(name) and reads_otherwise(name, pinyin)
    if differs and values["ZJLXM"] is IdentityType.RESIDENT_IDENTITY_CARD:
        doubts.append(Problem(COLUMN["XMPY"].label, "warning_pinyin_differs"))
    elif name and (differs or not pinyin) and is_common_ideographs(name) and _is_of_foreigner(values):
        if is_of_another_script(name):
            problems["XM"] = "row_text_decoded_twice"
        else:
            doubts.append(Problem(COLUMN["XM"].label, "warning_name_of_foreigner"))
    for code in ("XM", "XMPY", "XWSYDW", "ZSZYMC"):
        if _SIGNS_IN_PAIRS.search(values[code]) and _lacks_partner(values[code]):
            doubts.append(Problem(COLUMN[code].label, "warning_sign_alone"))
    if unit and values["XWSYDWM"] and (doubt := _unit_doubt(values["XWSYDWM"], unit, institutions)):
        doubts.append(Problem(COLUMN["XWSYDW"].label, doubt))


def _lacks_partner(text: str) -> bool:
    """Whether a bracket or a quotation mark stands alone, or an apostrophe before the first letter."""
    return text.startswith("'") or any(
        sum(map(text.count, opening)) != sum(map(text.count, closing)) for opening, closing in _PAIRS
    )


def _is_of_foreigner(values: Mapping[str, Any]) -> bool:
    return values["ZJLXM"] in _FOREIGNERS_DOCUMENTS and values["GBM"] not in _CHINESE_REGIONS


def _unit_doubt(code: str, name: str, institutions: Institutions) -> str:
    """The warning that a unit's name is worth: that of a unit with another code, which did not become this one; one in
    Latin letters, as no unit of the list is called; or one of its own names with a wrong character. A unit that has a
    spelling of its own is not doubted."""
    if not institutions.is_known(code) or institutions.has_name(code, name):
        return ""
    others = institutions.codes_named(name)
    if others:
        heir = institutions.successor(code, date.max)
        same = any(institutions.successor(other, date.max) == heir for other in others)
        return "" if same else "warning_unit_name_differs"
    if name.isascii():
        return "warning_unit_name_differs"
    is_near = any(_is_near(name, own) for own in institutions.all_names(code))
    return "warning_unit_name_misspelt" if is_near else ""


def _is_near(text: str, other: str) -> bool:
    """Whether a text is another one with one or two characters changed, added or lost."""
    if text == other or abs(len(text) - len(other)) > _MISSPELT or min(len(text), len(other)) < 2 * _MISSPELT:
        return False
    start = _same_beginning(text, other)
    rest, others = text[start:], other[start:]
    return max(len(rest), len(others)) - _same_beginning(rest[::-1], others[::-1]) <= _MISSPELT


def _same_beginning(text: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((place for place, (one, two) in pairs if one != two), min(len(text), len(other)))


def _number_rule(kind: IdentityType, number: str) -> str:
    """The rule that an identity number breaks, or the warning that it is worth.

    Only a resident's number has one form and one alone. The others changed over the years, and units write the number
    of another document of the same kind of holder: such a number is stored, and no claim equals it.
    """
    fault = number_fault(kind, canonical_identity_number(kind, number))
    if not fault:
        return ""
    if len(number) == 18 and number.isdecimal() and number.endswith("000"):
        return "row_number_spoilt"  # a spreadsheet keeps fifteen digits
    if kind is IdentityType.RESIDENT_IDENTITY_CARD or fault in _CERTAIN_FAULTS:
        return "row_identity_number_invalid"
    return "warning_identity_number_form"


_CERTAIN_FAULTS = frozenset({"identity_birth_date", "identity_check_character"})


def _record(values: Mapping[str, Any]) -> AwardRecord:
    category: CategoryRead = values["XWLBM"]
    return AwardRecord(
        record_id="",
        name=values["XM"],
        name_pinyin=values["XMPY"],
        sex=values["XBM"],
        birth_date=values["CSRQ"],
        country_code=values["GBM"],
        ethnic_group_code=values["MZM"],
        identity_type=values["ZJLXM"],
        identity_number=values["ZJHM"],
        institution_code=values["XWSYDWM"],
        institution_name=values["XWSYDW"],
        training_institution_code=values["PYDWM"],
        level=category.level,
        category_code=category.code,
        category_name=category.name,
        discipline_code=values["ZYDM"],
        discipline_name=values["ZSZYMC"],
        study_form=values["XXXSM"],
        award_date=values["HXWRQ"],
        certificate_number=values["XWZSBH"],
    )
