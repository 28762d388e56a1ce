"""An account's lists of tasks, and the lead department's figures on them (article 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from degree_auth.domain.accounts.principal import Principal, require_lead
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.shared.working_days import Calendar, shanghai_day, shanghai_time
from degree_auth.domain.verification.access import listed_department
from degree_auth.domain.verification.deadlines import is_due_soon, overdue_days
from degree_auth.domain.verification.history import STATUS_NAMES
from degree_auth.domain.verification.list_query import parse_task_query
from degree_auth.domain.verification.listing import ListedTask, TaskFilter
from degree_auth.services.shared.cursors import cursor_of, invalid_cursor, place_of
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.verification.ports import TaskLists

MOST_COUNTED = 5000
"""Open tasks that the figures are counted from, the most urgent first."""


@dataclass(frozen=True, slots=True)
class TaskDesk:
    """Lists tasks for institutions' accounts: a page costs what it shows, however many tasks there are."""

    lists: TaskLists
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
        place = None if query.cursor is None else self._place(asker, of, query.cursor)
        # One more than is shown tells whether there is a next page.
        found = self.lists.list_tasks(of, query.limit + 1, place)
        shown = found[: query.limit]
        return {
            "tasks": [self._entry(task, shanghai_day(now)) for task in shown],
            "next": self._cursor(asker, of, shown[-1].place) if len(found) > query.limit else None,
        }

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

    def _entry(self, task: ListedTask, today: date) -> dict[str, Any]:
        return {
            "task_id": task.task_id,
            "case_number": task.case_number,
            "status": task.status.value,
            "status_name": STATUS_NAMES[task.status]._asdict(),
            "urgent": task.urgent,
            "department_id": task.department_id,
            "opened_at": shanghai_time(task.opened_at),
            "due": None if task.due is None else task.due.isoformat(),
            "provisional": task.due is not None and self.calendar.is_provisional(task.due.year),
            "overdue": overdue_days(task.due, task.received_on, today) > 0,
            "reminded": task.reminded,
            "ended_at": None if task.ended_at is None else shanghai_time(task.ended_at),
        }

    def _figures(self, tasks: Iterable[ListedTask], today: date) -> dict[str, int]:
        counted = Counter(kind for task in tasks for kind in _kinds(task, today, self.calendar))
        return {kind: counted[kind] for kind in ("open", "due_soon", "overdue", "waiting_applicant", "urgent")}

    def _cursor(self, asker: Principal, of: TaskFilter, place: str) -> str:
        return cursor_of(self.sealer.seal(place.encode(), _cursor_context(asker, of)))

    def _place(self, asker: Principal, of: TaskFilter, cursor: str) -> str:
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
