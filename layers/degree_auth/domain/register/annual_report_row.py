"""One row of an annual report file (学位授予信息年报), read into an award record.

The files are spreadsheet or DBF exports with one award a row; the columns may stand in any order and others may stand
between them. A fault is named by its column and the code of the rule, never by the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from degree_auth.domain.applications.categories import CATEGORIES, level_of_code
from degree_auth.domain.applications.certificate import is_unusual
from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.eligibility import award_day_fault
from degree_auth.domain.applications.fields import EARLIEST_BIRTH
from degree_auth.domain.applications.identity import canonical_identity_number, number_fault
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.applications.person_names import name_fault
from degree_auth.domain.register.annual_report_columns import CELL_MERGED, COLUMN, MARK, Cell, CellFault, Column
from degree_auth.domain.register.annual_report_header import Header
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.garbled_text import (
    holds_ideographs_in_words,
    is_decoded_twice,
    is_japanese_read_as_gb,
    is_of_another_script,
)
from degree_auth.domain.register.office_notes import REFERENCES, has_note, rule_of_remark, voids_name
from degree_auth.domain.register.pinyin import reads_otherwise
from degree_auth.domain.register.population_codes import COUNTRIES, ETHNIC_GROUPS
from degree_auth.domain.shared.characters import character_fault
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.text import code_form, is_common_ideographs, line_form, name_form

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

_TOO_NARROW = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]+|[0-9][.,][0-9]+[Ee][0-9]+|#{2,}")
"""What a spreadsheet shows of a number for which its column is too narrow."""

_SPOILT = re.compile(rf"{_TOO_NARROW.pattern}|[+-]?[0-9]+\.0*|[+-][0-9]+")
_INSTITUTION_CODE = re.compile(r"[0-9]{5}")
_LEFT_OUT = "[*#]{2}|[X×]{3}|…"
_NO_NUMBER = re.compile(
    rf"[0-9]{{5}}[234][12][0-9]{{3}}0{{6}}|[*#]+|0+|TRUE|FALSE|[0-9]{{1,3}}(?:,[0-9]{{3}}){{2,}}|.*(?:{_LEFT_OUT}).*",
    re.IGNORECASE,
)
"""What stands for a lost certificate number: its last digits lost or left out, a field too narrow, a spreadsheet's yes
or no, a quantity."""

_MONTHS = "JAN|FEB|MAR|APR|MAY|JUNE?|JULY?|AUG|SEPT?|OCT|NOV|DEC"
_MADE_A_DAY = re.compile(
    rf"[0-9]{{1,2}}月[0-9]{{1,2}}日|[0-9]{{4}}年[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?|[0-9]{{4}}/[0-9]{{1,2}}/[0-9]{{1,2}}"
    rf"|[0-9]{{1,2}}-(?:{_MONTHS})(?:-[0-9]{{2,4}})?|(?:{_MONTHS})-[0-9]{{2,4}}",
    re.IGNORECASE,
)
"""What a spreadsheet makes of a number that looks like a day to it, such as 6-12."""

_TWO_NUMBERS = re.compile("[0-9]{14,}[^0-9]+[0-9]{14,}")
_AS_NUMBERS = frozenset({"ZJHM", "XWZSBH"})
"""Columns whose numbers may begin with zeros, which a cell that holds a number has lost."""

_VEILED = re.compile(rf"[*#]|^0+$|{_LEFT_OUT}", re.IGNORECASE)
"""A number of which digits were left out, or none of which is left."""

_VEILED_NAME = re.compile(
    r"某某|[\u3400-\u9fff][ .'-]*[Xx]+$|--|\.\.|[\u3400-\u9fff]'|'[\u3400-\u9fff]|[-/@,(]$| ['.]$"
)
"""A name of which characters were left out, where no sign is worth a look at the whole column; an apostrophe beside
an ideograph, which is half of a pair of marks; or a sign behind which something is lacking."""

_SHORT_OF_A_ZERO = re.compile(r"[0-9]{3}|[0-9]{5}")
_DISCIPLINE_CODE = re.compile("(?!00)[0-9]{2}[0-9A-Za-z]{2}(?:[0-9A-Za-z]{2,3})?")
_WRAPPED = re.compile("([\"'])(?P<text>[^\"']*)\\1")
"""A cell in marks that the reader of the file did not take: they stand after a space, or are apostrophes."""

_FORMULA_TEXT = re.compile(r'\'?="(?P<text>[^"]*)"')
_LEFT_TO_RIGHT = " \t\r\n\u202a\u202c\u202d"  # around numbers that are copied from the windows of Windows
_LATIN_AFTER_APOSTROPHE = re.compile("'[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")  # a name may begin so, such as 'OFA
_EXACT_DIGITS = 15  # a spreadsheet number keeps fifteen decimal digits and no more
_MIDNIGHT = re.compile(r"(.*[0-9日])[ T]+(?:(?:00?:00(?::00(?:\.0+)?)?)|12:00(?::00)? ?AM)Z?", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r".*[0-9日][ T]+\D{0,2}[0-9]{1,2}:[0-9]{2}.*")
_LOST = re.compile("[?\u25a1\u25a0\u3013]|_x[0-9A-Fa-f]{4}_")
"""What stands where characters were lost: signs that older systems put, and escapes that were not undone."""

_MIXED_SCRIPTS = re.compile(
    "(?=.*[\u3400-\u9fff])(?=.*(?![\u119e\u1427\u16eb\ua78b-\ua78f])"
    "[\u0300-\u036f\u0530-\u1dff\u2c00-\u2dff\ua000-\uabff\ud7b0-\ud7ff\ufb00-\ufdff])"
)
"""Ideographs beside letters or marks of a script that is never mixed with them: neither Latin, Greek nor Cyrillic, nor
Japanese or Korean; some of their signs stand for the separator of names."""

_ESCAPED = re.compile(
    r"&(?:#[0-9]{2,7};?|#[xX][0-9A-Fa-f]{2,6};?|[A-Za-z]{2,8};)|</?[A-Za-z][^>]*>|\\[uU][0-9A-Fa-f]{4}|(?:%[0-9A-Fa-f]{2}){3}"
)
"""A character written as a web page or a program writes it, such as &#x4E00; or \\u4E00: the column was not exported as
text, and what else became of it cannot be known."""

_NULL_WORDS = frozenset({"NULL", "(NULL)", "<NULL>", "\\N", "NAN", "NONE", "NIL", "N/A", "#N/A", "无", "空", "暂无"})
_NULL_WORDS |= {"N.A.", "NA", "NAT", "UNDEFINED", "[NULL]", "[OBJECT OBJECT]", "INFINITY", "-INFINITY", "未知", "不详"}
_NULL_WORDS |= {"缺失", "无编号", "无证书", "未发证", "未发证书"}
_NULL_SIGNS = re.compile(r"[-_/\\.,·~…、。—–―]+")
_NO_VALUES = _NULL_WORDS | REFERENCES
_MARK_OF_ORDER = "\ufeff"
_CELLS_REMEMBERED = 4096  # of each column
_DAYS = frozenset({"CSRQ", "HXWRQ"})
_OWN_TO_A_ROW = frozenset({"XM", "XMPY", "ZJHM", "XWZSBH"})  # seldom the same in two rows, not worth remembering
_YOUNGEST, _UNUSUALLY_YOUNG, _UNUSUALLY_OLD, _OLDEST = 10, 16, 80, 100  # years at the award
_WORDS = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
_YEAR = timedelta(days=366)
_FAILED_FORMULA = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")


_OF_ANOTHER_COLUMN = "row_value_of_another_column"
_FOREIGNERS_DOCUMENTS = (IdentityType.PASSPORT, IdentityType.PERMANENT_RESIDENCE_CARD)
_CHINESE_REGIONS = frozenset({"156", "158", "344", "446"})
_MISSPELT = 2  # characters
_PAIRS = (("(（", ")）"), ("[〔【", "]〕】"), ("“", "”"), ("《", "》"))
_SIGNS_IN_PAIRS = re.compile("[][()（）〔【〕】“”《》]|^'")
_NO_PINYIN, _TONE = re.compile("[0-9]{2}"), re.compile("(?<=[A-Za-z])[1-5]")
_NO_PHRASE = re.compile(r"[!$%^|~`<>{}\\@]")
_NO_NUMBER_SIGN = re.compile(r"[!$%^&|~`<>{}\\@;=]")
"""Signs that stand in no name of a unit or discipline, in no certificate number."""

_IDEOGRAPHS_ALONE = re.compile("[\u3400-\u9fff\u00b7 ]+")
_NUMERAL = re.compile("[0-9〇零一二三四五六七八九十百]")


class RowMark(StrEnum):
    """What a marked row asks for: that a record goes, or that it says what the row says."""

    DELETE = "删除"
    CORRECT = "更正"


class RowRead(NamedTuple):
    """A row as it was read: its record, or the problems that it has instead; the doubts about it, and its mark."""

    record: AwardRecord | None
    problems: Sequence[Problem]
    doubts: Sequence[Problem]
    mark: RowMark | None = None


_Meaning = tuple[Any, str]
"""What a text says, and the rule that it breaks; either is empty."""


class _Category(NamedTuple):
    code: str
    name: str
    level: Level


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
        self._columns = [(code, place, _READERS[code]) for code, place in header.places.items()]
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
            value, rule, doubt = read(cell) if type(cell) is str else _read(cell, code)
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
            problems[code] = _OF_ANOTHER_COLUMN
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
    category: _Category = values["XWLBM"]
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


def _read(cell: Cell, code: str) -> tuple[Any, str, str]:
    """What a cell of a column says, the rule that it breaks, and the doubt about it; each of them may be empty."""
    value, rule, doubt = _read_text(cell, COLUMN[code])
    if isinstance(cell, str) and _MARK_OF_ORDER in cell:
        doubt = "warning_mark_inside"
    elif type(cell) is int and code in _AS_NUMBERS and not rule:
        doubt = "warning_stored_as_number"
    if rule or not value or code not in _MEANINGS:
        return value, rule, doubt
    return *_MEANINGS[code](value), doubt


def _read_text(cell: Cell, column: Column) -> tuple[str, str, str]:
    """A cell as text, the rule that it breaks, and the doubt about it; text or rule is empty."""
    if type(cell) is str and len(cell) <= column.length:
        # Shortcuts: nothing to unwrap, to normalise or to doubt.
        if cell.isascii():
            if (cell.isalnum() or _WORDS.fullmatch(cell)) and (cell.isdigit() or cell.upper() not in _NULL_WORDS):
                return cell, "", ""
        elif is_common_ideographs(cell) and cell not in _NO_VALUES:
            return ("", "row_text_decoded_twice", "") if is_decoded_twice(cell) else (cell, "", "")
    if isinstance(cell, CellFault):
        return "", cell.code, ""
    if isinstance(cell, date) and column.code not in _DAYS:
        return "", "row_number_spoilt", ""
    plain = _plain_text(cell, column)
    value = "" if plain is None else line_form(plain)
    if plain is None or (_SPOILT if column.coded else _TOO_NARROW).fullmatch(value):
        return "", "row_number_spoilt", ""
    if value.startswith("="):
        return "", "row_formula_without_value", ""
    if not value:
        return "", "row_value_missing" if column.required else "", ""
    if value in _NULL_WORDS or value.upper() in _NULL_WORDS or _NULL_SIGNS.fullmatch(value):
        return "", "row_value_missing" if column.required else "", "warning_null_word"
    if value in REFERENCES:
        return "", "row_value_elsewhere", ""
    if len(value) > column.length:
        return "", "row_value_too_long", ""
    if value.count('"') % 2 or (column.coded and value.endswith("'")):
        return "", "row_text_unreadable", ""  # half of a pair: where the cell began or ended is not known
    fault = _text_fault(value)
    return ("", fault, "") if fault else (value, "", "")


def _text_fault(value: str) -> str:
    """The rule that a text in its line form breaks; empty for a sound one."""
    if value.isascii() and value.isalnum():
        return ""
    if _FAILED_FORMULA.fullmatch(value) or character_fault(value) or _LOST.search(value):
        return "row_text_unreadable"
    if _ESCAPED.search(value):
        return "row_text_escaped"
    if _MIXED_SCRIPTS.search(value):
        return "row_text_unreadable"
    return "row_text_decoded_twice" if is_decoded_twice(value) else ""


def _plain_text(cell: str | float | date | None, column: Column) -> str | None:
    """The cell as text without the wrapping that exports add; None when a number has lost digits."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        value = unwrap(cell.strip(_LEFT_TO_RIGHT) if column.coded else cell)
        return value if _LATIN_AFTER_APOSTROPHE.match(value) and not column.coded else value.removeprefix("'").strip()
    if isinstance(cell, (int, float)):
        if isinstance(cell, bool) or cell != cell or abs(cell) >= 10**_EXACT_DIGITS or cell != int(cell):
            return None
        return str(int(cell))
    return f"{cell:%Y%m%d}"


