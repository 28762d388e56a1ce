"""Annual report files: CSV, XLSX and DBF, in both encodings, are read to the same rows, in constant memory."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from degree_auth.adapters.register.annual_report_files import open_report
from degree_auth.adapters.register.text_encoding import encoding_of
from degree_auth.domain.register.annual_report_columns import Cell, CellFault
from degree_auth.domain.register.annual_report_header import Row, read_header
from degree_auth.domain.register.annual_report_row import RowReader, read_row
from degree_auth.domain.shared.errors import Invalid, Problem
from tools.sample_files import write_csv, write_dbf, write_xlsx
from tools.sample_rows import rows

RECORDS = 250


def rows_of(path: Path) -> list[Row]:
    """The rows of a file's sheets."""
    return [row for sheet in open_report(path).sheets for row in sheet.rows]


def records(path: Path) -> list[object]:
    """The award records of a file without a fault."""
    (_, names), *lines = rows_of(path)
    header = read_header(names)
    return [read_row(cells, header) for _, cells in lines]


def refusal(path: Path) -> str:
    """The rule by which a file is refused."""
    with pytest.raises(Invalid) as caught:
        rows_of(path)
    return caught.value.problems[0].code


@pytest.fixture
def expected(tmp_path: Path) -> list[object]:
    """The records of the sample, read from the plainest file."""
    path = tmp_path / "plain.csv"
    write_csv(path, rows(RECORDS))
    return records(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_each_encoding(encoding: str, tmp_path: Path, expected: list[object]) -> None:
    path = tmp_path / "annual.csv"
    write_csv(path, rows(RECORDS), encoding)
    assert records(path) == expected
    assert any("𠮷" in str(record) for record in expected)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_dbf_file_is_read_in_each_encoding(encoding: str, tmp_path: Path, expected: list[object]) -> None:
    path = tmp_path / "annual.dbf"
    write_dbf(path, rows(RECORDS), encoding)
    assert records(path) == expected


def test_a_workbook_is_read(tmp_path: Path, expected: list[object]) -> None:
    path = tmp_path / "annual.xlsx"
    write_xlsx(path, rows(RECORDS))
    assert records(path) == expected


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("姓名(XM),x\n王伟,好\n", "utf-8"),
        ("姓名(XM),x\n王伟,好\n", "gb18030"),
        ("姓名(XM),x\n王伟,好\n", "utf-8-sig"),
        ("姓名(XM),x\n王伟,好\n", "utf-16"),
        ("XM,ZSZYMC\n张,物理学䶮\n", "gb18030"),
        ("XM,x\nANNA,y\n", "utf-8"),
    ],
)
def test_an_encoding_is_decided_by_evidence(text: str, encoding: str) -> None:
    assert encoding_of(BytesIO(text.encode(encoding))) == encoding


