"""An attachment (article 10): what may be uploaded, and whether a file is what was announced."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from degree_auth.domain.shared.identifiers import SHA256
from degree_auth.domain.shared.reading import Fields, choice, optional, read_object, whole_number

KINDS = ("certificate_scan", "identity_document", "evidence", "supplement")
LARGEST_BYTES = 10 * 1024 * 1024
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
    """The state of an applicant's or institution's file: announced, then stored or refused."""

    ANNOUNCED = "announced"
    STORED = "stored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was announced; `size` is in bytes.

    `sha256`, in hex, is what was given with the announcement, if anything, and once stored the file's own.
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

    @property
    def is_stored(self) -> bool:
        """Whether the file was received and is kept."""
        return self.state is AttachmentState.STORED

    def is_awaited(self, now: datetime) -> bool:
        """Whether the announced file may still be uploaded."""
        return self.state is AttachmentState.ANNOUNCED and now - self.announced_at <= UPLOAD_TIME


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
