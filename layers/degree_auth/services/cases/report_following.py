"""How a case learns that another case has corrected the report that both ended in (N1, N2).

The item of the report tells its true state. Whoever shows a case or decides on it reads that item first. The log of
the case is brought up to date right after the correction. Where that failed, the next command does it whose answer
depends on the report.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, NewEvent
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.reports.holding import is_misused, is_report_in_force
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.sharing import claim_of_report, document_of, follow
from degree_auth.services.cases.advance import changed
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import open_submission, seal_submission
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer

_MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class ReportFollowing:
    """Holds a case's report, or its written notice, against the document as it stands."""

    store: CaseStore
    sealer: Sealer

    def with_missing_entries(self, case: Case, now: datetime) -> tuple[Case, list[Event]]:
        """The case with the true state of its report, and the entries that its log still lacks; nothing is stored."""
        events = self._missing_events(case)
        return append_events(case.case_number, case, events, now) if events else (case, [])

    def catch_up(self, case_number: str, now: datetime) -> Case:
        """The case with a log that knows what became of its report.

        Raises:
            NotFound: there is no such case.
            Unavailable: others kept changing the case.
        """

        def attempt() -> Case:
            case = self.store.load(case_number)
            events = self._missing_events(case)
            if not events:
                return case
            after, entries = changed(self.store, case, events, now)
            self.store.commit(case, after, entries)
            return after

        return until_stored(attempt)

    def update_other_cases(self, case: Case, now: datetime) -> None:
        """Bring every case up to date that has this report, or had the one that this report replaced.

        Cases whose report was revoked are brought up to date, too. A failure here is no error: each case catches up
        with its own next command.
        """
        own = [one.report_number for one in (*case.former_reports[-1:], case.report) if one is not None]
        for report in map(self.store.report, own):
            if report is not None:
                for number in sorted({report.case_number, *report.adopted_by} - {case.case_number}):
                    with suppress(Exception):
                        self.catch_up(number, now)

    def _missing_events(self, case: Case) -> list[NewEvent]:
        number = None if case.is_being_erased else document_of(case)
        found = None if number is None else self.store.report(number)
        if found is None or found.is_in_force:
            return []
        # Whoever had what an impostor obtained gets nothing that came after it without a reviewer's decision.
        latest = latest_version(self.store, found, until=is_misused)
        if case.report is None and latest is found:
            return []
        if not is_report_in_force(latest):
            return follow(case, found, latest, "", "")
        opener = for_nobody(self.sealer, MachinePurpose.DECISION)
        issued = open_submission(opener, self.store.load(latest.case_number)).claim
        submission = claim_of_report(open_submission(opener, case), issued)
        sealed = seal_submission(self.sealer, case.case_number, submission)
        return follow(case, found, latest, sealed, issued.degree.institution_code)


def latest_version(
    store: CaseStore, document: IssuedDocument, until: Callable[[IssuedDocument], bool] = lambda _: False
) -> IssuedDocument:
    """The last successor of a report or written notice, in force or not; or the first one for which `until` holds."""
    latest = document
    for _ in range(_MOST_VERSIONS):
        if until(latest):
            break
        number = latest.superseded_by or latest.followed_by
        following = None if number is None else store.report(number)
        if following is None:
            break
        latest = following
    return latest