def unwrap(text: str) -> str:
    """A text without spaces at its ends, marks around it, and the formula that keeps a spreadsheet from counting."""
    for form in (_WRAPPED, _FORMULA_TEXT):
        text = text.strip()
        if wrapped := form.fullmatch(text):
            text = wrapped["text"]
    return text.strip()


def _code_reader(meanings: Mapping[str, Any], width: int = 1) -> Callable[[str], _Meaning]:
    """What a code means, its lost leading zeros restored to `width`."""

    def read(value: str) -> _Meaning:
        meaning = meanings.get(value.zfill(width))
        return ("", "row_code_unknown") if meaning is None else (meaning, "")

    return read


def _list_reader(codes: frozenset[str], width: int) -> Callable[[str], _Meaning]:
    """A code of a list, its lost leading zeros restored: a number loses all of them or none."""

    def read(value: str) -> _Meaning:
        code = value.zfill(width)
        is_whole = len(value) == width or not value.startswith("0")
        return (code, "") if is_whole and code in codes else ("", "row_code_unknown")

    return read


def _discipline(value: str) -> _Meaning:
    if _SHORT_OF_A_ZERO.fullmatch(value):
        return ("", "row_zero_lost")
    return (value, "") if _DISCIPLINE_CODE.fullmatch(value) else ("", "row_code_unknown")


