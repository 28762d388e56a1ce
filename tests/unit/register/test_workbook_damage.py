"""A damaged workbook is refused with a reason, or harms the damaged cell alone: never a crash, never rows unread."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from degree_auth.adapters.register.annual_report_files import open_report
from degree_auth.domain.shared.errors import Invalid
from tests.samples.register_reading import FILES, Read, read_file
from tools.sample_files import write_xlsx
from tools.sample_rows import rows

SHEET = "xl/worksheets/sheet1.xml"
PLAIN = FILES / "title-row.xlsx"


def edited(path: Path, edits: dict[str, tuple[str, str]], absent: tuple[str, ...] = ()) -> Path:
    """A sound workbook with one text replaced in some parts, and without some parts."""
    with zipfile.ZipFile(PLAIN) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name in edits:
                assert edits[name][0] in content
                content = content.replace(*edits[name])
            if name not in absent:
                target.writestr(name, content)
    return path


def _sheet_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(SHEET).decode()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Where a damaged workbook is written."""
    return tmp_path / "damaged.xlsx"


def refusal(read: Read) -> tuple[str, list[str]]:
    """The one rule by which a file is refused, and the names that were read before."""
    (problem,) = read.refused
    return problem.code, read.names


@pytest.mark.requirement("N2", "N5")
def test_a_workbook_without_its_sheet_is_refused(book: Path) -> None:
    assert read_file(edited(book, {}, absent=(SHEET,))).codes == {"register_file_unreadable"}


@pytest.mark.requirement("N2", "N5")
def test_a_flipped_bit_in_the_head_of_a_sheets_part_is_refused(book: Path) -> None:
    edited(book, {})
    with zipfile.ZipFile(book) as archive:
        place = archive.getinfo(SHEET).header_offset
    for offset in (0, 30):  # the signature, the name
        content = bytearray(edited(book, {}).read_bytes())
        content[place + offset] ^= 1
        book.write_bytes(content)
        assert read_file(book).codes == {"register_file_unreadable"}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("number", ["9223372036854775808", "2199023255552", "1048577"])
def test_a_row_beyond_the_last_that_a_sheet_can_have_is_refused(number: str, book: Path) -> None:
    beyond = f'</row><row r="{number}"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert read_file(edited(book, {SHEET: ("</row></sheetData>", beyond)})).codes == {"register_sheet_damaged"}


@pytest.mark.requirement("N2")
def test_half_a_character_in_an_escape_is_a_character_lost(book: Path) -> None:
    header = {SHEET: ('<c r="R2" t="s"><v>17</v></c>', '<c r="R2" t="inlineStr"><is><t>备注_xD842_</t></is></c>')}
    read = read_file(edited(book, header))
    assert (read.refused, len(read.records)) == ([], 2)
    assert read.sheets[0].columns_passed_over == ["备注\ufffd"]
    name = {"xl/sharedStrings.xml": ("欧阳娜", "欧_xD842_")}
    assert read_file(edited(book, name)).faults == {"Sheet1!3": ["row_text_unreadable"]}


@pytest.mark.requirement("N2")
def test_a_rare_character_in_two_escapes_is_read(book: Path) -> None:
    name = {"xl/sharedStrings.xml": ("欧阳娜", "_xD842__xDFB7_娜")}
    assert read_file(edited(book, name)).names == ["𠮷娜", "李建国"]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    "edit",
    [
        ("sheetData>", "sheetDaTa>"),
        ('<row r="4"', '<r0w/><row r="4"'),
        ('<c r="A4"', '<b/><c r="A4"'),
    ],
    ids=["sheetData", "row", "c"],
)
def test_an_element_that_no_sheet_has_is_refused_and_never_passed_over(edit: tuple[str, str], book: Path) -> None:
    assert read_file(edited(book, {SHEET: edit})).codes == {"register_sheet_damaged"}


RELATIONS = "xl/_rels/workbook.xml.rels"
SECOND_SHEET = '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'


@pytest.mark.requirement("N2", "N5")
def test_a_worksheet_under_another_kind_of_relation_is_refused(book: Path) -> None:
    edits = {RELATIONS: ("relationships/worksheet", "relationships/chartsheet")}
    assert read_file(edited(book, edits)).codes == {"register_sheet_unread"}


