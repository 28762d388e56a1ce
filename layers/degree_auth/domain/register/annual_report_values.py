"""What the text of a cell means in its column of an annual report file, and the rule that it breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from degree_auth.domain.applications.categories import CATEGORIES, level_of_code
from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.eligibility import award_day_fault
from degree_auth.domain.applications.fields import EARLIEST_BIRTH
from degree_auth.domain.applications.person_names import name_fault
from degree_auth.domain.register.annual_report_cells import LATIN_WORDS, read_text
from degree_auth.domain.register.annual_report_columns import COLUMN, MARK, Cell
from degree_auth.domain.register.garbled_text import (
    holds_ideographs_in_words,
    is_japanese_read_as_gb,
)
from degree_auth.domain.register.office_notes import voids_name
from degree_auth.domain.register.population_codes import COUNTRIES, ETHNIC_GROUPS
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.text import code_form, is_common_ideographs, name_form

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
_MIDNIGHT = re.compile(r"(.*[0-9日])[ T]+(?:(?:00?:00(?::00(?:\.0+)?)?)|12:00(?::00)? ?AM)Z?", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r".*[0-9日][ T]+\D{0,2}[0-9]{1,2}:[0-9]{2}.*")
_MARK_OF_ORDER = "\ufeff"
_CELLS_REMEMBERED = 4096  # of each column
_OWN_TO_A_ROW = frozenset({"XM", "XMPY", "ZJHM", "XWZSBH"})  # seldom the same in two rows, not worth remembering


OF_ANOTHER_COLUMN = "row_value_of_another_column"
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


_Meaning = tuple[Any, str]
"""What a text says, and the rule that it breaks; either is empty."""


class CategoryRead(NamedTuple):
    code: str
    name: str
    level: Level


def read_cell(cell: Cell, code: str) -> tuple[Any, str, str]:
    """What a cell of a column says, the rule that it breaks, and the doubt about it; each of them may be empty."""
    value, rule, doubt = read_text(cell, COLUMN[code])
    if isinstance(cell, str) and _MARK_OF_ORDER in cell:
        doubt = "warning_mark_inside"
    elif type(cell) is int and code in _AS_NUMBERS and not rule:
        doubt = "warning_stored_as_number"
    if rule or not value or code not in _MEANINGS:
        return value, rule, doubt
    return *_MEANINGS[code](value), doubt


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
    return ("", "row_code_unknown") if name is None else (CategoryRead(value, name, level_of_code(value)), "")


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
    if LATIN_WORDS.fullmatch(value):
        return (value, "")
    name = name_form(value)
    if not any(map(str.isalpha, name)) or _NO_PINYIN.search(name) or _IDEOGRAPHS_ALONE.fullmatch(name):
        return ("", OF_ANOTHER_COLUMN)
    if holds_ideographs_in_words(value):
        return ("", "row_text_decoded_twice")
    return ("", "row_text_unreadable") if name_fault(_TONE.sub("", name)) else (value, "")


def _phrase(value: str) -> _Meaning:
    """The name of a unit or a discipline."""
    if not any(map(str.isalpha, value)):
        return ("", OF_ANOTHER_COLUMN)
    return ("", "row_text_unreadable") if _NO_PHRASE.search(value) else (value, "")


def _certificate(value: str) -> _Meaning:
    if _NO_NUMBER.fullmatch(value) or _MADE_A_DAY.fullmatch(value):
        return ("", "row_number_spoilt")
    if _TWO_NUMBERS.search(value):
        return ("", "row_certificate_number_invalid")
    if not any(map(str.isalnum, code_form(value))) or _NO_NUMBER_SIGN.search(value):
        return ("", "row_certificate_number_invalid")
    return (value, "") if _NUMERAL.search(value) else ("", OF_ANOTHER_COLUMN)


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
    """As `read_cell` for one column; most of what stands in a file stands in many of its rows and is read once."""

    def read(cell: str) -> tuple[Any, str, str]:
        return read_cell(cell, code)

    return read if code in _OWN_TO_A_ROW else lru_cache(_CELLS_REMEMBERED)(read)


CELL_READERS = {code: _reader(code) for code in COLUMN}
