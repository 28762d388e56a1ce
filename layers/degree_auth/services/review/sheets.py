"""The sheets of a review (article 10): one to read, and the claim to correct. They lie in private storage alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
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
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.review.sheet import ReviewSheet
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.errors import Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.words import Language
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.services.cases.attachments import stored_key
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import (
    disavowal_words,
    open_submission,
    recheck_statement,
    urgency_reason,
)
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.institutions.standing_explanations import explanations_of
from degree_auth.services.register.ports import Register
from degree_auth.services.register_changes.changes import proposed_plan
from degree_auth.services.shared.ports import Documents, Sealer
from degree_auth.services.verification.archive_values import latest_answer
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
    documents: Documents
    bucket: str
    calendar: Calendar
    lay_out: Callable[[ReviewSheet, Language], str]

    def write(self, case_number: str, language: Language, now: datetime) -> tuple[Case, str]:
        """Write both sheets; the case as they show it, and where they lie. Raises `NotFound`: no such case."""
        log = self.store.log(case_number)
        case = replay(log)
        sheet = self._sheet(case, log, now)
        folder = sheet_folder(case_number)
        page = self.lay_out(sheet, language).encode()
        self.documents.put(f"{folder}/sheet.html", page, "text/html; charset=utf-8")
        correction = json.dumps(as_data(sheet.claim), ensure_ascii=False, indent=2)
        self.documents.put(f"{folder}/correction.json", correction.encode(), "application/json")
        return case, f"s3://{self.bucket}/{folder}/"

    def _sheet(self, case: Case, log: Sequence[Event], now: datetime) -> ReviewSheet:
        submission = open_submission(self.sealer, case)
        claim = submission.claim
        return ReviewSheet(
            case=case,
            claim=claim,
            clock=ledger(held_by_history(log, now), now, self.calendar),
            candidates=self._records(claim),
            warnings=[*warnings(claim, self.institutions), *_register_doubts(case)],
            scans={one: self._link(case, one) for one in case.attachments if one.is_stored},
            messages=messages_of(log, self.sealer),
            explanations=explanations_of(self.registrations, self.sealer, case, now),
            urgency=urgency_reason(self.sealer, case),
            recheck_statement=self._recheck_statement(case, log),
            disavowals=disavowal_words(self.sealer, case),
            contact=submission.contact,
            answer=latest_answer(self.sealer, case),
            plan=proposed_plan(self.sealer, case),
            against=self._documents_against(case),
            at=now,
        )

    def _records(self, claim: Claim) -> Sequence[AwardRecord]:
        """The records near to the claim and, since a denial is held against them, all of its person."""
        near = self.register.candidates(claim)
        known = {one.record_id for one in near}
        return [*near, *(one for one in self.register.of_person(claim) if one.record_id not in known)]

    def _documents_against(self, case: Case) -> list[IssuedDocument]:
        """What stands against a parked case, or for what the open recheck of a report was opened."""
        numbers = [] if case.recheck is None else list(case.recheck.notices)
        if case.stage is Stage.PARKED and "document" in (case.reason or {}):
            numbers.append((case.reason or {})["document"])
        return [found for number in numbers if (found := self.store.report(number)) is not None]

    def _link(self, case: Case, file: Attachment) -> str:
        key = stored_key(case.case_number, file.attachment_id, file.sha256 or "")
        return self.documents.download_link(key, file.attachment_id, _SCAN_LINK_SECONDS)

    def _recheck_statement(self, case: Case, log: Sequence[Event]) -> str:
        """What the applicant or the institution said for the recheck that is open, or else staff's own reason; of one
        that opened by itself the cause tells."""
        if case.recheck is None or case.recheck.opened_by == SYSTEM:
            return ""
        reasons = [entry.data.get("reason", "") for entry in log if entry.type is EventType.RECHECK_OPENED]
        return str(recheck_statement(self.sealer, case) or reasons[-1])


def sheet_folder(case_number: str) -> str:
    """Where the sheets of a case lie."""
    return f"review/{case_number}"


def _register_doubts(case: Case) -> list[Problem]:
    """What the award record nearest to the claim says against itself."""
    return [Problem("register", code) for code in (case.comparison or {}).get("contradictions", ())]
