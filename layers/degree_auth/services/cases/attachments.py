"""Take an uploaded file onto its case (article 10): check it, then copy it where no upload link can write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

from degree_auth.domain.cases import attachment_decisions
from degree_auth.domain.cases.attachment import LARGEST_BYTES, UPLOAD_TIME, Announcement, AttachmentState, refusal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
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
    a second use of the upload link nor two uploads at once can change what was taken. Gives what was
    done: stored, refused, or ignored for a file that nobody announced or that was settled before.
    """
    _, case_number, attachment_id = key.split("/", 2)
    try:
        announced = next(
            (one for one in store.load(case_number).attachments if one.attachment_id == attachment_id), None
        )
    except NotFound:
        announced = None
    if announced is None or announced.state is not AttachmentState.ANNOUNCED:
        documents.delete(key)
        return "ignored"
    try:
        content = documents.get(key, LARGEST_BYTES)
        wanted = Announcement(announced.kind, announced.content_type, announced.size, announced.sha256)
        reason = refusal(wanted, content)
    except TooLarge:
        content, reason = b"", "attachment_size_differs"
    except NotFound:
        return "ignored"
    sha256 = hashlib.sha256(content).hexdigest()
    if reason is None:
        documents.put(stored_key(case_number, attachment_id, sha256), content, announced.content_type)
    advance(
        store,
        case_number,
        lambda case: attachment_decisions.settle_file(case, attachment_id, sha256, reason),
        now,
    )
    documents.delete(key)
    return "stored" if reason is None else "refused"


UPLOAD_SECONDS = int(UPLOAD_TIME.total_seconds())


DOWNLOAD_SECONDS = 600
