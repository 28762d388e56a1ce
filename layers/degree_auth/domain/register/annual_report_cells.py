"""The text of a cell of an annual report file: without what exports wrap around it, and refused where it is damaged."""

from __future__ import annotations

import re
from datetime import date

from degree_auth.domain.register.annual_report_columns import Cell, CellFault, Column
from degree_auth.domain.register.garbled_text import (
    is_decoded_twice,
)
from degree_auth.domain.register.office_notes import REFERENCES
from degree_auth.domain.shared.characters import character_fault
from degree_auth.domain.shared.text import is_common_ideographs, line_form

_TOO_NARROW = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]+|[0-9][.,][0-9]+[Ee][0-9]+|#{2,}")
"""What a spreadsheet shows of a number for which its column is too narrow."""

_SPOILT = re.compile(rf"{_TOO_NARROW.pattern}|[+-]?[0-9]+\.0*|[+-][0-9]+")
_WRAPPED = re.compile("([\"'])(?P<text>[^\"']*)\\1")
"""A cell in marks that the reader of the file did not take: they stand after a space, or are apostrophes."""

_FORMULA_TEXT = re.compile(r'\'?="(?P<text>[^"]*)"')
_LEFT_TO_RIGHT = " \t\r\n\u202a\u202c\u202d"  # around numbers that are copied from the windows of Windows
_LATIN_AFTER_APOSTROPHE = re.compile("'[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")  # a name may begin so, such as 'OFA
_EXACT_DIGITS = 15  # a spreadsheet number keeps fifteen decimal digits and no more
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
_DAYS = frozenset({"CSRQ", "HXWRQ"})
LATIN_WORDS = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
_FAILED_FORMULA = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")


def read_text(cell: Cell, column: Column) -> tuple[str, str, str]:
    """A cell as text, the rule that it breaks, and the doubt about it; text or rule is empty."""
    if type(cell) is str and len(cell) <= column.length:
        # Shortcuts: nothing to unwrap, to normalise or to doubt.
        if cell.isascii():
            if (cell.isalnum() or LATIN_WORDS.fullmatch(cell)) and (cell.isdigit() or cell.upper() not in _NULL_WORDS):
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
