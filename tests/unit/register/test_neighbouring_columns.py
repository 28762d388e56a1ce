"""Columns that were swapped or shifted, and names in another encoding than their file: refused, blamed or named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.samples.register_reading import read_file
from tests.samples.register_text import lines_of, people, read_bytes, read_rows
from tools.sample_files import write_csv
from tools.sample_rows import Row, rows

MOVED = "row_value_of_another_column"


def _shifted(lines: list[Row], column: str) -> list[Row]:
    """Each row with the next one's value in a column."""
    following = [*lines[1:], lines[0]]
    return [{**line, column: other[column]} for line, other in zip(lines, following, strict=True)]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("column", ["XMPY", "XWSYDW"])
def test_a_column_of_pinyin_or_of_units_that_was_shifted_is_refused(column: str, tmp_path: Path) -> None:
    assert read_rows(tmp_path, people(40)).refused == []
    (problem,) = read_rows(tmp_path, _shifted(people(40), column)).refused
    assert (problem.code, problem.field.endswith(f"({column})")) == ("register_columns_apart", True)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(("XMPY", "XWSYDW"), ("XM", "XMPY"), ("XM", "XWSYDW"), ("XM", "ZSZYMC"), ("XWSYDW", "ZSZYMC")),
        *(("XMPY", "ZSZYMC"), ("XMPY", "XWZSBH"), ("ZSZYMC", "XWZSBH"), ("XWSYDW", "XWZSBH"), ("XM", "XWZSBH")),
    ],
)
def test_two_columns_that_were_swapped_are_refused_and_in_one_row_named(
    first: str, second: str, tmp_path: Path
) -> None:
    def swapped(line: Row) -> Row:
        return {**line, first: line[second], second: line[first]}

    assert read_rows(tmp_path, [swapped(line) for line in people(40)]).refused
    lines = people(8)
    read = read_rows(tmp_path, [swapped(lines[0]), *lines[1:]])
    assert read.refused == []
    assert set(read.faults.get("2", [])) | set(read.warnings.get("2", []))
    assert len(read.records) == 8 - ("2" in read.faults)


@pytest.mark.requirement("A2")
def test_honest_names_units_and_pinyin_raise_no_alarm(tmp_path: Path) -> None:
    write_csv(tmp_path / "annual.csv", rows(3000))
    read = read_file(tmp_path / "annual.csv")
    named = {code for codes in (*read.warnings.values(), *read.faults.values()) for code in codes}
    assert read.refused == []
    assert named.isdisjoint({MOVED, "warning_pinyin_differs", "warning_unit_name_differs", "warning_name_of_foreigner"})


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        *(("曾怡", "ZENG YI"), ("单雄", "SHAN XIONG"), ("解缙", "XIE JIN"), ("查良镛", "ZHA LIANGYONG")),
        *(("欧阳娜", "OUYANG NA"), ("王小明", "Wang Xiao-Ming"), ("王小明", "XIAOMING WANG"), ("吕强", "LÜ QIANG")),
        *(("朱欣䶮", "ZHU XINYAN"), ("阿依古丽·买买提", "AYIGULI MAIMAITI"), ("覃军", "QIN JUN")),
    ],
)
def test_a_pinyin_that_reads_like_the_name_is_no_doubt(name: str, pinyin: str, tmp_path: Path) -> None:
    lines = people(3)
    lines[1] |= {"XM": name, "XMPY": pinyin}
    read = read_rows(tmp_path, lines)
    assert (read.faults, read.warnings.get("3", [])) == ({}, [])


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("unit", "named"),
    [
        *(
            ("Wuhan University", "differs"),
            ("北京大学", "differs"),
            ("武汗大学", "misspelt"),
            ("武汉大学校", "misspelt"),
        ),
        *(("本校研究生院", ""), ("武汉大学", ""), ("武汉大学医学部", "")),
    ],
)
def test_a_unit_under_another_units_name_is_named_and_one_of_its_own_spelling_is_not(
    unit: str, named: str, tmp_path: Path
) -> None:
    lines = people(3)
    lines[1] |= {"XWSYDW": unit, "XWSYDWM": "10486", "PYDWM": "10486", "XWZSBH": f"10486{lines[1]['XWZSBH'][5:]}"}
    read = read_rows(tmp_path, lines)
    assert read.warnings.get("3", []) == [f"warning_unit_name_{named}"] * bool(named)


FOREIGNER = {"ZJLXM": "10", "ZJHM": "E12345678", "GBM": "643", "MZM": "", "XMPY": ""}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        *(("ПЕТРОВ ИВАН", "cp1251"), ("Иванов Петр", "cp1251"), ("ИВАНОВ ОЛЕГ", "koi8-r")),
        *(("김민수", "euc-kr"), ("이영희", "euc-kr"), ("남궁민", "euc-kr"), ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "cp1253")),
        *(("田中一郎", "shift-jis"), ("タナカ イチロウ", "shift-jis"), ("たなか", "shift-jis")),
    ],
)
def test_a_foreigners_name_in_the_encoding_of_its_country_is_blamed_in_a_file_of_gb(
    name: str, encoding: str, tmp_path: Path
) -> None:
    lines = people(8)
    lines[1] |= {**FOREIGNER, "XM": "@@@"}
    content = "\r\n".join([*lines_of(lines), ""]).encode("gb18030").replace(b"@@@", name.encode(encoding))
    read = read_bytes(tmp_path, content)
    assert (read.refused, len(read.records), read.faults) == ([], 7, {"3": ["row_text_decoded_twice"]})


@pytest.mark.requirement("A2", "N5")
@pytest.mark.parametrize(
    ("name", "pinyin", "named"),
    [("金秀贤", "KIM SOOHYUN", True), ("捍疲仓灰", "", True), ("李明", "LI MING", False), ("彼得·王", "", False)],
)
def test_a_foreigners_chinese_name_that_no_pinyin_confirms_is_stored_and_named(
    name: str, pinyin: str, named: bool, tmp_path: Path
) -> None:
    lines = people(3)
    lines[1] |= {**FOREIGNER, "XM": name, "XMPY": pinyin}
    read = read_rows(tmp_path, lines)
    assert (read.faults, [record.name for record in read.records][1]) == ({}, name)
    assert read.warnings.get("3", []) == ["warning_name_of_foreigner"] * named


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("name", ["陳國強", "偉傑", "龔蓓苾", "金秀賢", "朱镕基", "陶喆"])
def test_traditional_and_rare_names_are_read(name: str, tmp_path: Path) -> None:
    lines = people(3)
    lines[1] |= {"XM": name, "XMPY": ""}
    read = read_bytes(tmp_path, "\r\n".join([*lines_of(lines), ""]).encode("gb18030"))
    assert (read.faults, [record.name for record in read.records][1]) == ({}, name)
