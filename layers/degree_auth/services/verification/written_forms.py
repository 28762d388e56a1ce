"""Written forms that staff enter for an exempt institution (article 14): the form is sealed, its scan examined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.cases.attachment import LARGEST_BYTES, SIGNATURES, ExaminedScan, written_form_id
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.review.staff_actions import StaffAction
from degree_auth.domain.shared.errors import Conflict, DegreeAuthError, NotFound
from degree_auth.domain.verification.answering import enter_written_form
from degree_auth.services.cases.attachments import drop_scan, keep_scan
from degree_auth.services.cases.ports import Examiner, Uploads
from degree_auth.services.shared.staff_files import case_form_key, json_file, staff_file
from degree_auth.services.verification.commands import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenForms:
    """Takes written forms; `documents` has what staff scanned, and keeps it."""

    verification: Verification
    documents: Uploads
    examiner: Examiner

    def entry(self, action: StaffAction, command: str, now: datetime) -> Callable[[Case], list[NewEvent]]:
        """The decision that records one form. It may be made anew on a changed case, and examines the scan once.

        What it raises:
            NotFound: the case has no task, or a file is not there.
            Conflict: there is no exemption, the task takes no answer, or the scan is refused, each with its code.
            Malformed, TooLarge, Invalid: what is wrong with the form, or another file lies there than the one named.
        """
        kept: list[ExaminedScan] = []

        def decide(case: Case) -> list[NewEvent]:
            try:
                return self._entry(case, action, command, now, kept)
            except DegreeAuthError:
                # Somebody else changed the case while the scan was kept, and now it takes none. Another execution may
                # have just put the same scan on record.
                if kept and self._is_unrecorded(case.case_number, action.scan_sha256):
                    drop_scan(self.documents, case.case_number, action.scan_sha256)
                raise

        return decide

    def _is_unrecorded(self, case_number: str, sha256: str) -> bool:
        return self.verification.store.load(case_number).file(written_form_id(sha256)) is None

    def _entry(
        self, case: Case, action: StaffAction, command: str, now: datetime, kept: list[ExaminedScan]
    ) -> list[NewEvent]:
        task, day = case.task, action.received_on
        if task is None or day is None:
            raise NotFound("not_found")
        if not self.verification.registrations.is_exempt(task.institution_code, action.exemption, day):
            raise Conflict("exemption_required")
        key = case_form_key(case.case_number, "feedback.json")
        body = json_file(self.documents, key, action.form_sha256, "form_sha256")
        sealed, fingerprint = self.verification.read_written_form(case, task, body, now)

        def entered(scan: ExaminedScan) -> list[NewEvent]:
            return enter_written_form(
                case, action.reviewer, action.exemption, day, sealed, fingerprint, scan, command, now
            )

        known = case.file(written_form_id(action.scan_sha256))
        if known is not None:
            if not known.is_stored:
                raise Conflict(known.reason or "attachment_infected")
            return entered(ExaminedScan(action.scan_sha256, known.size, known.copy_sha256 or ""))
        content = self._scan(case.case_number, action.scan_sha256)
        # Whatever else refuses the form does so before its scan is examined and kept.
        entered(ExaminedScan(action.scan_sha256, len(content), ""))
        if not kept:
            kept.append(keep_scan(self.documents, self.examiner, case.case_number, content))
        return entered(kept[0])

    def _scan(self, case_number: str, sha256: str) -> bytes:
        scan = staff_file(
            self.documents, case_form_key(case_number, "feedback.pdf"), LARGEST_BYTES, sha256, "scan_sha256"
        )
        if not scan.startswith(SIGNATURES["application/pdf"]):
            raise Conflict("written_scan_type")
        return scan
