"""What offices do to a file by hand: notes, examples, struck rows, cells pulled down: never stored in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.register.annual_report_files import open_report
from degree_auth.adapters.register.seen_awards import open_seen_awards
from degree_auth.domain.register.annual_report_columns import COLUMN
from degree_auth.domain.shared.errors import Problem
from degree_auth.services.register.annual_report_reading import AnnualReportReading
from tests.samples.register_reading import Read, read_file
from tests.samples.register_text import CODES, TODAY, lines_of, people, read_rows, read_text
from tools.sample_rows import Row


def _with(column: str, value: str, row: int = 3) -> list[Row]:
    lines = people(8)
    lines[row - 2][column] = value
    return lines


def _pulled_down(column: str, step: Callable[[str, int], str], rows: int = 12) -> list[Row]:
    lines = people(40)
    for place in range(rows):
        lines[10 + place] |= {column: step(lines[10][column], place), "ZSZYMC": lines[10]["ZSZYMC"]}
    return lines


def _days_on(day: str, days: int) -> str:
    return f"{datetime.strptime(day, '%Y%m%d') + timedelta(days):%Y%m%d}"  # noqa: DTZ007 -- a day alone


def _workbook(folder: Path, edit: Callable[[Workbook], None]) -> Read:
    book = Workbook()
    for cells in ([COLUMN[code].label for code in CODES], *([row[code] for code in CODES] for row in people(8))):
        book.active.append(cells)
    edit(book)
    book.save(folder / "annual.xlsx")
    return read_file(folder / "annual.xlsx", TODAY)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("column", ["XM", "XMPY", "ZSZYMC", "XWSYDW"])
@pytest.mark.parametrize("word", ["同上", "见备注", "详见附件", "待补", "示例", "〃"])
def test_a_word_that_refers_elsewhere_is_no_value(column: str, word: str, tmp_path: Path) -> None:
    assert read_rows(tmp_path, _with(column, word)).faults == {"3": ["row_value_elsewhere"]}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        *(("张三(示例)", True), ("张三（作废）", True), ("张三(重复)", True), ("张三(曾用名李四)", False)),
        *(("张三（原名李四）", False), ("张伟(男)", False), ("张伟(大)", False), ("张三(已故)", False)),
    ],
)
def test_a_note_in_a_name_is_named_and_one_that_voids_it_is_a_fault(name: str, fault: bool, tmp_path: Path) -> None:
    read = read_rows(tmp_path, _with("XM", name))
    assert read.faults == ({"3": ["row_name_note"]} if fault else {})
    assert ("warning_name_note" in read.warnings.get("3", [])) is not fault


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("name", ["买买提(阿卜杜拉)", "原名扬", "示例贤", "何取消", "KUMAR (RAJ)", "欧阳大", "男男"])
def test_a_second_name_in_brackets_and_odd_names_are_read(name: str, tmp_path: Path) -> None:
    read = read_rows(tmp_path, _with("XM", name))
    assert not {"row_name_note", "warning_name_note"} & {*read.faults.get("3", []), *read.warnings.get("3", [])}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    "remark",
    [
        "作废",
        "已撤销",
        "撤销学位",
        "撤销其硕士学位",
        "学位已被撤销",
        "学位证书作废",
        "此行删除",
        "该生学位被取消，见文",
    ],
)
def test_a_row_that_a_remark_takes_back_is_not_stored_in_silence(remark: str, tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    text = [f"{header},备注", *(f"{line},{remark if place == 1 else ''}" for place, line in enumerate(lines))]
    read = read_text(tmp_path, text)
    assert (read.faults, len(read.records)) == ({"3": ["row_withdrawn"]}, 3)


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    "remark", ["撤销处分后授予", "取消入学资格后重新考取", "优秀毕业生", "第二学士学位", "补授学位", "X"]
)
def test_other_remarks_hinder_nothing(remark: str, tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    assert read_text(tmp_path, [f"{header},备注", *(f"{line},{remark}" for line in lines)]).faults == {}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("remark", ["姓名应为李四", "出生日期有误", "以证书为准", "性别录错"])
def test_a_remark_that_something_is_wrong_is_told(remark: str, tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    text = [f"{header},备注", *(f"{line},{remark if place == 1 else ''}" for place, line in enumerate(lines))]
    assert read_text(tmp_path, text).warnings == {"3": ["warning_remark_corrects"]}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("heading", ["更正后姓名", "变更后证件号码", "姓名(修改后)", "新证书编号"])
def test_a_value_in_a_column_of_corrections_is_never_passed_over(heading: str, tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    text = [f"{header},{heading}", *(f"{line},{'李四' if place == 1 else ''}" for place, line in enumerate(lines))]
    read = read_text(tmp_path, text)
    assert (read.refused, read.faults) == ([], {"3": ["row_corrected_beside"]})


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    "title", ["2023年撤销学位人员名单", "某大学作废学位证书一览表", "删除数据", "学位信息删除名单", "取消硕士学位名单"]
)
def test_a_list_of_degrees_that_were_taken_back_is_refused_unless_its_rows_are_marked(
    title: str, tmp_path: Path
) -> None:
    header, *lines = lines_of(people(4))
    assert read_text(tmp_path, [title, header, *lines]).codes == {"register_list_withdrawn"}
    marked = [title, f"{header},变更标识(BGBZ)", *(f"{line},删除" for line in lines)]
    assert len(read_text(tmp_path, marked).marked) == 4


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    "title",
    [
        "学位授予信息年报表",
        "填表说明：请先删除示例行，再逐行填写；作废的证书不填，名单由研究生院与学位办共同核对后报送",
        "授予学位人员名单",
    ],
)
def test_other_titles_hinder_nothing(title: str, tmp_path: Path) -> None:
    assert len(read_text(tmp_path, [title, *lines_of(people(4))]).records) == 4


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(("name", "refused"), [("作废", True), ("填写样例", True), ("更正前", True), ("2023年", False)])
def test_a_sheet_that_calls_itself_void_is_refused(name: str, refused: bool, tmp_path: Path) -> None:
    def rename(book: Workbook) -> None:
        book.active.title = name

    assert _workbook(tmp_path, rename).codes == ({"register_list_withdrawn"} if refused else set())


@pytest.mark.requirement("A2")
def test_a_row_that_is_marked_as_a_deletion_may_say_why(tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    read = read_text(tmp_path, [f"{header},变更标识(BGBZ),备注", *(f"{line},删除,撤销学位" for line in lines)])
    assert (read.faults, len(read.marked)) == ({}, 4)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("mark", ["示例", "例", "填写样例", "示例：", "例1"])
def test_the_example_of_a_form_is_no_award(mark: str, tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    text = [f"序号,{header}", *(f"{place or mark},{line}" for place, line in enumerate(lines))]
    assert read_text(tmp_path, text).faults == {"2": ["row_is_example"]}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("number", ["6月12日", "2001年6月12日", "2001/6/12", "Jun-01", "1-Jun", "12-Jan-99"])
@pytest.mark.parametrize("column", ["XWZSBH", "ZJHM"])
def test_a_number_that_a_spreadsheet_made_a_day_of_is_spoilt(column: str, number: str, tmp_path: Path) -> None:
    lines = [
        {**row, "ZJLXM": "10", "GBM": "840"} if place == 1 else row for place, row in enumerate(_with(column, number))
    ]
    assert read_rows(tmp_path, lines).faults["3"] == ["row_number_spoilt"]


@pytest.mark.requirement("N2", "N5")
def test_two_certificate_numbers_in_one_cell_are_none(tmp_path: Path) -> None:
    read = read_rows(tmp_path, _with("XWZSBH", "1048642012000001、1048642012000002"))
    assert read.faults == {"3": ["row_certificate_number_invalid"]}


@pytest.mark.requirement("N2", "N5")
def test_what_is_struck_out_in_a_workbook_is_not_stored(tmp_path: Path) -> None:
    def strike_row(book: Workbook) -> None:
        for cell in book.active[4]:
            cell.font = Font(strike=True)

    def strike_word(book: Workbook) -> None:
        book.active["A4"] = CellRichText(TextBlock(InlineFont(strike=True), "张三"), "李四")

    assert set(_workbook(tmp_path, strike_row).faults["Sheet!4"]) == {"row_value_struck"}
    assert _workbook(tmp_path, strike_word).faults == {"Sheet!4": ["row_value_struck"]}


@pytest.mark.requirement("N2", "N5")
def test_a_note_beside_a_cell_is_told_and_those_on_the_headings_are_not(tmp_path: Path) -> None:
    def note(book: Workbook) -> None:
        book.active["A1"].comment, book.active["Q5"].comment = Comment("按证书填写", "x"), Comment("应为李四", "x")

    assert _workbook(tmp_path, note).warnings == {"Sheet!5": ["warning_row_noted"]}


@pytest.mark.requirement("N2", "N5")
def test_a_number_that_a_workbook_holds_as_a_quantity_is_doubted(tmp_path: Path) -> None:
    def number(book: Workbook) -> None:
        book.active["Q3"], book.active["P3"], book.active["D3"], book.active["H3"] = 12345, "19950701", "19700101", None

    assert "warning_stored_as_number" in _workbook(tmp_path, number).warnings["Sheet!3"]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("column", "step"),
    [
        ("HXWRQ", _days_on),
        ("ZYDM", lambda code, place: f"{int(code[:6] or 81201) + place:06d}"),
        ("XWLBM", lambda _, place: str(401 + place)),
        ("XXXSM", lambda _, place: str(1 + place)),
    ],
)
def test_a_column_that_was_pulled_down_by_its_handle_is_refused(
    column: str, step: Callable[[str, int], str], tmp_path: Path
) -> None:
    problems = read_rows(tmp_path, _pulled_down(column, step)).refused
    assert Problem(COLUMN[column].label, "register_column_filled", "rows 11 to 22 of data") in problems


@pytest.mark.requirement("A2")
def test_a_file_sorted_with_one_row_for_each_discipline_and_day_by_day_numbers_is_read(tmp_path: Path) -> None:
    lines = people(8)
    for place, row in enumerate(lines):
        row |= {"ZYDM": f"1002{place + 1:02d}", "ZSZYMC": f"临床医学{'甲乙丙丁戊己庚辛'[place]}"}
    assert read_rows(tmp_path, lines).refused == []


@pytest.mark.requirement("N2", "N5")
def test_an_identity_number_of_two_people_is_named_and_of_many_is_refused(tmp_path: Path) -> None:
    lines = people(40)
    same = {code: lines[1][code] for code in ("ZJLXM", "ZJHM", "CSRQ", "XBM")}
    read = read_rows(tmp_path, [*lines[:2], {**lines[2], **same}, *lines[3:]])
    assert (read.refused, read.warnings) == ([], {"4": ["warning_person_differs"]})
    read = read_rows(tmp_path, [{**row, **same} if 1 < place < 20 else row for place, row in enumerate(lines)])
    assert [(each.field, each.code) for each in read.refused] == [("身份证件号码(ZJHM)", "register_columns_apart")]


@pytest.mark.requirement("A2")
def test_several_degrees_of_one_person_are_no_contradiction(tmp_path: Path) -> None:
    first, *others = people(8)
    read = read_rows(tmp_path, [first, {**first, "XWZSBH": others[0]["XWZSBH"][:15] + "9", "XM": first["XM"]}, *others])
    assert "warning_person_differs" not in read.warnings.get("3", [])


LAST = [code for code in CODES if code != "ZSZYMC"] + ["ZSZYMC"]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("row", [1, 4])
def test_a_separator_inside_the_last_cell_that_is_read_never_cuts_it(row: int, tmp_path: Path) -> None:
    header, *lines = lines_of(people(8), LAST)
    text = [f"{header},备注", *(f"{line}," for line in lines)]
    text[row] = f"{text[row][:-1]},仪器,"
    read = read_text(tmp_path, text)
    assert read.codes == {"register_rows_uneven"} if row == 1 else read.faults == {"5": ["row_cells_surplus"]}


@pytest.mark.requirement("A2")
def test_rows_that_all_end_in_a_separator_are_read(tmp_path: Path) -> None:
    header, *lines = lines_of(people(8))
    assert len(read_text(tmp_path, [header, *(f"{line}," for line in lines)]).records) == 8
    assert len(read_text(tmp_path, [f"{header},", *(f"{line}," for line in lines)]).records) == 8


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("学位证书编号(XWZSBH)", "毕业证书编号(XWZSBH)"),
        ("获学位日期(HXWRQ)", "HXWRQ(毕业日期)"),
        ("学位授予单位码(XWSYDWM)", "培养单位码(XWSYDWM)"),
        ("出生日期(CSRQ)", "获学位日期(CSRQ)"),
    ],
)
def test_a_heading_whose_words_are_another_columns_names_none(label: str, written: str, tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    read = read_text(tmp_path, [header.replace(label, written), *lines])
    assert Problem(label, "register_column_missing") in read.refused


def _counted(lines: list[Row], folder: Path) -> dict[str, int]:
    """The warnings that are counted for the file alone."""
    return {each["code"]: each["count"] for each in _reading(lines, folder).warnings.as_list() if not each["rows"]}


def _reading(lines: list[Row], folder: Path) -> AnnualReportReading:
    path = folder / "annual.csv"
    path.write_bytes("\r\n".join([*lines_of(lines), ""]).encode("utf-8-sig"))
    report = open_report(path)
    with open_seen_awards() as seen:
        reading = AnnualReportReading(Read(), seen, shipped_institutions(), today=TODAY)
        reading.read(report)
        reading.problems()
    return reading


@pytest.mark.requirement("N2", "N5")
def test_what_a_whole_column_makes_doubtful_is_counted(tmp_path: Path) -> None:
    lines = people(60)
    assert _counted(lines, tmp_path) == {}
    lines = [{**row, "ZJHM": "", "CSRQ": f"{row['CSRQ'][:4]}0101"} for row in lines]
    assert _counted(lines, tmp_path) == {"warning_births_on_first_of_year": 60}
    lines = [{**row, "ZYDM": "030101", "ZSZYMC": "法学理论", "XWLBM": "408"} for row in people(60)]
    assert _counted(lines, tmp_path) == {"warning_field_differs": 60}
    grouped = [
        {**row, "XWLBM": "408", "ZYDM": f"0812{place // 6:02d}", "ZSZYMC": f"学科{'甲乙丙丁戊己庚辛壬癸'[place // 6]}"}
        for place, row in enumerate(people(60))
    ]
    assert _counted(grouped, tmp_path) == {}
    moved = [{**row, "ZSZYMC": grouped[place - 1]["ZSZYMC"]} for place, row in enumerate(grouped)]
    assert _counted(moved, tmp_path) == {"warning_discipline_code_differs": 10}
