"""Take an uploaded file onto its case (article 10): check it, then copy it where no upload link can write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

from degree_auth.domain.cases import attachment_decisions
from degree_auth.domain.cases.attachment import (
    LARGEST_BYTES,
    UPLOAD_TIME,
    Announcement,
    Attachment,
    AttachmentState,
    refusal,
)
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.shared.errors import NotFound, TooLarge
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.ports import CaseStore, Uploads
from degree_auth.services.shared.ports import Documents


def stored_key(case_number: str, attachment_id: str, sha256: str) -> str:
    """Where an attachment with this content (SHA-256 in hex) is kept."""
    return f"attachments/{case_number}/{attachment_id}/{sha256}"


def announce(
    store: CaseStore,
    documents: Documents,
    case_number: str,
    announced: Announcement,
    decide: Callable[[Case, str], Sequence[NewEvent]],
    now: datetime,
    *,
    key: str | None,
    task_id: str | None = None,
) -> tuple[str, str, str]:
    """Announce a file once, however often the same announcement comes: its attachment id, a link that takes its upload,
    and its content type.

    `key` is the caller's own name for the announcement, `task_id` the task whose institution announces, and `decide`
    what an announcement under an id does to the case.

    Raises:
        Conflict: the key was used to announce something else, or the decision refuses.
    """
    named = None
    if key is not None:
        named = hashlib.sha256(f"{case_number}\n{task_id or ''}\n{key}".encode()).hexdigest()[:32]
    attachment_id = fresh = named or uuid4().hex

    def once(case: Case) -> Sequence[NewEvent]:
        nonlocal attachment_id
        attachment_id = attachment_decisions.earlier_announcement(case, task_id, announced, named, now) or fresh
        return decide(case, attachment_id)

    advance(store, case_number, once, now)
    incoming = f"incoming/{case_number}/{attachment_id}"
    link = documents.upload_link(incoming, announced.content_type, announced.size, UPLOAD_SECONDS)
    return attachment_id, link, announced.content_type


def receive_upload(store: CaseStore, documents: Uploads, key: str, now: datetime) -> str:
    """Look at the object `incoming/<case number>/<attachment id>` and settle the attachment: stored or refused.

    A file that is taken is kept under `attachments/` by its own digest, which stands in the log: neither
    a second use of the upload link nor two uploads at once can change what was taken, and no copy stays of what was
    not. Gives what was done: stored, refused, or ignored for a file that nobody announced or that was settled before.
    """
    _, case_number, attachment_id = key.split("/", 2)
    announced = _file_of(store, case_number, attachment_id)
    try:
        content, is_too_large = documents.get(key, LARGEST_BYTES), False
    except TooLarge:
        content, is_too_large = b"", True
    except NotFound:
        return "ignored"
    sha256 = hashlib.sha256(content).hexdigest()
    kept = stored_key(case_number, attachment_id, sha256)
    is_new = announced is not None and announced.state is AttachmentState.ANNOUNCED
    if announced is not None and is_new:
        wanted = Announcement(announced.kind, announced.content_type, announced.size, announced.sha256)
        reason = "attachment_size_differs" if is_too_large else refusal(wanted, content)

        def settle(case: Case) -> list[NewEvent]:
            return attachment_decisions.settle_file(case, attachment_id, sha256, reason)

        if any(one.type is EventType.ATTACHMENT_STORED for one in settle(store.load(case_number))):
            documents.put(kept, content, announced.content_type)
        advance(store, case_number, settle, now)
        announced = _file_of(store, case_number, attachment_id)
    # Of what was refused while it was copied, or came once more when something else was taken, nothing is kept.
    is_kept = announced is not None and announced.is_stored and announced.sha256 == sha256
    if not is_kept:
        documents.delete(kept)
    documents.delete(key)
    if not is_new:
        return "ignored"
    return "stored" if is_kept else "refused"


def _file_of(store: CaseStore, case_number: str, attachment_id: str) -> Attachment | None:
    try:
        case = store.load(case_number)
    except NotFound:
        return None
    return next((one for one in case.attachments if one.attachment_id == attachment_id), None)


UPLOAD_SECONDS = int(UPLOAD_TIME.total_seconds())


DOWNLOAD_SECONDS = 600
