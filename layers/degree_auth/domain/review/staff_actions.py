"""Staff decisions on a case (article 10) as they are started from the console: reading their small JSON input (N5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.cases.recheck import DECISIONS, Cause
from degree_auth.domain.cases.words import FIELD_NAMES
from degree_auth.domain.shared.action_input import DATE, EXEMPTION, INSTITUTION_CODE, REVIEWER, pattern
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.shared.free_text import LONGEST_MESSAGE, LONGEST_REASON, read_impersonal_text

_TEXTS = {"reason": LONGEST_REASON, "text": LONGEST_MESSAGE}
_TASK_PLACE = pattern("[1-9][0-9]{0,2}", "task_id_format")
_OPENED_BY_STAFF = frozenset({Cause.INSTITUTION_REPORT, Cause.REGISTER_CHANGE})
"""Why staff may open a recheck themselves: a letter of the institution, or a change of the register."""


class Action(StrEnum):
    """What staff can decide."""

    OPEN_REVIEW = "open_review"
    CONFIRM_MATERIAL = "confirm_material"
    CORRECT_CLAIM = "correct_claim"
    RETURN_TO_APPLICANT = "return_to_applicant"
    REJECT = "reject"
    RELEASE = "release"
    ACCEPT_ARCHIVE_VALUES = "accept_archive_values"
    REDIRECT_TASK = "redirect_task"
    APPROVE_URGENCY = "approve_urgency"
    RECORD_WRITTEN_FEEDBACK = "record_written_feedback"
    CONFIRM_WRITTEN_FEEDBACK = "confirm_written_feedback"
    OPEN_RECHECK = "open_recheck"
    ADMIT_RECHECK = "admit_recheck"
    REFUSE_RECHECK = "refuse_recheck"
    DECIDE_RECHECK = "decide_recheck"
    PROPOSE_REGISTER_CHANGE = "propose_register_change"
    APPROVE_REGISTER_CHANGE = "approve_register_change"
    CLOSE_REGISTER_CHANGE = "close_register_change"
    SEND_MESSAGE = "send_message"


_REQUIRED: Mapping[Action, tuple[str, ...]] = {
    Action.OPEN_REVIEW: (),
    Action.CONFIRM_MATERIAL: (),
    Action.CORRECT_CLAIM: ("reason",),
    Action.RETURN_TO_APPLICANT: ("reason", "fields"),
    Action.REJECT: ("reason",),
    Action.RELEASE: ("reason",),
    Action.ACCEPT_ARCHIVE_VALUES: ("reason",),
    Action.REDIRECT_TASK: ("reason", "institution_code"),
    Action.APPROVE_URGENCY: ("reason",),
    Action.RECORD_WRITTEN_FEEDBACK: ("exemption", "received_on"),
    Action.CONFIRM_WRITTEN_FEEDBACK: (),
    Action.OPEN_RECHECK: ("reason", "cause"),
    Action.ADMIT_RECHECK: ("reason",),
    Action.REFUSE_RECHECK: ("reason",),
    Action.DECIDE_RECHECK: ("reason", "decision"),
    Action.PROPOSE_REGISTER_CHANGE: ("record",),
    Action.APPROVE_REGISTER_CHANGE: ("reason",),
    Action.CLOSE_REGISTER_CHANGE: ("reason",),
    Action.SEND_MESSAGE: ("text",),
}
_OPTIONAL: Mapping[Action, tuple[str, ...]] = {
    Action.CONFIRM_MATERIAL: ("reason",),
    Action.CORRECT_CLAIM: ("degree", "correction_sheet"),
    Action.SEND_MESSAGE: ("task_id",),
}


@dataclass(frozen=True, slots=True)
class StaffAction:
    """One decision. `degree` holds corrected facts of the degree; what concerns the person comes in the correction
    sheet that the reviewer edits in object storage, because an execution's input is no place for personal data.
    `institution_code` is where a task is sent on to; `exemption` is the approved letter that allows a written form,
    `received_on` the day the form arrived. `cause` is why the centre opens a recheck, `decision` what it comes to;
    `record` is the register's record that is to be changed, named as on the review sheet, or `new`. `text` is a message
    on a task, by default on the one opened last."""

    action: Action
    case_number: str
    reviewer: str
    reason: str
    fields: Sequence[str]
    degree: Mapping[str, Any]
    correction_sheet: bool
    institution_code: str = ""
    exemption: str = ""
    received_on: date | None = None
    cause: str = ""
    decision: str = ""
    record: str = ""
    text: str = ""
    task_id: str = ""


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
        ("reviewer", REVIEWER.fits, "reviewer_format"),
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
    reason, text = (_text(body, field, longest, problems) for field, longest in _TEXTS.items())
    problems += _content_problems(body, action)
    if problems or action is None:
        raise Invalid(problems)
    return StaffAction(
        action=action,
        case_number=body["case_number"],
        reviewer=body["reviewer"],
        reason=reason,
        fields=tuple(body.get("fields", ())),
        degree=body.get("degree", {}),
        correction_sheet=body.get("correction_sheet", False),
        institution_code=body.get("institution_code", ""),
        exemption=body.get("exemption", ""),
        received_on=parse_date(body["received_on"]) if "received_on" in body else None,
        cause=body.get("cause", ""),
        decision=body.get("decision", ""),
        record=body.get("record", ""),
        text=text,
        task_id=body.get("task_id", ""),
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


def _text(body: Mapping[str, Any], field: str, longest: int, problems: list[Problem]) -> str:
    if field not in body:
        return ""
    text, faults = read_impersonal_text(body, field, longest)
    problems += faults
    return text


def _content_problems(body: Mapping[str, Any], action: Action | None) -> list[Problem]:
    problems = []
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
    for field, valid, code in (
        ("institution_code", INSTITUTION_CODE.fits, "institution_code_format"),
        ("exemption", EXEMPTION.fits, "exemption_format"),
        ("received_on", DATE.fits, "date_format"),
        ("cause", _OPENED_BY_STAFF.__contains__, "unknown_choice"),
        ("decision", DECISIONS.__contains__, "unknown_choice"),
        ("record", pattern("new|[A-Za-z0-9_-]{22}", "record_format").fits, "record_format"),
        ("task_id", _is_task_id, "task_id_format"),
    ):
        if field in body and not (isinstance(body[field], str) and valid(body[field])):
            problems.append(Problem(field, code))
    return problems


def _is_task_id(text: str) -> bool:
    case_number, _, which = text.rpartition("-")
    return is_case_number(case_number) and _TASK_PLACE.fits(which)
