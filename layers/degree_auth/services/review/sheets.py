"""The sheets of a review (article 10): one to read, and the claim to correct. They lie in private storage alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.applications.submission import warnings
from degree_auth.domain.cases.attachment import Attachment
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.held_by_history import held_by_history
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import Reader
from degree_auth.domain.readings.record import record_subject
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import record_choice
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.review.scan_advice import FieldAdvice, scan_advice
from degree_auth.domain.review.sheet import PendingForm, ReviewSheet
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.errors import Conflict, Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.words import Language
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification.answering import scan_of
from degree_auth.domain.verification.forecast import expectation_words
from degree_auth.services.cases.attachment_keys import shown_key
from degree_auth.services.cases.ports import CaseStore, Uploads
from degree_auth.services.cases.sealed_parts import (
    disavowal_words,
    open_submission,
    recheck_statement,
    urgency_reason,
)
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.institutions.standing_explanations import explanations_of
from degree_auth.services.readings.readings import Reading, Readings
from degree_auth.services.register.ports import Register
from degree_auth.services.register_changes.changes import proposed_plan
from degree_auth.services.review.scan_texts import latest_scan, scan_lines
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.verification.archive_values import latest_answer, open_form
from degree_auth.services.verification.messages import messages_of

_SCAN_LINK_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheets:
    """Writes the sheets of a case into `bucket`; `lay_out` makes the one to read HTML."""

    store: CaseStore
    sealer: Sealer
    register: Register
    institutions: Institutions
    registrations: Registrations
    documents: Uploads
    bucket: str
    calendar: Calendar
    readings: Readings
    lay_out: Callable[[ReviewSheet, Language], str]

    def write(self, case_number: str, language: Language, reader: Reader, now: datetime) -> tuple[Case, str]:
        """Write both sheets for a reader; the case as they show it, and where they lie.

        Raises:
            NotFound: no such case.
            Conflict: it is erased.
        """
        log = self.store.log(case_number)
        case = replay(log)
        reading = self.readings.begin(case_number, reader, Purpose.REVIEW, now)
        sheet = self._sheet(reading, case, log, reader, now)
        folder = f"review/{case_number}"
        page = self.lay_out(sheet, language).encode()
        self.documents.put(f"{folder}/sheet.html", page, "text/html; charset=utf-8")
        correction = json.dumps(as_data(sheet.claim), ensure_ascii=False, indent=2)
        self.documents.put(f"{folder}/correction.json", correction.encode(), "application/json")
        # An erasure that was approved before the sheets were there may have emptied their folder already.
        if self.store.load(case_number).is_being_erased:
            for name in ("sheet.html", "correction.json"):
                self.documents.delete(f"{folder}/{name}")
            raise Conflict("case_erased")
        return case, f"s3://{self.bucket}/{folder}/"

    def _sheet(self, reading: Reading, case: Case, log: Sequence[Event], reader: Reader, now: datetime) -> ReviewSheet:
        submission = open_submission(reading, case)
        claim = submission.claim
        return ReviewSheet(
            case=case,
            claim=claim,
            clock=ledger(held_by_history(log, now), now, self.calendar),
            expected=expectation_words(case, self.calendar, shanghai_day(now)),
            candidates=self._records(claim, reader, now),
            warnings=[*warnings(claim, self.institutions), *_register_doubts(case)],
            scans=_scans(reading, case),
            advice=self._advice(reading, case, claim),
            messages=messages_of(log, reading),
            explanations=explanations_of(self.registrations, self.sealer, case, now),
            urgency=urgency_reason(reading, case),
            recheck_statement=_recheck_statement(reading, case, log),
            disavowals=disavowal_words(reading, case),
            contact=submission.contact,
            answer=latest_answer(reading, case),
            written=_pending_form(reading, case),
            plan=proposed_plan(reading, case),
            against=self._documents_against(case),
            at=now,
        )

    def _advice(self, reading: Reading, case: Case, claim: Claim) -> Mapping[str, FieldAdvice] | None:
        scan = latest_scan(case)
        lines = None if scan is None else scan_lines(self.documents, reading, case, scan)
        return None if lines is None else scan_advice(lines, claim, self.institutions.every_name)

    def _records(self, claim: Claim, reader: Reader, now: datetime) -> Sequence[AwardRecord]:
        """The records near to the claim and, since a denial is held against them, all of its person. They may be of
        others: each is given out once its own record of readings tells of it."""
        near = self.register.candidates(claim)
        known = {one.record_id for one in near}
        shown = [*near, *(one for one in self.register.of_person(claim) if one.record_id not in known)]
        for one in shown:
            self.readings.begin(record_subject(record_choice(one)), reader, Purpose.COMPARISON, now, contexts=())
        return shown

    def _documents_against(self, case: Case) -> list[IssuedDocument]:
        """What stands against a parked case, or for what the open recheck of a report was opened."""
        numbers = [] if case.recheck is None else list(case.recheck.notices)
        if case.stage is Stage.PARKED and "document" in (case.reason or {}):
            numbers.append((case.reason or {})["document"])
        return [found for number in numbers if (found := self.store.report(number)) is not None]


def _scans(reading: Reading, case: Case) -> dict[Attachment, str]:
    keys = {one: shown_key(case.case_number, one) for one in case.attachments}
    return {
        one: reading.link(key, one.attachment_id, _SCAN_LINK_SECONDS) for one, key in keys.items() if key is not None
    }


def _pending_form(reading: Reading, case: Case) -> PendingForm | None:
    """What the second person confirms is what was sealed, and no file that lies about meanwhile."""
    entry = None if case.task is None else case.task.written
    if entry is None:
        return None
    scan = scan_of(case, entry)
    key = None if scan is None else shown_key(case.case_number, scan)
    link = "" if key is None else reading.link(key, "written", _SCAN_LINK_SECONDS)
    return PendingForm(entry, open_form(reading, case, entry.sealed), link)


def _recheck_statement(reading: Reading, case: Case, log: Sequence[Event]) -> str:
    """What the applicant or the institution said for the recheck that is open, or else staff's own reason; of one that
    opened by itself the cause tells."""
    if case.recheck is None or case.recheck.opened_by == SYSTEM:
        return ""
    reasons = [entry.data.get("reason", "") for entry in log if entry.type is EventType.RECHECK_OPENED]
    return str(recheck_statement(reading, case) or reasons[-1])


def _register_doubts(case: Case) -> list[Problem]:
    """What the award record nearest to the claim says against itself."""
    return [Problem("register", code) for code in (case.comparison or {}).get("contradictions", ())]
