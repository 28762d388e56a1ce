"""A proven person's own cases as a list (article 1; N4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.applications.person import ProvenPerson
from degree_auth.domain.cases.applicant_deadline import asked_until_json
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.names import HELD_BY_NAMES, STAGE_NAMES, proof_json, request_json
from degree_auth.domain.cases.next_step import asks_applicant, next_step
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import holder
from degree_auth.domain.rechecks.disavowals import holder_actions
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.services.applications.own_cases import OwnCases
from degree_auth.services.cases.lookup_keys import document_key
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import has_document_of, open_submission
from degree_auth.services.readings.readings import Reading, Readings
from degree_auth.services.shared.cursors import invalid_cursor

_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class OwnCaseList:
    """Lists the cases that name a person's document. Which of them are theirs by name, too, the case itself looks at.
    That the person read the list is on record beside their cases,
    once a day: of each case it shows no more than institution and category."""

    own_cases: OwnCases
    readings: Readings

    def page(self, person: ProvenPerson, cursor: str | None, address: str, now: datetime) -> dict[str, Any]:
        """A page of the person's cases, the latest first; `cursor` is where an earlier page ended, `address` where the
        person asks from.

        Raises:
            Invalid: the cursor is none.
        """
        if cursor is not None and not is_case_number(cursor):
            raise invalid_cursor()
        store, sealer = self.own_cases.store, self.own_cases.sealer
        numbers = store.cases_naming(self.own_cases.key_of(person), _A_PAGE + 1, cursor)
        shown = [case for number in numbers[:_A_PAGE] if has_document_of(sealer, person, case := store.load(number))]
        following = numbers[_A_PAGE - 1] if len(numbers) > _A_PAGE else None
        return {"applications": self._entries(person, shown, address, now), "next_cursor": following}

    def entry(self, person: ProvenPerson, case: Case, address: str, now: datetime) -> dict[str, Any]:
        """What the list says of one case, and what the person may say of it."""
        (entry,) = self._entries(person, [case], address, now)
        return entry

    def _entries(
        self, person: ProvenPerson, cases: Iterable[Case], address: str, now: datetime
    ) -> list[dict[str, Any]]:
        shown = {case.case_number: case for case in cases}
        if not shown:
            return []
        subject = list_subject(self.own_cases.key_of(person))
        reading = self.readings.begin(subject, holder(address), Purpose.OWN_LIST, now, shown)
        return [self._entry(person, case, reading) for case in shown.values()]

    def _entry(self, person: ProvenPerson, case: Case, reading: Reading) -> dict[str, Any]:
        # The report as it stands, whichever case corrected it.
        following = ReportFollowing(self.own_cases.store, self.own_cases.sealer)
        case = following.with_missing_entries(case, case.changed_at)[0]
        degree = open_submission(reading, case).claim.degree
        return {
            "case_number": case.case_number,
            "institution_name": degree.institution_name,
            "category": degree.category,
            "received_at": shanghai_time(case.received_at),
            "stage": case.stage.value,
            "stage_name": STAGE_NAMES[case.stage]._asdict(),
            "outcome": None if case.outcome is None else case.outcome.value,
            **proof_json(case.proven_by),
            "held_by": case.held_by.value,
            "held_by_name": HELD_BY_NAMES[case.held_by]._asdict(),
            "next": next_step(case)._asdict(),
            "asks_applicant": asks_applicant(case),
            "asked_until": asked_until_json(case),
            "request": request_json(case.request),
            "report_number": None if case.report is None else case.report.report_number,
            "allowed_actions": holder_actions(case, document_key(self.own_cases.sealer, person)),
        }


def list_subject(key: str) -> str:
    """By what the record of the readings of a person's list is found; `key` is the keyed digest of the person."""
    return f"list/{key}"
