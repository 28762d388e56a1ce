"""One row of an annual report file (学位授予信息年报), read into an award record.

The files are spreadsheet or DBF exports with one award a row; the columns may stand in any order and others may stand
between them. A fault is named by its column and the code of the rule, never by the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeVar

from degree_auth.domain.applications.categories import CATEGORIES, level_of_code
from degree_auth.domain.applications.claim import IdentityType, Sex, StudyForm
from degree_auth.domain.applications.identity import canonical_identity_number, number_fault
from degree_auth.domain.register.annual_report_columns import COLUMN, Cell, CellFault, Column
from degree_auth.domain.register.annual_report_header import Header
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.garbled_text import is_decoded_twice
from degree_auth.domain.shared.characters import character_fault
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.text import fold, name_form

# The identity types and study forms below are defaults: the annual manual's own code lists are not open.
SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
IDENTITY_TYPES = {
    "01": IdentityType.RESIDENT_IDENTITY_CARD,
    "02": IdentityType.MILITARY,
    "03": IdentityType.MILITARY,
    "04": IdentityType.MILITARY,
    "05": IdentityType.MILITARY,
    "06": IdentityType.HK_MACAO_PERMIT,
    "07": IdentityType.HK_MACAO_PERMIT,
    "08": IdentityType.TAIWAN_PERMIT,
    "09": IdentityType.RESIDENCE_PERMIT,
    "10": IdentityType.PASSPORT,
    "11": IdentityType.PERMANENT_RESIDENCE_CARD,
}
STUDY_FORMS = {
    "1": StudyForm.REGULAR,
    "2": StudyForm.ADULT,
    "3": StudyForm.SELF_STUDY,
    "4": StudyForm.INTERNATIONAL,
}

_SPOILT = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+|[0-9]\.[0-9]+[Ee][0-9]+|[0-9]+\.0*")
_INSTITUTION_CODE = re.compile(r"[0-9]{5}")
_NO_NUMBER = re.compile(r"[0-9]{5}[234][12][0-9]{3}0{6}|[*#]+|0+|TRUE|FALSE", re.IGNORECASE)
"""What stands for a lost certificate number: its last digits lost, a field too narrow, a spreadsheet's yes or no."""

_SHORT_OF_A_ZERO = re.compile(r"[0-9]{3}|[0-9]{5}")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_LATIN_AFTER_APOSTROPHE = re.compile("'[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")  # a name may begin so, such as 'OFA
_EXACT_DIGITS = 15  # a spreadsheet number keeps fifteen decimal digits and no more
_MIDNIGHT = re.compile(r"(.*[0-9日])[ T]+(?:(?:00?:00(?::00(?:\.0+)?)?)|12:00(?::00)? ?AM)Z?", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r".*[0-9日][ T]+\D{0,2}[0-9]{1,2}:[0-9]{2}.*")
_LOST = re.compile("[?\u25a1\u25a0\u3013]|锟斤拷|_x[0-9A-Fa-f]{4}_")
"""What stands where characters were lost: signs that older systems put, and escapes that were not undone."""

_NULL_WORDS = frozenset({"NULL", "(NULL)", "<NULL>", "\\N", "NAN", "NONE", "NIL", "N/A", "#N/A", "无", "空", "暂无"})
_NULL_WORDS |= {"-", "--", "---", "/", "\\", "N.A.", "未知", "不详", "缺失"}
_LONGEST_NULL_TEXT = 12  # characters, spaces around it among them
_FULL_WIDTH = "\uff00"  # what sorts before it needs no folding to be known for such a word
_TEXTS_REMEMBERED = 4096
_DAYS = frozenset({"CSRQ", "HXWRQ"})
_OWN_TO_A_ROW = frozenset({"XM", "XMPY", "ZJHM", "XWZSBH"})  # seldom the same in two rows, not worth remembering
_FAILED_FORMULA = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")

_Value = TypeVar("_Value")


