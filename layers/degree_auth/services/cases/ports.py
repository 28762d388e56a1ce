"""What cases need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.cases.task import Task
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification.listing import ListedDegree
from degree_auth.services.shared.ports import Documents


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
class Count:
    """Something that is counted with a commit, at most so often (None: however often): `digest` names it, `day` is the
    day in Shanghai."""

    digest: str
    day: date
    most: int | None


@dataclass(frozen=True, slots=True)
class OpenLimit:
    """How many cases may be open under a digest: that of a person, or of a certificate number."""

    digest: str
    most: int


@dataclass(frozen=True, slots=True)
class Disavowed:
    """The cases that were ever disavowed of a holder, or about an award, which the digest names; `times` is how often
    one was."""

    digest: str
    cases: tuple[str, ...] = ()
    times: int = 0


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What the reconciler needs of a case that is not at its end.

    `wait_until` is the moment at which its waiting machine has to look again, `due` the deadline of the
    verification task that waits for its institution, `received_on` the day on which that institution's written form
    arrived; None where there is none. A case is frozen while its holder's disavowal waits for a decision.
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
    is_frozen: bool = False


class Standing(NamedTuple):
    """Where a case, or the register change beside it, stands: what its machine is told."""

    stage: str
    version: int


class Wait(NamedTuple):
    """The wait of a machine: its token, and the version of the case that it has seen."""

    token: str
    version: int


class Change(NamedTuple):
    """A change of one case: as it was read, as it is then, and the entries of its log that make it so."""

    before: Case
    after: Case
    entries: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Lookups:
    """Under what a case is found: keyed digests of the holders it names, of what was disavowed, of its submission and
    of what its holder has, the numbers of the documents that it issued, and keyed digests of the certificates that
    institutions were asked about."""

    holders: tuple[str, ...] = ()
    disavowed: tuple[str, ...] = ()
    submissions: tuple[str, ...] = ()
    holdings: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


DescribeTask = Callable[[Case, Task], tuple[ListedDegree, str]]
"""What tells what lists show of the degree that a task asks about, and the digest of its certificate's number."""


class CaseStore(Protocol):
    """Cases and their logs. Reads are consistent; a commit is one transaction."""

    @property
    def calendar(self) -> Calendar:
        """The working days by which deadlines are listed and breaches are recorded."""
        ...

    def load(self, case_number: str) -> Case:
        """The case. Raises `NotFound`."""
        ...

    def log(self, case_number: str) -> list[Event]:
        """The whole log in order. Raises `NotFound`."""
        ...

    def wait(self, case_number: str) -> Wait | None:
        """The last wait of a machine for the case, if one ever did."""
        ...

    def change_wait_token(self, case_number: str) -> str | None:
        """The token of the machine that waits for the case's register change, if one ever did."""
        ...

    def change_standing(self, case_number: str) -> Standing | None:
        """What the case's register change waits for, `done` at its end, and since which version of the case; None when
        there never was one."""
        ...

    def reports_of_award(self, certificate_digest: str) -> Sequence[IssuedDocument]:
        """The reports ever issued about an award."""
        ...

    def status_holder(self, place: StatusPlace) -> str | None:
        """The number of the report that has this place in a status list, if any has."""
        ...

    def submission(self, name: str) -> SubmissionKey | None:
        """The submission known under this name."""
        ...

    def counted(self, count: Count) -> int:
        """How often something was counted on its day."""
        ...

    def count(self, count: Count) -> None:
        """Count something once more, beside no commit and beyond any bound."""
        ...

    def cases_naming(self, holder_key: str, limit: int, before: str | None = None) -> Sequence[str]:
        """At most `limit` case numbers, the latest first, of cases that once named this holder; those before
        `before`."""
        ...

    def report(self, report_number: str) -> IssuedDocument | None:
        """The report with this number."""
        ...

    def holding(self, key: str) -> Holding:
        """What was noted of an award of one holder; no other report about it is in force than its latest, or what has
        taken the place of that."""
        ...

    def disavowals_under(self, digest: str) -> Disavowed:
        """The cases that were ever disavowed of a holder, or about an award."""
        ...

    def report_of_file(self, sha256: str) -> IssuedDocument | None:
        """The report whose issued file has this SHA-256 (hex)."""
        ...

    def commit(
        self,
        before: Case | None,
        after: Case,
        entries: Sequence[Event],
        *,
        submissions: Sequence[SubmissionKey] = (),
        counts: Sequence[Count] = (),
        limits: Sequence[OpenLimit] = (),
        report: IssuedDocument | None = None,
        adopted: str | None = None,
        holdings: Sequence[Holding] = (),
        as_read: Sequence[Case] = (),
        disavowed: Sequence[Disavowed] = (),
        beside: Sequence[Change] = (),
        erasing: IssuedDocument | None = None,
    ) -> None:
        """Store case, entries and what they create, all or nothing, and list its tasks as they are then.

        `report` is a new report or written notice. `adopted` is the report that another case issued and that this one
        ends in. Either becomes the latest of the `holdings`; with a written notice, or without a document, the case is
        noted there as one that denies the award. Whoever had a document that gives way to a report has that from now
        on. What another case confirms, adopts or supersedes must be in force, the `holdings` must be as they were read,
        and so must `as_read`: the cases of a report that this commit supersedes, unless its own. `beside` are changes
        of other cases, of which each must be as it was read, too; they call a report into question.

        Under the digests that an entry names in `disavowed_under` the case is noted as disavowed; what was read as
        `disavowed` must be so still.

        `erasing` is the case's own report whose erasure begins with this commit, as it was read: no further case may
        have ended in it since, and none does from then on.

        The case counts as open under the digests of its `limits` for as long as they stand on it.

        Fees that the entries earn are stored with them, one a task for ever.

        Raises `Stale`, `Taken`, `TooOften` or `TooManyOpen`.
        """
        ...

    def forget(self, case_number: str, found_by: Lookups, now: datetime) -> None:
        """Remove what leads to a case that is being erased, and what its documents show of its holder; each write by
        itself, and as often as it is called. What another case has taken over is left."""
        ...

    def look_again(self, case: Case, day: date) -> None:
        """The sweep comes back to a case, whose time is over, on a day; unless the case has changed since it was read,
        which brings the sweep back by itself."""
        ...


class OpenCases(Protocol):
    """Lists the cases that are not at their end."""

    def open_cases(self, changed_before: datetime) -> Iterable[OpenCase]:
        """Open cases that have not changed since."""
        ...


class Workflows(Protocol):
    """The state machines. A nudge that is refused, late or lost is no error."""

    def start(self, machine: Machine, case_number: str, name: str) -> bool:
        """Start an execution under this name; one that runs is left alone. False when one of that name has ended."""
        ...

    def wake(self, token: str, standing: Standing | None = None) -> bool:
        """Wake the execution that waits with this token; false when it waits no longer. It goes on from where it is
        told that the case stands; told nothing, it reads the case."""
        ...

    def live_cases(self, machine: Machine) -> set[str]:
        """Case numbers that a running execution of this machine drives."""
        ...


class Examiner(Protocol):
    """Looks into a file that somebody sent, away from everything else, and writes it anew."""

    def examine(self, source: str, target: str, content_type: str) -> str | None:
        """Read the object `source` to its end; None when it is whole and harmless, with the copy that others are shown
        at `target`, or else the message code for refusing it. A file that breaks the examination is refused.
        """
        ...


class Uploads(Documents, Protocol):
    """Documents that can also be removed."""

    def delete(self, key: str) -> None:
        """Remove an object. Removing one that does not exist is no error."""
        ...