@pytest.mark.parametrize("damage", [b"\xff", b"\xe5", b"\x80", b"\xd0\xd0\xd0"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_some_damaged_bytes_do_not_change_the_encoding(encoding: str, damage: bytes) -> None:
    text = ("姓名(XM),专业(ZSZYMC)\n" + "欧阳娜娜,计算机科学与技术\n" * 3).encode(encoding)
    for place in range(0, len(text), 7):
        assert encoding_of(BytesIO(text[:place] + damage + text[place:])) == encoding


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    "content",
    [
        "XM,ZSZYMC\n歐陽娜,計算機科學與技術\n李建國,土木工程\n".encode("big5"),
        "XM,x\n王伟,好\n".encode("utf-16-le"),
        "XM,x\nJOSÉ,y\n".encode(),
    ],
    ids=["big5", "utf-16 without its mark", "a single character that two encodings read"],
)
def test_an_encoding_that_cannot_be_decided_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        encoding_of(BytesIO(content))
    assert caught.value.problems[0].code == "register_encoding_unknown"


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("name", ["JOSÉ MUÑOZ", "ПЕТРОВ ИВАН", "Петров", "GARÇÃO ÁLVARO"])
def test_a_few_letters_of_foreign_names_are_read_as_utf_8(name: str) -> None:
    assert encoding_of(BytesIO(f"XM,ZSZYMC\n{name},LAW\n".encode())) == "utf-8"


@pytest.mark.requirement("N2")
@pytest.mark.parametrize("name", ["谢学", "小孝", "脡脩", "茅,帽", "A茅,B帽"])
def test_chinese_characters_that_utf_8_reads_as_letters_are_never_read_so(name: str) -> None:
    content = f"XM,ZSZYMC\n{name},LAW\n".encode("gb18030")
    assert content.decode("utf-8")
    with pytest.raises(Invalid):
        encoding_of(BytesIO(content))


def test_a_tabulated_text_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "annual.txt"
    path.write_text("姓名\tXBM\n王伟\t1\n", encoding="utf-8")
    assert rows_of(path) == [(1, ["姓名", "XBM"]), (2, ["王伟", "1"])]


def test_a_byte_that_does_not_decode_harms_its_own_cell_alone(tmp_path: Path) -> None:
    path = tmp_path / "annual.csv"
    path.write_bytes("姓名(XM),x\n王伟,好\n".encode() * 20_000 + b"a\xff,b\n" + "李娜,好\n".encode())
    last = rows_of(path)[-2:]
    assert last[0][1] == ["a\ufffd", "b"]
    assert last[1][1] == ["李娜", "好"]


def test_a_workbook_gives_each_kind_of_cell_as_what_it_is(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    cells: list[Cell] = ["文字", 16, 0.5, 1.0486420220001e15, date(2022, 6, 30), datetime(2022, 6, 30, 8), None, "末"]  # noqa: DTZ001
    sheet.append(cells)
    sheet["A3"] = "隔行"
    book.create_sheet("第二页").append(["也读"])
    path = tmp_path / "cells.xlsx"
    book.save(path)
    day = date(2022, 6, 30)
    assert rows_of(path) == [
        (1, ["文字", 16, 0.5, 1048642022000100, day, CellFault("row_date_has_time"), None, "末"]),
        (3, ["隔行"]),
        (1, ["也读"]),
    ]


def test_a_workbook_that_counts_days_from_1904_is_understood(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([date(2022, 6, 30)])
    path = tmp_path / "mac.xlsx"
    book.save(path)
    assert rows_of(path) == [(1, [date(2022, 6, 30)])]


def test_a_workbook_with_a_document_type_is_refused(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    Workbook().save(good)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            target.writestr(name, content)
    assert refusal(bad) == "register_file_unreadable"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF", "register_file_type_unsupported"),
        ("a.xlsx", b"PK\x03\x04 broken", "register_file_unreadable"),
        ("a.dbf", b"\x03", "register_file_unreadable"),
        ("a.dbf", struct.pack("<B3BIHH20x", 3, 1, 1, 1, 1, 65, 99) + b"\r", "register_file_unreadable"),
    ],
)
@pytest.mark.requirement("N5")
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(
    name: str, content: bytes, code: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_dbf_file_that_ends_too_early_is_refused_and_deleted_records_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "annual.dbf"
    write_dbf(path, rows(3), "gb18030")
    content = bytearray(path.read_bytes())
    header, record = struct.unpack("<HH", content[8:12])
    content[header + record] = ord("*")
    path.write_bytes(content)
    assert [number for number, _ in rows_of(path)] == [1, 2, 4]
    path.write_bytes(content[: header + 2 * record + 5])
    assert refusal(path) == "register_file_cut_off"


@pytest.mark.requirement("N2", "N5")
def test_bytes_that_fill_a_dbf_record_up_say_nothing_or_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "annual.dbf"
    write_dbf(path, rows(3), "gb18030")
    content = bytearray(path.read_bytes())
    header, record = struct.unpack("<HH", content[8:12])
    content[header - 1 - 32 + 16] -= 2  # the last field's width: its last two bytes are now no field's
    path.write_bytes(content)
    assert len(rows_of(path)) == 4
    for number in range(1, 4):
        content[header + number * record - 2 : header + number * record] = b"12"
    path.write_bytes(content)
    assert refusal(path) == "register_bytes_left_over"


def test_the_sample_is_the_same_for_the_same_seed_and_says_that_it_is_synthetic(tmp_path: Path) -> None:
    assert list(rows(300, 7)) == list(rows(300, 7)) != list(rows(300, 8))
    path = tmp_path / "sample.csv"
    write_csv(path, rows(50))
    assert all("合成数据" in cells[-1] for _, cells in islice(rows_of(path), 1, None))


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("people", [1, 2, 3, 5])
def test_a_few_rows_of_big5_are_never_read_as_gb(people: int) -> None:
    lines = "歐陽娜,計算機科學與技術\n李建國,土木工程\n王小芳,工商管理\n張偉,臨床醫學\n趙敏,漢語言文學\n".splitlines()
    content = "\n".join(["XM,ZSZYMC", *lines[:people], ""]).encode("big5")
    with pytest.raises(Invalid) as caught:
        encoding_of(BytesIO(content))
    assert caught.value.problems[0].code == "register_encoding_unknown"


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("rows", [1, 500])
@pytest.mark.parametrize(
    ("encoding", "people"),
    [
        ("euc_kr", "김철수,컴퓨터공학\n박영희,기계공학\n이민호,국어국문학\n최지우,경영학\n정수빈,의학\n"),
        ("euc_jp", "山田太郎,コンピュータ科学\n鈴木花子,機械工学\n"),
        ("cp1251", "Иванов,Физика\nПетров,Математика\nСидоров,История\n"),
    ],
)
def test_text_of_another_country_is_never_read_as_gb(encoding: str, people: str, rows: int) -> None:
    with pytest.raises(Invalid) as caught:
        encoding_of(BytesIO(("XM,ZSZYMC\n" + people * rows).encode(encoding)))
    assert caught.value.problems[0].code == "register_encoding_unknown"


@pytest.mark.requirement("N2")
@pytest.mark.parametrize("name", ["李刚", "欧阳娜娜", "王珺", "胡瑞䶮", "朱镕基", "陶喆", "阿依古丽·买买提"])
def test_a_single_row_of_gb_is_read(name: str) -> None:
    assert encoding_of(BytesIO(f"XM,ZSZYMC\n{name},软件工程\n".encode("gb18030"))) == "gb18030"


@pytest.mark.requirement("N2")
def test_rows_of_gb_whose_codes_mean_korean_as_well_are_read() -> None:
    rows = "李刚,软件工程\n高凯,软件工程\n" * 200  # each of these characters is a syllable in EUC-KR
    assert encoding_of(BytesIO(f"XM,ZSZYMC\n{rows}".encode("gb18030"))) == "gb18030"


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('"王"伟"', "register_quote_stray"),
        ('"王伟', "register_quote_unclosed"),
        ("王" * 140_000, "register_cell_too_long"),
        ('"' + "王伟,1\n" * 40_000, "register_quote_unclosed"),
    ],
    ids=["stray", "unclosed", "long", "unclosed over many rows"],
)
def test_what_stops_the_reader_of_text_is_told_apart(cell: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "annual.csv"
    path.write_text(f"XM,x\n李娜,1\n{cell},2\n", encoding="utf-8-sig")
    with pytest.raises(Invalid) as caught:
        rows_of(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.detail) == (code, "row 3, from line 3")


def dbf_with_filler(path: Path, lines: list[dict[str, str]], change: Callable[[bytes, int, int], bytes]) -> None:
    """A DBF file whose records are three bytes longer than their fields; `change` is told a field's start and width."""
    write_dbf(path, lines, "gb18030")
    content = path.read_bytes()
    header, record = struct.unpack("<HH", content[8:12])
    fields = [content[at : at + 32] for at in range(32, header - 1, 32)]
    starts = {}
    place = 1
    for field in fields:
        starts[field[:11].rstrip(b"\0").decode()] = (place, field[16])
        place += field[16]
    records = []
    for at in range(header, header + record * len(lines), record):
        each = content[at : at + record]
        start, width = starts["XM"]
        each = each[:start] + change(each[start : start + width], start, width) + each[start + width :]
        records.append(each + b"   ")
    head = content[:10] + struct.pack("<H", record + 3) + content[12:header]
    path.write_bytes(head + b"".join(records) + b"\x1a")


@pytest.mark.requirement("N2")
@pytest.mark.parametrize(
    "padded",
    [
        lambda cell, *_: b" " + cell[:-1],
        lambda cell, _, width: cell.strip().rjust(width),
        lambda cell, *_: b"\xa1\xa1" + cell[:-2],
    ],
    ids=["a space before", "right-aligned", "a full-width space before"],
)
def test_names_that_a_system_padded_in_dbf_are_read(
    padded: Callable[[bytes, int, int], bytes], tmp_path: Path, expected: list[object]
) -> None:
    path = tmp_path / "annual.dbf"
    dbf_with_filler(path, list(rows(RECORDS)), padded)
    assert records(path) == expected


@pytest.mark.requirement("N2", "N5")
def test_a_cell_of_white_space_in_dbf_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "annual.dbf"
    dbf_with_filler(path, list(rows(3)), lambda cell, _, width: b"\xa1\xa1".ljust(width))
    assert [RowReader(read_header(rows_of(path)[0][1])).read(cells).problems for _, cells in rows_of(path)[1:]] == [
        [Problem("姓名(XM)", "row_value_missing")]
    ] * 3
