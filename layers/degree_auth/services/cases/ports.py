"""What the services need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from degree_auth.domain.applications.claim import Claim, Degree
from degree_auth.domain.cases.case import Case, Event, Machine
from degree_auth.domain.fees.fees import Fee
from degree_auth.domain.institutions.organisation import Explanation
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.reports.report import ReportContent
from degree_auth.domain.verification.listing import ListedTask, TaskFilter


class Stale(Exception):
    """Somebody else changed the case since it was read; read it again and decide anew."""


class Taken(Exception):
    """A submission key belongs to another case already."""


@dataclass(frozen=True, slots=True)
class SubmissionKey:
    """A name under which a submission is known, so that the same one twice is one case.

    `name` is a keyed digest, `fingerprint` that of the whole content. `replaces` is the ended case that
    the name may be taken over from.
    """

    name: str
    fingerprint: str
    case_number: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report as the online check finds it; `state` is valid, superseded or revoked, `facts` are masked.

    `award_key` is a keyed digest of the institution and certificate number, by which a change of the register finds the
    reports that it touches. `supersedes` and `superseded_by` name the reports before and after it; `changed_at` and
    `cause` tell when and why it ceased to be valid.
    """

    report_number: str
    case_number: str
    version: int
    state: str
    sha256: str
    object_key: str
    issued_at: datetime
    facts: Mapping[str, Any]
    award_key: str
    supersedes: str | None = None
    superseded_by: str | None = None
    changed_at: datetime | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A public correction (纠正): which report ceased to be valid, how, why and when; no personal data."""

    report_number: str
    state: str
    cause: str
    superseded_by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What the reconciler needs of a case that is not at its end.

    `wait_until` is the moment at which its waiting machine has to look again, `due` the deadline of the
    verification task that waits for its institution, `received_on` the day on which that institution's written form
    arrived; None where there is none.
    """

    case_number: str
    machine: Machine
    version: int
    changed_at: datetime
    wait_version: int | None
    wait_token: str | None
    wait_until: datetime | None = None
    due: date | None = None
    received_on: date | None = None


class CaseStore(Protocol):
    """Cases and their logs. Reads are consistent; a commit is one transaction."""

    def load(self, case_number: str) -> Case:
        """The case. Raises `NotFound`."""
        ...

    def log(self, case_number: str) -> list[Event]:
        """The whole log in order. Raises `NotFound`."""
        ...

    def wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case, if one ever did."""
        ...

    def change_wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case's register change, if one ever did."""
        ...

    def reports_of_award(self, award_key: str) -> Sequence[IssuedReport]:
        """The reports ever issued about an award."""
        ...

    def submission(self, name: str) -> SubmissionKey | None:
        """The submission known under this name."""
        ...

    def report(self, report_number: str) -> IssuedReport | None:
        """The report with this number."""
        ...

    def report_of_file(self, sha256: str) -> IssuedReport | None:
        """The report whose issued file has this SHA-256 (hex)."""
        ...

    def commit(
        self,
        before: Case | None,
        after: Case,
        entries: Sequence[Event],
        *,
        submissions: Sequence[SubmissionKey] = (),
        report: IssuedReport | None = None,
    ) -> None:
        """Store case, entries and what they create, all or nothing, and list its tasks as they are then.

        Raises `Stale` or `Taken`. Fees that the entries earn are stored with them, one a task for ever.
        """
        ...


class Notices(Protocol):
    """The public list of corrections."""

    def notices(self, year: int, before: str, limit: int) -> Sequence[tuple[str, Notice]]:
        """Notices of a year (in Shanghai), the latest first, each with its place; those before the place `before`,
        all when that is empty."""
        ...


class OpenCases(Protocol):
    """Lists the cases that are not at their end."""

    def open_cases(self, changed_before: datetime) -> Iterable[OpenCase]:
        """Open cases that have not changed since."""
        ...


class TaskLists(Protocol):
    """Lists of verification tasks, which follow a commit within moments."""

    def listed(self, of: TaskFilter, limit: int, after: str | None = None) -> Sequence[ListedTask]:
        """At most `limit` tasks of a list in its order, from behind the place `after` on; reads no more than these."""
        ...


class Register(Protocol):
    """The award register: one or two reads a claim, whatever its size."""

    def candidates(self, claim: Claim) -> Sequence[AwardRecord]:
        """The records that the claim's certificate number or holder leads to."""
        ...

    def certificate_version(self, claim: Claim) -> str:
        """Names what the register has of the claim's certificate: never the same name again after a change, be it one
        that takes a record out or puts back what there was."""
        ...


class KeyedDigest(Protocol):
    """Keyed digests, as the keyring makes them."""

    def token(self, purpose: str, value: str) -> str:
        """The digest of a value for a purpose, as URL-safe text."""
        ...


class Sealer(Protocol):
    """Sealing and keyed digests of personal data."""

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt."""
        ...

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt."""
        ...

    def digest(self, purpose: str, value: str) -> bytes:
        """Keyed digest of 32 bytes."""
        ...

    def token(self, purpose: str, value: str) -> str:
        """Keyed digest as URL-safe text."""
        ...


class Workflows(Protocol):
    """The state machines. A nudge that is refused, late or lost is no error."""

    def start(self, machine: Machine, case_number: str, name: str) -> bool:
        """Start an execution under this name; false when one of that name was started before."""
        ...

    def wake(self, token: str) -> bool:
        """Wake the execution that waits with this token; false when it waits no longer."""
        ...

    def live_cases(self, machine: Machine) -> set[str]:
        """Case numbers that a running execution of this machine drives."""
        ...


class Documents(Protocol):
    """Object storage for reports, attachments and review sheets."""

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store an object."""
        ...

    def get(self, key: str, limit: int) -> bytes:
        """An object's content. Raises `NotFound`, or `TooLarge` beyond `limit` bytes."""
        ...

    def download_link(self, key: str, filename: str, seconds: int) -> str:
        """A link that hands out the object for some seconds."""
        ...

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        """A link that takes one PUT of exactly this type and size (bytes)."""
        ...


@dataclass(frozen=True, slots=True)
class PressedReport:
    """A signed report: the PDF, its SHA-256 in hex, and the credential that it carries."""

    pdf: bytes
    sha256: str
    credential: str


class Press(Protocol):
    """Typesets and signs a report. Raises `UnprintableCharacter` when no font has a character."""

    def press(self, content: ReportContent) -> PressedReport:
        """The signed report."""
        ...


class Organisation(Protocol):
    """What the system knows of institutions' departments and letters."""

    def registered_name(self, institution_code: str) -> str | None:
        """The name an institution is registered under; None when it is not registered."""
        ...

    def route(self, institution_code: str, degree: Degree, today: date) -> tuple[str | None, str]:
        """The department that verifies this degree, None for the lead department, and the reason's message code."""
        ...

    def has_department(self, institution_code: str, department_id: str) -> bool:
        """Whether the institution has this department."""
        ...

    def is_exempt(self, institution_code: str, exemption: str, day: date) -> bool:
        """Whether this letter of explanation was approved and allowed a written form on that day (article 14)."""
        ...

    def explanations(self, institution_code: str, degree: Degree, today: date) -> Sequence[Explanation]:
        """The standing explanations to be shown with this degree today; none when it is not registered (article 8)."""
        ...


class FeeStore(Protocol):
    """Fees of answered tasks; they are written with the answer, by `CaseStore.commit`."""

    def fees(self, period: str, institution_code: str | None = None) -> Iterable[Fee]:
        """The fees of a month, YYYY-MM, of one institution or of all."""
        ...
