"""Reading what an account asks of its lists of tasks (article 9): all faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.verification.commands import is_department_id
from degree_auth.domain.verification.listing import LEAD_DEPARTMENT

LARGEST_PAGE = 100
_USUAL_PAGE = 50
_LIMIT = re.compile(r"[1-9][0-9]{0,2}\Z", re.ASCII)
_LONGEST_CURSOR = 400


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """One page of open or closed tasks, of all departments (None) or of one; `cursor` is where it goes on."""

    is_open: bool
    department_id: str | None
    limit: int
    cursor: str | None


def parse_task_query(asked: Mapping[str, str]) -> TaskQuery:
    """Read the query of an address: `status`, `department_id`, `limit`, `cursor`, each optional.

    Raises:
        Invalid: everything that is wrong with it, at once.
    """
    problems = []
    status = asked.get("status", "open")
    if status not in ("open", "closed"):
        problems.append(Problem("status", "unknown_choice"))
    department = asked.get("department_id")
    if department is not None and department != LEAD_DEPARTMENT and not is_department_id(department):
        problems.append(Problem("department_id", "department_id_format"))
    limit = asked.get("limit", str(_USUAL_PAGE))
    if not _LIMIT.match(limit) or int(limit) > LARGEST_PAGE:
        problems.append(Problem("limit", "page_limit"))
    cursor = asked.get("cursor")
    if cursor is not None and not 0 < len(cursor) <= _LONGEST_CURSOR:
        problems.append(Problem("cursor", "cursor_invalid"))
    if problems:
        raise Invalid(problems)
    return TaskQuery(status == "open", department, int(limit), cursor)