def is_blank(cells: Sequence[Cell]) -> bool:
    """Whether a row holds nothing at all, as the rows after the last one of a spreadsheet do."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def read_row(cells: Sequence[Cell], header: Header) -> AwardRecord:
    """The award record of a row; `record_id` is left empty for the register to give.

    An empty identity number is accepted (old records have none): such a record never matches by itself.

    Raises:
        Invalid: every problem of the row, its `field` the column's label.
    """
    return _record(_Row(cells, header))


def null_words(cells: Sequence[Cell], header: Header) -> list[str]:
    """The labels of the columns in which a row has a word for nothing, such as NULL or 无; they are read as empty."""
    return [
        COLUMN[code].label
        for code, place in header.places.items()
        if place < len(cells) and type(cell := cells[place]) is str and not cell.isdigit() and _is_null_text(cell)
    ]


def _is_null_text(text: str) -> bool:
    if len(text) > _LONGEST_NULL_TEXT:
        return False
    return _is_null_word(text.strip() if text < _FULL_WIDTH else fold(text))


def _is_null_word(value: str) -> bool:
    return value in _NULL_WORDS or value.upper() in _NULL_WORDS


def _record(row: _Row) -> AwardRecord:
    sex = row.coded("XBM", SEXES)
    identity_type = row.coded("ZJLXM", IDENTITY_TYPES, width=2)
    study_form = row.coded("XXXSM", STUDY_FORMS)
    birth_date, award_date = row.day("CSRQ"), row.day("HXWRQ")
    if birth_date and award_date and award_date <= birth_date:
        row.fault("HXWRQ", "row_award_before_birth")
    identity_number = row.text("ZJHM")
    if identity_type is IdentityType.RESIDENT_IDENTITY_CARD and identity_number:
        row.check_resident_number(identity_number)
    category_name = row.coded("XWLBM", CATEGORIES)
    discipline_code = row.text("ZYDM")
    if _SHORT_OF_A_ZERO.fullmatch(discipline_code):
        row.fault("ZYDM", "row_zero_lost")
    certificate_number = row.text("XWZSBH")
    if _NO_NUMBER.fullmatch(certificate_number):
        row.fault("XWZSBH", "row_number_spoilt")
    institution_code, training_code = row.institution("XWSYDWM"), row.institution("PYDWM")
    texts = {code: row.text(code) for code in ("XWLBM", "XM", "XMPY", "ZSZYMC", "XWSYDW", "GBM", "MZM")}
    if (
        row.problems
        or sex is None
        or identity_type is None
        or study_form is None
        or birth_date is None
        or award_date is None
        or category_name is None
    ):
        raise Invalid(row.problems)
    return AwardRecord(
        record_id="",
        name=name_form(texts["XM"]),
        name_pinyin=texts["XMPY"],
        sex=sex,
        birth_date=birth_date,
        country_code=texts["GBM"].zfill(3) if texts["GBM"] else "",
        ethnic_group_code=texts["MZM"].zfill(2) if texts["MZM"] else "",
        identity_type=identity_type,
        identity_number=identity_number,
        institution_code=institution_code,
        institution_name=texts["XWSYDW"],
        training_institution_code=training_code,
        level=level_of_code(texts["XWLBM"]),
        category_code=texts["XWLBM"],
        category_name=category_name,
        discipline_code=discipline_code,
        discipline_name=texts["ZSZYMC"],
        study_form=study_form,
        award_date=award_date,
        certificate_number=certificate_number,
    )


class _Row:
    """The cells of one row by column code, and the faults found while reading them."""

    def __init__(self, cells: Sequence[Cell], header: Header) -> None:
        self.problems: list[Problem] = []
        self._cells = cells
        self._places = header.places
        if len(cells) < header.least:
            self.problems.append(Problem("", "row_cells_missing"))
        if not is_blank(cells[header.width :]):
            # An unquoted separator has moved the cells along: no column can be trusted.
            self.problems.append(Problem("", "row_cells_surplus"))

    def fault(self, code: str, rule: str) -> None:
        """Note that a column breaks a rule; a column is blamed once."""
        label = COLUMN[code].label
        if all(problem.field != label for problem in self.problems):
            self.problems.append(Problem(label, rule))

    def text(self, code: str) -> str:
        """The cell as text; empty when it is empty or at fault."""
        place = self._places.get(code, -1)
        cell = self._cells[place] if 0 <= place < len(self._cells) else None
        if type(cell) is str and code not in _OWN_TO_A_ROW:
            value, fault = _read_text(cell, code)
        else:
            value, fault = _read_cell(cell, COLUMN[code])
        if fault:
            self.fault(code, fault)
        return value

    def coded(self, code: str, meanings: Mapping[str, _Value], width: int = 1) -> _Value | None:
        """What a code means, its lost leading zeros restored to `width`; None when it is at fault."""
        value = self.text(code)
        if not value:
            return None
        meaning = meanings.get(value.zfill(width))
        if meaning is None:
            self.fault(code, "row_code_unknown")
        return meaning

    def day(self, code: str) -> date | None:
        """A date written CCYYMMDD, or with separators; None when it is at fault. Midnight may stand beside it."""
        value = self.text(code)
        if not value:
            return None
        if midnight := _MIDNIGHT.fullmatch(value):
            value = midnight[1]
        elif _TIME_OF_DAY.fullmatch(value):
            self.fault(code, "row_date_has_time")
            return None
        try:
            return parse_date(value)
        except ValueError:
            self.fault(code, "row_date_invalid")
            return None

    def institution(self, code: str) -> str:
        """An institution code of five digits; empty when it is empty or at fault."""
        value = self.text(code)
        if value and not _INSTITUTION_CODE.fullmatch(value):
            self.fault(
                code, "row_zero_lost" if value.isdecimal() and len(value) < 5 else "row_institution_code_invalid"
            )
            return ""
        return value

    def check_resident_number(self, number: str) -> None:
        """Blame a resident identity number that fails its check; one that ends in 000 was spoilt by a spreadsheet."""
        canonical = canonical_identity_number(IdentityType.RESIDENT_IDENTITY_CARD, number)
        if number_fault(IdentityType.RESIDENT_IDENTITY_CARD, canonical):
            spoilt = len(number) == 18 and number.endswith("000")
            self.fault("ZJHM", "row_number_spoilt" if spoilt else "row_identity_number_invalid")


@lru_cache(_TEXTS_REMEMBERED)
def _read_text(text: str, code: str) -> tuple[str, str]:
    """As `_read_cell`; most of what stands in a file stands in many of its rows."""
    return _read_cell(text, COLUMN[code])


def _read_cell(cell: Cell, column: Column) -> tuple[str, str]:
    """A cell as text, and the rule that it breaks; either is empty."""
    if (
        type(cell) is str
        and cell.isascii()
        and cell.isalnum()
        and len(cell) <= column.length
        and (cell.isdigit() or cell.upper() not in _NULL_WORDS)
    ):
        return cell, ""  # a shortcut: nothing to unwrap, to fold or to doubt
    if isinstance(cell, CellFault):
        return "", cell.code
    if isinstance(cell, date) and column.code not in _DAYS:
        return "", "row_number_spoilt"
    plain = _plain(cell, column)
    if plain is None or (column.coded and _SPOILT.fullmatch(plain)):
        return "", "row_number_spoilt"
    value = fold(plain)
    if not value or _is_null_word(value):
        return "", "row_value_missing" if column.required else ""
    if len(value) > column.length:
        return "", "row_value_too_long"
    fault = _text_fault(value)
    return ("", fault) if fault else (value, "")


def _text_fault(value: str) -> str:
    """The rule that a folded text breaks; empty for a sound one."""
    if value.isascii() and value.isalnum():
        return ""
    if _FAILED_FORMULA.fullmatch(value) or character_fault(value) or _LOST.search(value):
        return "row_text_unreadable"
    return "row_text_decoded_twice" if is_decoded_twice(value) else ""


def _plain(cell: str | float | date | None, column: Column) -> str | None:
    """The cell as text without the wrapping that exports add; None when a number has lost digits."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        value = cell.strip()
        if column.coded or not _LATIN_AFTER_APOSTROPHE.match(value):
            value = value.removeprefix("'").strip()
        formula = _FORMULA_TEXT.fullmatch(value)
        return formula[1].strip() if formula else value
    if isinstance(cell, (int, float)):
        if isinstance(cell, bool) or cell != cell or abs(cell) >= 10**_EXACT_DIGITS or cell != int(cell):
            return None
        return str(int(cell))
    return f"{cell:%Y%m%d}"
