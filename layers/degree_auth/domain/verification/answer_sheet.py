"""The sheet of a department's open tasks: what it shows of each, and how a filled one is read (articles 4, 9, 14).

Each column has a code in square brackets behind its name, by which it is known again in either language and wherever
it stands. A row is the form of one answer: a blank cell is a field that was left out. Cells are read as people fill
them in, with a choice in words or by its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.fields import FIELDS
from degree_auth.domain.cases.names import CHOICE_NAMES, FIELD_NAMES
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome
from degree_auth.domain.cases.task import Task
from degree_auth.domain.register.annual_report_columns import Cell, CellFault
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.reading import Fields, choice, optional, read_object, text_of_form
from degree_auth.domain.shared.words import Words
from degree_auth.domain.verification.feedback import ARCHIVE_FIELDS, MATERIAL_FIELDS
from degree_auth.domain.verification.list_query import CURSOR

MOST_TASKS = 200
"""Of one sheet: each is opened and put on record in the request that makes the sheet."""

MOST_ROWS = 500
"""Answers of one filled sheet, into which the rows of several may be copied."""

LARGEST_BYTES = 1 << 20
"""Of a filled sheet."""

LANGUAGES = ("zh", "en")

_ROWS_SEARCHED = 20
_SEPARATORS = re.compile("[、,，;；\n]+")
_HEADING = re.compile(r"\[([a-z_.]+)\]\s*\Z")
_GUARDED = re.compile(r"'(?=\s*[=+\-@＝＋－＠])")

_SHOWN_OF_A_CLAIM = (
    "holder.name",
    "holder.sex",
    "holder.birth_date",
    "degree.level",
    "degree.category",
    "degree.discipline",
    "degree.study_form",
    "degree.award_date",
    "degree.certificate_number",
)
"""What an archive is searched by. Identity documents stay in the task itself."""

_ARCHIVE = "archive_values."
_CHOICE_FIELDS = {path: rule.choices for path, rule in FIELDS.items() if rule.choices}

RESULT_WORDS: Mapping[Result, Words] = {
    Result.VERIFIED: Words("属实", "Verified as claimed"),
    Result.PARTLY_INCONSISTENT: Words("部分信息不一致", "Partly inconsistent"),
    Result.NOT_AWARDED: Words("不属实", "Not awarded"),
    Result.NO_SUCH_PERSON: Words("查无此人", "No such person"),
    Result.CANNOT_VERIFY: Words("无法核查", "Cannot verify"),
    Result.NOT_THIS_INSTITUTION: Words("非本单位授予", "Not this institution"),
    Result.NEEDS_MATERIAL: Words("需补充材料", "More material needed"),
}
_OUTCOME_WORDS: Mapping[Outcome, Words] = {
    Outcome.NOT_CONFIRMED: Words("未能证实", "Not confirmed"),
    Outcome.CANNOT_VERIFY: Words("无法核查", "Cannot be verified"),
}
_HEADINGS: Mapping[str, Words] = {
    "task_id": Words("任务编号", "Task"),
    "urgent": Words("加急", "Urgent"),
    "due": Words("时限", "Deadline"),
    **{
        f"claim.{path}": Words(f"申请：{FIELD_NAMES[path].zh}", f"Claimed: {FIELD_NAMES[path].en}")
        for path in _SHOWN_OF_A_CLAIM
    },
    "result": Words("核查结果", "Result"),
    "handler": Words("经办人", "Handled by"),
    "archive_reference": Words("档号", "Archive reference"),
    "archive_searched": Words("所查档案", "Archive searched"),
    "reason": Words("说明（申请人会看到）", "Reason, which the applicant sees"),
    "confirmed_outcome": Words("确认结论", "Outcome, confirmed"),
    "fields": Words("请申请人补充的内容", "What the applicant is asked for"),
    "remark": Words("备注", "Remark"),
    **{
        f"{_ARCHIVE}{path}": Words(f"档案记载：{FIELD_NAMES[path].zh}", f"Archive: {FIELD_NAMES[path].en}")
        for path in FIELDS
        if path in ARCHIVE_FIELDS
    },
    "asked": Words("核对码（请勿改动）", "Check mark, not to be changed"),
}
COLUMNS = tuple(_HEADINGS)
"""The columns of a sheet in their order, by code."""

_ANSWERING = COLUMNS[COLUMNS.index("result") : -1]
_NEEDED = ("task_id", "asked", "result", "handler")
_YES = Words("加急", "Urgent")


class SheetFormat(StrEnum):
    """What kind of file a sheet is."""

    XLSX = "xlsx"
    CSV = "csv"


SHEET_REQUEST: Fields = {
    "format": choice(SheetFormat),
    "language": optional(choice(LANGUAGES), "zh"),
    "cursor": optional(CURSOR),
}

FILLED_SHEET: Fields = {
    "content": text_of_form(bool, "required", contentEncoding="base64"),
}


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """Which sheet is wanted; `cursor` is where the tasks of a former one ended."""

    format: SheetFormat
    language: str
    cursor: str | None


def parse_sheet_request(body: object) -> SheetRequest:
    """Read a request for a sheet: `format`, `language`, `cursor`. Raises `Malformed`, `Invalid`."""
    return SheetRequest(**read_object(body, SHEET_REQUEST).complete())


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that was filled in: its number in the sheet, the task, the check mark of what was asked, and the form as it
    would be sent. `problems` are cells that could not be read."""

    number: int
    task_id: str
    asked: str
    form: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in, so that the task is not answered."""
        return not self.form and not self.problems


def headings(language: str) -> list[str]:
    """The first row of a sheet."""
    return [f"{_in(language, words)} [{code}]" for code, words in _HEADINGS.items()]


def choices_of(column: str, language: str) -> list[str]:
    """The words that a column's cells choose among; none for a column of free text."""
    if column == "result":
        return [_in(language, words) for words in RESULT_WORDS.values()]
    if column == "confirmed_outcome":
        return [_in(language, words) for words in _OUTCOME_WORDS.values()]
    options = _CHOICE_FIELDS.get(column.removeprefix(_ARCHIVE)) if column.startswith(_ARCHIVE) else None
    return [] if options is None else [_in(language, CHOICE_NAMES[option]) for option in options]


