"""What stands in the way of a command on a case."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import Conflict


def require_thawed(case: Case) -> None:
    """Nothing moves in a frozen case. Raises `Conflict`: the holder has disavowed it, and staff have not decided."""
    if case.disavowal is not None:
        raise Conflict("case_frozen")


def require_stage(case: Case, stages: frozenset[Stage] | set[Stage], code: str) -> None:
    require_thawed(case)
    if case.stage not in stages:
        raise Conflict(code)


def require_seen_case(case: Case, version: int) -> None:
    """What came after the review sheet of that version nobody has looked at; who works on the case, and how long, is
    nothing to look at. Raises `Conflict`: something has."""
    shown = case.version if case.sheet_version is None else case.sheet_version
    if not shown <= version <= case.version:
        raise Conflict("case_changed")


def require_first_conclusion(case: Case) -> None:
    """During a recheck the claim can no longer be corrected, returned or rejected: the conclusion rests on it."""
    if case.rechecks:
        raise Conflict("case_in_recheck")