@pytest.mark.requirement("N2", "N5")
def test_a_worksheet_that_is_related_and_not_listed_is_refused(book: Path) -> None:
    extra = f'{SECOND_SHEET}worksheet" Target="elsewhere/sheet2.xml"/></Relationships>'
    assert read_file(edited(book, {RELATIONS: ("</Relationships>", extra)})).codes == {"register_sheet_unread"}


@pytest.mark.requirement("N2")
def test_a_chart_sheet_is_counted_and_hinders_nothing(book: Path) -> None:
    edits = {
        RELATIONS: ("</Relationships>", f'{SECOND_SHEET}chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>'),
        "xl/workbook.xml": ("</sheets>", '<sheet name="图" sheetId="2" r:id="rId9"/></sheets>'),
    }
    edited(book, edits)
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr("xl/chartsheets/sheet1.xml", "<chartsheet><sheetViews/></chartsheet>")
    assert (read_file(book).refused, len(read_file(book).records)) == ([], 2)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("number", ["-1", "-2", "999"])
def test_a_shared_text_that_does_not_exist_is_refused(number: str, book: Path) -> None:
    edits = {SHEET: ('<c r="A3" t="s"><v>18</v></c>', f'<c r="A3" t="s"><v>{number}</v></c>')}
    assert read_file(edited(book, edits)).codes == {"register_file_unreadable"}


@pytest.mark.requirement("N5")
def test_a_text_without_end_is_refused_before_it_fills_the_memory(book: Path) -> None:
    cell = '<c r="A3" t="s"><v>18</v></c>'
    endless = f'<c r="A3" t="inlineStr"><is><t>{"A" * (2 << 20)}</t></is></c>'
    assert read_file(edited(book, {SHEET: (cell, endless)})).codes == {"register_file_unreadable"}
    long = endless.replace("A" * (2 << 20), "A" * 40_000)
    assert read_file(edited(book, {SHEET: (cell, long)})).faults == {"Sheet1!3": ["row_value_too_long"]}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    "edit",
    [
        ('<row r="4"', '<x:row xmlns:x="urn:other" r="4"', "</row></sheetData>", "</x:row></sheetData>"),
        ('<row r="4"', '<row xmlns="" r="4"', "", ""),
    ],
    ids=["another namespace", "none"],
)
def test_a_row_of_another_format_is_refused_and_never_read_as_an_award(
    edit: tuple[str, str, str, str], book: Path
) -> None:
    sheet = _sheet_of(PLAIN)
    start, renamed, end, renamed_end = edit
    assert start in sheet
    assert end in sheet
    damaged = sheet.replace(start, renamed)
    edited(book, {SHEET: (sheet, damaged.replace(end, renamed_end) if end else damaged)})
    assert read_file(book).codes == {"register_sheet_damaged"}


@pytest.mark.requirement("N2", "N5")
def test_a_value_of_another_format_in_a_cell_is_refused(book: Path) -> None:
    cell = '<c r="A3" t="s"><v>18</v></c>'
    other = '<c r="A3" t="s"><v>18</v><x:v xmlns:x="urn:other">19</x:v></c>'
    assert read_file(edited(book, {SHEET: (cell, other)})).codes == {"register_sheet_damaged"}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("endless", ["<![CDATA[{}]]>", "<!--{}-->x"], ids=["CDATA", "comment"])
def test_a_text_without_end_is_refused_in_whatever_form_it_stands(endless: str, book: Path) -> None:
    cell = '<c r="A3" t="s"><v>18</v></c>'
    text = endless.format("<a>" * (1 << 20))
    damaged = f'<c r="A3" t="inlineStr"><is><t>{text}</t></is></c>'
    assert read_file(edited(book, {SHEET: (cell, damaged)})).codes == {"register_file_unreadable"}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("column", ["XM", "XWSYDW", "ZJHM", "ZYDM"])
