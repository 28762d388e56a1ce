"""The text of certificate scans, read once and kept sealed for the review sheet (article 10). Nothing waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Protocol

from degree_auth.domain.cases.attachment import Attachment, FileKind
from degree_auth.domain.cases.case import Case
from degree_auth.domain.review.scan_advice import ScanLine
from degree_auth.domain.shared.errors import Conflict, NotFound, TooLarge
from degree_auth.services.cases.attachment_keys import scan_text_key, shown_key
from degree_auth.services.cases.ports import CaseStore, Uploads
from degree_auth.services.shared.ports import Documents, Opener, Sealer
from degree_auth.services.shared.sealing import open_json, seal_json

KIND = FileKind.CERTIFICATE_SCAN.value
LARGEST_TEXT_BYTES = 1024 * 1024


class TextRecognition(Protocol):
    """Recognizes the text of a stored file."""

    def lines(self, key: str, content_type: str) -> list[ScanLine] | None:
        """The lines in reading order, or None when no page can be made of the file. Raises `Unavailable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTexts:
    """Has scans read, and keeps what was read: encrypted for the case, beside no other fact."""

    store: CaseStore
    documents: Uploads
    sealer: Sealer
    recognition: TextRecognition

    def read(self, case_number: str, attachment_id: str) -> str:
        """Read a stored certificate scan; what was done: read, unreadable, or ignored for any other file.

        Raises:
            Unavailable: text cannot be recognized now.
        """
        try:
            case = self.store.load(case_number)
        except NotFound:
            return "ignored"
        file = case.file(attachment_id)
        key = None if file is None or file.kind != KIND or not case.sealed else shown_key(case_number, file)
        if file is None or key is None:
            return "ignored"
        lines = self.recognition.lines(key, file.content_type)
        try:
            sealed = seal_json(self.sealer, case_number, None if lines is None else [astuple(line) for line in lines])
        except Conflict:  # the case was erased meanwhile
            return "ignored"
        kept = _text_key(case_number, file)
        self.documents.put(kept, sealed.encode(), "application/octet-stream")
        # Reading takes a while: of a file that went meanwhile, no text stays.
        after = self.store.load(case_number)
        if after.is_being_erased or file not in after.attachments:
            self.documents.delete(kept)
            return "ignored"
        return "unreadable" if lines is None else "read"


def latest_scan(case: Case) -> Attachment | None:
    """The certificate scan of the present applicant that was stored last."""
    scans = [one for one in case.files_of_this_person if one.kind == KIND and one.is_stored]
    return scans[-1] if scans else None


def scan_lines(documents: Documents, opener: Opener, case: Case, scan: Attachment) -> Sequence[ScanLine] | None:
    """What was read of a scan; None while it was not read. Personal data."""
    try:
        sealed = documents.get(_text_key(case.case_number, scan), LARGEST_TEXT_BYTES).decode()
    except (NotFound, TooLarge):
        return None
    return [ScanLine(*line) for line in open_json(opener, case.case_number, sealed) or ()]


def _text_key(case_number: str, scan: Attachment) -> str:
    return scan_text_key(case_number, scan.attachment_id, scan.sha256 or "")
