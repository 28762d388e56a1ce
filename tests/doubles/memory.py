"""In-memory stand-ins for the services' ports; the case store is held to the same contract as the table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from degree_auth.domain.award import AwardRecord
from degree_auth.domain.case import Case, Event, Machine, machine_for
from degree_auth.domain.claim import Claim, Degree
from degree_auth.domain.errors import NotFound, TooLarge
from degree_auth.domain.matching import certificate_key
from degree_auth.domain.report import ReportContent
from degree_auth.domain.spot_check import FinishedReport
from degree_auth.domain.watch import Watches
from degree_auth.domain.workdays import shanghai_day
from degree_auth.services.ports import (
    IssuedReport,
    OpenCase,
    PressedReport,
    Stale,
    SubmissionKey,
    Taken,
    VerificationTask,
)


class MemoryCases:
    """`CaseStore` and `OpenCases` in dictionaries."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.logs: dict[str, list[Event]] = {}
        self.tokens: dict[str, tuple[str, int]] = {}
        self.submissions: dict[str, SubmissionKey] = {}
        self.tasks: dict[str, VerificationTask] = {}
        self.reports: dict[str, IssuedReport] = {}
        self.before_commit: Callable[[], None] = lambda: None

    def load(self, case_number: str) -> Case:
        if case_number not in self.cases:
            raise NotFound("not_found")
        return self.cases[case_number]

    def log(self, case_number: str) -> list[Event]:
        if case_number not in self.logs:
            raise NotFound("not_found")
        return list(self.logs[case_number])

    def wait_token(self, case_number: str) -> str | None:
        self.load(case_number)
        return self.tokens.get(case_number, (None, 0))[0]

    def submission(self, name: str) -> SubmissionKey | None:
        return self.submissions.get(name)

    def report(self, report_number: str) -> IssuedReport | None:
        return self.reports.get(report_number)

    def report_of_file(self, sha256: str) -> IssuedReport | None:
        return next((one for one in self.reports.values() if one.sha256 == sha256), None)

    def finished_reports(self, months: Sequence[str]) -> Iterator[FinishedReport]:
        for number, report in sorted(self.reports.items()):
            day = shanghai_day(report.issued_at)
            if f"{day:%Y-%m}" in months:
                institution = self.cases[report.case_number].institution_code
                yield FinishedReport(
                    number,
                    report.case_number,
                    report.state,
                    institution,
                    str(report.facts.get("basis")),
                    str(report.facts.get("award_date"))[:4],
                    day.isoformat(),
                )

    def open_cases(self, changed_before: datetime) -> Iterator[OpenCase]:
        for case in list(self.cases.values()):
            machine = machine_for(case.stage)
            if machine is not None and case.changed_at < changed_before:
                token, version = self.tokens.get(case.case_number, (None, None))
                yield OpenCase(case.case_number, machine, case.version, case.changed_at, version, token)

    def commit(
        self,
        before: Case | None,
        after: Case,
        entries: Sequence[Event],
        *,
        submissions: Sequence[SubmissionKey] = (),
        task: VerificationTask | None = None,
        report: IssuedReport | None = None,
    ) -> None:
        self.before_commit()
        for key in submissions:
            known = self.submissions.get(key.name)
            if (None if known is None else known.case_number) != key.replaces:
                raise Taken
        stored = self.cases.get(after.case_number)
        if (stored.version if stored else None) != (before.version if before else None):
            raise Stale
        if (task and task.task_id in self.tasks) or (report and report.report_number in self.reports):
            raise Stale
        self.cases[after.case_number] = after
        self.logs.setdefault(after.case_number, []).extend(entries)
        self.submissions |= {key.name: key for key in submissions}
        if task is not None:
            self.tasks[task.task_id] = task
        if report is not None:
            self.reports[report.report_number] = report


