"""The daily look at what applicants were asked: reminders, and the end of applications that nobody supplied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from degree_auth.domain.cases.applicant_deadline import applicant_deadline_events
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.stages import Machine
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore, OpenCase


class ListedCases(CaseStore, Protocol):
    """Cases, and the list of the open ones."""

    def open_cases(self, changed_before: datetime) -> Iterator[OpenCase]:
        """Open cases that have not changed since."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """The figures of one day: cases that were looked at, reminders, applications that lapsed, cases that failed."""

    looked_at: int
    reminded: int
    lapsed: int
    failed: int


def remind_applicants(store: ListedCases, nudge: Nudge, now: datetime) -> Swept:
    """Record the reminders and lapses that are due. A repeat on the same day changes nothing, and a day left out is
    made good by the next: each is recorded once (N1)."""
    looked_at = reminded = lapsed = failed = 0
    for listed in store.open_cases(now):
        if listed.machine is not Machine.MATCHING:
            continue
        looked_at += 1
        try:
            case = store.load(listed.case_number)
            events = applicant_deadline_events(case, now)
            if not events:
                continue
            nudge(advance(store, case.case_number, lambda case: applicant_deadline_events(case, now), now))
        except Exception:  # one case must not keep the others from being looked at
            failed += 1
            continue
        reminded += events[0].type is EventType.APPLICANT_REMINDED
        lapsed += events[0].type is EventType.APPLICATION_LAPSED
    return Swept(looked_at, reminded, lapsed, failed)
