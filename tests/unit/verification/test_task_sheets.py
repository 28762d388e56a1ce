"""Many tasks answered at once: the sheet, its preview, and answers that are each taken once."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from openpyxl import load_workbook

from degree_auth.adapters.verification.task_sheet_files import read_sheet, write_sheet
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.result import DENIALS, Result
from degree_auth.domain.shared.errors import Invalid, Malformed, TooLarge, Unavailable
from degree_auth.domain.verification.answer_sheet import (
    COLUMNS,
    MOST_ROWS,
    RESULT_WORDS,
    SheetFormat,
    choices_of,
    headings,
    read_rows,
)
from degree_auth.domain.verification.task_inputs import MOST_ANSWERS, parse_answers
from degree_auth.pages import words_of
from tests.doubles.world import World, lead_of
from tests.unit.verification.test_tasks import department, given_to, several, task_of

pytestmark = pytest.mark.requirement("A4", "A9", "N1")
FORMATS = pytest.mark.parametrize("kind", list(SheetFormat))
VERIFIED = {"result": "属实", "handler": "经办人", "archive_reference": "档-2022-001"}


def sheet(world: World, asker: Principal, kind: SheetFormat = SheetFormat.CSV, language: str = "zh") -> bytes:
    made = world.sheets.sheet(asker, {"format": kind.value, "language": language}, world.now)
    return base64.b64decode(made["content"])


def table(content: bytes) -> list[dict[str, str]]:
    """The rows of a sheet by the codes of its columns."""
    head, *rows = [["" if cell is None else str(cell) for cell in cells] for _, cells in read_sheet(content)]
    codes = [cell.rpartition("[")[2].rstrip("]") for cell in head]
    return [{code: row[place] if place < len(row) else "" for place, code in enumerate(codes)} for row in rows]


def written(rows: list[Mapping[str, str]], kind: SheetFormat = SheetFormat.CSV, language: str = "zh") -> bytes:
    return write_sheet([[row.get(code, "") for code in COLUMNS] for row in rows], kind, language)[0]


def filled(content: bytes, fill: Mapping[str, str] | None = None, kind: SheetFormat = SheetFormat.CSV) -> bytes:
    """The sheet with every row filled in alike."""
    return written([{**row, **(VERIFIED if fill is None else fill)} for row in table(content)], kind)


def preview(world: World, asker: Principal, content: bytes) -> list[dict[str, Any]]:
    rows = world.sheets.preview(asker, {"content": base64.b64encode(content).decode()}, world.now)["rows"]
    return [dict(row) for row in rows]


def answers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row["answer"] for row in rows if row["answer"] is not None]


def take(world: World, asker: Principal, given: list[dict[str, Any]]) -> list[str]:
    taken = world.sheets.answer(asker, {"answers": given}, world.now)
    return ["received" if one.refused is None else one.refused.code for one in taken]


def codes(row: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one["field"], one["code"]) for one in row["problems"]}


def received(world: World, case: Case) -> int:
    return sum(one.type is EventType.FEEDBACK_RECEIVED for one in world.cases.log(case.case_number))


@FORMATS
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_holds_what_the_department_may_answer_and_comes_back_as_it_went(
    kind: SheetFormat, language: str
) -> None:
    world = World()
    cases = several(world, 3)
    lead = lead_of(cases[0])
    given_to(world, cases[1], "archive")
    world.answer(cases[2], "needs_material")
    (row,) = table(sheet(world, lead, kind, language))
    record = world.records[0]
    assert row["task_id"] == task_of(cases[0])
    assert row["claim.holder.name"] == record.name
    assert row["claim.degree.certificate_number"] == record.certificate_number
    assert record.identity_number not in str(row)
    assert [one["task_id"] for one in table(sheet(world, department(cases[1]), kind))] == [task_of(cases[1])]


@pytest.mark.requirement("N3")
def test_every_task_of_a_sheet_is_on_record_before_the_sheet_is_made() -> None:
    world = World()
    cases = several(world, 3)
    sheet(world, lead_of(cases[0]))
    for case in cases:
        (entry,) = world.reading_store.entries(case.case_number, 10)
        assert entry.data["purpose"] == "task_sheet"
    sheet(world, lead_of(cases[0]))
    assert [len(world.reading_store.entries(case.case_number, 10)) for case in cases] == [1, 1, 1]


@FORMATS
def test_a_filled_sheet_is_answered_row_by_row_and_the_same_again_changes_nothing(kind: SheetFormat) -> None:
    world = World()
    cases = several(world, 3)
    lead = lead_of(cases[0])
    content = filled(sheet(world, lead, kind), kind=kind)
    rows = preview(world, lead, content)
    assert [row["fate"] for row in rows] == ["ready"] * 3
    assert [received(world, case) for case in cases] == [0, 0, 0]
    given = answers(rows)
    # Cut off after the first, and sent again as a whole.
    assert take(world, lead, given[:1]) == ["received"]
    assert take(world, lead, given) == ["received"] * 3
    assert take(world, lead, given) == ["received"] * 3
    assert [received(world, case) for case in cases] == [1, 1, 1]
    assert [row["fate"] for row in preview(world, lead, content)] == ["given"] * 3
    assert len(world.cases.fees.earned) == 3


def test_a_repeat_gives_the_same_after_the_case_went_on() -> None:
    world = World()
    case = several(world, 1)[0]
    lead = lead_of(case)
    fill = {"result": "需补充材料", "handler": "经办人", "reason": "请补充成绩单", "fields": "证书编号、degree.level"}
    given = answers(preview(world, lead, filled(sheet(world, lead), fill)))
    assert given[0]["feedback"]["fields"] == ["degree.certificate_number", "degree.level"]
    assert take(world, lead, given) == ["received"]
    world.supplied(world.cases.load(case.case_number))
    assert take(world, lead, given) == ["received"]
    assert received(world, case) == 1


def test_a_row_whose_task_asks_again_is_told_so_and_not_answered() -> None:
    world = World()
    case = several(world, 1)[0]
    lead = lead_of(case)
    content = filled(sheet(world, lead))
    given = answers(preview(world, lead, content))
    world.supplied(world.answer(case, "needs_material"))
    (row,) = preview(world, lead, content)
    assert (row["fate"], codes(row)) == ("refused", {("asked", "task_changed")})
    assert take(world, lead, given) == ["task_changed"]
    assert preview(world, lead, filled(sheet(world, lead)))[0]["fate"] == "ready"


def test_what_changed_the_clock_alone_leaves_the_sheet_good() -> None:
    world = World()
    case = several(world, 1)[0]
    lead = lead_of(case)
    content = filled(sheet(world, lead))
    world.staff("approve_urgency", case, reason="签证", command="u")
    world.attend(case)
    assert take(world, lead, answers(preview(world, lead, content))) == ["received"]


def test_one_row_that_is_refused_keeps_no_other_from_being_taken() -> None:
    world = World()
    cases = several(world, 3)
    lead = lead_of(cases[0])
    given = answers(preview(world, lead, filled(sheet(world, lead))))
    given_to(world, cases[1], "archive")
    assert take(world, lead, given) == ["received", "verifying_department_only", "received"]
    assert [received(world, case) for case in cases] == [1, 0, 1]


def test_all_that_is_wrong_with_a_row_is_told_at_once_in_both_languages() -> None:
    world = World()
    case = several(world, 1)[0]
    lead = lead_of(case)
    wrong = {"result": "查无此人", "archive_values.holder.sex": "男", "reason": "原因" * 600, "asked": "x"}
    (row,) = preview(world, lead, filled(sheet(world, lead), wrong))
    assert row["fate"] == "refused"
    assert row["answer"] is None
    assert codes(row) == {
        ("archive_values", "unknown_field"),
        ("handler", "required"),
        ("archive_searched", "required"),
        ("archive_reference", "required"),
        ("reason", "too_long"),
        ("confirmed_outcome", "required"),
        ("asked", "task_changed"),
    }
    for one in row["problems"]:
        assert one["message"]
        assert one["message_en"].isascii()


def test_a_row_of_another_department_a_foreign_one_and_one_that_stands_twice_are_refused() -> None:
    world = World()
    cases = several(world, 2)
    lead = lead_of(cases[0])
    rows = table(sheet(world, lead))
    given_to(world, cases[1], "archive")
    foreign = {**rows[0], "task_id": "RZ20260101AAAAAAAA-1"}
    twice = [rows[0], rows[0], rows[1], foreign, {**rows[0], "task_id": ""}, {**rows[0], "task_id": "无"}]
    shown = preview(world, lead, written([{**row, **VERIFIED} for row in twice]))
    assert [codes(row) for row in shown] == [
        {("task_id", "sheet_task_twice")},
        {("task_id", "sheet_task_twice")},
        {("task_id", "verifying_department_only")},
        {("task_id", "not_found")},
        {("task_id", "sheet_task_missing")},
        {("task_id", "not_found")},
    ]


def test_a_row_without_its_check_mark_is_refused_and_a_blank_one_is_left_out() -> None:
    world = World()
    cases = several(world, 2)
    lead = lead_of(cases[0])
    first, second = table(sheet(world, lead))
    shown = preview(world, lead, written([{**first, **VERIFIED, "asked": ""}, second]))
    assert codes(shown[0]) == {("asked", "sheet_mark_missing")}
    assert [row["fate"] for row in shown] == ["refused", "blank"]
    assert answers(shown) == []


def test_archive_values_are_read_in_words_and_held_against_the_claim() -> None:
    world = World()
    case = several(world, 1)[0]
    lead = lead_of(case)
    record = world.records[0]
    fill = {
        **VERIFIED,
        "result": "Partly inconsistent",
        "archive_values.degree.study_form": "来华留学",
        "archive_values.degree.award_date": "2020/6/30",
        "archive_values.holder.name": record.name,
    }
    (row,) = preview(world, lead, filled(sheet(world, lead), fill))
    assert codes(row) == {("archive_values.holder.name", "archive_values_same")}
    fill["archive_values.holder.name"] = ""
    (row,) = preview(world, lead, filled(sheet(world, lead), fill))
    assert row["fate"] == "ready"
    assert row["answer"]["feedback"]["archive_values"]["degree.study_form"] == "international"
    assert take(world, lead, answers([row])) == ["received"]


@pytest.mark.requirement("N5")
@FORMATS
@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "＝", " =", "\t=", "\r="])
def test_nothing_that_an_applicant_wrote_becomes_a_formula(kind: SheetFormat, begin: str) -> None:
    hostile = f'{begin}HYPERLINK("https://example.org","x")'
    content = written([{"task_id": "RZ20260101AAAAAAAA-1", "claim.degree.discipline": hostile}], kind)
    if kind is SheetFormat.XLSX:
        page = load_workbook(io.BytesIO(content)).worksheets[0]
        cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}
        assert all(cell.quotePrefix for cell in cells if cell.row > 1)
        assert not any(cell.hyperlink for cell in cells)
    else:
        cells_of = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
        assert not any(cell.strip()[:1] in "=+-@＝＋－＠" for cell in cells_of if cell.strip())


@FORMATS
def test_an_answer_that_looks_like_a_formula_is_read_as_the_text_that_it_is(kind: SheetFormat) -> None:
    row = {"task_id": "t", "asked": "a", **VERIFIED, "archive_reference": "-12", "remark": "@档案"}
    (found,) = read_rows(read_sheet(written([row], kind)))
    assert (found.form["archive_reference"], found.form["remark"]) == ("-12", "@档案")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_chinese_spreadsheets_save_is_read(encoding: str, delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(headings("zh"))
    writer.writerow(
        [{"task_id": "t", "asked": "a", **VERIFIED, "remark": "甲，乙\n丙"}.get(code, "") for code in COLUMNS]
    )
    (found,) = read_rows(read_sheet(text.getvalue().encode(encoding)))
    assert found.form == {**VERIFIED, "result": "verified", "remark": "甲，乙\n丙"}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "required"),
        (b"PK\x03\x04 no workbook", "sheet_unreadable"),
        (b"\xff\xfe\x00", "sheet_unreadable"),
        (b'"unclosed', "sheet_unreadable"),
        (b"a,b\n1,2\n", "sheet_headings_missing"),
        (",".join(headings("zh")[:5]).encode(), "sheet_headings_missing"),
        (",".join([*headings("zh"), headings("en")[0]]).encode(), "sheet_heading_twice"),
    ],
)
def test_a_file_that_is_no_filled_sheet_is_refused_as_a_whole(content: bytes, code: str) -> None:
    world = World()
    asker = lead_of(several(world, 1)[0])
    with pytest.raises(Invalid) as refused:
        preview(world, asker, content)
    assert [one.code for one in refused.value.problems] == [code]


@pytest.mark.requirement("N5")
def test_a_sheet_has_bounds() -> None:
    world = World()
    asker = lead_of(several(world, 1)[0])
    row = {"task_id": "RZ20260101AAAAAAAA-1", "asked": "x", **VERIFIED}
    assert len(preview(world, asker, written([row] * MOST_ROWS))) == MOST_ROWS
    with pytest.raises(Invalid, match="invalid_input") as refused:
        preview(world, asker, written([row] * (MOST_ROWS + 1)))
    assert [one.code for one in refused.value.problems] == ["sheet_too_many_rows"]
    with pytest.raises(TooLarge):
        preview(world, asker, b"x" * ((1 << 20) + 1))


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, [("answers", "required")]),
        ({"answers": []}, [("answers", "required")]),
        ({"answers": {}}, [("answers", "not_a_list")]),
        ({"answers": [{}] * (MOST_ANSWERS + 1)}, [("answers", "too_many_answers")]),
        (
            {"answers": [{"task_id": "x"}, 5, {"feedback": {}, "more": 1, "task_id": ""}]},
            [
                ("answers.0.feedback", "required"),
                ("answers.1", "not_an_object"),
                ("answers.2.more", "unknown_field"),
                ("answers.2.task_id", "not_found"),
            ],
        ),
    ],
)
@pytest.mark.requirement("N5")
def test_a_request_around_the_answers_that_is_wrong_is_refused_as_a_whole(
    body: object, problems: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        parse_answers(body)
    assert [(one.field, one.code) for one in refused.value.problems] == problems
    with pytest.raises(Malformed):
        parse_answers([])


def test_an_outage_in_the_middle_leaves_what_was_taken_and_the_same_again_takes_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    cases = several(world, 3)
    lead = lead_of(cases[0])
    given = answers(preview(world, lead, filled(sheet(world, lead))))
    commit, times = world.cases.commit, 0

    def failing(*arguments: Any, **named: Any) -> None:
        nonlocal times
        times += 1
        if times == 2:
            raise Unavailable("try_again")
        commit(*arguments, **named)

    monkeypatch.setattr(world.cases, "commit", failing)
    with pytest.raises(Unavailable):
        take(world, lead, given)
    assert [received(world, case) for case in cases] == [1, 0, 0]
    assert take(world, lead, given) == ["received"] * 3
    assert [received(world, case) for case in cases] == [1, 1, 1]


def test_a_sheet_is_the_departments_whole_list_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("degree_auth.services.verification.task_sheets.MOST_TASKS", 2)
    world = World()
    cases = several(world, 5)
    lead, seen, cursor = lead_of(cases[0]), [], None
    for most in (2, 2, 1):
        made = world.sheets.sheet(lead, {"format": "csv", "cursor": cursor}, world.now)
        assert made["tasks"] == most
        seen += [row["task_id"] for row in table(base64.b64decode(made["content"]))]
        cursor = made["next"]
    assert cursor is None
    assert seen == [task_of(case) for case in cases]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_offers_the_choices_of_a_cell(language: str) -> None:
    content = written([{"task_id": "t"}], SheetFormat.XLSX, language)
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    offered = {str(one.sqref)[:1]: one.formula1.strip('"').split(",") for one in page.data_validations.dataValidation}
    assert choices_of("result", language) in offered.values()


def test_results_and_outcomes_have_the_words_of_the_page() -> None:
    words = words_of("portal")
    assert {f"portal.answer.{result}": one._asdict() for result, one in RESULT_WORDS.items()} == {
        f"portal.answer.{result}": words[f"portal.answer.{result}"] for result in Result
    }
    assert len(choices_of("confirmed_outcome", "zh")) == len(set(DENIALS.values()))