@dataclass
class MemoryWatches:
    """`WatchStore` in a dictionary."""

    kept: dict[str, Watches] = field(default_factory=dict)
    before_replace: Callable[[], None] = lambda: None

    def watches(self, report_number: str) -> Watches:
        return self.kept.get(report_number, Watches(report_number))

    def replace_watches(self, before: Watches, after: Watches) -> None:
        self.before_replace()
        if self.watches(before.report_number).version != before.version:
            raise Stale
        self.kept[after.report_number] = after


@dataclass
class MemoryRegister:
    """`Register` over a list of award records."""

    records: list[AwardRecord] = field(default_factory=list)
    broken: bool = False

    def candidates(self, claim: Claim) -> Sequence[AwardRecord]:
        if self.broken:
            raise ConnectionError
        wanted = certificate_key(claim.degree.institution_code, claim.degree.certificate_number)
        by_certificate = [
            one for one in self.records if certificate_key(one.institution_code, one.certificate_number) == wanted
        ]
        return by_certificate or [one for one in self.records if one.identity_number == claim.holder.identity_number]


@dataclass
class MemoryWorkflows:
    """`Workflows` that remember what they were asked; `refuse` makes every call fail."""

    started: dict[str, tuple[Machine, str]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    woken: list[str] = field(default_factory=list)
    live: dict[Machine, set[str]] = field(default_factory=lambda: {machine: set() for machine in Machine})
    refuse: bool = False

    def start(self, machine: Machine, case_number: str, name: str) -> bool:
        if self.refuse:
            raise ConnectionError
        if name in self.started:
            return False
        self.started[name] = (machine, case_number)
        self.live[machine].add(case_number)
        return True

    def wake(self, token: str) -> bool:
        if self.refuse:
            raise ConnectionError
        if token not in self.waiting:
            return False
        self.waiting.discard(token)
        self.woken.append(token)
        return True

    def live_cases(self, machine: Machine) -> set[str]:
        return set(self.live[machine])


@dataclass
class MemoryDocuments:
    """`Documents` in a dictionary."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self.objects[key] = content

    def put_new(self, key: str, content: bytes, content_type: str) -> bool:
        if key in self.objects:
            return False
        self.put(key, content, content_type)
        return True

    def get(self, key: str, limit: int) -> bytes:
        if key not in self.objects:
            raise NotFound("not_found")
        if len(self.objects[key]) > limit:
            raise TooLarge("file_too_large")
        return self.objects[key]

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def download_link(self, key: str, filename: str, seconds: int) -> str:
        return f"https://documents.example.org/{key}"

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        return f"https://documents.example.org/{key}?size={size}"


class CountingPress:
    """A `Press` whose every report differs, as signatures with a timestamp do, and that counts them."""

    def __init__(self, failing: Exception | None = None) -> None:
        self.pressed = 0
        self.failing = failing

    def press(self, content: ReportContent) -> PressedReport:
        if self.failing is not None:
            raise self.failing
        self.pressed += 1
        pdf = f"{content.report_number} {self.pressed}".encode()
        return PressedReport(pdf, hashlib.sha256(pdf).hexdigest(), f"credential-{self.pressed}")


@dataclass
class MemoryOrganisation:
    """`Organisation` in dictionaries; `routes` gives the department by institution, `letters` the approved ones."""

    routes: dict[str, str] = field(default_factory=dict)
    departments: set[tuple[str, str]] = field(default_factory=set)
    letters: set[tuple[str, str]] = field(default_factory=set)

    def route(self, institution_code: str, degree: Degree, today: date) -> tuple[str | None, str]:
        department = self.routes.get(institution_code)
        return department, "routed_by_narrowest_scope" if department else "routed_to_lead_not_covered"

    def has_department(self, institution_code: str, department_id: str) -> bool:
        return (institution_code, department_id) in self.departments

    def is_exempt(self, institution_code: str, exemption: str, day: date) -> bool:
        return (institution_code, exemption) in self.letters