def test_a_row_under_a_merged_cell_is_blamed_be_the_column_needed_or_not(column: str, tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    write_xlsx(path, rows(6))
    book = load_workbook(path)
    sheet = book.active
    place = next(cell.column_letter for cell in sheet[1] if f"({column})" in str(cell.value))
    sheet.merge_cells(f"{place}3:{place}5")
    sheet.merge_cells("R6:T6")  # a remark, beyond the columns that are read
    book.save(path)
    read = read_file(path)
    assert read.faults == {f"{sheet.title}!{row}": ["row_cell_merged"] for row in (4, 5)}
    assert len(read.records) == 4


@pytest.mark.requirement("N2", "N5")
def test_a_merged_title_and_a_merged_end_harm_nothing(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    write_xlsx(path, rows(3))
    book = load_workbook(path)
    sheet = book.active
    sheet.insert_rows(1)
    sheet["A1"] = "学位授予信息年报"
    sheet.merge_cells("A1:R1")
    sheet.merge_cells("A6:R9")
    book.save(path)
    assert (read_file(path).refused, read_file(path).faults, len(read_file(path).records)) == ([], {}, 3)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    "references",
    [["A1:XFD1048576"] * 2, ["A2:C9", "B3:D4"], ["B1:D4", "A4:B9"]],
    ids=["the whole sheet twice", "one in the other", "at a corner"],
)
def test_merged_cells_that_overlap_are_refused_before_any_row_is_covered(references: list[str], book: Path) -> None:
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in references)
    edits = {SHEET: ("</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>")}
    assert refusal(read_file(edited(book, edits))) == ("register_file_unreadable", [])


def test_a_merged_cell_covers_no_more_columns_than_rows_have(book: Path) -> None:
    edits = {SHEET: ("</sheetData>", '</sheetData><mergeCells><mergeCell ref="R2:XFD1048576"/></mergeCells>')}
    rows_read = [row for sheet in open_report(edited(book, edits)).sheets for row in sheet.rows]
    assert max(len(cells) for _, cells in rows_read) < 100


@pytest.mark.requirement("N5")
def test_a_row_without_end_is_refused_before_it_fills_the_memory(book: Path) -> None:
    edits = {SHEET: ("</sheetData>", f"<row>{'<c/>' * 600_000}</row></sheetData>")}
    with pytest.raises(Invalid) as caught:
        [row for sheet in open_report(edited(book, edits)).sheets for row in sheet.rows]
    assert [(problem.code, problem.detail) for problem in caught.value.problems] == [
        ("register_file_unreadable", "ValueError")
    ]
    edits = {SHEET: ("</sheetData>", f"<row>{'<c/>' * 20_000}</row></sheetData>")}
    assert read_file(edited(book, edits)).codes == {"register_sheet_damaged"}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    "cell",
    ['s="1"><v>1e9</v>', 's="1"><v>NaN</v>', 't="d"><v>2022-02-30</v>', 't="d"><v>2022-06-30T00:00:00+08:00</v>'],
)
def test_a_date_that_is_none_is_a_fault_of_its_row_alone(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "days.xlsx"
    write_xlsx(path, rows(3))
    book = load_workbook(path)
    column = next(each.column_letter for each in book.active[1] if "HXWRQ" in str(each.value))
    book.active[f"{column}3"].number_format = "yyyy-mm-dd"
    book.active[f"{column}3"] = 12345
    book.save(path)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    written = re.sub(rf'<c r="{column}3"[^>]*><v>12345</v>', f'<c r="{column}3" {cell}', parts[SHEET].decode())
    assert written.encode() != parts[SHEET]
    with zipfile.ZipFile(path, "w") as target:
        for name, content in {**parts, SHEET: written.encode()}.items():
            target.writestr(name, content)
    read = read_file(path)
    assert read.refused == []
    assert [codes for row, codes in read.faults.items() if row.endswith("3")] == [["row_date_invalid"]]


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("name", ["xl/worksheets/", "xl/worksheets/.DS_Store"])
def test_what_a_packer_leaves_beside_the_worksheets_is_no_worksheet(name: str, book: Path) -> None:
    with zipfile.ZipFile(edited(book, {}), "a") as target:
        target.writestr(name, b"")
    read = read_file(book)
    assert (read.refused, read.names) == ([], read_file(PLAIN).names)


@pytest.mark.requirement("N2", "N5")
def test_a_part_that_the_directory_of_the_archive_does_not_name_is_refused(book: Path) -> None:
    edited(book, {})
    with zipfile.ZipFile(book, "a") as target:
        target.writestr("xl/worksheets/sheet2.xml", _sheet_of(PLAIN))
        target.filelist.remove(target.getinfo("xl/worksheets/sheet2.xml"))
        target.start_dir = target.fp.tell() if target.fp else 0
    assert read_file(book).codes == {"register_bytes_left_over"}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("before", "behind", "where"),
    [
        (b"", b"x", "behind the directory"),
        (b"", b"\0" * 100, "behind the directory"),
        (b"", b"whole", "before the first part"),
        (b"x" * 10, b"", "before the first part"),
    ],
    ids=["a byte behind", "zeros behind", "another workbook behind", "bytes before"],
)
def test_bytes_before_or_behind_the_archive_are_refused_and_named(
    before: bytes, behind: bytes, where: str, book: Path
) -> None:
    whole = edited(book, {}).read_bytes()
    book.write_bytes(before + whole + (whole if behind == b"whole" else behind))
    (problem,) = read_file(book).refused
    assert (problem.code, problem.detail) == ("register_bytes_left_over", where)


