"""For how long what a case holds is kept, counted from its end. The terms stand in `data/retention.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from degree_auth.domain.cases.attachment import Attachment, FileKind
from degree_auth.domain.cases.case import Case
from degree_auth.domain.shared.working_days import shanghai_day


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """How long, from the end of the case: copies of identity documents, other files, and everything that is sealed."""

    identity_documents: timedelta
    files: timedelta
    case: timedelta

    @classmethod
    def from_table(cls, table: Sequence[Mapping[str, Any]]) -> RetentionTerms:
        """The terms that the sweep carries out, from the rows of the table."""
        days = {row["class"]: timedelta(days=row["days"]) for row in table if row["by"] == "sweep"}
        return cls(days["identity_document"], days["uploaded_file"], days["case"])


def next_due(case: Case, terms: RetentionTerms) -> date | None:
    """The day in Shanghai on which something of the case is over; None while the case goes on, and once it is erased,
    unless that is still to be carried out."""
    if case.erasure is not None and case.erasure.is_approved:
        return None if not case.sealed else shanghai_day(case.changed_at)
    ended = _ended_on(case)
    if ended is None:
        return None
    return min([ended + terms.case, *(ended + _term(one, terms) for one in case.attachments if one.is_held)])


def next_swept(case: Case, terms: RetentionTerms) -> date | None:
    """The day of the sweep that ends what is over next: never one before the case changed, since that was swept."""
    due = next_due(case, terms)
    return None if due is None else max(due, shanghai_day(case.changed_at))


def overdue_files(case: Case, terms: RetentionTerms, today: date) -> list[Attachment]:
    """The stored files whose time is over."""
    ended = _ended_on(case)
    if ended is None:
        return []
    return [one for one in case.attachments if one.is_held and ended + _term(one, terms) <= today]


def is_over(case: Case, terms: RetentionTerms, today: date) -> bool:
    """Whether the time of the case itself is over, or its erasure was approved and not carried out."""
    due = next_due(case, terms)
    if case.erasure is not None and case.erasure.is_approved:
        return due is not None
    ended = _ended_on(case)
    return ended is not None and ended + terms.case <= today


def _ended_on(case: Case) -> date | None:
    return shanghai_day(case.stage_since or case.changed_at) if case.is_final else None


def _term(file: Attachment, terms: RetentionTerms) -> timedelta:
    own = file.kind == FileKind.IDENTITY_DOCUMENT and file.task_id is None
    return min(terms.identity_documents if own else terms.files, terms.case)
