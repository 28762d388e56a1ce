"""A row of an annual report file: what is read, what is refused, and that every fault is named at once."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.fields import read_field
from degree_auth.domain.register import annual_report_cells, annual_report_row, annual_report_values
from degree_auth.domain.register.annual_report_columns import COLUMN, COLUMNS, OPTIONAL_COLUMNS, Cell
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import RowReader, read_row
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.text import NAME_SEPARATORS, name_key
from degree_auth.messages import text

MOVED = "row_value_of_another_column"
HEADER = read_header([column.label for column in COLUMNS])
GOOD: dict[str, Cell] = {
    "XM": "阿依古丽·买买提",
    "XMPY": "AYIGULI MAIMAITI",
    "XBM": "2",
    "CSRQ": "19900101",
    "GBM": "156",
    "MZM": "05",
    "ZJLXM": "01",
    "ZJHM": "650199900101002",
    "XWSYDWM": "10486",
    "XWSYDW": "武汉大学",
    "PYDWM": "10486",
    "XWLBM": "408",
    "ZYDM": "080901",
    "ZSZYMC": "计算机科学与技术",
    "XXXSM": "1",
    "HXWRQ": "20120630",
    "XWZSBH": "1048642012000001",
}


def cells(**changes: Cell) -> list[Cell]:
    """A good row with some cells changed."""
    return [{**GOOD, **changes}[column.code] for column in COLUMNS]


def faults(row: list[Cell]) -> dict[str, str]:
    """The rule that each column of a row breaks."""
    with pytest.raises(Invalid) as caught:
        read_row(row, HEADER)
    return {re.sub(r".*\((\w+)\)", r"\1", problem.field): problem.code for problem in caught.value.problems}


def test_a_good_row_becomes_an_award_record() -> None:
    record = read_row(cells(), HEADER)
    assert (record.name, record.sex, record.birth_date) == ("阿依古丽·买买提", Sex.FEMALE, date(1990, 1, 1))
    assert (record.identity_type, record.identity_number) == (IdentityType.RESIDENT_IDENTITY_CARD, GOOD["ZJHM"])
    assert (record.level, record.category_name, record.study_form) == (Level.BACHELOR, "工学学士", StudyForm.REGULAR)
    assert (record.award_date, record.certificate_number) == (date(2012, 6, 30), "1048642012000001")


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("张　伟", "张伟"),
        ("　王 芳 ", "王芳"),
        ("KUMAR A/L RAJAN", "KUMAR A/L RAJAN"),
        ("SITI BINTI ALI ＠ AMINAH", "SITI BINTI ALI @ AMINAH"),
        ("古丽米热˙艾比布力", "古丽米热·艾比布力"),
        ("བསོད་ནམས་　དཔེ་མཚོན", "བསོད་ནམས་ དཔེ་མཚོན"),
    ],
)
def test_a_name_is_stored_in_the_form_in_which_it_is_claimed(cell: str, stored: str) -> None:
    assert read_row(cells(XM=cell), HEADER).name == stored == read_field("holder.name", cell, date(2026, 11, 23))


@pytest.mark.requirement("A2", "N1")
@pytest.mark.parametrize("column", ["XM", "ZSZYMC", "XWSYDW", "XWZSBH"])
def test_a_row_that_holds_a_lost_character_never_enters(column: str) -> None:
    assert faults(cells(**{column: f"{GOOD[column]}\ufffd"})) == {column: "row_text_unreadable"}


def test_the_foreigners_permanent_residence_card_has_a_code_of_its_own() -> None:
    record = read_row(cells(ZJLXM="11", ZJHM="911840199901010021"), HEADER)
    assert record.identity_type is IdentityType.PERMANENT_RESIDENCE_CARD


@pytest.mark.parametrize(
    "form", ["{name}({code})", "{code}", "{name}（{code}）", " {code} ", "{name}\n({code})", "1.{code}", "T_XW.{code}"]
)
def test_a_header_cell_may_be_written_in_several_ways(form: str) -> None:
    header = read_header([form.format(name=column.name, code=column.code) for column in COLUMNS])
    assert header.places == HEADER.places


def test_columns_may_stand_in_any_order_and_others_between_them() -> None:
    order = list(reversed(COLUMNS))
    header = read_header(["序号", *(column.label for column in order), "备注(BZ)"])
    record = read_row([1, *(GOOD[column.code] for column in order), "x"], header)
    assert record == read_row(cells(), HEADER)


@pytest.mark.requirement("N5")
def test_every_missing_and_every_repeated_column_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read_header(["姓名(XM)", "XM"])
    found = {(problem.field, problem.code) for problem in caught.value.problems}
    needed = {column.label for column in COLUMNS} - {COLUMN[code].label for code in OPTIONAL_COLUMNS} - {"姓名(XM)"}
    assert found == {("姓名(XM)", "register_column_repeated")} | {(name, "register_column_missing") for name in needed}


@pytest.mark.requirement("N5")
def test_all_faults_of_a_row_are_named_at_once_and_never_with_their_values() -> None:
    row = cells(XM="", XBM="3", CSRQ="19900230", XWLBM="999", XWSYDWM="1048X", HXWRQ="二〇一二")
    assert faults(row) == {
        "XM": "row_value_missing",
        "XBM": "row_code_unknown",
        "CSRQ": "row_date_invalid",
        "XWLBM": "row_code_unknown",
        "XWSYDWM": "row_institution_code_invalid",
        "HXWRQ": "row_date_invalid",
    }


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("XWZSBH", "1.04864E+15"),
        ("XWZSBH", "1.0486E15"),
        ("XWZSBH", "1048642012000001.0"),
        ("XWZSBH", 1048642012000001),
        ("XWZSBH", 1.048642012e15),
        ("XWZSBH", "1048642012000000"),
        ("XWZSBH", "****************"),
        ("XWZSBH", "################"),
        ("XWZSBH", "0000000000000000"),
        ("XWZSBH", 0),
        ("XWZSBH", "TRUE"),
        ("XWZSBH", "False"),
        ("ZJHM", 650199199001010000),
        ("ZJHM", "650199199001010000"),
        ("ZJHM", "6.50199E+17"),
        ("CSRQ", "19900101.0"),
        ("XWSYDWM", 10486.5),
        ("XWSYDWM", float("nan")),
    ],
)
def test_a_number_spoilt_by_a_spreadsheet_is_told_by_a_rule_of_its_own(column: str, cell: Cell) -> None:
    assert faults(cells(**{column: cell})) == {column: "row_number_spoilt"}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("column", ["XM", "ZJHM", "XWZSBH", "ZSZYMC", "ZYDM"])
def test_a_cell_that_a_spreadsheet_turned_into_a_date_is_a_fault(column: str) -> None:
    assert faults(cells(ZJLXM="08", **{column: date(1998, 12, 1)})) == {column: "row_number_spoilt"}


@pytest.mark.parametrize(
    "number", ["99E12", "学位证字第12.5号", "2001.0123", "(98)000123", "B98-000123", "C1048642006Z00001"]
)
def test_old_certificate_numbers_are_not_mistaken_for_spoilt_ones(number: str) -> None:
    assert read_row(cells(XWZSBH=number), HEADER).certificate_number == number


@pytest.mark.parametrize(("column", "cell"), [("ZYDM", "80901"), ("ZYDM", 80901), ("XWSYDWM", "486"), ("XWSYDWM", 312)])
def test_a_lost_leading_zero_that_cannot_be_restored_is_a_fault(column: str, cell: Cell) -> None:
    assert faults(cells(**{column: cell})) == {column: "row_zero_lost"}


def test_a_lost_leading_zero_that_leaves_no_doubt_is_restored() -> None:
    record = read_row(cells(ZJLXM=1, MZM="5", GBM=36), HEADER)
    assert (record.identity_type, record.ethnic_group_code, record.country_code) == (
        IdentityType.RESIDENT_IDENTITY_CARD,
        "05",
        "036",
    )


@pytest.mark.parametrize(
    "cell",
    [
        "2012-06-30",
        "2012/6/30",
        date(2012, 6, 30),
        datetime(2012, 6, 30, 12),  # noqa: DTZ001
        20120630,
        "2012/6/30 0:00",
        "2012-06-30 00:00:00",
        "2012-06-30T00:00:00Z",
    ],
)
def test_a_date_is_read_in_the_forms_that_exports_give_it(cell: Cell) -> None:
    assert read_row(cells(HXWRQ=cell), HEADER).award_date == date(2012, 6, 30)


@pytest.mark.parametrize(
    "cell", ["'1048642012000001", '="1048642012000001"', "1048642012000001\t", "１０４８６４２０１２０００００１"]
)
def test_wrapping_that_exports_add_is_taken_off(cell: str) -> None:
    assert read_row(cells(XWZSBH=cell), HEADER).certificate_number == "1048642012000001"


def test_a_resident_number_that_fails_its_check_is_refused() -> None:
    assert faults(cells(ZJHM="650199199001010029")) == {"ZJHM": "row_identity_number_invalid"}


def test_an_old_record_may_lack_its_identity_number() -> None:
    assert read_row(cells(ZJHM=""), HEADER).identity_number == ""


@pytest.mark.requirement("N2")
def test_an_apostrophe_begins_a_name_or_marks_a_text() -> None:
    assert read_row(cells(XM="'OFA SAMPLE"), HEADER).name == read_row(cells(XM="’OFA SAMPLE"), HEADER).name
    assert read_row(cells(XM="'ĀNISI SAMPLE"), HEADER).name[0] == read_row(cells(XM="O'SAMPLE"), HEADER).name[1]
    assert read_row(cells(XM="'欧阳娜娜"), HEADER).name == "欧阳娜娜"


@pytest.mark.parametrize("name", ["胡瑞䶮", "𠮷野", "㛃", "欧阳娜娜", "O'SAMPLE ANNA"])
def test_rare_characters_and_foreign_names_survive(name: str) -> None:
    assert read_row(cells(XM=name), HEADER).name == name


@pytest.mark.parametrize("name", ["王\ufffd", "王\x00伟", "王\n伟", "王\ue005", "#REF!", "王?", "王□", "王_x000D_"])
def test_text_that_was_not_decoded_is_refused(name: str) -> None:
    assert faults(cells(XM=name)) == {"XM": "row_text_unreadable"}


def test_a_row_whose_cells_were_shifted_is_refused() -> None:
    assert faults([*cells(), "x"])[""] == "row_cells_surplus"


@pytest.mark.requirement("N2", "N5")
def test_a_header_cell_without_a_name_at_the_end_is_no_column() -> None:
    header = read_header([*(column.label for column in COLUMNS), "", " ", None])
    assert read_row([*cells(), "", None], header) == read_row(cells(), HEADER)
    with pytest.raises(Invalid) as caught:
        read_row([*cells()[:-1], "10486420", "12000001"], header)
    assert [problem.code for problem in caught.value.problems] == ["row_cells_surplus"]


def test_a_row_that_ends_early_lacks_what_it_needs() -> None:
    assert faults(cells()[:-1]) == {"XWZSBH": "row_value_missing"}


def test_a_row_of_a_text_file_that_lost_a_separator_is_refused_though_what_it_lacks_is_not_read() -> None:
    header = read_header([*(column.label for column in COLUMNS), "备注(BZ)", ""], full=True)
    assert read_row([*cells(), "x"], header) == read_row(cells(), HEADER)
    with pytest.raises(Invalid) as caught:
        read_row(cells(), header)
    assert [problem.code for problem in caught.value.problems] == ["row_cells_missing"]


def test_an_award_before_birth_is_refused() -> None:
    assert faults(cells(HXWRQ="19891231")) == {"HXWRQ": "row_award_before_birth"}


@pytest.mark.requirement("A2", "N2", "N5")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ('王"小"伟', "row_name_character"),
        ("王○○", "row_name_character"),
        ("王〇〇", "row_name_character"),
        ("王*", "row_name_character"),
        ("王×", "row_name_character"),
        ("SMITH & SON", "row_name_character"),
        ("王伟2", "row_name_has_digits"),
        ("张٣", "row_text_unreadable"),
        ("·买买提", "row_name_character"),
        ("阿依··买买提", "row_name_character"),
        ("王、伟", "row_name_character"),
        ("王&#x4E00;", "row_text_escaped"),
        ("王&#40863;", "row_text_escaped"),
        ("O&apos;BRIEN", "row_text_escaped"),
        ("王\\u4e00", "row_text_escaped"),
        ("%E7%8E%8B伟", "row_text_escaped"),
    ],
)
def test_a_name_that_no_claim_can_hold_is_refused_with_the_reason(name: str, code: str) -> None:
    assert faults(cells(XM=name)) == {"XM": code}


_ODD_SIGNS = "\"'`&\\/○◯●•‧・･⋅∙.．。｡-–—_,，、@＠()（）[]【】*#+=<>~^|:;!?0１½²①ªⅣʿʾʻ’İıßſ︑﹒᛫"


@pytest.mark.requirement("A2", "N2")
@pytest.mark.parametrize("sign", sorted(_ODD_SIGNS))
@pytest.mark.parametrize("form", ["王{}", "王{}伟", "{}王伟", "O{}BRIEN ANN", "ANN {} LEE"])
def test_every_name_that_enters_can_be_claimed_as_it_stands_in_the_file_and_as_it_is_stored(
    form: str, sign: str
) -> None:
    name = form.format(sign)
    try:
        stored = read_row(cells(XM=name), HEADER).name
    except Invalid:
        return
    for claimed in (name.removeprefix("'"), stored):  # a spreadsheet marks a text so
        read = read_field("holder.name", claimed, date(2026, 11, 23))
        assert isinstance(read, str)
        assert name_key(read) == name_key(stored)


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("O'BRIEN ANN", "O' BRIEN ANN"),
        ("O'BRIEN ANN", "O’BRIEN ANN"),
        ("O'BRIEN ANN", "o ‘ brien ann"),
        ("ʿABD AL-RAHMAN", "'ABD AL-RAHMAN"),
        ("İBRAHİM KAYA", "ibrahim kaya"),
        ("İBRAHİM KAYA", "İbrahim Kaya"),
        ("张○", "张〇"),
        ("KUMAR A\\L RAJAN", "KUMAR A/L RAJAN"),
        ("买买提●吐尔逊", "买买提·吐尔逊"),
    ],
)
def test_harmless_ways_of_writing_a_name_are_one(first: str, second: str) -> None:
    assert name_key(read_row(cells(XM=first), HEADER).name) == name_key(read_row(cells(XM=second), HEADER).name)


@pytest.mark.requirement("A2", "N2", "N5")
@pytest.mark.parametrize(
    ("kind", "number", "fault", "doubt"),
    [
        ("09", "810000199408230021", "", ""),
        ("09", "810000199408230022", "row_identity_number_invalid", ""),
        ("09", "810000199413230021", "row_identity_number_invalid", ""),
        ("11", "911840199901010022", "row_identity_number_invalid", ""),
        ("10", "E12345678", "", ""),
        ("10", "身份证丢失", "", "warning_identity_number_form"),
        ("10", "650199199001010029", "", "warning_identity_number_form"),
        ("10", "E12***678", "row_number_spoilt", ""),
        ("10", "00000000", "row_number_spoilt", ""),
        ("06", "H12345678", "", ""),
        ("06", "A123456(7)", "", "warning_identity_number_form"),
        ("08", "12345678(B)", "", ""),
        ("08", "123", "", "warning_identity_number_form"),
        ("02", "1234567", "", "warning_identity_number_form"),
    ],
)
def test_a_number_of_every_kind_of_document_is_held_against_its_form(
    kind: str, number: str, fault: str, doubt: str
) -> None:
    read = RowReader(HEADER).read(cells(ZJLXM=kind, ZJHM=number))
    assert [problem.code for problem in read.problems] == [fault] * bool(fault)
    assert [problem.code for problem in read.doubts] == [doubt] * bool(doubt)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("born", "awarded", "fault", "doubt"),
    [
        ("19900101", "20991231", "row_dates_apart", ""),
        ("20700101", "20990630", "row_date_in_future", ""),
        ("20050101", "20270630", "", "warning_date_in_future"),
        ("19900101", "19000101", "row_award_before_degrees", ""),
        ("19600101", "19801231", "row_award_before_degrees", ""),
        ("19600101", "19810101", "", ""),
        ("19000101", "20120630", "row_dates_apart", ""),
        ("18991231", "20120630", "row_birth_date_too_early", ""),
        ("20050101", "20120630", "row_dates_apart", ""),
        ("19980101", "20120630", "", "warning_age_unusual"),
        ("19300101", "20120630", "", "warning_age_unusual"),
    ],
)
def test_dates_that_no_award_can_have_are_refused_and_unusual_ones_named(
    born: str, awarded: str, fault: str, doubt: str
) -> None:
    read = RowReader(HEADER, date(2026, 11, 29)).read(cells(CSRQ=born, HXWRQ=awarded, ZJHM=""))
    assert [problem.code for problem in read.problems] == [fault] * bool(fault)
    assert [problem.code for problem in read.doubts] == [doubt] * bool(doubt)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("number", ["——", "（）", "无", "-"])
def test_a_certificate_number_without_letter_or_digit_is_refused(number: str) -> None:
    assert set(faults(cells(XWZSBH=number))) == {"XWZSBH"}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("GBM", "中国", "row_code_unknown"),
        ("GBM", "CN", "row_code_unknown"),
        ("MZM", "汉", "row_code_unknown"),
        ("MZM", "X", "row_code_unknown"),
        ("ZYDM", "软件工程", "row_code_unknown"),
        ("ZYDM", "LAW", "row_code_unknown"),
        ("ZYDM", "81201", "row_zero_lost"),
    ],
)
def test_a_word_in_the_place_of_a_code_is_refused_and_never_padded(column: str, cell: str, code: str) -> None:
    assert faults(cells(**{column: cell})) == {column: code}


@pytest.mark.requirement("A2", "N2")
@pytest.mark.parametrize("mark", ['"', "'"])
def test_marks_around_a_cell_are_no_part_of_it_and_half_a_pair_is_a_fault(mark: str) -> None:
    quoted = {column: f" {mark}{GOOD[column]}{mark}" for column in ("XM", "ZSZYMC", "XWSYDW", "HXWRQ", "XWZSBH")}
    assert read_row(cells(**quoted), HEADER) == read_row(cells(), HEADER)
    assert faults(cells(XWZSBH=f"{GOOD['XWZSBH']}{mark}")) == {"XWZSBH": "row_text_unreadable"}
    assert read_row(cells(XM="'OFA TUI"), HEADER).name == "'OFA TUI"


@pytest.mark.requirement("A2", "N5")
def test_marks_of_direction_around_a_number_are_no_part_of_it_and_inside_they_are_a_fault() -> None:
    number = GOOD["XWZSBH"]
    assert read_row(cells(XWZSBH=f"\u202d{number}\u202c"), HEADER).certificate_number == number
    assert faults(cells(XWZSBH=f"10486\u202d{number}")) == {"XWZSBH": "row_text_unreadable"}
    assert faults(cells(XM="\u202e王伟\u202c")) == {"XM": "row_text_unreadable"}


_FOR_NOTHING = ["——", "…", "……", "–", "。", "undefined", "[object Object]", "[NULL]", "NA", "NaT", "无编号", "未发证"]
_FOR_NOTHING += ["Infinity", "--", "/"]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("word", _FOR_NOTHING)
@pytest.mark.parametrize("column", ["XM", "ZSZYMC", "XWZSBH"])
def test_what_stands_for_nothing_is_nothing(column: str, word: str) -> None:
    assert faults(cells(**{column: word})) == {column: "row_value_missing"}
    read = RowReader(HEADER).read(cells(XWSYDW=word))
    assert (read.record is not None and read.record.institution_name, len(read.doubts)) == ("", 1)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("ZSZYMC", "=A1", "row_formula_without_value"),
        ("XWZSBH", "=1048642012000001", "row_formula_without_value"),
        ("ZSZYMC", "工商<br>管理", "row_text_escaped"),
        ("XM", "王&#36719", "row_text_escaped"),
        ("ZSZYMC", "1.04E+15", "row_number_spoilt"),
        ("XWZSBH", "１.０４Ｅ＋１５", "row_number_spoilt"),
        ("XWZSBH", "1,04864E+15", "row_number_spoilt"),
        ("ZSZYMC", "#####", "row_number_spoilt"),
        ("XM", "\u0301", "row_name_character"),
        ("XM", "何XX", "row_name_character"),
        ("XM", "何x", "row_name_character"),
        ("XM", "何--", "row_name_character"),
        ("XM", "何某某", "row_name_character"),
        ("XWZSBH", "1048642012******", "row_number_spoilt"),
        ("XWZSBH", "1048642012XXXXXX", "row_number_spoilt"),
        ("XWZSBH", "1048642012……", "row_number_spoilt"),
        ("XWZSBH", "1,048,642,012,000,001", "row_number_spoilt"),
        ("ZJHM", "110101XXXXXXXX1237", "row_number_spoilt"),
    ],
)
def test_what_a_program_left_in_a_cell_is_no_value(column: str, cell: str, code: str) -> None:
    assert faults(cells(**{column: cell})) == {column: code}


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("code", ["0812", "081201", "0812Z1", "0807J1", "99J1", "080903K"])
def test_a_discipline_code_may_have_letters_after_its_field(code: str) -> None:
    assert read_row(cells(ZYDM=code), HEADER).discipline_code == code


@pytest.mark.requirement("A11")
@pytest.mark.parametrize(("cell", "mark"), [("", None), ("删除", RowMark.DELETE), (" 更正 ", RowMark.CORRECT)])
def test_a_row_may_be_marked_as_a_deletion_or_a_correction(cell: str, mark: RowMark | None) -> None:
    header = read_header([*(column.label for column in COLUMNS), "变更标识(BGBZ)"])
    read = RowReader(header).read([*cells(), cell])
    assert (read.mark, read.problems) == (mark, [])
    assert RowReader(header).read([*cells(), "D"]).problems == [Problem("变更标识(BGBZ)", "row_mark_unknown")]


def test_every_rule_has_its_sentences() -> None:
    modules = (annual_report_cells, annual_report_row, annual_report_values)
    written = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules)
    source = re.findall(r'"((?:row|register)_[a-z_]+)"', written)
    assert len(set(source)) >= 10
    assert all(text(code)[0] and text(code)[1] for code in source)


@pytest.mark.requirement("N2")
@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        *(("XM", "锟斤拷", "row_text_decoded_twice"), ("XM", "烫烫烫", "row_text_decoded_twice")),
        *(("XM", "锘垮紶浼", "row_text_decoded_twice"), ("ZSZYMC", "软件鈥工程", "row_text_decoded_twice")),
        *(("XWZSBH", "鈥婥1012742009000033", "row_text_decoded_twice"), ("XM", "王伟'", "row_name_character")),
        *(("XM", "SAMPLE NGUYEN '", "row_name_character"), ("XM", "SAMPLE NGUYEN/", "row_name_character")),
        *(("XM", "欧ᇑ娜", "row_text_unreadable"), ("XWSYDW", "电子科\u09de大学", "row_text_unreadable")),
        *(("XMPY", "QIU JUN !", "row_text_unreadable"), ("XMPY", "“XU PING", "row_text_unreadable")),
        *(("ZSZYMC", "社会工作 $", "row_text_unreadable"), ("XWSYDW", "武汉大学 `", "row_text_unreadable")),
        *(("XWZSBH", "1202>42017000029", "row_certificate_number_invalid"), ("XWZSBH", "学位证书", MOVED)),
        *(("XWZSBH", "+1128742018000028", "row_number_spoilt"), ("XWZSBH", "-1128742018000028", "row_number_spoilt")),
        *(("GBM", "001", "row_code_unknown"), ("GBM", "015", "row_code_unknown"), ("GBM", "01", "row_code_unknown")),
        *(("MZM", "00", "row_code_unknown"), ("MZM", "57", "row_code_unknown"), ("ZYDM", "00201K", "row_code_unknown")),
        *(("XMPY", "武汉大学", MOVED), ("XMPY", "1048642012000001", MOVED), ("ZSZYMC", "1048642012000001", MOVED)),
    ],
)
def test_what_is_no_value_of_its_column_is_a_fault(column: str, value: str, code: str) -> None:
    assert faults(cells(**{column: value})) == {column: code}


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(
            ("XM", "李锘涵"),
            ("XM", "O'BRIEN PAT"),
            ("XM", "MARTIN JR."),
            ("XM", "山田のり子"),
            ("XM", "欧阳娜(曾用名娜)"),
        ),
        *(("XMPY", "WANG2 WEI3"), ("XMPY", "LÜ QIANG"), ("XMPY", "KUMAR A/L RAJAN"), ("XMPY", "AL-FARSI, Ali")),
        *(
            ("ZSZYMC", "C#与R&D"),
            ("ZSZYMC", "互联网+"),
            ("ZSZYMC", "α衰变"),
            ("ZSZYMC", "英语;法语"),
            ("GBM", "4"),
            ("GBM", "810"),
        ),
        *(
            ("GBM", "999"),
            ("MZM", "5"),
            ("MZM", "98"),
            ("XWZSBH", "学位证字第1994-000039号"),
            ("XWZSBH", "证字第一〇三号"),
        ),
    ],
)
def test_what_is_seldom_and_honest_is_read(column: str, value: str) -> None:
    read_row(cells(**{column: value}), HEADER)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("column", "value", "doubt"),
    [
        *(("ZSZYMC", "工商管理（MBA", "warning_sign_alone"), ("XM", "'OFA TAUFA", "warning_sign_alone")),
        *(("XM", "欧\ufeff阳娜", "warning_mark_inside"), ("XWZSBH", "104864201200001", "warning_number_form")),
        *(("XWZSBH", "10440242020000005", "warning_number_form"), ("ZSZYMC", "“三农”问题", "")),
    ],
)
def test_what_may_have_lost_something_is_stored_and_doubted(column: str, value: str, doubt: str) -> None:
    read = RowReader(HEADER).read(cells(**{column: value, **({"XMPY": ""} if column == "XM" else {})}))
    assert read.record is not None
    assert [(each.field.rpartition("(")[2][:-1], each.code) for each in read.doubts] == [(column, doubt)] * bool(doubt)


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("dot", sorted(map(chr, NAME_SEPARATORS)))
def test_every_sign_that_stands_for_the_separator_of_names_is_read_as_it(dot: str) -> None:
    assert read_row(cells(XM=f"古丽{dot}买买提", XMPY=""), HEADER).name == "古丽·买买提"