def _day(value: str) -> _Meaning:
    """A date written CCYYMMDD, or with separators; midnight may stand beside it."""
    if midnight := _MIDNIGHT.fullmatch(value):
        value = midnight[1]
    elif _TIME_OF_DAY.fullmatch(value):
        return ("", "row_date_has_time")
    try:
        return (parse_date(value), "")
    except ValueError:
        return ("", "row_date_invalid")


def _birth_date(value: str) -> _Meaning:
    day, rule = _day(value)
    return (day, rule) if rule or day >= EARLIEST_BIRTH else ("", "row_birth_date_too_early")


def _award_date(value: str) -> _Meaning:
    day, rule = _day(value)
    return ("", "row_award_before_degrees") if not rule and award_day_fault(day) else (day, rule)


def _institution(value: str) -> _Meaning:
    """An institution code of five digits."""
    if _INSTITUTION_CODE.fullmatch(value):
        return (value, "")
    return ("", "row_zero_lost" if value.isdecimal() and len(value) < 5 else "row_institution_code_invalid")


def _category(value: str) -> _Meaning:
    name = CATEGORIES.get(value)
    return ("", "row_code_unknown") if name is None else (_Category(value, name, level_of_code(value)), "")


def _name(value: str) -> _Meaning:
    """A name in the form in which it is claimed; one that no claim can hold is refused, for its holder could never
    claim it."""
    name = name_form(value)
    if _VEILED_NAME.search(name):
        return ("", "row_name_character")
    if voids_name(name):
        return ("", "row_name_note")
    if holds_ideographs_in_words(name) or is_japanese_read_as_gb(name):
        return ("", "row_text_decoded_twice")
    fault = "" if is_common_ideographs(name) else name_fault(name)
    return ("", f"row_{fault}") if fault else (name, "")


