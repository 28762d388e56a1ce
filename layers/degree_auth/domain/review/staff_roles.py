"""Which role a member of staff needs for which action: the one table, with the article that each line rests on.

A role is a separation of duties: who decides on cases does not approve what the register becomes or who has an account
(article 11), who registers institutions does not decide on their degrees (article 13), who draws spot checks looks at
others' work (article 15), and an auditor reads what names nobody. One account may have several roles; that two persons
decide is held beside the roles, by their accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.accounts.staff_actions import StaffAccountAction
from degree_auth.domain.fees.request import FeeAction
from degree_auth.domain.institutions.staff_actions import InstitutionAction
from degree_auth.domain.notifications.staff_actions import PlatformAction
from degree_auth.domain.register.sent_file import RegisterFileAction
from degree_auth.domain.register_changes.file_change_actions import FileChangeAction
from degree_auth.domain.review.personal_data_actions import PersonalDataAction
from degree_auth.domain.review.reading_actions import ReadingAction
from degree_auth.domain.review.staff_actions import Action
from degree_auth.domain.review.work_actions import WorkAction
from degree_auth.domain.spot_checks.request import SpotCheckAction


class Permit(NamedTuple):
    """The roles of which one is needed, and the article that the action carries out."""

    roles: frozenset[Role]
    article: int


def _one_of(article: int, *roles: Role) -> Permit:
    return Permit(frozenset(roles), article)


_REVIEWER, _APPROVER, _REGISTRAR, _INSPECTOR, _AUDITOR = Role

PERMITS: Mapping[StrEnum, Permit] = {
    # Looking at a case: whoever decides on it, on the register, or on whether it was decided well.
    Action.OPEN_REVIEW: _one_of(10, _REVIEWER, _APPROVER, _INSPECTOR),
    Action.CONFIRM_IDENTITY: _one_of(1, _REVIEWER),
    Action.CONFIRM_MATERIAL: _one_of(10, _REVIEWER),
    Action.CORRECT_CLAIM: _one_of(10, _REVIEWER),
    Action.RETURN_TO_APPLICANT: _one_of(10, _REVIEWER),
    Action.REJECT: _one_of(10, _REVIEWER),
    Action.RELEASE: _one_of(10, _REVIEWER),
    Action.ACCEPT_ARCHIVE_VALUES: _one_of(5, _REVIEWER),
    Action.REDIRECT_TASK: _one_of(3, _REVIEWER),
    Action.CONFIRM_DENIAL: _one_of(5, _REVIEWER),
    Action.APPROVE_URGENCY: _one_of(12, _REVIEWER),
    Action.RECORD_WRITTEN_FEEDBACK: _one_of(14, _REVIEWER),
    Action.CONFIRM_WRITTEN_FEEDBACK: _one_of(14, _REVIEWER),
    Action.OPEN_RECHECK: _one_of(6, _REVIEWER),
    Action.ADMIT_RECHECK: _one_of(6, _REVIEWER),
    Action.REFUSE_RECHECK: _one_of(6, _REVIEWER),
    Action.DECIDE_RECHECK: _one_of(6, _REVIEWER),
    Action.DECIDE_DISAVOWAL: _one_of(1, _REVIEWER),
    Action.SEND_MESSAGE: _one_of(14, _REVIEWER),
    Action.TAKE_CASE: _one_of(10, _REVIEWER),
    Action.RELEASE_CASE: _one_of(10, _REVIEWER),
    # What waits, without anybody's name: for whoever decides, approves, calls institutions or looks at delays.
    WorkAction.LIST_WORK: _one_of(12, _REVIEWER, _APPROVER, _REGISTRAR, _INSPECTOR),
    # The register: proposed by one role, approved by another.
    Action.PROPOSE_REGISTER_CHANGE: _one_of(11, _REVIEWER),
    Action.APPROVE_REGISTER_CHANGE: _one_of(11, _APPROVER),
    Action.CLOSE_REGISTER_CHANGE: _one_of(11, _REVIEWER, _APPROVER),
    RegisterFileAction.SEND_REGISTER_FILE: _one_of(11, _REVIEWER, _REGISTRAR),
    FileChangeAction.LIST_FILE_CHANGES: _one_of(11, _APPROVER, _AUDITOR),
    FileChangeAction.OPEN_FILE_CHANGE: _one_of(11, _APPROVER),
    FileChangeAction.APPROVE_FILE_CHANGE: _one_of(11, _APPROVER),
    FileChangeAction.CLOSE_FILE_CHANGE: _one_of(11, _APPROVER),
    InstitutionAction.REGISTER_INSTITUTION: _one_of(13, _REGISTRAR),
    InstitutionAction.REGISTER_DEPARTMENT: _one_of(13, _REGISTRAR),
    # Who has an institution's account acts for the institution: proposed by one registrar, approved by another.
    InstitutionAction.PROPOSE_ACCOUNT_USER: _one_of(13, _REGISTRAR),
    InstitutionAction.APPROVE_ACCOUNT_USER: _one_of(13, _REGISTRAR),
    InstitutionAction.WITHDRAW_ACCOUNT_USER: _one_of(13, _REGISTRAR),
    InstitutionAction.END_ACCOUNT_SESSIONS: _one_of(13, _REGISTRAR),
    InstitutionAction.UNLOCK_ACCOUNT: _one_of(13, _REGISTRAR),
    InstitutionAction.REVOKE_MACHINE_CLIENT: _one_of(13, _REGISTRAR),
    # Who must call an overdue institution needs to know whom.
    InstitutionAction.SHOW_CONTACTS: _one_of(13, _REGISTRAR, _REVIEWER),
    InstitutionAction.APPROVE_EXEMPTION: _one_of(14, _REGISTRAR),
    InstitutionAction.WITHDRAW_EXEMPTION: _one_of(14, _REGISTRAR),
    FeeAction.FEE_STATEMENT: _one_of(7, _REGISTRAR, _AUDITOR),
    PersonalDataAction.EXPORT_PERSON: _one_of(1, _APPROVER),
    # Erasing is asked for by one role and approved by another; the article is that of who a person is.
    PersonalDataAction.PROPOSE_ERASURE: _one_of(1, _REVIEWER),
    PersonalDataAction.APPROVE_ERASURE: _one_of(1, _APPROVER),
    PersonalDataAction.WITHDRAW_ERASURE: _one_of(1, _REVIEWER, _APPROVER),
    SpotCheckAction.DRAW_SPOT_CHECK: _one_of(15, _INSPECTOR),
    SpotCheckAction.SUMMARISE_SPOT_CHECK: _one_of(15, _INSPECTOR, _AUDITOR),
    # What is published through the platform.
    PlatformAction.RESUME_PLATFORM: _one_of(15, _APPROVER, _INSPECTOR),
    # Who is who: the centre gives out accounts, its own staff's among them.
    StaffAccountAction.PROPOSE_STAFF_ACCOUNT: _one_of(13, _APPROVER),
    StaffAccountAction.APPROVE_STAFF_ACCOUNT: _one_of(13, _APPROVER),
    StaffAccountAction.CLOSE_STAFF_ACCOUNT: _one_of(13, _APPROVER),
    StaffAccountAction.LIST_STAFF_ACCOUNTS: _one_of(13, _APPROVER, _AUDITOR),
    # Whoever looks after the readers is none of those who read.
    ReadingAction.LIST_READINGS: _one_of(13, _AUDITOR),
}

ROLES_OF: Mapping[str, frozenset[Role]] = {action.value: permit.roles for action, permit in PERMITS.items()}
"""The roles by the action's name, as an input gives it."""
