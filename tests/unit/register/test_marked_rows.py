"""Rows of one award, marked as deletions or corrections or not: what a file says of an award it says once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from degree_auth.domain.register.annual_report_values import RowMark
from tests.samples.register_text import CODES, people, read_rows

COLUMNS = [*CODES, "BGBZ"]
FIRST, SECOND = ({**row, "BGBZ": ""} for row in people(2))
DELETED = {**FIRST, "BGBZ": "删除"}
CORRECTED = {**FIRST, "BGBZ": "更正", "ZSZYMC": "园艺"}


@pytest.mark.requirement("A11", "N2")
@pytest.mark.parametrize(
    "rows",
    [
        [DELETED, FIRST],
        [FIRST, DELETED],
        [CORRECTED, FIRST],
        [FIRST, CORRECTED],
        [DELETED, CORRECTED],
        [CORRECTED, DELETED],
        [CORRECTED, {**CORRECTED, "ZSZYMC": "林学"}],
        [FIRST, FIRST, DELETED],
    ],
)
def test_rows_of_one_award_that_ask_for_different_things_are_all_refused(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    read = read_rows(tmp_path, [*rows, SECOND], COLUMNS)
    assert read.faults == {str(place): ["row_contradicts_another"] for place in range(2, len(rows) + 2)}
    assert (read.names, read.marked) == ([SECOND["XM"]], {})
    assert read.sheets[0].gap() == 0


@pytest.mark.requirement("A11")
def test_a_row_that_asks_twice_for_the_same_asks_once(tmp_path: Path) -> None:
    read = read_rows(tmp_path, [DELETED, SECOND, DELETED], COLUMNS)
    assert (read.faults, read.marked, read.names) == ({}, {"2": RowMark.DELETE}, [SECOND["XM"]])
    assert (read.sheets[0].marked, read.sheets[0].repeated, read.sheets[0].gap()) == (1, 1, 0)


@pytest.mark.requirement("A2", "N5")
@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("XMPY", str.lower),
        ("XWZSBH", lambda number: f"{number[:5]} {number[5:]}"),
        ("ZSZYMC", lambda name: f"{name} "),
        ("ZJHM", lambda number: number[:6] + number[8:17]),
    ],
)
def test_rows_that_write_the_same_in_other_ways_repeat_each_other(
    column: str, written: Callable[[str], str], tmp_path: Path
) -> None:
    read = read_rows(tmp_path, [FIRST, {**FIRST, column: written(FIRST[column])}, SECOND])
    assert (read.faults, len(read.records), read.sheets[0].repeated) == ({}, 2, 1)


@pytest.mark.requirement("A11", "A2")
@pytest.mark.parametrize("row", [DELETED, CORRECTED])
def test_a_marked_row_that_writes_the_same_in_another_way_asks_once(row: dict[str, str], tmp_path: Path) -> None:
    with_fifteen_digits = {**row, "ZJHM": row["ZJHM"][:6] + row["ZJHM"][8:17]}
    read = read_rows(tmp_path, [row, SECOND, with_fifteen_digits], COLUMNS)
    assert (read.faults, list(read.marked), read.sheets[0].repeated) == ({}, ["2"], 1)
