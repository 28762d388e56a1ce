"""Many tasks answered at once: a sheet of open tasks out, a filled one in, answers one by one (articles 4, 9).

Nothing is kept of a sheet. Each answer is the command of a single one, so what was cut off is sent again as a whole.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import Task
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import of_institution
from degree_auth.domain.register.annual_report_columns import Cell
from degree_auth.domain.shared.errors import DegreeAuthError, Invalid, Problem, TooLarge, Unavailable
from degree_auth.domain.shared.reading import read_object
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.access import TaskAction, may
from degree_auth.domain.verification.answer_sheet import (
    FILLED_SHEET,
    LARGEST_BYTES,
    MOST_TASKS,
    RESULT_WORDS,
    SheetFormat,
    SheetRow,
    parse_sheet_request,
    read_rows,
    sheet_row,
)
from degree_auth.domain.verification.listing import LEAD_DEPARTMENT, TaskFilter
from degree_auth.domain.verification.task_inputs import GivenAnswer, parse_answers
from degree_auth.domain.verification.tasks import find_task, may_be_answered
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.readings.readings import Readings
from degree_auth.services.shared.ports import KeyedDigest
from degree_auth.services.verification.archive_values import asked_claim, asked_mark
from degree_auth.services.verification.commands import Verification
from degree_auth.services.verification.task_lists import TaskDesk

WriteSheet = Callable[[Sequence[Sequence[str]], SheetFormat, str], tuple[bytes, str]]
"""What makes a file of the rows of a sheet in a language, and says of which content type it is."""

ReadSheet = Callable[[bytes], Iterable[tuple[int, Sequence[Cell]]]]
"""What gives the rows of a file with their numbers. Raises `Invalid` for one that is none."""


class Taken(NamedTuple):
    """What became of one answer among several: taken, or refused and why."""

    task_id: str
    refused: DegreeAuthError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSheets:
    """Sheets of the tasks that are with the asker's own department."""

    desk: TaskDesk
    store: CaseStore
    digests: KeyedDigest
    readings: Readings
    verification: Verification
    write: WriteSheet
    read: ReadSheet

    def sheet(self, asker: Principal, body: object, now: datetime) -> dict[str, Any]:
        """The tasks that the asker's department may answer now, in a file, the most urgent first; and the cursor of the
        next sheet where one does not hold them all. Each task's reading is on record first.

        Raises:
            Malformed, Invalid: what is wrong with the request.
        """
        wanted = parse_sheet_request(body)
        department = LEAD_DEPARTMENT if asker.is_lead else asker.department_id
        of = TaskFilter(asker.institution_code, is_unfinished=True, department_id=department)
        place = None if wanted.cursor is None else self.desk.place(asker, of, wanted.cursor)
        found = self.desk.lists.list_tasks(of, MOST_TASKS + 1, place)
        listed = found[:MOST_TASKS]
        rows = []
        for one in listed:
            case = self.store.load(one.case_number)
            task = find_task(case, one.task_id)
            if may(asker, task, TaskAction.FEEDBACK) and may_be_answered(case, task):
                rows.append(self._row(asker, case, task, wanted.language, now))
        content, content_type = self.write(rows, wanted.format, wanted.language)
        return {
            "filename": f"tasks-{shanghai_day(now):%Y%m%d}.{wanted.format.value}",
            "content_type": content_type,
            "content": base64.b64encode(content).decode(),
            "tasks": len(rows),
            "next": self.desk.cursor(asker, of, listed[-1].place) if len(found) > MOST_TASKS else None,
        }

    def _row(self, asker: Principal, case: Case, task: Task, language: str, now: datetime) -> list[str]:
        reading = self.readings.begin(case.case_number, of_institution(asker), Purpose.TASK_SHEET, now)
        claim = asked_claim(reading, case, task)
        due = task.counted_due(self.desk.calendar) if task.is_with_institution else None
        return sheet_row(task, due, claim, asked_mark(self.digests, task, claim), language, urgent=case.urgent)

    def preview(self, asker: Principal, body: object, now: datetime) -> dict[str, Any]:
        """What would become of each row of a filled sheet now: `ready`, `given` before, `refused` with everything that
        is wrong with it, or `blank`. Changes nothing.

        Raises:
            Malformed, Invalid: the sheet as a whole cannot be read.
            TooLarge: it is larger than a sheet may be.
        """
        rows = read_rows(self.read(_content(body)))
        times = Counter(row.task_id for row in rows if not row.is_blank)
        shown = [self._fate(asker, row, times[row.task_id] > 1, now) for row in rows]
        return {"rows": shown, "figures": Counter(one["fate"] for one in shown)}

    def _fate(self, asker: Principal, row: SheetRow, is_repeated: bool, now: datetime) -> dict[str, Any]:
        answer = {"task_id": row.task_id, "asked": row.asked, "feedback": dict(row.form)}
        words = next((words for result, words in RESULT_WORDS.items() if result.value == row.form.get("result")), None)
        shown: dict[str, Any] = {
            "row": row.number,
            "task_id": row.task_id,
            "result_name": None if words is None else words._asdict(),
            "problems": [],
            "answer": None,
        }
        if row.is_blank:
            return {**shown, "fate": "blank"}
        if not row.task_id:
            return {**shown, "fate": "refused", "problems": [Problem("task_id", "sheet_task_missing").as_dict()]}
        given, found = self.verification.examine_feedback(asker, row.task_id, row.form, now, row.asked or None)
        problems = [*row.problems, *found]
        if not row.asked and not given:
            problems.append(Problem("asked", "sheet_mark_missing"))
        if is_repeated:
            problems.append(Problem("task_id", "sheet_task_twice"))
        if problems:
            told = [one.as_dict() for one in dict.fromkeys(problems)]
            return {**shown, "fate": "refused", "problems": told}
        return {**shown, "fate": "given" if given else "ready", "answer": answer}

    def answer(self, asker: Principal, body: object, now: datetime) -> list[Taken]:
        """Take several answers one by one, each as if it came alone, and tell what became of each. The same again gives
        the same.

        Raises:
            Malformed, Invalid: what is wrong with the request around the forms.
            Unavailable: it makes sense to send the same again; what was taken stays so.
        """
        return [self._taken(asker, given, now) for given in parse_answers(body)]

    def _taken(self, asker: Principal, given: GivenAnswer, now: datetime) -> Taken:
        try:
            self.verification.receive_feedback(asker, given.task_id, given.feedback, now, given.asked)
        except Unavailable:
            raise
        except DegreeAuthError as refused:
            return Taken(given.task_id, refused)
        return Taken(given.task_id, None)


def _content(body: object) -> bytes:
    """The bytes of a filled sheet. Raises as `TaskSheets.preview` does."""
    text = read_object(body, FILLED_SHEET).complete()["content"]
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid([Problem("content", "sheet_unreadable")]) from None
    if len(content) > LARGEST_BYTES:
        raise TooLarge("body_too_large")
    return content