def _pinyin(value: str) -> _Meaning:
    """The name in letters: what may stand in a name may stand here, ideographs alone are another column's."""
    if _WORDS.fullmatch(value):
        return (value, "")
    name = name_form(value)
    if not any(map(str.isalpha, name)) or _NO_PINYIN.search(name) or _IDEOGRAPHS_ALONE.fullmatch(name):
        return ("", _OF_ANOTHER_COLUMN)
    if holds_ideographs_in_words(value):
        return ("", "row_text_decoded_twice")
    return ("", "row_text_unreadable") if name_fault(_TONE.sub("", name)) else (value, "")


def _phrase(value: str) -> _Meaning:
    """The name of a unit or a discipline."""
    if not any(map(str.isalpha, value)):
        return ("", _OF_ANOTHER_COLUMN)
    return ("", "row_text_unreadable") if _NO_PHRASE.search(value) else (value, "")


def _certificate(value: str) -> _Meaning:
    if _NO_NUMBER.fullmatch(value) or _MADE_A_DAY.fullmatch(value):
        return ("", "row_number_spoilt")
    if _TWO_NUMBERS.search(value):
        return ("", "row_certificate_number_invalid")
    if not any(map(str.isalnum, code_form(value))) or _NO_NUMBER_SIGN.search(value):
        return ("", "row_certificate_number_invalid")
    return (value, "") if _NUMERAL.search(value) else ("", _OF_ANOTHER_COLUMN)


