"""Staff decisions on a case (article 10) as they are started from the console: reading their small JSON input (N5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from degree_auth.domain.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.explain import FIELD_NAMES
from degree_auth.domain.numbering import is_case_number

LONGEST_REASON = 500
_REVIEWER = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}\Z", re.ASCII)
_RUNS = (re.compile(r"\d+"), re.compile(r"\d(?:[ .-]?\d)*"))
# Mobile numbers have 11 digits, identity numbers 15, or 17 and a check character; certificate numbers 16.
_PERSONAL_LENGTHS = frozenset({11, 15, 17, 18})


class Action(StrEnum):
    """What staff can decide."""

    OPEN_REVIEW = "open_review"
    CONFIRM_MATERIAL = "confirm_material"
    CORRECT_CLAIM = "correct_claim"
    RETURN_TO_APPLICANT = "return_to_applicant"
    REJECT = "reject"
    RELEASE = "release"


_REQUIRED: Mapping[Action, tuple[str, ...]] = {
    Action.OPEN_REVIEW: (),
    Action.CONFIRM_MATERIAL: (),
    Action.CORRECT_CLAIM: ("reason",),
    Action.RETURN_TO_APPLICANT: ("reason", "fields"),
    Action.REJECT: ("reason",),
    Action.RELEASE: ("reason",),
}
_OPTIONAL: Mapping[Action, tuple[str, ...]] = {
    Action.CONFIRM_MATERIAL: ("reason",),
    Action.CORRECT_CLAIM: ("degree", "correction_sheet"),
}


@dataclass(frozen=True, slots=True)
class StaffAction:
    """One decision. `degree` holds corrected facts of the degree; what concerns the person comes in the correction
    sheet that the reviewer edits in object storage, because an execution's input is no place for personal data."""

    action: Action
    case_number: str
    reviewer: str
    reason: str
    fields: Sequence[str]
    degree: Mapping[str, Any]
    correction_sheet: bool


def parse_staff_action(body: object) -> StaffAction:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    problems: list[Problem] = []
    action = _action(body.get("action"), problems)
    for field, valid, code in (
        ("case_number", is_case_number, "case_number_format"),
        ("reviewer", lambda text: _REVIEWER.match(text) is not None, "reviewer_format"),
    ):
        value = body.get(field)
        if field not in body:
            problems.append(Problem(field, "required"))
        elif not (isinstance(value, str) and valid(value)):
            problems.append(Problem(field, code))
    if action is not None:
        known = {"action", "case_number", "reviewer", *_REQUIRED[action], *_OPTIONAL.get(action, ())}
        problems += [Problem(shown_key(field), "unknown_field") for field in body if field not in known]
        problems += [Problem(field, "required") for field in _REQUIRED[action] if field not in body]
    problems += _content_problems(body, action)
    if problems or action is None:
        raise Invalid(problems)
    return StaffAction(
        action=action,
        case_number=body["case_number"],
        reviewer=body["reviewer"],
        reason=body.get("reason", ""),
        fields=tuple(body.get("fields", ())),
        degree=body.get("degree", {}),
        correction_sheet=body.get("correction_sheet", False),
    )


def _action(value: object, problems: list[Problem]) -> Action | None:
    if value is None:
        problems.append(Problem("action", "required"))
        return None
    try:
        return Action(str(value))
    except ValueError:
        problems.append(Problem("action", "unknown_choice"))
        return None


def _content_problems(body: Mapping[str, Any], action: Action | None) -> list[Problem]:
    problems = []
    reason = body.get("reason")
    if reason is not None:
        if not isinstance(reason, str) or not reason.strip():
            problems.append(Problem("reason", "required"))
        elif len(reason) > LONGEST_REASON:
            problems.append(Problem("reason", "too_long"))
        elif _holds_personal_number(reason):
            problems.append(Problem("reason", "personal_data_in_input"))
    fields = body.get("fields")
    if fields is not None and not (
        isinstance(fields, list) and fields and all(isinstance(one, str) and one in FIELD_NAMES for one in fields)
    ):
        problems.append(Problem("fields", "field_name_unknown"))
    degree, sheet = body.get("degree"), body.get("correction_sheet")
    if degree is not None and not isinstance(degree, dict):
        problems.append(Problem("degree", "not_an_object"))
    if sheet is not None and not isinstance(sheet, bool):
        problems.append(Problem("correction_sheet", "not_true_or_false"))
    if action is Action.CORRECT_CLAIM and not degree and sheet is not True:
        problems.append(Problem("degree", "correction_empty"))
    if action is Action.CORRECT_CLAIM and degree and sheet is True:
        problems.append(Problem("degree", "correction_twice"))
    return problems


def _holds_personal_number(text: str) -> bool:
    """Whether a text holds what has the length of an identity or mobile number: neither belongs into an input."""
    return any(sum(map(str.isdecimal, run)) in _PERSONAL_LENGTHS for runs in _RUNS for run in runs.findall(text))
