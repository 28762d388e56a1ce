"""Staff decisions on a case (article 10) as they are started from the console: reading their small JSON input (N5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from degree_auth.domain.cases.disavowal import DISAVOWAL_DECISIONS
from degree_auth.domain.cases.names import FIELD_NAMES
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.cases.recheck import DECISIONS, Cause
from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.free_text import LONGEST_MESSAGE, LONGEST_REASON, prose
from degree_auth.domain.shared.identifiers import EXEMPTION, INSTITUTION_CODE, LANGUAGE, SHA256, VERSION
from degree_auth.domain.shared.reading import (
    DATE,
    FLAG,
    MAPPING,
    Fields,
    choice,
    items,
    optional,
    pattern,
    text_of_form,
)
from degree_auth.domain.shared.words import Language

_TASK_PLACE = pattern("[1-9][0-9]{0,2}", "task_id_format")
_OPENED_BY_STAFF = frozenset({Cause.INSTITUTION_STATEMENT, Cause.REGISTER_CHANGE})
"""Why staff may open a recheck themselves: a letter of the institution, or a change of the register."""


class Action(StrEnum):
    """What staff can decide."""

    OPEN_REVIEW = "open_review"
    CONFIRM_IDENTITY = "confirm_identity"
    CONFIRM_MATERIAL = "confirm_material"
    CORRECT_CLAIM = "correct_claim"
    RETURN_TO_APPLICANT = "return_to_applicant"
    REJECT = "reject"
    RELEASE = "release"
    ACCEPT_ARCHIVE_VALUES = "accept_archive_values"
    REDIRECT_TASK = "redirect_task"
    CONFIRM_DENIAL = "confirm_denial"
    APPROVE_URGENCY = "approve_urgency"
    RECORD_WRITTEN_FEEDBACK = "record_written_feedback"
    CONFIRM_WRITTEN_FEEDBACK = "confirm_written_feedback"
    OPEN_RECHECK = "open_recheck"
    ADMIT_RECHECK = "admit_recheck"
    REFUSE_RECHECK = "refuse_recheck"
    DECIDE_RECHECK = "decide_recheck"
    DECIDE_DISAVOWAL = "decide_disavowal"
    PROPOSE_REGISTER_CHANGE = "propose_register_change"
    APPROVE_REGISTER_CHANGE = "approve_register_change"
    CLOSE_REGISTER_CHANGE = "close_register_change"
    SEND_MESSAGE = "send_message"
    TAKE_CASE = "take_case"
    RELEASE_CASE = "release_case"


def _is_task_id(text: str) -> bool:
    case_number, _, place = text.rpartition("-")
    return is_case_number(case_number) and _TASK_PLACE.fits(place)


_REASON = prose(LONGEST_REASON, impersonal=True)
_WITH_REASON: Fields = {"reason": _REASON}
CASE_NUMBER = text_of_form(is_case_number, "case_number_format")
CASE_ACTIONS: Mapping[Action, Fields] = {
    Action.OPEN_REVIEW: {"language": LANGUAGE},
    Action.CONFIRM_IDENTITY: {"reason": optional(_REASON, ""), "version": VERSION},
    Action.CONFIRM_MATERIAL: {"reason": optional(_REASON, "")},
    Action.CORRECT_CLAIM: {
        "reason": _REASON,
        "degree": optional(MAPPING, {}),
        "correction_sheet": optional(FLAG, default=False),
        "sha256": optional(SHA256, ""),
    },
    Action.RETURN_TO_APPLICANT: {
        "reason": _REASON,
        "fields": items(choice(FIELD_NAMES, "field_name_unknown"), needed=True),
    },
    Action.REJECT: _WITH_REASON,
    Action.RELEASE: _WITH_REASON,
    Action.ACCEPT_ARCHIVE_VALUES: _WITH_REASON,
    Action.REDIRECT_TASK: {"reason": _REASON, "institution_code": INSTITUTION_CODE},
    Action.CONFIRM_DENIAL: _WITH_REASON,
    Action.APPROVE_URGENCY: _WITH_REASON,
    Action.RECORD_WRITTEN_FEEDBACK: {
        "exemption": EXEMPTION,
        "received_on": DATE,
        "form_sha256": SHA256,
        "scan_sha256": SHA256,
    },
    Action.CONFIRM_WRITTEN_FEEDBACK: {"version": VERSION},
    Action.OPEN_RECHECK: {"reason": _REASON, "cause": choice(sorted(_OPENED_BY_STAFF))},
    Action.ADMIT_RECHECK: _WITH_REASON,
    Action.REFUSE_RECHECK: _WITH_REASON,
    Action.DECIDE_RECHECK: {"reason": _REASON, "decision": choice(DECISIONS)},
    Action.DECIDE_DISAVOWAL: {"reason": _REASON, "decision": choice(DISAVOWAL_DECISIONS)},
    Action.PROPOSE_REGISTER_CHANGE: {"record": pattern("new|[A-Za-z0-9_-]{22}", "record_format")},
    Action.APPROVE_REGISTER_CHANGE: {"reason": _REASON, "version": VERSION},
    Action.CLOSE_REGISTER_CHANGE: _WITH_REASON,
    Action.SEND_MESSAGE: {
        "text": prose(LONGEST_MESSAGE, impersonal=True),
        "task_id": optional(text_of_form(_is_task_id, "task_id_format"), ""),
    },
    Action.TAKE_CASE: {"take_over": optional(FLAG, default=False)},
    Action.RELEASE_CASE: {},
}


WHILE_FROZEN = frozenset(
    {
        Action.OPEN_REVIEW,
        Action.DECIDE_DISAVOWAL,
        Action.SEND_MESSAGE,
        # What an institution has sent is kept, whoever applied.
        Action.RECORD_WRITTEN_FEEDBACK,
        Action.CONFIRM_WRITTEN_FEEDBACK,
        Action.TAKE_CASE,
        Action.RELEASE_CASE,
    }
)
"""What staff may do with a frozen case; everything else waits for the decision on the disavowal."""

WHOEVER_HAS_IT = frozenset(
    {
        Action.OPEN_REVIEW,
        Action.TAKE_CASE,
        Action.RELEASE_CASE,
        Action.RECORD_WRITTEN_FEEDBACK,
        # Second persons are others than whoever has the case in hand.
        Action.CONFIRM_WRITTEN_FEEDBACK,
        Action.APPROVE_REGISTER_CHANGE,
        Action.CLOSE_REGISTER_CHANGE,
    }
)
"""What staff may do with a case that another has in hand; everything else they take over first."""


@dataclass(frozen=True, slots=True)
class StaffAction:
    """One decision. `degree` holds corrected facts of the degree; what concerns the person comes in the correction
    sheet that the reviewer edits in object storage, because an execution's input is no place for personal data.
    `sha256`, `form_sha256` and `scan_sha256` say which file is meant: the correction sheet, a written form, its scan.
    `institution_code` is where a task is sent on to; `exemption` is the approved letter that allows a written form,
    `received_on` the day the form arrived. `cause` is why the centre opens a recheck, `decision` what a recheck or a
    disavowal comes to; `record` is the register's record that is to be changed, named as on the review sheet, or `new`.
    `text` is a message on a task, by default on the one opened last. `language` is that of the review sheet,
    `version` the version of the case that a review sheet shows. `take_over` takes a case that another has in hand."""

    action: Action
    case_number: str
    reviewer: str
    reason: str = ""
    fields: Sequence[str] = ()
    degree: Mapping[str, Any] = field(default_factory=dict)
    correction_sheet: bool = False
    sha256: str = ""
    form_sha256: str = ""
    scan_sha256: str = ""
    institution_code: str = ""
    exemption: str = ""
    received_on: date | None = None
    cause: str = ""
    decision: str = ""
    record: str = ""
    text: str = ""
    task_id: str = ""
    language: Language = Language.CHINESE
    version: int = 0
    take_over: bool = False


def parse_staff_action(body: object) -> StaffAction:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    reading = read_action(body, CASE_ACTIONS, {"case_number": CASE_NUMBER})
    if reading.has("degree", "correction_sheet"):
        degree, sheet = reading.values["degree"], reading.values["correction_sheet"]
        if not degree and not sheet:
            reading.refuse("degree", "correction_empty")
        if degree and sheet:
            reading.refuse("degree", "correction_twice")
        if reading.has("sha256") and sheet != bool(reading.values["sha256"]):
            reading.refuse("sha256", "required" if sheet else "unknown_field")
    return StaffAction(**reading.complete())