MERGED = '</sheetData>{}<mergeCells count="1"><mergeCell ref="B3:B4"/></mergeCells>'


def _with_merged(path: Path, between: str, encoding: str = "utf-8") -> Path:
    sheet = re.sub("<mergeCells.*?</mergeCells>", "", _sheet_of(PLAIN)).replace("</sheetData>", MERGED.format(between))
    assert '<c r="B4"' in sheet
    sheet = re.sub('<c r="B4".*?</c>', "", sheet)
    if encoding != "utf-8":
        sheet = re.sub(r"^<\?xml[^>]*\?>", "", sheet)
        sheet = f'<?xml version="1.0" encoding="{encoding}"?>{sheet}'
    with zipfile.ZipFile(PLAIN) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, sheet.encode(encoding) if name == SHEET else source.read(name))
    return path


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(
    ("between", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-16"),
        ("<!-- <mergeCells></mergeCells> -->", "utf-8"),
        ("<?x <mergeCells></mergeCells>?>", "utf-8"),
    ],
    ids=["as it is written", "in UTF-16", "behind a comment", "behind an instruction"],
)
def test_merged_cells_are_seen_wherever_they_stand(between: str, encoding: str, book: Path) -> None:
    read = read_file(_with_merged(book, between, encoding))
    assert (read.refused, read.faults) == ([], {"Sheet1!4": ["row_cell_merged"]})


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("hidden", ["&#66;4", "B4"], ids=["in escapes", "in a comment alone"])
def test_merged_cells_that_the_text_shows_otherwise_than_the_sheet_are_refused(hidden: str, book: Path) -> None:
    _with_merged(book, "")
    sheet = _sheet_of(book)
    merged = sheet[sheet.index("<mergeCells") : sheet.index("</mergeCells>") + 13]
    instead = merged.replace("B3:B4", "B3:&#66;4") if hidden != "B4" else f"<!--{merged}-->"
    with zipfile.ZipFile(PLAIN) as source, zipfile.ZipFile(book, "w") as target:
        for name in source.namelist():
            target.writestr(name, sheet.replace(merged, instead) if name == SHEET else source.read(name))
    assert read_file(book).codes <= {"register_sheet_damaged", "register_file_unreadable"} != set()
    assert read_file(book).refused


def test_parts_whose_sizes_follow_them_are_read(tmp_path: Path) -> None:
    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    written = Stream()
    with zipfile.ZipFile(PLAIN) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    path = tmp_path / "streamed.xlsx"
    path.write_bytes(written.getvalue())
    assert read_file(path).names == read_file(PLAIN).names


@pytest.mark.requirement("N2", "N5")
def test_a_shared_text_that_is_lost_or_stands_twice_is_refused(book: Path) -> None:
    for item, instead in (("<si><t>欧阳娜</t></si>", ""), ("<si><t>欧阳娜</t></si>", "<si><t>欧阳娜</t></si>" * 2)):
        edited(book, {"xl/sharedStrings.xml": (item, instead)})
        assert read_file(book).codes == {"register_sheet_damaged"}


@pytest.mark.requirement("N2", "N5")
def test_an_element_that_no_text_has_is_refused(book: Path) -> None:
    edits = {SHEET: ('<c r="A3" t="s"><v>18</v></c>', '<c r="A3" t="inlineStr"><is><x>欧阳娜</x></is></c>')}
    assert read_file(edited(book, edits)).codes == {"register_sheet_damaged"}
