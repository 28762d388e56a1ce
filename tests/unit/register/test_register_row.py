"""A row of an annual report file: what is read, what is refused, and that every fault is named at once."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.fields import read_field
from degree_auth.domain.register import annual_report_row as register_row
from degree_auth.domain.register.annual_report_columns import COLUMN, COLUMNS, OPTIONAL_COLUMNS, Cell
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.shared.errors import Invalid
from degree_auth.messages import text

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


@pytest.mark.parametrize("form", ["{name}({code})", "{code}", "{name}（{code}）", " {code} ", "{name}\n({code})"])
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


def test_every_rule_has_its_sentences() -> None:
    source = re.findall(r'"((?:row|register)_[a-z_]+)"', Path(register_row.__file__).read_text(encoding="utf-8"))
    assert len(set(source)) >= 10
    assert all(text(code)[0] and text(code)[1] for code in source)