def _identity_number(value: str) -> _Meaning:
    is_spoilt = _VEILED.search(value) or _MADE_A_DAY.fullmatch(value)
    return ("", "row_number_spoilt") if is_spoilt else (value, "")


def _mark(value: str) -> _Meaning:
    try:
        return (RowMark(value), "")
    except ValueError:
        return ("", "row_mark_unknown")


_MEANINGS: Mapping[str, Callable[[str], _Meaning]] = {
    "XM": _name,
    "XMPY": _pinyin,
    "XBM": _code_reader(SEXES),
    "CSRQ": _birth_date,
    "GBM": _list_reader(COUNTRIES, 3),
    "MZM": _list_reader(ETHNIC_GROUPS, 2),
    "ZJLXM": _code_reader(IDENTITY_TYPES, width=2),
    "ZJHM": _identity_number,
    "XWSYDWM": _institution,
    "PYDWM": _institution,
    "XWLBM": _category,
    "ZYDM": _discipline,
    "ZSZYMC": _phrase,
    "XWSYDW": _phrase,
    "XXXSM": _code_reader(STUDY_FORMS),
    "HXWRQ": _award_date,
    "XWZSBH": _certificate,
    MARK: _mark,
}
"""What a column's text means; a text stands for itself where nothing is said."""


def _reader(code: str) -> Callable[[str], tuple[Any, str, str]]:
    """As `_read` for one column; most of what stands in a file stands in many of its rows and is read once."""

    def read(cell: str) -> tuple[Any, str, str]:
        return _read(cell, code)

    return read if code in _OWN_TO_A_ROW else lru_cache(_CELLS_REMEMBERED)(read)


_READERS = {code: _reader(code) for code in COLUMN}