def sheet_row(task: Task, due: date | None, claim: Claim, asked: str, language: str, *, urgent: bool) -> list[str]:
    """The row of a task: what it asks, and blank cells for the answer. Personal data."""
    data = as_data(claim)
    shown = [_shown(path, data, language) for path in _SHOWN_OF_A_CLAIM]
    first = [task.task_id, _in(language, _YES) if urgent else "", "" if due is None else due.isoformat()]
    return [*first, *shown, *[""] * len(_ANSWERING), asked]


def read_rows(rows: Iterable[tuple[int, Sequence[Cell]]]) -> list[SheetRow]:
    """The rows of a filled sheet, below its headings.

    Raises:
        Invalid: `sheet_headings_missing`, `sheet_heading_twice`, `sheet_too_many_rows`.
    """
    lines = iter(rows)
    columns = _columns(lines)
    found = []
    for number, cells in lines:
        given = {code: cells[place] if place < len(cells) else None for code, place in columns.items()}
        row = _read_row(number, given)
        if row.task_id or not row.is_blank:
            found.append(row)
        if len(found) > MOST_ROWS:
            raise Invalid([Problem("content", "sheet_too_many_rows", count=MOST_ROWS)])
    return found


def _columns(lines: Iterable[tuple[int, Sequence[Cell]]]) -> dict[str, int]:
    """Where each column stands, by the row of headings, which is among the first."""
    for number, cells in lines:
        known: dict[str, int] = {}
        for place, cell in enumerate(cells):
            code = _HEADING.search(cell) if isinstance(cell, str) else None
            if code is None or code[1] not in _HEADINGS:
                continue
            if code[1] in known:
                raise Invalid([Problem("content", "sheet_heading_twice", code[1])])
            known[code[1]] = place
        if known.keys() >= set(_NEEDED):
            return known
        if number >= _ROWS_SEARCHED:
            break
    raise Invalid([Problem("content", "sheet_headings_missing")])


def _read_row(number: int, given: Mapping[str, Cell]) -> SheetRow:
    problems = []
    texts: dict[str, str] = {}
    for code, cell in given.items():
        if isinstance(cell, CellFault):
            if code in _ANSWERING:
                problems.append(Problem(code, "sheet_cell_unreadable"))
            continue
        if text := _text(cell):
            texts[code] = text
    form: dict[str, Any] = {}
    for code in _ANSWERING:
        if code not in texts:
            continue
        if code.startswith(_ARCHIVE):
            path = code.removeprefix(_ARCHIVE)
            form.setdefault("archive_values", {})[path] = _coded(texts[code], _options(code))
        elif code == "fields":
            named = filter(None, (part.strip() for part in _SEPARATORS.split(texts[code])))
            form[code] = [_coded(part, {path: FIELD_NAMES[path] for path in sorted(MATERIAL_FIELDS)}) for part in named]
        else:
            form[code] = _coded(texts[code], _options(code))
    return SheetRow(number, texts.get("task_id", ""), texts.get("asked", ""), form, tuple(problems))


def _options(code: str) -> Mapping[str, Words]:
    if code == "result":
        return {result.value: words for result, words in RESULT_WORDS.items()}
    if code == "confirmed_outcome":
        return {outcome.value: words for outcome, words in _OUTCOME_WORDS.items()}
    options = _CHOICE_FIELDS.get(code.removeprefix(_ARCHIVE))
    return {} if options is None else {option.value: CHOICE_NAMES[option] for option in options}


def _coded(text: str, options: Mapping[str, Words]) -> str:
    """The code of a choice that is written in words; any other text as it is."""
    wanted = text.casefold()
    return next((code for code, words in options.items() if wanted in (words.zh, words.en.casefold())), text)


def _text(cell: Cell) -> str:
    """What a cell says, without the apostrophe that keeps a spreadsheet from calculating it."""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else _GUARDED.sub("", str(cell).strip(), count=1).strip()


def _shown(path: str, claim: Mapping[str, Mapping[str, Any]], language: str) -> str:
    section, _, name = path.partition(".")
    value = str(claim[section][name])
    options = _CHOICE_FIELDS.get(path)
    return value if options is None else _in(language, CHOICE_NAMES[options(value)])


def _in(language: str, words: Words) -> str:
    return words.en if language == "en" else words.zh
