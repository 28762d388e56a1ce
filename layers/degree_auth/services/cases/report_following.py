"""How a case learns that another case has corrected the report that both ended in (N1, N2).

The report's own item is the truth, and whoever shows or decides looks there first. A case's log catches up at once
after the correction, and where that was cut off, with the next command whose answer depends on the report.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, NewEvent
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.issued import IssuedReport
from degree_auth.domain.reports.sharing import claim_of_report, follow, has_news
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import open_submission, seal_submission
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer

_MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class ReportFollowing:
    """Holds a case's report against the report as it stands."""

    store: CaseStore
    sealer: Sealer

    def seen(self, case: Case, now: datetime) -> tuple[Case, list[Event]]:
        """The case as it is in truth, and the entries that its log still lacks; nothing is stored."""
        events = self._news(case)
        return append_events(case.case_number, case, events, now) if events else (case, [])

    def catch_up(self, case_number: str, now: datetime) -> Case:
        """The case with a log that knows what became of its report.

        Raises:
            NotFound: there is no such case.
            Unavailable: others kept changing the case.
        """

        def attempt() -> Case:
            case = self.store.load(case_number)
            events = self._news(case)
            if not events:
                return case
            after, entries = append_events(case_number, case, events, now)
            self.store.commit(case, after, entries)
            return after

        return until_stored(attempt)

    def tell(self, case: Case, now: datetime) -> None:
        """Let the other cases learn of the reports that this case has corrected. What fails here is no error: each case
        learns of it with a command of its own."""
        for former in case.former_reports:
            report = self.store.report(former.report_number)
            if report is not None:
                for number in sorted({report.case_number, *report.adopted_by} - {case.case_number}):
                    with suppress(Exception):
                        self.catch_up(number, now)

    def _news(self, case: Case) -> list[NewEvent]:
        if case.report is None:
            return []
        found = self.store.report(case.report.report_number)
        if found is None or not has_news(case, found):
            return []
        successor = self._successor(found)
        if successor is None:
            return follow(case, found, None, "", "")
        issued = open_submission(self.sealer, self.store.load(successor.case_number)).claim
        submission = claim_of_report(open_submission(self.sealer, case), issued)
        sealed = seal_submission(self.sealer, case.case_number, submission)
        return follow(case, found, successor, sealed, issued.degree.institution_code)

    def _successor(self, report: IssuedReport) -> IssuedReport | None:
        """The report in force that a superseded one leads to."""
        following: IssuedReport | None = report
        for _ in range(_MOST_VERSIONS):
            if following is None or following.state is not ReportState.SUPERSEDED or following.superseded_by is None:
                break
            following = self.store.report(following.superseded_by)
        return following if following is not None and following.state is ReportState.VALID else None
