"""Reading what an institution sends about a task beside its feedback: an extension, a reassignment (articles 9, 12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.shared.free_text import LONGEST_REASON, read_impersonal_text

_DEPARTMENT = re.compile(r"[a-z0-9-]{1,40}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Extension:
    """A new deadline, a day in Shanghai, and why."""

    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class Reassignment:
    """The department that takes the task, None for the lead department, and why."""

    department_id: str | None
    reason: str


def parse_extension(body: object) -> Extension:
    """Read `{"due", "reason"}`. Raises `Malformed`, or `Invalid` with everything that is wrong."""
    content, reason, problems = _content(body, ("due", "reason"))
    due = None
    if "due" in content:
        try:
            due = parse_date(content["due"]) if isinstance(content["due"], str) else None
        except ValueError:
            due = None
        if due is None:
            problems.append(Problem("due", "date_format"))
    if problems or due is None:
        raise Invalid(problems)
    return Extension(due, reason)


def parse_reassignment(body: object) -> Reassignment:
    """Read `{"department_id", "reason"}`. Raises `Malformed`, or `Invalid` with everything that is wrong."""
    content, reason, problems = _content(body, ("department_id", "reason"))
    department = content.get("department_id")
    if department is not None and not (isinstance(department, str) and is_department_id(department)):
        problems.append(Problem("department_id", "department_id_format"))
    if problems:
        raise Invalid(problems)
    return Reassignment(department, reason)


def is_department_id(text: str) -> bool:
    """Whether a text has the form of a department's id."""
    return _DEPARTMENT.match(text) is not None


def _content(body: object, fields: tuple[str, ...]) -> tuple[Mapping[str, Any], str, list[Problem]]:
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    problems = [Problem(shown_key(key), "unknown_field") for key in body if key not in fields]
    problems += [Problem(field, "required") for field in fields if field != "reason" and field not in body]
    reason, faults = read_impersonal_text(body, "reason", LONGEST_REASON)
    return body, reason, problems + faults
