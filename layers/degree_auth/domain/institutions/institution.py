"""A registered institution (articles 8, 9, 13, 14): its departments, exemptions and standing explanations.

Everything of one institution changes against the version of its registration, which also keeps the head of the
institution's log: each change is one entry, chained to the one before (N3).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.applications.claim import Degree, Level, StudyForm
from degree_auth.domain.institutions.scope import Scope
from degree_auth.domain.shared.chain import INSTITUTION
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.log_entry import LogEntry
from degree_auth.domain.shared.plain_data import as_data


@dataclass(frozen=True, slots=True)
class Institution:
    """A registered institution (annex 2).

    `form` is the whole registration form, sealed, in base64. `fingerprint` is a keyed digest of the form and its
    account's username, by which the same registration is known again. `log_seq` and `log_hash` are the log's head.
    """

    code: str
    name: str
    lead_department: str
    form: str
    fingerprint: str
    version: int = 0
    log_seq: int = 0
    log_hash: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A verifying department. One that is not `active` gets no new tasks; those it has stay. Nor does one that staff
    have registered, before an account of it has a user whom a second person approved.

    `form` is annex 3, sealed, in base64, with its `fingerprint`; both are empty until staff have registered it.
    """

    department_id: str
    name: str
    scope: Scope
    active: bool = True
    form: str = ""
    fingerprint: str = ""
    version: int = 1

    def as_dict(self) -> dict[str, Any]:
        """The department as its lead department sees it; `registered` says that its paper form is there."""
        return {
            "department_id": self.department_id,
            "name": self.name,
            "scope": self.scope.as_dict(),
            "active": self.active,
            "registered": bool(self.form),
            "version": self.version,
        }


@dataclass(frozen=True, slots=True)
class Exemption:
    """A letter of explanation that was approved (article 14): written forms count on its days, both included.

    From `withdrawn_on` on it allows nothing any more.
    """

    reference: str
    valid_from: date
    valid_until: date
    approved_by: str
    withdrawn_on: date | None = None
    version: int = 1

    def allows(self, day: date) -> bool:
        """Whether a written form received on this day may be entered."""
        return self.valid_from <= day <= self.valid_until and (self.withdrawn_on is None or day < self.withdrawn_on)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A standing explanation (口径, article 8) of what is special about some of an institution's degrees.

    Empty `levels` or `study_forms` mean all; the award years are calendar years, both included, None is unbounded.
    It is shown on its days, both included; `valid_until` None has no end. `text_en` may be empty.
    """

    explanation_id: str
    text: str
    text_en: str
    levels: tuple[Level, ...]
    study_forms: tuple[StudyForm, ...]
    first_award_year: int | None
    last_award_year: int | None
    valid_from: date
    valid_until: date | None
    version: int = 1

    def as_dict(self) -> dict[str, Any]:
        """JSON-able data; holds no personal data."""
        return {**as_data(self)}

    def concerns(self, degree: Degree, day: date) -> bool:
        """Whether it is to be shown with a degree on a day."""
        year = degree.award_date.year
        return (
            (not self.levels or degree.level in self.levels)
            and (not self.study_forms or degree.study_form in self.study_forms)
            and (self.first_award_year is None or self.first_award_year <= year)
            and (self.last_award_year is None or year <= self.last_award_year)
            and self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
        )


class InstitutionEventType(StrEnum):
    """What is on record of an institution's registration."""

    INSTITUTION_REGISTERED = "institution_registered"
    DEPARTMENT_REGISTERED = "department_registered"
    DEPARTMENT_CHANGED = "department_changed"
    EXEMPTION_APPROVED = "exemption_approved"
    EXEMPTION_WITHDRAWN = "exemption_withdrawn"
    EXPLANATION_CHANGED = "explanation_changed"
    CONTACTS_SHOWN = "contacts_shown"
    # From when a registration gave out a password; none is made any more.
    PASSWORD_WRITTEN_AGAIN = "password_written_again"  # noqa: S105 - a kind of entry
    MACHINE_CLIENT_CHANGED = "machine_client_changed"
    MACHINE_CLIENT_REVOKED = "machine_client_revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionEvent(LogEntry):
    """One entry of an institution's log."""

    OWNER = INSTITUTION

    institution_code: str
    type: InstitutionEventType


def add_institution_event(
    institution: Institution, kind: InstitutionEventType, actor: str, data: dict[str, Any], now: datetime
) -> tuple[Institution, InstitutionEvent]:
    """The institution after one more change, with the entry of its log to be stored together."""
    entry = InstitutionEvent.following(institution, institution.code, kind, actor, data, now)
    after = replace(institution, version=institution.version + 1, log_seq=entry.seq, log_hash=entry.hash)
    return after, entry


def require_version(named: int, present: int) -> None:
    """Whoever changes a part of an institution has seen it as it is; 0 is the version of what is not there yet.

    Raises:
        Conflict: somebody has changed it meanwhile.
    """
    if named != present:
        raise Conflict("version_changed")


def takes_tasks(department: Department, with_user: Container[str | None]) -> bool:
    """Whether a department takes new tasks. `with_user` are the departments of which an account has a user: what one
    registrar alone has registered draws no tasks. One that the lead department made itself is its own choice."""
    return department.active and (not department.form or department.department_id in with_user)


def working_scopes(departments: Iterable[Department], with_user: Container[str | None]) -> dict[str, Scope]:
    """What routing asks for: the scope of each department that takes new tasks, by id."""
    return {one.department_id: one.scope for one in departments if takes_tasks(one, with_user)}
