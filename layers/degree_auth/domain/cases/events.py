"""What can happen to a case: the entries of its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from degree_auth.domain.shared.chain import CASE
from degree_auth.domain.shared.log_entry import LogEntry


class EventType(StrEnum):
    """What can happen to a case; each is one entry of its log."""

    APPLICATION_RECEIVED = "application_received"
    IDENTITY_CONFIRMED = "identity_confirmed"
    ACCESS_LINK_RENEWED = "access_link_renewed"
    ACCESS_LINK_REVOKED = "access_link_revoked"
    CLAIM_COMPARED = "claim_compared"
    MATERIAL_CONFIRMED = "material_confirmed"
    CLAIM_CORRECTED = "claim_corrected"
    RETURNED_TO_APPLICANT = "returned_to_applicant"
    APPLICATION_SUPPLEMENTED = "application_supplemented"
    APPLICATION_REJECTED = "application_rejected"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    APPLICANT_REMINDED = "applicant_reminded"
    APPLICATION_LAPSED = "application_lapsed"
    ATTACHMENT_ANNOUNCED = "attachment_announced"
    ATTACHMENT_STORED = "attachment_stored"
    ATTACHMENT_REFUSED = "attachment_refused"
    ATTACHMENT_WITHDRAWN = "attachment_withdrawn"
    CASE_PARKED = "case_parked"
    CASE_RELEASED = "case_released"
    REPORT_ISSUED = "report_issued"
    REPORT_ADOPTED = "report_adopted"
    REPORT_FOLLOWED = "report_followed"
    CONCLUSION_FOLLOWED = "conclusion_followed"
    TASK_ROUTED = "task_routed"
    TASK_REASSIGNED = "task_reassigned"
    TASK_REMINDED = "task_reminded"
    TASK_OVERDUE = "task_overdue"
    EXTENSION_ANNOUNCED = "extension_announced"
    DEADLINE_RECOUNTED = "deadline_recounted"
    URGENCY_APPROVED = "urgency_approved"
    WRITTEN_FEEDBACK_RECORDED = "written_feedback_recorded"
    FEEDBACK_RECEIVED = "feedback_received"
    ARCHIVE_VALUES_ACCEPTED = "archive_values_accepted"
    TASK_REDIRECTED = "task_redirected"
    DENIAL_QUESTIONED = "denial_questioned"
    DENIAL_CONFIRMED = "denial_confirmed"
    CASE_CONCLUDED = "case_concluded"
    NOTICE_SUPERSEDED = "notice_superseded"
    RECHECK_OPENED = "recheck_opened"
    RECHECK_ADMITTED = "recheck_admitted"
    RECHECK_REFUSED = "recheck_refused"
    RECHECK_WITHDRAWN = "recheck_withdrawn"
    RECHECK_DECIDED = "recheck_decided"
    SPOT_CHECKED = "spot_checked"
    REPORT_SUPERSEDED = "report_superseded"
    REPORT_REVOKED = "report_revoked"
    REGISTER_CHANGE_OPENED = "register_change_opened"
    REGISTER_CHANGE_PROPOSED = "register_change_proposed"
    REGISTER_CHANGE_APPROVED = "register_change_approved"
    REGISTER_CHANGE_BEGUN = "register_change_begun"
    REGISTER_CHANGE_APPLIED = "register_change_applied"
    REGISTER_CHANGE_CLOSED = "register_change_closed"
    REGISTER_CHANGE_REOPENED = "register_change_reopened"
    REPORT_FLAGGED = "report_flagged"
    MESSAGE_SENT = "message_sent"
    MESSAGES_READ = "messages_read"
    TAKEN_IN_HAND = "taken_in_hand"
    GIVEN_BACK = "given_back"
    CENTRE_REMINDED = "centre_reminded"
    CENTRE_OVERDUE = "centre_overdue"
    URGENCY_REQUESTED = "urgency_requested"
    CASE_DISAVOWED = "case_disavowed"
    DISAVOWAL_TAKEN_BACK = "disavowal_taken_back"
    DISAVOWAL_DECIDED = "disavowal_decided"
    FILES_REMOVED = "files_removed"
    ERASURE_PROPOSED = "erasure_proposed"
    ERASURE_WITHDRAWN = "erasure_withdrawn"
    ERASURE_APPROVED = "erasure_approved"
    CASE_ERASED = "case_erased"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something decided, not yet in the log. `actor` is a role or a staff identifier, `data` holds no personal data
    in clear: what is personal stands sealed under `sealed` (base64)."""

    type: EventType
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(LogEntry):
    """An entry of the case log."""

    OWNER = CASE

    case_number: str
    type: EventType
