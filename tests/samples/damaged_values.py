"""Values that were spoilt before the file was written: in a whole column, in a run of rows, or in one row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.samples.damaged_base import CODES, ROWS, Damage, Damaged, Write, sample
from tools.sample_rows import Row


def digits(write: Write) -> Damage:
    """Numbers that lost digits, dates that moved, names that were veiled."""

    def damage(random: Random) -> Damaged:
        lines = [dict(row) for row in sample()]
        choice = random.randrange(10)
        one = random.randrange(ROWS)
        if choice == 0:
            for row in lines:
                row["XWZSBH"] = _rounded(row["XWZSBH"])
        elif choice == 1:
            for row in lines:
                row["ZJHM"] = _rounded(row["ZJHM"])
        elif choice == 2:
            days = random.choice((1, -1, 1462, -1462))
            for row in lines:
                row["CSRQ"] = f"{_day(row['CSRQ']) + timedelta(days=days):%Y%m%d}"
        elif choice == 3:
            for row in lines:
                row["HXWRQ"] = f"{_day(row['HXWRQ']) - timedelta(days=1):%Y-%m-%d} 23:59:17"
        elif choice == 4:
            for row, other in zip(lines, sorted(row["CSRQ"] for row in lines), strict=True):
                row["CSRQ"] = other
        elif choice == 5:
            _round_a_run(lines, random)
        elif choice == 6:
            for row in lines:
                row["XM"] = row["XM"][0] + random.choice("○◯")
        elif choice == 7:
            lines[one]["HXWRQ"] = random.choice(("20990630", "19000101", "19700101", lines[one]["CSRQ"]))
        elif choice == 8:
            lines[one] |= random.choice(_IMPOSSIBLE_NUMBERS)
        else:
            lines[one]["XM"] = random.choice([*_SPOILT_NAMES, lines[one]["XM"] + "_x000D_"])
        return write(lines), (one,) if choice > 6 else ()

    return damage


_SPOILT_NAMES = (
    *("NULL", "无", "", "王?", "锟斤拷", "王&#x4E00;", "王\\u4e00", "王2", '王"伟"', "王○○", "王*", "S & N"),
    *("·王", "%E7%8E%8B%E4%BC%9F"),
)
_IMPOSSIBLE_NUMBERS = (
    {"ZJLXM": "09", "ZJHM": "810000199408230022"},
    {"ZJLXM": "10", "ZJHM": "E12***678"},
    {"XWZSBH": "——"},
    {"XWZSBH": "1.04864E+15"},
)


def _round_a_run(lines: list[Row], random: Random) -> None:
    """Let some rows of one unit beside each other go through a spreadsheet."""
    run = random.randrange(14, 20)
    first = random.randrange(ROWS - run)
    for place in range(first, first + run):
        lines[place]["XWZSBH"] = f"10001420220{random.randrange(10)}{place:03d}0"


def _rounded(number: str) -> str:
    return number[:15] + "0" * (len(number) - 15) if number[:15].isdecimal() and len(number) > 15 else number


def _day(written: str) -> date:
    return date(int(written[:4]), int(written[4:6]), int(written[6:8]))


def swapped(write: Write) -> Damage:
    """Two cells of one row in each other's place. Codes of one length cannot be told from each other."""

    def damage(random: Random) -> Damaged:
        lines = [dict(row) for row in sample()]
        one = random.randrange(ROWS)
        first, second = random.sample(CODES, 2)
        lines[one][first], lines[one][second] = lines[one][second], lines[one][first]
        return write(lines), (one,) if {first, second} in _ALIKE else ()

    return damage


_ALIKE = ({"XBM", "XXXSM"}, {"GBM", "MZM"}, {"XWSYDWM", "PYDWM"})
"""Columns of which each may hold what the other holds, and nothing else in the row always tells."""


def decimals(write: Write) -> Damage:
    """Numbers as a program for numbers writes them: with decimals, exponents, separators, signs or lost zeros."""

    def damage(random: Random) -> Damaged:
        lines = [dict(row) for row in sample()]
        column = random.choice(("XWZSBH", "ZJHM", "CSRQ", "HXWRQ", "XWSYDWM", "GBM", "MZM", "ZJLXM", "XWLBM", "ZYDM"))
        form = random.choice(_FORMS)
        chosen = range(ROWS) if random.random() < 0.4 else (random.randrange(ROWS),)
        for row in chosen:
            if lines[row][column].isdecimal():
                lines[row][column] = form(lines[row][column])
        return write(lines), ()

    return damage


_FORMS: tuple[Callable[[str], str], ...] = (
    lambda number: f"{number}.0",
    lambda number: f"{number}.00",
    lambda number: f"{float(number):.5E}",
    lambda number: f"{float(number):.14E}",
    lambda number: f"{float(number):g}",
    lambda number: f"{int(number):,}",
    lambda number: f"+{number}",
    lambda number: f"-{number}",
    lambda number: f"{number}.5",
    lambda number: f"{float(number):.2f}",
    lambda number: number.lstrip("0") or "0",
    lambda number: f"{int(number) / 10:.1f}",
)
