"""Text files that were cut, or whose marks and line ends went astray: nothing of another row is stored in silence."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from degree_auth.messages import MESSAGES
from tests.samples.register_reading import read_file
from tests.samples.register_text import CODES, lines_of, people, read_bytes, read_text


@pytest.mark.requirement("N2", "N5")
def test_a_file_of_quoted_cells_that_was_cut_anywhere_in_a_row_is_refused(tmp_path: Path) -> None:
    written = StringIO()
    lines = people(3)
    lines[2]["XWZSBH"] = '证字"1"'
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([CODES, *([row[code] for code in CODES] for row in lines)])
    content = written.getvalue().encode("utf-8-sig")
    last_row = content.index(lines[2]["ZJHM"].encode()) - 2
    assert read_bytes(tmp_path, content).refused == []
    for end in range(last_row, len(content) - 1):
        assert read_bytes(tmp_path, content[:end]).codes & {"register_last_row_cut", "register_quote_unclosed"}, end


@pytest.mark.requirement("N2", "N5")
def test_a_quotation_mark_from_the_last_column_to_the_first_of_the_next_row_is_refused(tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    text = [f"{header},备注(BZ)", *(f"{line}," for line in lines)]
    first, rest = text[3].split(",", 1)
    swallowing = [*text[:2], f'{text[2]}"合成', f'{first}",{rest}', text[4]]
    assert read_text(tmp_path, swallowing).codes == {"register_quote_swallows_rows"}
    honest = [*text[:2], f'{text[2]}"合成', '数据"', *text[3:]]
    assert len(read_text(tmp_path, honest).records) == 4


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("awarded", ["1995年7月1日", "1995-07-01 00:00:00", "在职"])
def test_a_row_of_an_old_award_above_the_header_is_no_title(awarded: str, tmp_path: Path) -> None:
    old, *others = people(4)
    old |= {"ZJHM": "", "XWZSBH": "证字0001", "CSRQ": "1970年1月1日" if "年" in awarded else "", "HXWRQ": awarded}
    header, first, *rest = lines_of([old, *others])
    assert read_text(tmp_path, [first, header, *rest]).codes == {"register_rows_above_header"}
    assert len(read_text(tmp_path, [",".join("ABCDEFGHIJKLMNOPQ"), header, *rest]).records) == 3


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_of_old_awards_without_a_header_is_refused_wherever_it_stands(first: bool, tmp_path: Path) -> None:
    old, *others = people(3)
    old |= {"ZJHM": "", "XWZSBH": "证字0001", "CSRQ": "1970年1月1日", "HXWRQ": "1995年7月1日"}
    book = Workbook()
    headless, whole = (book.active, book.create_sheet()) if first else (book.create_sheet(), book.active)
    headless.append([old[code] for code in CODES])
    for cells in [CODES, *([row[code] for code in CODES] for row in others)]:
        whole.append(cells)
    book.save(tmp_path / "annual.xlsx")
    read = read_file(tmp_path / "annual.xlsx")
    assert read.codes == {"register_sheet_unread"}
    assert not any(old["XM"] in problem.detail for problem in read.refused)


@pytest.mark.requirement("N2", "N5")
def test_a_header_that_was_joined_with_the_first_row_is_refused_and_not_shown(tmp_path: Path) -> None:
    header, first, *rest = lines_of(people(3))
    read = read_text(tmp_path, [f"{header},备注{first}", *rest])
    assert read.codes == {"register_rows_above_header"}
    assert [sheet.columns_passed_over for sheet in read.sheets] == [[]]
    assert [problem.detail for problem in read.refused] == ["row 1"]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("file", "name", "encoding"),
    [
        ("gb18030", "JOSÉ MUÑOZ", "utf-8"),
        ("gb18030", "JOSÉ MUÑOZ", "latin-1"),
        ("gb18030", "MÜLLER ANNA", "latin-1"),
        ("gb18030", "GARÇÃO ÁLVARO", "latin-1"),
        ("gb18030", "SAÑA", "latin-1"),
        ("utf-8-sig", "谢学", "gb18030"),
    ],
)
@pytest.mark.parametrize("column", ["XM", "XMPY"])
def test_a_name_in_another_encoding_than_its_file_is_a_fault_of_its_row(
    column: str, file: str, name: str, encoding: str, tmp_path: Path
) -> None:
    lines = people(8)
    lines[1][column] = "@@@"
    content = "\r\n".join([*lines_of(lines), ""]).encode(file).replace(b"@@@", name.encode(encoding))
    read = read_bytes(tmp_path, content)
    assert (read.refused, len(read.records)) == ([], 7)
    assert set(read.faults["3"]) <= {"row_text_decoded_twice", "row_text_unreadable"}


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("discipline", ["C语言", "A股与B股", "Java与Android应用", "3D打印", "Иностранный язык"])
def test_letters_beside_ideographs_are_usual_in_the_name_of_a_discipline(discipline: str, tmp_path: Path) -> None:
    lines = people(8)
    lines[1]["ZSZYMC"] = discipline
    assert read_text(tmp_path, lines_of(lines)).records[1].discipline_name == discipline


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("column", ["XM", "XWZSBH", "ZSZYMC"])
def test_rows_that_a_line_end_inside_a_cell_parted_are_refused_both(column: str, tmp_path: Path) -> None:
    lines = people(5)
    header, *text = lines_of(lines)
    cell = lines[2][column]
    text[2] = text[2].replace(cell, f"{cell[:2]}\r\n{cell[2:]}")
    read = read_text(tmp_path, [header, *text])
    assert {record.certificate_number for record in read.records} <= {row["XWZSBH"] for row in lines}
    assert {record.name for record in read.records} <= {row["XM"] for row in lines} - {lines[2]["XM"]}
    assert {"4", "5"} <= set(read.faults)
    assert [sheet.gap() for sheet in read.sheets] == [0]


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("line", ["合计,5", "总计：5人", ",小计,5"])
def test_a_line_that_adds_a_table_up_is_a_fault_of_its_own_alone(line: str, tmp_path: Path) -> None:
    read = read_text(tmp_path, [*lines_of(people(5)), line])
    assert (read.refused, len(read.records), list(read.faults)) == ([], 5, ["7"])


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_the_delimiter_is_the_one_that_makes_a_header_whatever_a_remark_holds(delimiter: str, tmp_path: Path) -> None:
    header, *lines = (line.replace(",", delimiter) for line in lines_of(people(3)))
    remark = ",".join(f"课程{number}" for number in range(40))
    read = read_text(tmp_path, [f"{header}{delimiter}备注", *(f"{line}{delimiter}{remark}" for line in lines)])
    assert (read.refused, len(read.records)) == ([], 3)


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("end", ["\x1a", "\x1a\0\0\0", "\x1a\r\n"])
def test_an_end_of_file_mark_is_no_row_whatever_follows_it(end: str, tmp_path: Path) -> None:
    content = "\r\n".join([*lines_of(people(3)), end]).encode("utf-8-sig")
    read = read_bytes(tmp_path, content)
    assert (read.refused, read.faults, len(read.records)) == ([], {}, 3)


@pytest.mark.requirement("N2")
@pytest.mark.parametrize(
    "heading",
    [
        *(
            "导师姓名拼音(DS_XMPY)",
            "旧姓名.XMPY",
            "导师姓名(XMPY)",
            "原姓名拼音(XMPY)",
            "指导教师拼音(XMPY)",
            "推荐人(XMPY)",
        ),
        *("DS.XMPY", "ds.XMPY", "[DS].[XMPY]", "DS:XMPY", "DS-XMPY", "DS/XMPY", "DS XMPY", "DS(XMPY)", "XM.XMPY"),
        *("XMPY.DS", "XMPY_DS", "XMPY_OLD", "XMPY.1", "XMPY-2", "XMPY(DS)", "XMPY 导师", "前置学位XMPY"),
    ],
)
def test_a_column_of_another_person_or_time_is_not_the_holders(heading: str, tmp_path: Path) -> None:
    columns = [code for code in CODES if code != "XMPY"]
    header, *lines = lines_of(people(3), columns)
    read = read_text(tmp_path, [f"{header},{heading}", *(f"{line},WANG DAOSHI" for line in lines)])
    assert (read.refused, {record.name_pinyin for record in read.records}) == ([], {""})
    assert read.sheets[0].columns_passed_over == [heading]


@pytest.mark.requirement("N2")
def test_the_holders_column_is_read_beside_that_of_another_person(tmp_path: Path) -> None:
    lines = people(3)
    header, *text = lines_of(lines)
    read = read_text(tmp_path, [f"{header},DS.XM,DS.XMPY", *(f"{line},王导师,WANG DAOSHI" for line in text)])
    assert [(record.name, record.name_pinyin) for record in read.records] == [(row["XM"], row["XMPY"]) for row in lines]
    without = [code for code in CODES if code != "XM"]
    header, *text = lines_of(lines, without)
    read = read_text(tmp_path, [f"{header},DS.XM", *(f"{line},王导师" for line in text)])
    assert [(problem.code, problem.field) for problem in read.refused] == [("register_column_missing", "姓名(XM)")]


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    "form",
    ["T_XW.{}", "dbo.T_XW.{}", "[T].[{}]", "{},C,60", "{}(60)", "{}_年报", "Name ({})", "{place}.{}", "* {}"],
)
def test_a_table_that_all_columns_share_is_no_other_person(form: str, tmp_path: Path) -> None:
    _, *lines = lines_of(people(3))
    header = ",".join(f'"{form.format(code, place=place)}"' for place, code in enumerate(CODES, start=1))
    read = read_text(tmp_path, [header, *lines])
    assert (read.refused, len(read.records), read.sheets[0].columns_absent) == ([], 3, [])


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("length", [1, 64, 600])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_bytes_of_zero_that_stand_for_what_was_lost_are_refused(encoding: str, length: int, tmp_path: Path) -> None:
    content = "\r\n".join([*lines_of(people(12)), ""]).encode(encoding)
    for place in (600, len(content) // 2, len(content) - length):
        read = read_bytes(tmp_path, content[:place] + bytes(length) + content[place + length :])
        assert read.codes == {"register_zero_bytes"}, place


@pytest.mark.requirement("N5")
def test_two_awards_under_one_certificate_number_are_stored_and_named(tmp_path: Path) -> None:
    lines = people(4)
    lines[2] |= {code: lines[0][code] for code in ("XWSYDWM", "XWSYDW", "PYDWM", "XWZSBH", "XWLBM", "HXWRQ")}
    read = read_text(tmp_path, lines_of(lines))
    assert (read.refused, len(read.records)) == ([], 4)
    assert read.warnings == {"4": ["warning_number_shared"]}


@pytest.mark.requirement("N5")
def test_a_row_that_lacks_what_another_row_of_the_award_says_is_told_so(tmp_path: Path) -> None:
    lines = people(3)
    read = read_text(tmp_path, lines_of([*lines, {**lines[0], "XWSYDW": ""}, {**lines[1], "ZSZYMC": "另一专业"}]))
    assert read.faults == {"5": ["row_contradicts_another"], "6": ["row_contradicts_another"]}
    chinese, english = MESSAGES["row_contradicts_another"]
    assert "为空" in chinese
    assert "lacks" in english
