"""An account's lists of tasks, and the lead department's figures on them (article 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from degree_auth.domain.accounts.principal import Principal, require_lead
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import Calendar, shanghai_day, shanghai_time
from degree_auth.domain.verification.access import listed_department, may_see
from degree_auth.domain.verification.deadlines import is_due_soon, overdue_days
from degree_auth.domain.verification.history import STATUS_NAMES
from degree_auth.domain.verification.list_query import parse_task_query, parse_task_search
from degree_auth.domain.verification.listing import (
    ListedTask,
    TaskDetails,
    TaskFilter,
    listed_task,
    question_of,
    unread,
)
from degree_auth.domain.verification.tasks import case_number_of
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.shared.cursors import cursor_of, invalid_cursor, place_of
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.verification.listed_degrees import task_certificate_digest
from degree_auth.services.verification.ports import TaskLists

MOST_COUNTED = 5000
"""Open tasks that the figures are counted from, the most urgent first."""

MOST_FOUND = 20
"""Tasks about one certificate that a search looks at, the latest first."""


@dataclass(frozen=True, slots=True)
class TaskDesk:
    """Lists tasks for institutions' accounts: a page costs what it shows, however many tasks there are."""

    lists: TaskLists
    store: CaseStore
    sealer: Sealer
    calendar: Calendar

    def page(self, asker: Principal, asked: dict[str, str], now: datetime) -> dict[str, Any]:
        """One page, and the cursor of the next if there is one; a cursor fits its account and its list alone.

        Raises:
            Invalid: what is wrong with the query; a cursor of another account or list is wrong.
            Forbidden: a verifying department asks for another department's tasks.
        """
        query = parse_task_query(asked)
        of = TaskFilter(asker.institution_code, query.is_unfinished, listed_department(asker, query.department_id))
        place = None if query.cursor is None else self.place(asker, of, query.cursor)
        # One more than is shown tells whether there is a next page.
        found = self.lists.list_tasks(of, query.limit + 1, place)
        shown = found[: query.limit]
        return {
            "tasks": self._entries(asker, shown, shanghai_day(now)),
            "next": self.cursor(asker, of, shown[-1].place) if len(found) > query.limit else None,
        }

    def search(self, asker: Principal, body: object, now: datetime) -> dict[str, Any]:
        """The tasks of a case, or about a certificate of the asker's institution, that the asker may see; none where
        there is none, or where it is not theirs.

        A certificate is found while the degree is the institution's business.

        Raises:
            Malformed, Invalid: what is wrong with what is searched.
        """
        wanted = parse_task_search(body)
        if wanted.case_number is not None:
            case = self._case(wanted.case_number)
            found = [] if case is None else [(case, task) for task in case.tasks]
        else:
            number = wanted.certificate_number or ""
            digest = task_certificate_digest(self.sealer, asker.institution_code, number)
            ids = self.lists.tasks_about(digest, MOST_FOUND)
            cases = {number: self._case(number) for number in dict.fromkeys(map(case_number_of, ids))}
            found = [
                (case, task)
                for case in cases.values()
                if case is not None
                for task in case.tasks
                if task.task_id in ids and question_of(case, task).shows_degree
            ]
        shown = [listed_task(case, task) for case, task in found if may_see(asker, task)]
        return {"tasks": self._entries(asker, shown, shanghai_day(now))}

    def _case(self, case_number: str) -> Case | None:
        try:
            return self.store.load(case_number)
        except NotFound:
            return None

    def progress(self, asker: Principal, now: datetime) -> dict[str, Any]:
        """The open tasks of the institution by department, counted from its list.

        `complete` is false when there are more than are counted. Raises `Forbidden`: not the lead department.
        """
        require_lead(asker)
        today = shanghai_day(now)
        found = self.lists.list_tasks(TaskFilter(asker.institution_code, is_unfinished=True), MOST_COUNTED + 1)
        counted = found[:MOST_COUNTED]
        departments = sorted({task.department_id for task in counted}, key=lambda one: one or "")
        return {
            "as_of": shanghai_time(now),
            "complete": len(found) <= MOST_COUNTED,
            "institution": self._figures(counted, today),
            "departments": [
                {
                    "department_id": department,
                    "figures": self._figures([task for task in counted if task.department_id == department], today),
                }
                for department in departments
            ],
        }

    def _entries(self, asker: Principal, tasks: Sequence[ListedTask], today: date) -> list[dict[str, Any]]:
        beside = self.lists.task_details(tasks, asker.account_id)
        return [self._entry(task, beside.get(task.task_id, TaskDetails()), today) for task in tasks]

    def _entry(self, task: ListedTask, details: TaskDetails, today: date) -> dict[str, Any]:
        mark = unread(task, details)
        return {
            "task_id": task.task_id,
            "case_number": task.case_number,
            "status": task.status.value,
            "status_name": STATUS_NAMES[task.status]._asdict(),
            "urgent": task.urgent,
            "department_id": task.department_id,
            "opened_at": shanghai_time(task.opened_at),
            "due": None if task.due is None else task.due.isoformat(),
            "days_left": None if task.due is None else self.calendar.working_days_between(today, task.due),
            "provisional": task.due is not None and self.calendar.is_provisional(task.due.year),
            "overdue": overdue_days(task.due, task.received_on, today) > 0,
            "reminded": task.reminded,
            "ended_at": None if task.ended_at is None else shanghai_time(task.ended_at),
            "degree": None if details.degree is None else asdict(details.degree),
            "unread": None if mark is None else mark.value,
        }

    def _figures(self, tasks: Iterable[ListedTask], today: date) -> dict[str, int]:
        counted = Counter(kind for task in tasks for kind in _kinds(task, today, self.calendar))
        return {kind: counted[kind] for kind in ("open", "due_soon", "overdue", "waiting_applicant", "urgent")}

    def cursor(self, asker: Principal, of: TaskFilter, place: str) -> str:
        """What the asker hands back to go on behind a place of a list."""
        return cursor_of(self.sealer.seal(place.encode(), _cursor_context(asker, of)))

    def place(self, asker: Principal, of: TaskFilter, cursor: str) -> str:
        """The place of a cursor. Raises `Invalid`: it is of another account or list, or made up."""
        sealed = place_of(cursor)
        try:
            return for_nobody(self.sealer, MachinePurpose.PLACE).open(sealed, _cursor_context(asker, of)).decode()
        except Exception:  # whatever is wrong with it, it is not one that this account was given for this list
            raise invalid_cursor() from None


def _kinds(task: ListedTask, today: date, calendar: Calendar) -> Iterable[str]:
    if task.status is TaskStatus.WAITING_APPLICANT:
        yield "waiting_applicant"
        return
    yield "open"
    if task.urgent:
        yield "urgent"
    if overdue_days(task.due, task.received_on, today):
        yield "overdue"
    elif task.due is not None and is_due_soon(task.due, today, calendar):
        yield "due_soon"


def _cursor_context(asker: Principal, of: TaskFilter) -> str:
    return f"task-cursor/{asker.account_id}/{of.key}"
