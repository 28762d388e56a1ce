"""Reading what an institution sends about a task beside its feedback: an extension, a reassignment (articles 9, 12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.identifiers import DEPARTMENT_ID
from degree_auth.domain.shared.reading import DATE, Fields, read_object

_REASON = prose(LONGEST_REASON, impersonal=True)
EXTENSION: Fields = {"due": DATE, "reason": _REASON}
REASSIGNMENT: Fields = {"department_id": replace(DEPARTMENT_ID, null=True), "reason": _REASON}


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
    return Extension(**read_object(body, EXTENSION).complete())


def parse_reassignment(body: object) -> Reassignment:
    """Read `{"department_id", "reason"}`. Raises `Malformed`, or `Invalid` with everything that is wrong."""
    return Reassignment(**read_object(body, REASSIGNMENT).complete())
