"""Dates in the forms that people type."""

from __future__ import annotations

import re
from datetime import date

from degree_auth.domain.shared.text import DASHES, line_form

NO_DEADLINE = "9999-12-31"
"""Sorts what has no deadline behind everything that has one."""

_SEPARATED = re.compile(r"([0-9]{4}) ?([-/.年]) ?([0-9]{1,2}) ?([-/.月]) ?([0-9]{1,2}) ?(日?)")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_CHINESE = re.compile(r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日")
_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_NUMERALS = {
    ("", "十", "二十", "三十")[tens] + ("" if units == "零" else units): tens * 10 + value
    for tens in range(4)
    for value, units in enumerate("零一二三四五六七八九")
}
_CIRCLES = str.maketrans("○◯Ｏ", "〇〇〇")
_HYPHENS = str.maketrans(dict.fromkeys(DASHES, "-"))


def parse_date(text: str) -> date:
    """Read a date: 2022-06-30, 2022/6/30, 2022.6.30, 20220630, 2022年6月30日 or 二〇二二年六月三十日, also full-width.

    The year comes first and has four digits; nothing that could be read in two ways is accepted.

    Raises:
        ValueError: not such a date, or no day of the calendar.
    """
    plain = line_form(text.translate(_CIRCLES)).translate(_HYPHENS)
    if found := _COMPACT.fullmatch(plain):
        year, month, day = found.groups()
        return date(int(year), int(month), int(day))
    if found := _SEPARATED.fullmatch(plain):
        year, first, month, second, day, ending = found.groups()
        if (first == second and first in "-/." and not ending) or (first, second) == ("年", "月"):
            return date(int(year), int(month), int(day))
    elif found := _CHINESE.fullmatch(plain):
        year, month, day = found.groups()
        # An unknown numeral becomes 0, which no calendar has.
        return date(int("".join(map(_DIGITS.__getitem__, year))), _NUMERALS.get(month, 0), _NUMERALS.get(day, 0))
    raise ValueError("not a date")
