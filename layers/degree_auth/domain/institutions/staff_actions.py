"""Staff decisions on institutions and their accounts (articles 13, 14), as they are started from the console.

Forms come from files that staff put into object storage, because an execution's input is no place for personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from degree_auth.domain.accounts.sign_in import USERNAME
from degree_auth.domain.institutions.machine_client import MACHINE_ID
from degree_auth.domain.shared.action_input import FILE_NAME, LONGEST_REFERENCE, read_action
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.identifiers import DEPARTMENT_ID, EXEMPTION, INSTITUTION_CODE, SHA256
from degree_auth.domain.shared.reading import DATE, Fields, whole_number


class InstitutionAction(StrEnum):
    """What staff can decide about institutions."""

    REGISTER_INSTITUTION = "register_institution"
    REGISTER_DEPARTMENT = "register_department"
    PROPOSE_ACCOUNT_USER = "propose_account_user"
    APPROVE_ACCOUNT_USER = "approve_account_user"
    WITHDRAW_ACCOUNT_USER = "withdraw_account_user"
    END_ACCOUNT_SESSIONS = "end_account_sessions"
    UNLOCK_ACCOUNT = "unlock_account"
    REVOKE_MACHINE_CLIENT = "revoke_machine_client"
    SHOW_CONTACTS = "show_contacts"
    APPROVE_EXEMPTION = "approve_exemption"
    WITHDRAW_EXEMPTION = "withdraw_exemption"


_REASON = prose(LONGEST_REASON, impersonal=True)
_PROPOSAL = whole_number(1, 10**9, "not_a_proposal")
INSTITUTION_ACTIONS: Mapping[InstitutionAction, Fields] = {
    InstitutionAction.REGISTER_INSTITUTION: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "form": FILE_NAME,
        "sha256": SHA256,
    },
    InstitutionAction.REGISTER_DEPARTMENT: {
        "institution_code": INSTITUTION_CODE,
        "department_id": DEPARTMENT_ID,
        "username": USERNAME,
        "form": FILE_NAME,
        "sha256": SHA256,
    },
    InstitutionAction.PROPOSE_ACCOUNT_USER: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "form": FILE_NAME,
        "sha256": SHA256,
        "notice_reference": prose(LONGEST_REFERENCE, lines=False, impersonal=True),
    },
    InstitutionAction.APPROVE_ACCOUNT_USER: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "proposal": _PROPOSAL,
    },
    InstitutionAction.WITHDRAW_ACCOUNT_USER: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "proposal": _PROPOSAL,
        "reason": _REASON,
    },
    InstitutionAction.END_ACCOUNT_SESSIONS: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "reason": _REASON,
    },
    InstitutionAction.UNLOCK_ACCOUNT: {
        "institution_code": INSTITUTION_CODE,
        "username": USERNAME,
        "reason": _REASON,
    },
    InstitutionAction.REVOKE_MACHINE_CLIENT: {
        "institution_code": INSTITUTION_CODE,
        "machine_id": MACHINE_ID,
        "reason": _REASON,
    },
    InstitutionAction.SHOW_CONTACTS: {"institution_code": INSTITUTION_CODE, "reason": _REASON},
    InstitutionAction.APPROVE_EXEMPTION: {
        "institution_code": INSTITUTION_CODE,
        "exemption": EXEMPTION,
        "valid_from": DATE,
        "valid_until": DATE,
        "reason": _REASON,
    },
    InstitutionAction.WITHDRAW_EXEMPTION: {
        "institution_code": INSTITUTION_CODE,
        "exemption": EXEMPTION,
        "reason": _REASON,
    },
}


@dataclass(frozen=True, slots=True)
class InstitutionDecision:
    """One decision; what its action does not need is empty. `form` names the file with the form's content,
    `sha256` is the file's digest in hex."""

    action: InstitutionAction
    reviewer: str
    institution_code: str
    department_id: str = ""
    username: str = ""
    machine_id: str = ""
    form: str = ""
    sha256: str = ""
    notice_reference: str = ""
    proposal: int = 0
    exemption: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    reason: str = ""


def parse_institution_action(body: object) -> InstitutionDecision:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    reading = read_action(body, INSTITUTION_ACTIONS)
    if reading.has("valid_from", "valid_until") and reading.values["valid_until"] < reading.values["valid_from"]:
        reading.refuse("valid_until", "period_ends_before_it_begins")
    return InstitutionDecision(**reading.complete())
