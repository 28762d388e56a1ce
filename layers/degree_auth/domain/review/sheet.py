"""What the review sheet shows: claim and register side by side, and all that a decision rests on (article 10).

It is personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.applications.claim import Claim, Contact
from degree_auth.domain.cases.attachment import Attachment
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import Disavowal
from degree_auth.domain.cases.ledger import Ledger
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.cases.task import Task, WrittenForm
from degree_auth.domain.institutions.institution import Explanation
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register_changes.plan import RegisterPlan
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.review.scan_advice import FieldAdvice
from degree_auth.domain.shared.errors import Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.verification.feedback import Feedback


@dataclass(frozen=True, slots=True)
class PendingForm:
    """A written form that waits for a second person: who entered it and when it came, what it says, and a link to the
    copy of the scan that was kept with it, empty where there is none to show."""

    entry: WrittenForm
    feedback: Feedback
    scan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheet:
    """The facts of a review sheet as they are at the moment `at`.

    `expected` says when the institution usually answers, None while none holds the case. `candidates` are the award
    records that come near the claim, `scans` the stored files with links to them, `messages`
    those on the case's tasks with side and moment. `advice` is what the latest certificate scan appears to say, by
    field; None without a scan, or while it is not read. `urgency` is why the applicant asks for urgent handling,
    `recheck_statement` what was said for the recheck that is open. `disavowals` are what holders said, the latest
    first, with the name of each; `contact` is how the applicant can be reached. `answer` is the task answered last with
    its form, `written` the written form that a second person has to confirm, `plan` what the register change opened
    last proposes; each is None without one. `against` are the report
    or written notice that a parked case says otherwise than, and the notices that deny a report under a recheck.
    """

    case: Case
    claim: Claim
    clock: Ledger
    expected: Words | None
    candidates: Sequence[AwardRecord]
    warnings: Sequence[Problem]
    scans: Mapping[Attachment, str]
    advice: Mapping[str, FieldAdvice] | None
    messages: Sequence[Mapping[str, Any]]
    explanations: Sequence[Explanation]
    urgency: str | None
    recheck_statement: str
    disavowals: Sequence[tuple[Disavowal, str, str]]
    contact: Contact
    answer: tuple[Task, Feedback] | None
    written: PendingForm | None
    plan: RegisterPlan | None
    against: Sequence[IssuedDocument]
    at: datetime


def claim_values(claim: Claim, language: Language) -> dict[str, str]:
    """What was claimed, in words, by dotted field."""
    return {
        f"{section}.{name}": _value_text(getattr(getattr(claim, section), name), language)
        for section, fields in as_data(claim).items()
        for name in fields
    }


def record_values(record: AwardRecord, language: Language) -> dict[str, str]:
    """What a record says, in words, by the dotted field that claims the same."""
    values = {
        "holder.name": record.name,
        "holder.sex": record.sex,
        "holder.birth_date": record.birth_date,
        "holder.identity_type": record.identity_type,
        "holder.identity_number": record.identity_number,
        "degree.institution_code": record.institution_code,
        "degree.institution_name": record.institution_name,
        "degree.level": record.level,
        "degree.category": record.category_name,
        "degree.discipline": record.discipline_name,
        "degree.study_form": record.study_form,
        "degree.award_date": record.award_date,
        "degree.certificate_number": record.certificate_number,
    }
    return {field: _value_text(value, language) for field, value in values.items()}


def _value_text(value: object, language: Language) -> str:
    return CHOICE_NAMES[value].in_language(language) if isinstance(value, StrEnum) else str(value)
