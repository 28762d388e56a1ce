"""Staff decisions on institutions and their accounts (articles 13, 14), as they are started from the console.

Forms come from files that staff put into object storage, because an execution's input is no place for personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from degree_auth.domain.accounts.accounts import is_username
from degree_auth.domain.shared.action_input import (
    DATE,
    DEPARTMENT_ID,
    EXEMPTION,
    FILE_NAME,
    INSTITUTION_CODE,
    LONGEST_REFERENCE,
    FieldForm,
    Fields,
    Words,
    read_action,
)
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.free_text import LONGEST_REASON


class OrganisationAction(StrEnum):
    """What staff can decide about institutions."""

    REGISTER_INSTITUTION = "register_institution"
    REGISTER_DEPARTMENT = "register_department"
    CHANGE_ACCOUNT_USER = "change_account_user"
    END_ACCOUNT_SESSIONS = "end_account_sessions"
    APPROVE_EXEMPTION = "approve_exemption"
    WITHDRAW_EXEMPTION = "withdraw_exemption"


USERNAME = FieldForm(is_username, "username_format")
_REASON = Words(LONGEST_REASON)
_FIELDS: Mapping[str, Fields] = {
    OrganisationAction.REGISTER_INSTITUTION: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "form": FILE_NAME,
    },
    OrganisationAction.REGISTER_DEPARTMENT: {
        "institution_code": INSTITUTION_CODE,
        "department_id": DEPARTMENT_ID,
        "username": USERNAME,
        "form": FILE_NAME,
    },
    OrganisationAction.CHANGE_ACCOUNT_USER: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "form": FILE_NAME,
        "notice_reference": Words(LONGEST_REFERENCE),
    },
    OrganisationAction.END_ACCOUNT_SESSIONS: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "reason": _REASON,
    },
    OrganisationAction.APPROVE_EXEMPTION: {
        "institution_code": INSTITUTION_CODE,
        "exemption": EXEMPTION,
        "valid_from": DATE,
        "valid_until": DATE,
        "reason": _REASON,
    },
    OrganisationAction.WITHDRAW_EXEMPTION: {
        "institution_code": INSTITUTION_CODE,
        "exemption": EXEMPTION,
        "reason": _REASON,
    },
}


@dataclass(frozen=True, slots=True)
class OrganisationDecision:
    """One decision; what its action does not need is empty. `form` names the file with the form's content."""

    action: OrganisationAction
    reviewer: str
    institution_code: str
    department_id: str = ""
    username: str = ""
    form: str = ""
    notice_reference: str = ""
    exemption: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    reason: str = ""


def parse_organisation_action(body: object) -> OrganisationDecision:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    values = read_action(body, _FIELDS)
    days = {name: parse_date(values.pop(name)) for name in ("valid_from", "valid_until") if name in values}
    if days and days["valid_until"] < days["valid_from"]:
        raise Invalid([Problem("valid_until", "period_ends_before_it_begins")])
    action = OrganisationAction(values.pop("action"))
    return OrganisationDecision(action=action, **days, **values)  # type: ignore[arg-type]  # all others are text
