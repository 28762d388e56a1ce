"""In-memory stand-ins for the services' ports; the case store is held to the same contract as the table."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import quote, urlencode

from degree_auth.adapters.shared.case_keys import CaseKeys, StoredKey
from degree_auth.adapters.shared.retention import published_retention
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.applications.claim import Claim, Degree
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.report_state import STATE_AFTER, Basis, ReportState, confirmed_reports, upheld_reports
from degree_auth.domain.cases.retention import next_swept
from degree_auth.domain.cases.stages import CHANGE_DONE, Machine, Stage, machine_for
from degree_auth.domain.fees.fee import Fee, earned_fees
from degree_auth.domain.institutions.institution import Explanation
from degree_auth.domain.notifications.platform_endpoint import Endpoint
from degree_auth.domain.notifications.platform_line import Line, LineState
from degree_auth.domain.notifications.watch import Watches
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import (
    award_source,
    certificate_key,
    join_record_id,
    number_key_source,
    partition_of,
)
from degree_auth.domain.register.matching import names_holder
from degree_auth.domain.register.record import values_of
from degree_auth.domain.register_changes.file_change import FileChange
from degree_auth.domain.register_changes.open_file_changes import OpenFileChange
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument, Timestamp, impersonal_facts
from degree_auth.domain.reports.public_notice import PublicNotice
from degree_auth.domain.reports.share import Share, ShareState
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.domain.reports.written_notice import WrittenNoticeContent, notice_page_texts
from degree_auth.domain.review.work import Stretch, Work, WorkKind, work_of
from degree_auth.domain.shared.errors import NotFound, TooLarge
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.spot_checks.population import FinishedReport
from degree_auth.domain.verification.centre_deadline import centre_look
from degree_auth.domain.verification.forecast import Answered, Histogram
from degree_auth.domain.verification.listing import (
    ListedTask,
    Seen,
    TaskDetails,
    TaskFilter,
    changed_listings,
    lists_of,
)
from degree_auth.domain.verification.tasks import waiting_task
from degree_auth.services.cases.ports import (
    Change,
    Count,
    DescribeTask,
    Disavowed,
    Lookups,
    OpenCase,
    OpenLimit,
    Standing,
    SubmissionKey,
    Wait,
)
from degree_auth.services.fees.ports import DoubleFee
from degree_auth.services.reports.ports import FoundShare, PressedReport
from degree_auth.services.shared.ports import Stale, Taken, TooManyOpen, TooOften
from tests.doubles.stored import as_stored


@dataclass
class MemoryFees:
    """`FeeStore` in a dictionary by task."""

    earned: dict[str, Fee] = field(default_factory=dict)

    def fees(self, period: str, institution_code: str | None = None) -> Iterator[Fee]:
        for fee in sorted(self.earned.values(), key=lambda fee: fee.institution_code):
            if fee.period == period and institution_code in (None, fee.institution_code):
                yield fee


class MemoryCases:
    """`CaseStore`, `OpenCases`, `TaskLists` and `WorkLists` in dictionaries."""

    def __init__(self, keys: CaseKeys | None = None, describe: DescribeTask | None = None) -> None:
        self.describe = describe
        self.calendar = published_calendar()
        self.keys = CaseKeys() if keys is None else keys
        self.keys.read_from(self.stored_key)
        self.stored_keys: dict[str, StoredKey] = {}
        self.names_of: dict[str, set[str]] = {}
        self.erased_watches: list[str] = []
        self.swept: str | None = None
        self.due: dict[str, date | None] = {}
        self.cases: dict[str, Case] = {}
        self.logs: dict[str, list[Event]] = {}
        self.tokens: dict[str, tuple[str, int]] = {}
        self.waits: dict[str, datetime] = {}
        self.submissions: dict[str, SubmissionKey] = {}
        self.naming: dict[str, set[str]] = {}
        self.disavowals: dict[str, Disavowed] = {}
        self.counts: dict[tuple[str, date], int] = {}
        self.open: dict[str, set[str]] = {}
        self.tasks: dict[str, ListedTask] = {}
        self.work: dict[WorkKind, dict[str, Work]] = {}
        self.looks: dict[str, date | None] = {}
        self.looked_through: tuple[str, str | None] = ("", None)
        self.details: dict[str, TaskDetails] = {}
        self.seen: dict[tuple[str, str], Seen] = {}
        self.certificates: dict[str, set[str]] = {}
        self.reports: dict[str, IssuedDocument] = {}
        self.holdings: dict[str, Holding] = {}
        self.overtaken: dict[str, str] = {}
        self.reporting_institutions: dict[str, str] = {}
        self.changes: dict[str, tuple[int, datetime]] = {}
        self.change_tokens: dict[str, tuple[str, int]] = {}
        self.published: dict[int, list[tuple[str, PublicNotice]]] = {}
        self.fees = MemoryFees()
        self.before_commit: Callable[[], None] = lambda: None

    def load(self, case_number: str) -> Case:
        if case_number not in self.cases:
            raise NotFound("not_found")
        self.keys.learn(case_number, self.stored_keys.get(case_number, StoredKey()))
        return as_stored(self.cases[case_number])

    def stored_key(self, case_number: str) -> StoredKey | None:
        return self.stored_keys.get(case_number, StoredKey()) if case_number in self.cases else None

    def log(self, case_number: str) -> list[Event]:
        if case_number not in self.logs:
            raise NotFound("not_found")
        return list(map(as_stored, self.logs[case_number]))

    def wait(self, case_number: str) -> Wait | None:
        self.load(case_number)
        kept = self.tokens.get(case_number)
        return None if kept is None else Wait(*kept)

    def change_wait_token(self, case_number: str) -> str | None:
        return self.change_tokens.get(case_number, (None, 0))[0]

    def change_standing(self, case_number: str) -> Standing | None:
        if case_number not in self.changes:
            return None
        stage = self.load(case_number).change_stage
        return Standing(CHANGE_DONE if stage is None else stage.value, self.changes[case_number][0])

    def status_holder(self, place: StatusPlace) -> str | None:
        return next((one.report_number for one in self.reports.values() if one.status == place), None)

    def reports_of_award(self, certificate_digest: str) -> list[IssuedDocument]:
        return [
            as_stored(one) for _, one in sorted(self.reports.items()) if one.certificate_digest == certificate_digest
        ]

    def notices(self, year: int, before: str, limit: int) -> list[tuple[str, PublicNotice]]:
        found = [one for one in self.published.get(year, ()) if not before or one[0] < before]
        return sorted(found, reverse=True)[:limit]

    def submission(self, name: str) -> SubmissionKey | None:
        return self.submissions.get(name)

    def counted(self, count: Count) -> int:
        return self.counts.get((count.digest, count.day), 0)

    def count(self, count: Count) -> None:
        self.counts[count.digest, count.day] = self.counted(count) + 1

    def cases_naming(self, holder_key: str, limit: int, before: str | None = None) -> list[str]:
        found = sorted(self.naming.get(holder_key, ()), reverse=True)
        return [number for number in found if before is None or number < before][:limit]

    def disavowals_under(self, digest: str) -> Disavowed:
        return self.disavowals.get(digest, Disavowed(digest))

    def report(self, report_number: str) -> IssuedDocument | None:
        return as_stored(self.reports.get(report_number))

    def holding(self, key: str) -> Holding:
        found = self.holdings.get(key, Holding(key))
        return replace(found, latest=None if found.latest is None else self.report(found.latest.report_number))

    def report_of_file(self, sha256: str) -> IssuedDocument | None:
        return next((as_stored(one) for one in self.reports.values() if one.sha256 == sha256), None)

    def finished_reports(self, months: Sequence[str]) -> Iterator[FinishedReport]:
        for number, report in sorted(self.reports.items()):
            day = shanghai_day(report.issued_at)
            if report.kind is DocumentKind.REPORT and f"{day:%Y-%m}" in months and report.erased_at is None:
                yield FinishedReport(
                    number,
                    report.case_number,
                    report.state,
                    self.reporting_institutions[number],
                    Basis(report.facts["basis"]),
                    str(report.facts.get("award_date"))[:4],
                    day.isoformat(),
                )

    def open_cases(self, changed_before: datetime) -> Iterator[OpenCase]:
        for case in list(self.cases.values()):
            machine = machine_for(case.stage)
            if machine is not None and case.changed_at < changed_before:
                token, version = self.tokens.get(case.case_number, (None, None))
                task, until = waiting_task(case), self.waits.get(case.case_number)
                days = (None, None) if task is None else (task.due, task.received_on)
                known = (case.case_number, machine, case.version, case.changed_at, version, token, until, *days)
                yield OpenCase(*known, case.stage is Stage.FROZEN)
            if case.change_stage is None:
                continue
            version, changed_at = self.changes[case.case_number]
            if changed_at < changed_before:
                token, waited = self.change_tokens.get(case.case_number, (None, None))
                yield OpenCase(case.case_number, Machine.REGISTER_CHANGE, version, changed_at, waited, token)

    def list_tasks(self, of: TaskFilter, limit: int, after: str | None = None) -> list[ListedTask]:
        found = [task for task in self.tasks.values() if of in lists_of(task)]
        found.sort(key=lambda task: task.place, reverse=not of.is_unfinished)
        if after is not None:
            found = [task for task in found if (task.place > after if of.is_unfinished else task.place < after)]
        return found[:limit]

    def list_work(self, kind: WorkKind, within: Stretch, limit: int) -> list[Work]:
        found = sorted(self.work.get(kind, {}).values(), key=lambda one: one.place)
        return [one for one in found if within.above < one.place < within.below][:limit]

    def centre_looks(self, today: date, limit: int) -> list[str]:
        due = sorted((day, number) for number, day in self.looks.items() if day is not None and day <= today)
        return [number for _, number in due][:limit]

    def relisted(self) -> tuple[str, str | None]:
        return self.looked_through

    def mark_relisted(self, rules: str, after: str | None) -> None:
        self.looked_through = (rules, after)

    def relist(self, before: Case, after: Case) -> bool:
        stored = self.cases[before.case_number]
        if stored.version != before.version:
            raise Stale
        known = (as_stored(stored), self._listed(before.case_number))
        self.cases[before.case_number] = as_stored(after)
        self._list_work(after)
        return known != (as_stored(after), self._listed(before.case_number))

    def _listed(self, number: str) -> tuple[list[Work], date | None]:
        return [of[number] for of in self.work.values() if number in of], self.looks.get(number)

    def _list_work(self, case: Case) -> None:
        waiting = {one.kind: one for one in work_of(case, published_calendar())}
        for kind in WorkKind:
            self.work.setdefault(kind, {}).pop(case.case_number, None)
            if kind in waiting:
                self.work[kind][case.case_number] = waiting[kind]
        self.looks[case.case_number] = centre_look(case, published_calendar())

    def task_details(self, tasks: Sequence[ListedTask], account_id: str) -> dict[str, TaskDetails]:
        return {
            task.task_id: replace(self.details[task.task_id], seen=self.seen.get((task.task_id, account_id), Seen()))
            for task in tasks
            if task.task_id in self.details
        }

    def see_task(self, task_id: str, account_id: str, *, asked: str | None = None, messages: int | None = None) -> None:
        was = self.seen.get((task_id, account_id), Seen())
        now = Seen(was.asked if asked is None else asked, was.messages if messages is None else messages)
        self.seen[task_id, account_id] = now

    def tasks_about(self, certificate_digest: str, limit: int) -> list[str]:
        return sorted(self.certificates.get(certificate_digest, ()), reverse=True)[:limit]

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
        self.before_commit()
        after, entries, report = as_stored(after), list(map(as_stored, entries)), as_stored(report)
        for key in submissions:
            known = self.submissions.get(key.name)
            if (None if known is None else known.case_number) != key.replaces:
                raise Taken
        stored = self.cases.get(after.case_number)
        if (stored.version if stored else None) != (before.version if before else None):
            raise Stale
        if report and report.report_number in self.reports:
            raise Stale
        if any(self.holdings.get(one.key, Holding(one.key)).version != one.version for one in holdings):
            raise Stale
        if any(self.cases[one.case_number].version != one.version for one in (*as_read, *(c.before for c in beside))):
            raise Stale
        if any(one.times != self.disavowals.get(one.digest, Disavowed("")).times for one in disavowed):
            raise Stale
        if after.case_number in self.overtaken and self.overtaken[after.case_number] in upheld_reports(entries):
            raise Stale
        # No call of a port within a commit: whoever interleaves commands would come between what is one write.
        if report and report.status and any(one.status == report.status for one in self.reports.values()):
            raise Stale
        new_report = report is not None and report.kind is DocumentKind.REPORT
        latest = report.report_number if report is not None and new_report else adopted
        handed_on = self._handed_on(after.case_number, entries, adopted)
        revoked = {one.latest.report_number for one in holdings if one.latest and one.latest.state == "revoked"}
        if latest is not None and any(self.reports[number].followed_by is not None for number in revoked):
            raise Stale
        for number in revoked if latest is not None else ():
            handed_on.setdefault(latest or "", set()).update(_having(self.reports[number]))
        lasting = (handed_on.keys() | confirmed_reports(entries)) - ({report.report_number} if report else set())
        if any(number not in self.reports or self.reports[number].state is not ReportState.VALID for number in lasting):
            raise Stale
        if any(self.reports[number].erasure_began for number in lasting):
            raise Stale
        if erasing is not None and self.reports[erasing.report_number].adopted_by != erasing.adopted_by:
            raise Stale
        ceased = [entry for entry in entries if entry.type in STATE_AFTER]
        given_way = [entry for entry in entries if entry.type is EventType.NOTICE_SUPERSEDED]
        if any(self.reports[entry.data["notice_number"]].state is not ReportState.VALID for entry in given_way):
            raise Stale
        if any(self.reports[entry.data["report_number"]].state is not ReportState.VALID for entry in ceased):
            raise Stale
        for entry in ceased:
            if entry.data.get("unconfirmed") and self.reports[entry.data["report_number"]].confirmed_by_institution:
                raise Stale
        fees = {fee.task_id: fee for fee in earned_fees(entries)}
        if fees.keys() & self.fees.earned.keys():
            raise DoubleFee
        if any(count.most is not None and self.counted(count) >= count.most for count in counts):
            raise TooOften
        if any(len(self.open.get(limit.digest, ())) >= limit.most for limit in limits):
            raise TooManyOpen
        for limit in limits:
            self.open.setdefault(limit.digest, set()).add(after.case_number)
        if before is not None:
            for digest in set(before.open_under) - set(after.open_under):
                self.open[digest].discard(after.case_number)
        for count in counts:
            self.count(count)
        for other in beside:
            self.cases[other.after.case_number] = as_stored(other.after)
            self.due[other.after.case_number] = next_swept(other.after, published_retention())
            self._list_work(other.after)
            self.logs[other.after.case_number].extend(map(as_stored, other.entries))
            self.waits.pop(other.after.case_number, None)
        was = None if before is None else (before.change_stage, before.register_changes)
        if was != (after.change_stage, after.register_changes):
            self.changes[after.case_number] = (after.version, after.changed_at)
        self._publish(ceased)
        for entry in given_way:
            self._supersede(entry.data["notice_number"], ReportState.SUPERSEDED, entry)
        self.fees.earned |= fees
        if before is None:
            self.stored_keys[after.case_number] = StoredKey(self.keys.of_new(after.case_number))
            self.names_of[after.case_number] = {key.name for key in submissions}
        if any(entry.type is EventType.CASE_ERASED for entry in entries):
            self.stored_keys[after.case_number] = StoredKey(destroyed=True)
            self.names_of.pop(after.case_number, None)
        self.cases[after.case_number] = after
        self.due[after.case_number] = next_swept(after, published_retention())
        self.waits.pop(after.case_number, None)
        self.logs.setdefault(after.case_number, []).extend(entries)
        self.submissions |= {key.name: replace(key, replaces=None) for key in submissions}
        for entry in entries:
            for digest in entry.data.get("disavowed_under", ()):
                noted = self.disavowals.get(digest, Disavowed(digest))
                named = tuple(sorted({*noted.cases, after.case_number}))
                self.disavowals[digest] = Disavowed(digest, named, noted.times + 1)
            if "holder_key" in entry.data:
                self.naming.setdefault(entry.data["holder_key"], set()).add(after.case_number)
        self._list_work(after)
        for task, listed, question in changed_listings(before, after):
            self.tasks[task.task_id], degree = listed, None
            if self.describe is not None and question.shows_degree:
                degree, digest = self.describe(after, task)
                self.certificates.setdefault(digest, set()).add(task.task_id)
            self.details[task.task_id] = TaskDetails(degree, replace(question, shows_degree=degree is not None))
        if report is not None:
            self.reports[report.report_number] = report
            self.reporting_institutions[report.report_number] = after.institution_code
        for number, cases in handed_on.items():
            one = self.reports[number]
            new = {after.case_number} if report is not None and report.report_number == number else set()
            self.reports[number] = replace(one, adopted_by=tuple(sorted({*one.adopted_by, *cases} - new)))
        for number in confirmed_reports(entries):
            self.reports[number] = replace(self.reports[number], confirmed_by_institution=True)
        for number in revoked if latest is not None else ():
            self.reports[number] = replace(self.reports[number], followed_by=latest)
        if erasing is not None:
            self.reports[erasing.report_number] = replace(self.reports[erasing.report_number], erasure_began=True)
        about = self.reports.get(latest or "")
        for holding in holdings:
            document = self.holdings.get(holding.key, Holding(holding.key)).latest if about is None else about
            denied_in = {*holding.denied_in, *([after.case_number] if about is None else [])}
            self.holdings[holding.key] = Holding(holding.key, holding.version + 1, document, tuple(sorted(denied_in)))
        self.overtaken |= {one.case_number: one.report.report_number for one in as_read if one.report is not None}

    def forget(self, case_number: str, found_by: Lookups, now: datetime) -> None:
        for digest in found_by.holders:
            self.naming.get(digest, set()).discard(case_number)
        for digest in found_by.disavowed:
            noted = self.disavowals.get(digest, Disavowed(digest))
            if case_number in noted.cases:
                kept = tuple(one for one in noted.cases if one != case_number)
                self.disavowals[digest] = Disavowed(digest, kept, noted.times + 1)
        for name in {*found_by.submissions, *self.names_of.get(case_number, ())}:
            if name in self.submissions and self.submissions[name].case_number == case_number:
                del self.submissions[name]
        for key in found_by.holdings:
            held = self.holdings.get(key)
            if held is not None and case_number in held.denied_in:
                denied_in = tuple(one for one in held.denied_in if one != case_number)
                held = replace(held, denied_in=denied_in, version=held.version + 1)
            if held is not None and held.latest is not None and held.latest.report_number in found_by.documents:
                held = replace(held, latest=None, version=held.version + 1)
            if held is not None:
                self.holdings[key] = held
        for digest in found_by.certificates:
            found_tasks = self.certificates.get(digest, set())
            found_tasks -= {one for one in found_tasks if one.startswith(f"{case_number}-")}
        for number in found_by.documents:
            found = self.reports[number]
            self.erased_watches.append(number)
            self.reports[number] = replace(
                found,
                facts=impersonal_facts(found.facts),
                certificate_digest="",
                print_key="",
                content_key="",
                erased_at=found.erased_at or now,
            )

    def due_on(self, day: str) -> list[str]:
        return sorted(number for number, one in self.due.items() if one is not None and one.isoformat() == day)

    def look_again(self, case: Case, day: date) -> None:
        if self.cases[case.case_number].version == case.version:
            self.due[case.case_number] = day

    def swept_up_to(self) -> str | None:
        return self.swept

    def mark_swept(self, day: str) -> None:
        self.swept = day

    def _handed_on(self, case_number: str, entries: Sequence[Event], adopted: str | None) -> dict[str, set[str]]:
        """The cases that have each report from now on: whoever had what gives way to it, and who adopts it."""
        cases: dict[str, set[str]] = {} if adopted is None else {adopted: {case_number}}
        for entry in entries:
            following = entry.data.get("superseded_by")
            if entry.type is EventType.REPORT_SUPERSEDED and following is not None:
                cases.setdefault(following, set()).update(_having(self.reports[entry.data["report_number"]]))
            if entry.type is EventType.NOTICE_SUPERSEDED and "of_case" in entry.data:
                cases.setdefault(entry.data["superseded_by"], set()).add(entry.data["of_case"])
        return cases

    def _supersede(self, number: str, state: ReportState, entry: Event) -> None:
        following, cause = entry.data.get("superseded_by"), entry.data["cause"]
        self.reports[number] = replace(
            self.reports[number], state=state, superseded_by=following, changed_at=entry.at, cause=cause
        )

    def _publish(self, ceased: Sequence[Event]) -> None:
        for entry in ceased:
            number, state, data = entry.data["report_number"], STATE_AFTER[entry.type], entry.data
            following, cause = data.get("superseded_by"), data["cause"]
            self._supersede(number, state, entry)
            place = f"{entry.at.isoformat()}#{number}"
            notice = PublicNotice(number, state, cause, following, entry.at)
            self.published.setdefault(shanghai_day(entry.at).year, []).append((place, notice))


def _having(report: IssuedDocument) -> tuple[str, ...]:
    """The cases that have a report."""
    return report.case_number, *report.adopted_by


@dataclass
class MemoryWatches:
    """`WatchStore` in a dictionary."""

    kept: dict[str, Watches] = field(default_factory=dict)
    challenges: dict[str, tuple[date, int]] = field(default_factory=dict)
    before_replace: Callable[[], None] = lambda: None

    def watches(self, report_number: str) -> Watches:
        return self.kept.get(report_number, Watches(report_number))

    def replace_watches(self, before: Watches, after: Watches) -> None:
        self.before_replace()
        if self.watches(before.report_number).version != before.version:
            raise Stale
        self.kept[after.report_number] = after

    def count_challenge(self, name: str, day: date, most: int) -> None:
        latest, sent = self.challenges.get(name, (day, 0))
        sent = sent if latest >= day else 0
        if latest > day or sent >= most:
            raise TooOften
        self.challenges[name] = (day, sent + 1)


@dataclass
class MemoryPlatform:
    """`PlatformStore` in dictionaries."""

    lines: dict[str, Line] = field(default_factory=dict)
    kept: Endpoint = field(default_factory=Endpoint)
    before_replace: Callable[[], None] = lambda: None

    def line(self, case_number: str) -> Line:
        return self.lines.get(case_number, Line(case_number))

    def replace_line(self, before: Line, after: Line) -> None:
        self.before_replace()
        if self.line(before.case_number).version != before.version:
            raise Stale
        self.lines[after.case_number] = after

    def due_lines(self, now: datetime, limit: int) -> list[str]:
        return [one.case_number for one in self._waiting() if one.look_at is not None and one.look_at <= now][:limit]

    def later_lines(self, now: datetime, limit: int) -> list[str]:
        return [one.case_number for one in self._waiting() if one.look_at is not None and one.look_at > now][:limit]

    def given_up_lines(self, limit: int) -> list[str]:
        return [number for number, one in self.lines.items() if one.state is LineState.GIVEN_UP][:limit]

    def endpoint(self) -> Endpoint:
        return self.kept

    def replace_endpoint(self, before: Endpoint, after: Endpoint) -> None:
        if self.kept.version != before.version:
            raise Stale
        self.kept = after

    def _waiting(self) -> list[Line]:
        found = [one for one in self.lines.values() if one.look_at and one.state is not LineState.GIVEN_UP]
        return sorted(found, key=lambda one: str(one.look_at))


@dataclass
class MemoryAnswerTimes:
    """`AnswerTimes` in dictionaries."""

    counted: set[str] = field(default_factory=set)
    counts: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)
    came: list[tuple[str, bool]] = field(default_factory=list)

    def histogram(self, group: str, since: str) -> Histogram:
        found: Counter[int] = Counter()
        for (name, period), counts in self.counts.items():
            if name == group and period >= since:
                found += counts
        return dict(found)

    def measured(self, since: str) -> tuple[int, int]:
        came = [within for period, within in self.came if period >= since]
        return len(came), sum(came)

    def count(self, answer: Answered) -> bool:
        if answer.task_id in self.counted:
            return False
        self.counted.add(answer.task_id)
        for group in answer.groups:
            self.counts.setdefault((group, answer.period), Counter())[answer.days] += 1
        if answer.is_within is not None:
            self.came.append((answer.period, answer.is_within))
        return True


@dataclass
class MemoryRegister:
    """`Register` over a list of award records, which tests may replace; such a change counts once it is seen."""

    records: list[AwardRecord] = field(default_factory=list)
    broken: bool = False
    seen: dict[str, list[list[AwardRecord]]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def candidates(self, claim: Claim) -> Sequence[AwardRecord]:
        if self.broken:
            raise ConnectionError
        found = self._of_certificate(_certificate(claim))
        if found:
            return [replace(one, duplicate=len(found) > 1) for one in found]
        holder = number_key_source(claim.holder.identity_type, claim.holder.identity_number)
        every = [replace(one, duplicate=False) for one in self.records]
        return [one for one in every if holder == number_key_source(one.identity_type, one.identity_number) != ""]

    def of_person(self, claim: Claim) -> Sequence[AwardRecord]:
        if self.broken:
            raise ConnectionError
        of_certificate = self._of_certificate(_certificate(claim))
        return [one for one in self.records if one in of_certificate or names_holder(one, claim)]

    def certificate_version(self, claim: Claim) -> str:
        return str(self._look(_certificate(claim)))

    def _of_certificate(self, wanted: str) -> list[AwardRecord]:
        return [one for one in self.records if partition_of(one) == wanted]

    def _look(self, certificate: str) -> int:
        """How often the records of a certificate were seen to differ from what they were before."""
        seen, present = self.seen.setdefault(certificate, []), self._of_certificate(certificate)
        if present != (seen[-1] if seen else []):
            seen.append(present)
        return len(seen)

    def revise(self, before: AwardRecord | None, after: AwardRecord | None, reference: str, now: datetime) -> bool:
        new = None if after is None else replace(after, record_id=_record_id(after))
        here = {one.record_id: one for one in self.records}
        former = None if before is None else here.get(before.record_id)
        present = None if new is None else here.get(new.record_id)
        same_place = former is not None and former is present
        told = new is None or _content(present) == _content(new)
        if told and (same_place or former is None):
            return True
        if _content(former) != _content(before) or not (told or same_place or present is None):
            return reference in self.made
        self.made.add(reference)
        touched = {partition_of(one) for one in (before, new) if one}
        for certificate in touched:
            self._look(certificate)
        for gone in (former, present):
            here.pop("" if gone is None else gone.record_id, None)
        self.records = [*here.values()] + ([] if new is None else [new])
        for certificate in touched:
            self._look(certificate)
        return True


def _content(record: AwardRecord | None) -> list[str] | None:
    return None if record is None else values_of(record)


@dataclass
class MemoryFileChanges:
    """`FileChangeStore` and `OpenFileChanges` in memory."""

    changes: dict[str, FileChange] = field(default_factory=dict)

    def find(self, change_id: str) -> FileChange | None:
        return self.changes.get(change_id)

    def save(self, change: FileChange, former: FileChange | None) -> None:
        if self.changes.get(change.change_id) != former:
            raise Stale
        self.changes[change.change_id] = change

    def open_changes(self) -> list[OpenFileChange]:
        return [change.listing for change in self.changes.values() if change.is_open]


def _certificate(claim: Claim) -> str:
    return certificate_key(claim.degree.institution_code, claim.degree.certificate_number)


def _record_id(record: AwardRecord) -> str:
    partition = partition_of(record)
    return join_record_id(partition, hashlib.sha256(award_source(record).encode()).hexdigest()[:22])


@dataclass
class MemoryWorkflows:
    """`Workflows` that remember what they were asked, and the names of what runs; `refuse` makes every call fail."""

    started: dict[tuple[Machine, str], str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    woken: list[str] = field(default_factory=list)
    told: dict[str, Standing | None] = field(default_factory=dict)
    running: dict[Machine, set[str]] = field(default_factory=lambda: {machine: set() for machine in Machine})
    refuse: bool = False

    def start(self, machine: Machine, case_number: str, name: str) -> bool:
        if self.refuse:
            raise ConnectionError
        if (machine, name) in self.started:
            return name in self.running[machine]
        self.started[machine, name] = case_number
        self.running[machine].add(name)
        return True

    def wake(self, token: str, standing: Standing | None = None) -> bool:
        if self.refuse:
            raise ConnectionError
        if token not in self.waiting:
            return False
        self.waiting.discard(token)
        self.woken.append(token)
        self.told[token] = standing
        return True

    def live_cases(self, machine: Machine) -> set[str]:
        return {name.partition("-")[0] for name in self.running[machine]}


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

    def sha256(self, key: str) -> str:
        """The digest of an object as staff measure it; of an absent one, that of nothing."""
        return hashlib.sha256(self.objects.get(key, b"")).hexdigest()

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def delete_all(self, prefix: str) -> int:
        keys = [key for key in self.objects if key.startswith(prefix)]
        for key in keys:
            self.delete(key)
        return len(keys)

    def download_link(self, key: str, filename: str, seconds: int) -> str:
        return f"https://documents.example.org/{quote(key)}?{urlencode({'filename': filename, 'seconds': seconds})}"

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        signed = {"type": content_type, "size": size, "seconds": seconds}
        return f"https://documents.example.org/{quote(key)}?{urlencode(signed)}"


@dataclass
class MemoryShares:
    """`ShareStore` in dictionaries."""

    places: dict[tuple[str, int], Share] = field(default_factory=dict)
    pointers: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    before_add: Callable[[], object] = lambda: None

    def of_case(self, case_number: str) -> dict[int, Share]:
        return {slot: share for (number, slot), share in self.places.items() if number == case_number}

    def add(self, case_number: str, slot: int, before: Share | None, share: Share, digest: str) -> None:
        self.before_add()
        standing = self.places.get((case_number, slot))
        if (standing and standing.share_id) != (before and before.share_id) or digest in self.pointers:
            raise Stale
        self.places[case_number, slot] = share
        self.pointers[digest] = (case_number, slot, share.share_id)

    def find(self, digest: str) -> FoundShare | None:
        case_number, slot, share_id = self.pointers.get(digest, ("", 0, ""))
        share = self.places.get((case_number, slot))
        return None if share is None or share.share_id != share_id else FoundShare(case_number, slot, share)

    def count_view(self, case_number: str, slot: int, share_id: str, now: datetime) -> Share:
        share = self.places.get((case_number, slot))
        if share is None or share.share_id != share_id or share.state(now) is not ShareState.OPEN:
            raise Stale
        self.places[case_number, slot] = counted = replace(share, used=share.used + 1)
        return counted

    def close(self, case_number: str, slot: int, share_id: str, now: datetime) -> None:
        share = self.places.get((case_number, slot))
        if share is None or share.share_id != share_id:
            raise Stale
        self.places[case_number, slot] = replace(share, closed_at=share.closed_at or now)

    def forget(self, case_number: str) -> None:
        for place in [one for one in self.places if one[0] == case_number]:
            del self.places[place]


@dataclass
class MemoryExaminer:
    """An `Examiner` that takes every file but those that `refuse` names by content, and copies it under a mark."""

    documents: MemoryDocuments
    refuse: dict[bytes, str] = field(default_factory=dict)
    before_answer: Callable[[], object] = lambda: None

    def examine(self, source: str, target: str, content_type: str) -> str | None:
        content = self.documents.objects[source]
        if content in self.refuse:
            return self.refuse[content]
        self.documents.objects[target] = b"copy of " + content
        self.before_answer()
        return None


class CountingPress:
    """A `Press` whose every report differs, as signatures with a timestamp do, and that counts them."""

    def __init__(self, failing: Exception | None = None) -> None:
        self.pressed = 0
        self.failing = failing
        self.timestamp: Timestamp | None = None

    def press(self, content: ReportContent) -> PressedReport:
        if self.failing is not None:
            raise self.failing
        self.pressed += 1
        pdf = f"{content.report_number} {self.pressed}".encode()
        return PressedReport(pdf, hashlib.sha256(pdf).hexdigest(), f"credential-{self.pressed}", self.timestamp)

    def press_notice(self, content: WrittenNoticeContent) -> PressedReport:
        self.pressed += 1
        pdf = f"{notice_page_texts(content)} {self.pressed}".encode()
        return PressedReport(pdf, hashlib.sha256(pdf).hexdigest(), "", self.timestamp)


@dataclass
class MemoryRegistrations:
    """`Registrations` in dictionaries; `routes` gives the department by institution, `letters` the approved ones.

    `names` are those of registered institutions; `explained` are the standing explanations by institution; `asked`
    remembers whose were read.
    """

    routes: dict[str, str] = field(default_factory=dict)
    departments: set[tuple[str, str]] = field(default_factory=set)
    letters: set[tuple[str, str]] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    explained: dict[str, list[Explanation]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def route(self, institution_code: str, degree: Degree, today: date) -> tuple[str | None, str]:
        department = self.routes.get(institution_code)
        return department, "routed_by_narrowest_scope" if department else "routed_to_lead_not_covered"

    def registered_name(self, institution_code: str) -> str | None:
        return self.names.get(institution_code)

    def has_department(self, institution_code: str, department_id: str) -> bool:
        return (institution_code, department_id) in self.departments

    def is_exempt(self, institution_code: str, exemption: str, day: date) -> bool:
        return (institution_code, exemption) in self.letters

    def explanations(self, institution_code: str, degree: Degree, today: date) -> list[Explanation]:
        self.asked.append(institution_code)
        return [one for one in self.explained.get(institution_code, ()) if one.concerns(degree, today)]
