"""Many tasks at once in the portal: found, marked, taken out in a sheet, answered from the filled one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.browser.visitor import HEIGHT, WIDTHS, Visitor
from tools.sample_institutions import INSTITUTIONS

FILLED = {"result": "属实", "handler": "王五", "archive_reference": "档-112"}


def columns(head) -> dict[str, int]:
    return {str(cell.value).rpartition("[")[2].rstrip("]"): cell.column for cell in head}


def filled(content: bytes, wanted: dict[str, dict[str, str]]) -> bytes:
    """The workbook with the rows of some tasks filled in."""
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    places = columns(page[1])
    for row in page.iter_rows(min_row=2):
        for code, value in wanted.get(str(row[0].value), {}).items():
            page.cell(row[0].row, places[code]).value = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.requirement("A4", "A9", "N1", "N6")
def test_a_department_answers_many_tasks_by_a_sheet(archive: Visitor, asked):
    ready, faulty = asked(112).task_id, asked(113).task_id
    archive.open("portal", "zh", view="sheets")
    archive.expect_visible("#view h2")
    with archive.page.expect_download() as made:
        archive.press("#view .actions button")
    assert made.value.suggested_filename.endswith(".xlsx")
    content = Path(made.value.path()).read_bytes()
    answers = {ready: FILLED, faulty: {**FILLED, "handler": ""}}
    upload = {"name": "tasks.xlsx", "mimeType": "application/octet-stream", "buffer": filled(content, answers)}
    archive.page.set_input_files("#sheet-file", upload)
    archive.press("#view form button")
    archive.expect_visible("#sheet-rows h2")
    row = archive.page.locator("#sheet-rows tr", has_text=ready)
    assert archive.word("portal.fate.ready") in row.inner_text()
    refused = archive.page.locator("#sheet-rows tr", has_text=faulty).inner_text()
    assert "handler" in refused
    assert archive.findings() == []
    archive.change_language()
    archive.press("#sheet-rows .actions button")
    archive.expect_visible("#done")
    archive.settled()
    assert archive.word("portal.fate.received") in row.inner_text()
    assert archive.findings() == []
    archive.change_language()
    # The same sheet again: what was taken is known.
    archive.page.set_input_files("#sheet-file", upload)
    archive.page.click("#view form button")
    archive.settled()
    assert archive.word("portal.fate.given") in row.inner_text()


@pytest.mark.requirement("N5", "N6")
def test_what_is_no_sheet_is_said_at_its_control(archive: Visitor):
    archive.open("portal", "zh", view="sheets")
    archive.expect_visible("#sheet-file")
    archive.page.click("#view form button")
    archive.expect_visible("#trouble .faults")
    archive.page.set_input_files("#sheet-file", {"name": "x.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    archive.page.click("#view form button")
    archive.settled()
    archive.expect_visible("#sheet-file[aria-invalid=true]")
    assert archive.findings() == []


@pytest.mark.requirement("A9", "A12", "N6")
def test_a_department_finds_a_task_sees_its_degree_and_its_deadline_on_a_phone(archive: Visitor, asked):
    question = asked(114)
    archive.open("portal", "zh", view="tasks")
    archive.expect_visible("#search-number")
    archive.write("#search-number", question.case.case_number.lower())
    archive.press("#view form button")
    archive.expect_visible("#found table")
    archive.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    found = archive.page.locator("#found tbody tr")
    assert found.count() == 1
    shown = found.inner_text()
    assert archive.word("portal.unread_task") in shown
    for word in ("portal.deadline", "portal.degree"):
        assert found.locator(f"td[data-head={archive.word(word)}]").is_visible()
    assert next(one.name for one in INSTITUTIONS[0].departments if one.department_id == "archive") in shown
    deadline = found.locator(f"td[data-head={archive.word('portal.deadline')}]").bounding_box()
    card = found.bounding_box()
    assert deadline is not None
    assert card is not None
    # The second line of the card, beneath the number.
    assert deadline["y"] - card["y"] < HEIGHT / 6
    archive.page.click("#found a")
    archive.settled()
    archive.open("portal", view="tasks")
    archive.fill({"#search-number": question.case.case_number})
    archive.page.click("#view form button")
    archive.expect_visible("#found table")
    assert archive.word("portal.unread_task") not in archive.page.locator("#found tbody tr").inner_text()
    assert archive.findings() == []
