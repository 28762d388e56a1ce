"""DBF files whose fields do not hold what their columns need: refused, or each such row is named."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from degree_auth.domain.register.annual_report_columns import COLUMNS
from tests.samples.register_text import CODES, people, read_bytes

FIELDS = {column.code: (column.code, "C", column.length if column.coded else 80) for column in COLUMNS}
JULIAN_DAY_0 = 1_721_425


def dbf(records: Sequence[Sequence[bytes | str]], version: int = 3, **changed: tuple[str, str, int]) -> bytes:
    """A DBF file of these records; `changed` gives the name, the type and the width of some fields."""
    fields = list({**FIELDS, **changed}.values())
    length = 1 + sum(width for _, _, width in fields)
    head = struct.pack("<B3BIHH20x", version, 126, 1, 1, len(records), 33 + 32 * len(fields), length)
    names = [struct.pack("<11sc4xB15x", name.encode("gbk"), kind.encode(), width) for name, kind, width in fields]
    written = [
        b" " + b"".join(_bytes(cell).ljust(width)[:width] for cell, (_, _, width) in zip(record, fields, strict=True))
        for record in records
    ]
    return b"".join([head, *names, b"\r", *written, b"\x1a"])


def cells(count: int = 5, **changed: bytes | str) -> list[list[bytes | str]]:
    """The records of some people, with some cells changed in each."""
    return [[{**row, **changed}[code] for code in CODES] for row in people(count)]


def moment(day: date, seconds: int) -> bytes:
    """A moment as Visual FoxPro writes it."""
    return struct.pack("<II", day.toordinal() + JULIAN_DAY_0, seconds * 1000)


def with_moments(records: list[list[bytes | str]]) -> list[list[bytes | str]]:
    """The records, their award dates as moments at midnight."""
    place = CODES.index("HXWRQ")
    for record in records:
        record[place] = moment(datetime.strptime(str(record[place]), "%Y%m%d").date(), 0)  # noqa: DTZ007
    return records


def _bytes(cell: bytes | str) -> bytes:
    return cell if isinstance(cell, bytes) else cell.encode("gb18030")


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("name", ["XMPY", "姓名拼音", "xmpy"])
def test_a_memo_field_is_refused_by_whatever_name_it_has(name: str, tmp_path: Path) -> None:
    content = dbf(cells(XMPY=b"         1"), XMPY=(name, "M", 10))
    (problem,) = read_bytes(tmp_path, content, ".dbf").refused
    assert (problem.field, problem.code) == ("姓名拼音(XMPY)", "register_field_type")


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(("seconds", "day", "named"), [(0, 1, False), (30, 1, True), (86_370, 2, True)])
def test_a_moment_beside_midnight_is_read_as_its_day_and_named(
    seconds: int, day: int, named: bool, tmp_path: Path
) -> None:
    content = dbf(cells(HXWRQ=moment(date(2022, 7, 1), seconds)), version=0x30, HXWRQ=("HXWRQ", "T", 8))
    read = read_bytes(tmp_path, content, ".dbf")
    assert {record.award_date for record in read.records} == {date(2022, 7, day)}
    assert ["warning_date_rounded" in codes for codes in read.warnings.values()].count(True) == 5 * named


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(("column", "width", "named"), [("ZSZYMC", 6, 5), ("XWZSBH", 16, 0)])
def test_a_text_that_may_have_been_cut_by_its_field_is_named(
    column: str, width: int, named: int, tmp_path: Path
) -> None:
    read = read_bytes(tmp_path, dbf(cells(ZSZYMC="软件工程"), **{column: (column, "C", width)}), ".dbf")
    assert [code for codes in read.warnings.values() for code in codes].count("warning_field_full") == named
    assert read_bytes(tmp_path, dbf(cells()), ".dbf").warnings == {}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(("width", "is_refused"), [(4, True), (6, False), (12, False)])
def test_a_column_whose_names_were_cut_by_their_field_is_refused(width: int, is_refused: bool, tmp_path: Path) -> None:
    records = cells(60, XMPY="")
    surnames, given = "赵钱孙李周吴郑王冯陈褚卫", ("小", "建", "文", "志", "晓")
    for row, record in enumerate(records):
        record[CODES.index("XM")] = f"{surnames[row % 12]}{given[row // 12]}{'国' * (row % 6 > 0)}"
    read = read_bytes(tmp_path, dbf(records, XM=("XM", "C", width)), ".dbf")
    assert read.codes == ({"register_column_cut"} if is_refused else set())


@pytest.mark.requirement("A2", "N2")
@pytest.mark.parametrize("count", [2, 40])
def test_bytes_of_moments_and_numbers_say_nothing_of_the_encoding(count: int, tmp_path: Path) -> None:
    latin = with_moments(cells(count, XM="HE WEIJING", XWSYDW="", ZSZYMC="LAW"))
    read = read_bytes(tmp_path, dbf(latin, version=0x30, HXWRQ=("HXWRQ", "T", 8)), ".dbf")
    assert (read.refused, len(read.records)) == ([], count)
    read = read_bytes(tmp_path, dbf(with_moments(cells(count)), version=0x30, HXWRQ=("HXWRQ", "T", 8)), ".dbf")
    assert read.names == [row["XM"] for row in people(count)]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("number", "width", "whole"),
    [
        ("Z1048642005S00123", 16, False),
        ("C1048642012000123", 16, False),
        ("L1048642012000123", 15, False),
        ("1048642022000123", 15, False),
        ("1048642022000123", 12, False),
        ("1048642022000123", 16, True),
        ("Z1048642005S00123", 17, True),
        ("10486420220001", 20, True),
    ],
)
def test_a_certificate_number_that_its_field_cut_is_a_fault_of_its_row(
    number: str, width: int, whole: bool, tmp_path: Path
) -> None:
    records = cells()
    records[1][CODES.index("XWZSBH")] = number
    for row in (0, 2, 3, 4):
        records[row][CODES.index("XWZSBH")] = f"B92-{row:03d}"
    read = read_bytes(tmp_path, dbf(records, XWZSBH=("XWZSBH", "C", width)), ".dbf")
    assert (read.refused, read.faults) == ([], {} if whole else {"3": ["row_value_cut"]})
    assert "warning_field_full" not in read.warnings.get("3", [])


@pytest.mark.requirement("N2", "N5")
def test_a_column_of_numbers_that_all_lost_their_end_is_refused(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, dbf(cells(12), XWZSBH=("XWZSBH", "C", 15)), ".dbf")
    assert [(problem.code, problem.detail) for problem in read.refused] == [
        ("register_column_faulty", "row_value_cut: 12 of 12")
    ]


@pytest.mark.requirement("N5")
def test_a_number_of_another_form_that_fills_its_field_is_named(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, dbf(cells(XWZSBH="B92-000123456789"), XWZSBH=("XWZSBH", "C", 16)), ".dbf")
    assert all("warning_field_full" in codes for codes in read.warnings.values())
    assert len(read.warnings) == 5


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (bytes(80), ""),
        (b"WANG WEI" + bytes(72), ""),
        (bytes(64), "row_text_unreadable"),
        (b"WA\0G", "row_text_unreadable"),
    ],
    ids=["zeros alone", "zeros to the end", "zeros, then spaces", "a zero inside"],
)
def test_zeros_fill_a_field_up_or_are_a_fault(cell: bytes, fault: str, tmp_path: Path) -> None:
    records = cells(3)
    records[1][CODES.index("XMPY")] = cell
    read = read_bytes(tmp_path, dbf(records), ".dbf")
    assert (read.refused, read.faults) == ([], {"3": [fault]} if fault else {})
