"""Files that real exports resemble, one kind of defect each: read to the last row, or refused with the reason.

Everybody in them is invented (synthetic); the files' names say what is wrong with them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from degree_auth.messages import MESSAGES
from tests.samples.register_reading import FILES, read_file

FIVE = ["欧阳娜", "李建国", "王小芳", "张伟", "赵敏"]

READ_WHOLE = {
    "gb18030-without-mark.csv": FIVE,
    "utf16-with-mark.txt": FIVE,
    "utf8-mark-one-cut-character.csv": FIVE,
    "utf8-whole.csv": ["张伟", "赵敏", "李强", "王芳"],
    "utf8-one-cut-character.csv": ["张伟", "赵敏", "李强", "王芳"],
    "dates-at-midnight.csv": FIVE[:1],
    "separator-line.csv": FIVE,
    "end-of-file-mark.csv": FIVE,
    "null-words.csv": FIVE[:4],
    "two-marks.csv": FIVE,
    "two-files-joined.csv": FIVE,
    "full-width-header.csv": FIVE,
    "code-first-header.csv": FIVE,
    "padded-names.csv": FIVE[3:],
    "names-of-malaysia.csv": ["KUMAR A/L RAJAN", "SITI BINTI ALI @ AMINAH"],
    "carriage-returns-alone.csv": FIVE,
    "gb18030-2022-character.csv": ["陈龴"],
    "rows-against-themselves.csv": FIVE[:2],
    "dbase-dates-one-deleted.dbf": [FIVE[0], *FIVE[2:]],
    "foxpro-text.dbf": FIVE,
    "foxpro-nulls.dbf": FIVE,
    "foxpro-moments.dbf": FIVE,
    "longer-header.dbf": FIVE,
    "record-longer-than-fields.dbf": FIVE,
    "three-sheets.xlsx": FIVE[:4],
    "title-row.xlsx": FIVE[:2],
    "dates-seconds-before-midnight.xlsx": FIVE[:1],
    "escaped-carriage-return.xlsx": FIVE[:3],
    "fifteen-digit-number.xlsx": FIVE[:1],
    "wrong-dimension.xlsx": FIVE,
    "strict-form.xlsx": FIVE,
    "rich-text.xlsx": FIVE[:1],
}

READ_BUT_FOR_SOME_ROWS = {
    "line-ends-in-cells.csv": ({"2": ["row_text_unreadable"]}, 2),
    "scientific-notation.csv": ({"2": ["row_number_spoilt"], "3": ["row_number_spoilt"]}, 0),
    "numbers-with-decimals.dbf": ({str(row): ["row_number_spoilt"] for row in range(2, 7)}, 0),
    "utf8-name-cut.dbf": ({"3": ["row_text_unreadable"]}, 2),
    "gbk-name-cut.dbf": ({"3": ["row_text_unreadable"]}, 2),
    "merged-cells.xlsx": ({f"Sheet1!{row}": ["row_cell_merged"] for row in (3, 4)}, 1),
    "days-as-numbers.xlsx": ({"Sheet1!2": ["row_date_invalid", "row_date_invalid"]}, 0),
    "numbers.xlsx": ({"Sheet1!2": ["row_number_spoilt", "row_zero_lost", "row_number_spoilt"]}, 0),
    "formulas.xlsx": ({"Sheet1!2": ["row_text_unreadable"]}, 0),
    "formula-without-value.xlsx": ({"Sheet!2": ["row_formula_without_value"]}, 0),
    "total-row.xlsx": ({"Sheet1!4": ["row_value_of_another_column", *["row_value_missing"] * 9]}, 2),
}

REFUSED = {
    "quote-never-closed.csv": ("register_quote_unclosed", "row 2"),
    "sixteenth-digit-lost.csv": ("register_column_spoilt", "40 of 40"),
    "big5.csv": ("register_encoding_unknown", ""),
    "memo-field.dbf": ("register_field_type", "M"),
    "count-zero.dbf": ("register_record_count", "header 0, file 5"),
    "count-too-large.dbf": ("register_file_cut_off", "header 9, file 5"),
    "old-format.xls": ("register_file_type_old", ""),
    "html-named.xls": ("register_file_markup", ""),
}


@pytest.mark.requirement("A2", "N2")
@pytest.mark.parametrize("name", READ_WHOLE)
def test_a_file_that_is_sound_is_read_whole(name: str) -> None:
    read = read_file(FILES / name)
    assert (read.refused, read.faults, read.names) == ([], {}, READ_WHOLE[name])
    assert [sheet.gap() for sheet in read.sheets] == [0] * len(read.sheets)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("name", READ_BUT_FOR_SOME_ROWS)
def test_a_spoilt_row_is_blamed_and_the_others_are_read(name: str) -> None:
    read = read_file(FILES / name)
    faults, records = READ_BUT_FOR_SOME_ROWS[name]
    assert (read.refused, read.faults, len(read.records)) == ([], faults, records)
    assert [sheet.gap() for sheet in read.sheets] == [0] * len(read.sheets)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_lost_something_is_refused_as_a_whole_with_the_reason(name: str) -> None:
    code, detail = REFUSED[name]
    (problem,) = read_file(FILES / name).refused
    assert problem.code == code
    assert detail in problem.detail
    assert all(MESSAGES[code])


def test_every_file_is_a_case() -> None:
    listed = {path.name for path in FILES.iterdir()} - {"README.md"}
    assert listed == {*READ_WHOLE, *READ_BUT_FOR_SOME_ROWS, *REFUSED}


@pytest.mark.requirement("N2")
def test_what_was_read_is_what_was_meant() -> None:
    cut = read_file(FILES / "utf8-one-cut-character.csv").records
    assert [record.discipline_name for record in cut] == ["软件工程", "工商管理", "土木工程", "软件工程"]
    (early,) = read_file(FILES / "dates-seconds-before-midnight.xlsx").records
    assert (early.birth_date, early.award_date) == (date(1999, 1, 1), date(2022, 6, 30))
    (midnight,) = read_file(FILES / "dates-at-midnight.csv").records
    assert (midnight.birth_date, midnight.award_date) == (date(1999, 1, 1), date(2022, 6, 30))
    escaped = read_file(FILES / "escaped-carriage-return.xlsx").records
    assert {record.discipline_name for record in escaped} == {"计算机科学与技术"}
    moments = read_file(FILES / "foxpro-moments.dbf").records
    assert (moments[0].birth_date, moments[0].award_date) == (date(1999, 1, 1), date(2022, 6, 30))


@pytest.mark.requirement("N2", "N5")
def test_a_word_for_nothing_is_read_as_nothing_and_named() -> None:
    read = read_file(FILES / "null-words.csv")
    assert [record.institution_name for record in read.records] == ["", "北京大学", "北京大学", "北京大学"]
    assert [record.identity_number for record in read.records][2:] == ["", ""]
    assert {row: set(codes) for row, codes in read.warnings.items()} == {
        **{row: {"warning_null_word"} for row in ("2", "3", "4")},
        "5": {"warning_null_word", "warning_number_shared"},
    }


@pytest.mark.requirement("N2", "N5")
def test_a_row_that_contradicts_itself_is_stored_and_named() -> None:
    read = read_file(FILES / "rows-against-themselves.csv")
    assert read.warnings == {"2": ["warning_birth_date_differs"], "3": ["warning_sex_differs"]}
    assert (read.records[0].birth_date, read.records[1].sex.value) == (date(1999, 1, 2), "male")


def test_a_deleted_record_of_a_dbf_file_is_named() -> None:
    read = read_file(FILES / "dbase-dates-one-deleted.dbf")
    assert read.warnings == {"3": ["warning_record_deleted"]}
    assert read.sheets[0].deleted == 1


@pytest.mark.requirement("N5")
def test_a_file_without_a_header_is_told_which_row_came_nearest_and_never_shows_data(tmp_path: Path) -> None:
    path = tmp_path / "annual.csv"
    path.write_text("年报 2022\n姓名,专业,学号,备注\n欧阳娜,计算机,20180101001,合成数据\n", encoding="utf-8-sig")
    (problem,) = read_file(path).refused
    assert (problem.code, problem.detail) == ("register_header_not_found", "row 2: 姓名 | 专业 | 学号 | 备注")
    path.write_text("欧阳娜,19990101,1000142022000001\n李建国,19990202,1000142022000002\n", encoding="utf-8-sig")
    (problem,) = read_file(path).refused
    assert (problem.code, problem.detail) == ("register_header_not_found", "row 1")


@pytest.mark.requirement("N2", "N5")
def test_a_title_may_stand_above_the_header_and_data_may_not(tmp_path: Path) -> None:
    header, *lines = (FILES / "utf8-whole.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "annual.csv"
    path.write_text("学位授予信息 导出编号 202501011230001\n\n" + header + "".join(lines), encoding="utf-8")
    read = read_file(path)
    assert (read.refused, len(read.records)) == ([], 4)
    assert (read.sheets[0].above_header, read.sheets[0].blank, read.sheets[0].header_row) == (1, 1, 3)
    path.write_text("".join([*lines[:1], header, *lines[1:]]), encoding="utf-8")
    assert read_file(path).codes == {"register_rows_above_header"}


@pytest.mark.requirement("N2", "N5")
def test_a_quotation_mark_that_closes_rows_later_is_refused_and_an_honest_remark_of_several_lines_is_read(
    tmp_path: Path,
) -> None:
    header, *lines = (FILES / "utf8-whole.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "annual.csv"
    swallowing = [header, lines[0].replace("合成数据", '"合成'), lines[1], lines[2] + '"', lines[3], ""]
    path.write_text("\r\n".join(swallowing), encoding="utf-8", newline="")
    (problem,) = read_file(path).refused
    assert (problem.code, problem.detail) == ("register_quote_swallows_rows", "row 2, lines 2-4")
    honest = [header, lines[0].replace("合成数据", '"合成\r\n数据，两行"'), *lines[1:], ""]
    path.write_text("\r\n".join(honest), encoding="utf-8", newline="")
    assert len(read_file(path).records) == 4


@pytest.mark.requirement("N5")
def test_what_the_file_has_besides_is_named(tmp_path: Path) -> None:
    (sheet,) = read_file(FILES / "utf8-whole.csv").sheets
    assert (sheet.columns_passed_over, sheet.columns_absent) == (["备注(BZ)"], ["XWSYDW"])


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("line", ['sep="', '"sep="'])
def test_a_quotation_mark_is_never_the_delimiter(line: str, tmp_path: Path) -> None:
    path = tmp_path / "annual.csv"
    path.write_text(line + "\n" + (FILES / "utf8-whole.csv").read_text(encoding="utf-8"), encoding="utf-8")
    read = read_file(path)
    assert (read.refused, len(read.records), read.sheets[0].above_header) == ([], 4, 1)


@pytest.mark.requirement("N2", "N5")
def test_the_rows_of_a_sheet_without_a_header_are_named(tmp_path: Path) -> None:
    path = tmp_path / "annual.xlsx"
    book = load_workbook(FILES / "title-row.xlsx")
    notes = book.create_sheet("说明")
    notes.append(["姓名", "证书号"])
    notes["A3"] = "合成数据"
    book.create_sheet("空")
    book.save(path)
    read = read_file(path)
    assert (read.refused, len(read.records)) == ([], 2)
    assert read.warnings == {"说明!1": ["warning_row_passed_over"], "说明!3": ["warning_row_passed_over"]}
    assert [sheet.unread for sheet in read.sheets] == [0, 2, 0]
    assert all(MESSAGES["warning_row_passed_over"])
