"""An attachment (article 10): what may be uploaded, and whether a file is what was announced."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from degree_auth.domain.shared.identifiers import SHA256
from degree_auth.domain.shared.reading import Fields, choice, optional, read_object, whole_number


class FileKind(StrEnum):
    """What a file is. A written form is the scan that staff record of an institution's form; nobody uploads one."""

    CERTIFICATE_SCAN = "certificate_scan"
    IDENTITY_DOCUMENT = "identity_document"
    EVIDENCE = "evidence"
    SUPPLEMENT = "supplement"
    WRITTEN_FORM = "written_form"


KINDS = tuple(kind.value for kind in FileKind if kind is not FileKind.WRITTEN_FORM)
"""What may be uploaded."""
LARGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 64_000_000
"""Of one image; an A4 page at 600 dots an inch has 35 million."""
MOST_PAGES = 50
MOST_PDF_OBJECTS = 20_000
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
"""What the compressed streams of a PDF may come to altogether; of those that are pictures, their pixels are bounded."""
LARGEST_COPY_BYTES = 64 * 1024 * 1024
"""Of a reviewer's copy: written anew, a file may become larger than it was."""
UPLOAD_TIME = timedelta(minutes=15)
"""For how long an announced file may be uploaded."""
SIGNATURES: Mapping[str, bytes] = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}
"""Accepted content types, each with the bytes that such a file begins with."""

EVIDENCE_ANNOUNCEMENT: Fields = {
    "content_type": choice(SIGNATURES, "attachment_type"),
    "size": whole_number(1, LARGEST_BYTES, "attachment_size_invalid", "attachment_too_large"),
    "sha256": optional(SHA256),
}
ANNOUNCEMENT: Fields = {"kind": choice(KINDS), **EVIDENCE_ANNOUNCEMENT}


class AttachmentState(StrEnum):
    """The state of an applicant's or institution's file: announced, then stored or refused; a stored file in which a
    scanner finds something is withdrawn, and one whose time is over is removed."""

    ANNOUNCED = "announced"
    STORED = "stored"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was announced; `size` is in bytes.

    `sha256`, in hex, is what was given with the announcement, if anything, and once stored the file's own;
    `copy_sha256` is that of the copy which others are shown, written anew from the file.
    `task_id` is the task whose institution gives it as evidence; None for the applicant's own files.
    """

    attachment_id: str
    kind: str
    content_type: str
    size: int
    sha256: str | None
    announced_at: datetime
    state: AttachmentState = AttachmentState.ANNOUNCED
    reason: str | None = None
    task_id: str | None = None
    copy_sha256: str | None = None

    def is_given_by(self, task_id: str | None) -> bool:
        """Whether the applicant gave the file (None), or the institution of this task; a scan of its written form was
        recorded by staff."""
        return self.task_id == task_id and self.kind != FileKind.WRITTEN_FORM

    @property
    def is_held(self) -> bool:
        """Whether the file itself is still there, whoever may be shown it."""
        return self.state in (AttachmentState.STORED, AttachmentState.WITHDRAWN)

    @property
    def is_stored(self) -> bool:
        """Whether the file was taken and may be shown."""
        return self.state is AttachmentState.STORED

    def is_awaited(self, now: datetime) -> bool:
        """Whether the announced file may still be uploaded."""
        return self.state is AttachmentState.ANNOUNCED and now - self.announced_at <= UPLOAD_TIME


@dataclass(frozen=True, slots=True)
class ExaminedScan:
    """The scan of a written form, as it was kept: its SHA-256 in hex, its size in bytes, and its copy's SHA-256."""

    sha256: str
    size: int
    copy_sha256: str


def written_form_id(sha256: str) -> str:
    """The attachment that a written form's scan is, by the scan's SHA-256 in hex: the same scan is one attachment."""
    return sha256[:32]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A file that somebody is about to upload; `size` in bytes, `sha256` in lower-case hex when given."""

    kind: str
    content_type: str
    size: int
    sha256: str | None


def parse_announcement(body: object, kind: str | None = None) -> Announcement:
    """Read the announcement of a file; where it can only be of one `kind`, the announcement does not say it.

    Raises:
        Malformed: not an object.
        Invalid: fields break rules; all are named.
    """
    if kind is None:
        return Announcement(**read_object(body, ANNOUNCEMENT).complete())
    return Announcement(kind=kind, **read_object(body, EVIDENCE_ANNOUNCEMENT).complete())


def refusal(announced: Announcement, content: bytes) -> str | None:
    """The message code for refusing an uploaded file; None when the file is what was announced."""
    if len(content) != announced.size:
        return "attachment_size_differs"
    if not content.startswith(SIGNATURES[announced.content_type]):
        return "attachment_content_differs"
    if announced.sha256 is not None and hashlib.sha256(content).hexdigest() != announced.sha256:
        return "attachment_content_differs"
    return None


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A stored file that a scanner has looked at: whose it is, and the digest under which it is kept."""

    case_number: str
    attachment_id: str
    sha256: str


def infected_file(detail: Mapping[str, Any], bucket: str) -> ScannedFile | None:
    """The stored file in which a scanner has found something; None where it has found nothing, or looked elsewhere.

    `detail` has the form of the event "GuardDuty Malware Protection Object Scan Result".
    """
    scanned, result = detail.get("s3ObjectDetails"), detail.get("scanResultDetails")
    if not isinstance(scanned, dict) or not isinstance(result, dict):
        return None
    key = _STORED_KEY.fullmatch(str(scanned.get("objectKey")))
    if key is None or scanned.get("bucketName") != bucket or result.get("scanResultStatus") != "THREATS_FOUND":
        return None
    return ScannedFile(*key.groups())


_STORED_KEY = re.compile(r"attachments/(RZ[0-9A-Z]{1,30})/([0-9a-f]{32})/([0-9a-f]{64})", re.ASCII)
