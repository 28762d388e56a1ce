"""What the applicant sees of a case (N6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.applicant_deadline import asked_until_json
from degree_auth.domain.cases.case import Case, DocumentReference
from degree_auth.domain.cases.comparison_words import comparison_for_applicant
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.held_by_history import held_by_history
from degree_auth.domain.cases.ledger import CENTRE_DAYS, INSTITUTION_DAYS, PROMISED_DAYS, ledger
from degree_auth.domain.cases.names import HELD_BY_NAMES, STAGE_NAMES, attachment_json, proof_json, request_json
from degree_auth.domain.cases.next_step import next_step
from degree_auth.domain.cases.preconditions import require_thawed
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.cases.timeline import timeline
from degree_auth.domain.cases.written_notice_words import written_notice_words
from degree_auth.domain.institutions.standing_explanations import shown_explanations
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import Reader
from degree_auth.domain.rechecks.answers import rechecks_for_applicant
from degree_auth.domain.rechecks.decisions import dispute_until
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.working_days import Calendar, shanghai_day, shanghai_time
from degree_auth.domain.verification.forecast import expectation_json
from degree_auth.services.applications import applicant_actions
from degree_auth.services.applications.callers import Caller
from degree_auth.services.cases.attachments import DOWNLOAD_SECONDS
from degree_auth.services.cases.check_codes import check_code_of
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import open_submission, urgency_reason
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.institutions.standing_explanations import explanations_of
from degree_auth.services.readings.readings import Reading, Readings
from degree_auth.services.shared.ports import Documents, Sealer

_LARGEST_CREDENTIAL = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCase:
    """What the `caller` sees of a case; `dispute_period` is how long after a conclusion it may be disputed."""

    store: CaseStore
    sealer: Sealer
    documents: Documents
    calendar: Calendar
    registrations: Registrations
    dispute_period: timedelta
    readings: Readings
    caller: Caller

    def read(self, case_number: str) -> Case:
        """The case. Raises `NotFound`: it is not the caller's to see."""
        case = self.store.load(case_number)
        self.caller.require(case)
        return case

    def status(self, case_number: str, now: datetime) -> dict[str, Any]:
        """Stage, who holds the case, working day n of m, what happens next, and the timeline, without links.

        A claim that has come to name another person is shown to nobody before that person's identity is confirmed. Of
        the documents that an archive and the applicant have for the holder everybody is shown their own.

        Raises:
            NotFound: the case is not the caller's to see.
        """
        log = self.store.log(case_number)
        read = replay(log)
        self.caller.require(read)
        case, missing = ReportFollowing(self.store, self.sealer).with_missing_entries(read, now)
        log += missing
        reading = self.readings.begin(case.case_number, self.caller.reader, Purpose.OWN_CASE, now)
        return {
            "case_number": case.case_number,
            "stage": case.stage.value,
            "stage_name": STAGE_NAMES[case.stage]._asdict(),
            "outcome": None if case.outcome is None else case.outcome.value,
            **proof_json(case.proven_by),
            "held_by": case.held_by.value,
            "held_by_name": HELD_BY_NAMES[case.held_by]._asdict(),
            "clock": self._clock(log, now),
            "expected": expectation_json(case, self.calendar, shanghai_day(now)),
            "next": next_step(case)._asdict(),
            "asked_until": asked_until_json(case),
            "claim": None if case.names_another else as_data(self._claim(reading, case)),
            "comparison": comparison_for_applicant(case.comparison),
            "attachments": [attachment_json(one) for one in case.attachments if one.task_id is None],
            "request": request_json(case.request),
            "urgent": case.urgent,
            "urgency_request": _urgency_request(reading, case),
            "notice": self._notice(reading, case),
            "report": self._report(reading, case),
            "former_reports": [asdict(one) for one in case.former_reports],
            "rechecks": rechecks_for_applicant(case),
            "explanations": shown_explanations(explanations_of(self.registrations, self.sealer, case, now)),
            "timeline": timeline(log),
            "allowed_actions": applicant_actions.allowed_actions(
                case, self.dispute_period, now, for_holder=self.caller.speaks_for_holder(case)
            ),
        }

    def report_of_submission(self, case: Case, reader: Reader, now: datetime, *, is_new: bool) -> dict[str, str] | None:
        """The report that an application led to, for whoever has just sent it, as `status` has it. Whoever makes a case
        is on its log by this; of a case that was there already it is a reading."""
        case = self._with_current_report(case)
        if not _shows_report(case):
            return None
        if is_new:
            return self._report(self.readings.begin_with_new_case(case.case_number), case)
        return self._report(self.readings.begin(case.case_number, reader, Purpose.APPLICATION_REPEATED, now), case)

    def _report(self, reading: Reading, case: Case) -> dict[str, str] | None:
        """Number, check code and a download link that lives for minutes; none while there is no report, or the case is
        frozen."""
        case = self._with_current_report(case)
        if case.report is None or not _shows_report(case):
            return None
        return {
            "report_number": case.report.report_number,
            "check_code": check_code_of(self.sealer, case.report.report_number),
            "url": _link(reading, case.report),
        }

    def _notice(self, reading: Reading, case: Case) -> dict[str, Any] | None:
        """The written notice: reason, last day of a dispute, and its document with a link as for a report. A case whose
        report another case revoked has the reason alone: the document is that case's."""
        told, issued = written_notice_words(case), case.written_notice
        if told is None:
            return None
        if issued is None:
            return {**told, "dispute_until": None, "document": None}
        number = issued.report_number
        document = {
            "notice_number": number,
            "check_code": check_code_of(self.sealer, number),
            "version": issued.version,
            "issued_at": shanghai_time(issued.issued_at),
            "url": _link(reading, issued),
        }
        until = dispute_until(issued.issued_at, self.dispute_period)
        return {**told, "dispute_until": until.isoformat(), "document": document}

    def download_link(self, case: Case, now: datetime) -> str:
        """A short-lived link to the signed PDF. Raises `NotFound` when there is no report, `Conflict` when frozen."""
        report = self._issued_report(case)
        return _link(self._reading_of_document(case, now), report)

    def credential(self, case: Case, now: datetime) -> dict[str, Any]:
        """The machine-readable credential. Raises `NotFound` when there is no report, `Conflict` when frozen."""
        report = self._issued_report(case)
        self._reading_of_document(case, now)
        return {
            "report_number": report.report_number,
            "version": report.version,
            "sha256": report.sha256,
            "credential": self.documents.get(f"{report.object_key}.jwt", _LARGEST_CREDENTIAL).decode(),
        }

    def _issued_report(self, case: Case) -> DocumentReference:
        require_thawed(case)
        report = self._with_current_report(case).report
        if report is None:
            raise NotFound("report_not_issued")
        return report

    def _reading_of_document(self, case: Case, now: datetime) -> Reading:
        return self.readings.begin(case.case_number, self.caller.reader, Purpose.OWN_DOCUMENT, now)

    def _with_current_report(self, case: Case) -> Case:
        """The case with the true state of its report, also when another case has corrected it."""
        return ReportFollowing(self.store, self.sealer).with_missing_entries(case, case.changed_at)[0]

    def _claim(self, reading: Reading, case: Case) -> Claim:
        claim = open_submission(reading, case).claim
        return claim if case.stated is None else self.caller.own_claim(case, claim)

    def _clock(self, log: list[Event], now: datetime) -> dict[str, Any]:
        charged = ledger(held_by_history(log, now), now, self.calendar)
        due = charged.due(self.calendar)
        return {
            "working_day": charged.working_day,
            "of": PROMISED_DAYS,
            "centre": {"used": charged.used(HeldBy.CENTRE), "of": CENTRE_DAYS},
            "institution": {"used": charged.used(HeldBy.INSTITUTION), "of": INSTITUTION_DAYS},
            "due": None if due is None else due.isoformat(),
            "promise_broken": charged.promise_broken,
            "provisional": charged.is_provisional(self.calendar),
        }


def _shows_report(case: Case) -> bool:
    return case.report is not None and case.disavowal is None


def _link(reading: Reading, document: DocumentReference) -> str:
    return reading.link(f"{document.object_key}.pdf", f"{document.report_number}.pdf", DOWNLOAD_SECONDS)


def _urgency_request(reading: Reading, case: Case) -> dict[str, str] | None:
    reason = urgency_reason(reading, case)
    if case.urgency_request is None or reason is None:
        return None
    return {"requested_at": shanghai_time(datetime.fromisoformat(case.urgency_request["at"])), "reason": reason}
