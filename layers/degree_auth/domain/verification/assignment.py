"""Who gets a verification task: a department of the institution, or another institution (articles 3, 5, 9)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.expectation import Expectation
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import NamedInstitution, TaskStatus, task_data
from degree_auth.domain.shared.actors import SYSTEM, staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification import denials
from degree_auth.domain.verification.archive_values import awaits_acceptance
from degree_auth.domain.verification.deadlines import deadline_data, running_due
from degree_auth.domain.verification.tasks import next_task_id, require_open_task, waiting_task


def route_task(
    case: Case, department_id: str | None, routing: str, calendar: Calendar, expectation: Expectation | None = None
) -> list[NewEvent]:
    """A new task goes to a department, or to the lead department (None), with its deadline; `routing` says why,
    `expectation` when an answer is usual."""
    task = waiting_task(case)
    if task is None or task.routed:
        return []
    due = deadline_data(running_due(task, calendar), calendar)
    data = {**task_data(task), "department_id": department_id, "routing": routing, **due}
    if expectation is not None:
        data["expectation"] = as_data(expectation)
    return [NewEvent(EventType.TASK_ROUTED, SYSTEM, data)]


def reassign(case: Case, task_id: str, department_id: str | None, reason: str, actor: str) -> list[NewEvent]:
    """The lead department gives a task to another of its departments, or takes it itself (None). The deadline stays."""
    task = require_open_task(case, task_id)
    if task.routed and task.department_id == department_id:
        return []
    second = denials.is_second_question(case, task)
    if second and department_id is not None and department_id in _answering_departments(case):
        raise Conflict("department_answered_before")
    data = {**task_data(task), "department_id": department_id, "reason": reason}
    return [NewEvent(EventType.TASK_REASSIGNED, actor, data)]


def redirect_task(
    case: Case,
    reviewer: str,
    reason: str,
    institution_code: str,
    command: str,
    named_instead: NamedInstitution | None = None,
) -> list[NewEvent]:
    """The next task goes to the right institution; after archive values that are in doubt, or a denial that
    the register contradicts, also to the same again.

    `named_instead` is the awarding institution that it is asked about, where the claim names another: what it then
    confirms is reported once a reviewer has put it on the claim (N2).
    """
    returned = case.stage is Stage.VERIFICATION and case.task is not None and case.task.status is TaskStatus.NOT_ITS_OWN
    doubted = awaits_acceptance(case) or denials.awaits_reviewer(case)
    if not (returned or doubted or case.stage is Stage.RECHECK_DECISION):
        raise Conflict("task_not_returned")
    if any(one.status is TaskStatus.NOT_ITS_OWN and one.institution_code == institution_code for one in case.tasks):
        raise Conflict("institution_returned_task")
    data: dict[str, Any] = {
        "task_id": next_task_id(case),
        "institution_code": institution_code,
        "previous_task_id": case.task_id,
        "reason": reason,
        "command": command,
    }
    if named_instead is not None:
        data["named_instead"] = asdict(named_instead)
    return [NewEvent(EventType.TASK_REDIRECTED, staff_actor(reviewer), data)]


def _answering_departments(case: Case) -> set[str | None]:
    return {one.department_id for one in case.tasks if one.status is TaskStatus.ANSWERED}
