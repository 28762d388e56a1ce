"""Take an uploaded file onto its case (article 10): check it, then copy it where no upload link can write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from degree_auth.domain.cases import attachment_decisions
from degree_auth.domain.cases.attachment import (
    LARGEST_BYTES,
    LARGEST_COPY_BYTES,
    UPLOAD_TIME,
    Announcement,
    Attachment,
    AttachmentState,
    ExaminedScan,
    ScannedFile,
    refusal,
    written_form_id,
)
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.shared.errors import Conflict, NotFound, TooLarge, Unavailable
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.attachment_keys import (
    copy_key,
    examined_key,
    incoming_key,
    scan_text_key,
    stored_key,
)
from degree_auth.services.cases.ports import CaseStore, Examiner, Uploads
from degree_auth.services.shared.ports import Documents

_SCAN_TYPE = "application/pdf"


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
    incoming = incoming_key(case_number, attachment_id)
    link = documents.upload_link(incoming, announced.content_type, announced.size, UPLOAD_SECONDS)
    return attachment_id, link, announced.content_type


def receive_upload(store: CaseStore, documents: Uploads, examiner: Examiner, key: str, now: datetime) -> str:
    """Look at the object `incoming/<case number>/<attachment id>` and settle the attachment: stored or refused.

    The file is read once. What was read is kept under `attachments/` by its digest, and that is what is examined:
    neither a second use of the upload link nor two uploads at once can change what was taken. The copy that others are
    shown is kept under `copies/`; both digests stand in the log. Nothing stays of what was not taken. Gives what was
    done: stored, refused, or ignored for a file that nobody announced or that was settled before.
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
    kept, made = stored_key(case_number, attachment_id, sha256), None
    is_new = announced is not None and announced.state is AttachmentState.ANNOUNCED
    if announced is not None and is_new:
        wanted = Announcement(announced.kind, announced.content_type, announced.size, announced.sha256)
        reason = "attachment_size_differs" if is_too_large else refusal(wanted, content)
        if _would_store(store.load(case_number), attachment_id, sha256, reason):
            documents.put(kept, content, announced.content_type)
            reason, made = _copied(documents, examiner, case_number, replace(announced, sha256=sha256))
        advance(
            store,
            case_number,
            lambda case: attachment_decisions.settle_file(case, attachment_id, sha256, made, reason),
            now,
        )
        announced = _file_of(store, case_number, attachment_id)
    # Of what was refused while it was copied, or came once more when something else was taken, nothing is kept.
    is_kept = announced is not None and announced.is_held and announced.sha256 == sha256
    if not is_kept:
        documents.delete(kept)
    if announced is None or not is_kept or not announced.is_stored:
        documents.delete(copy_key(case_number, attachment_id, sha256))
    documents.delete(key)
    if not is_new:
        return "ignored"
    return "stored" if is_kept else "refused"


def _would_store(case: Case, attachment_id: str, sha256: str, reason: str | None) -> bool:
    settled = attachment_decisions.settle_file(case, attachment_id, sha256, None, reason)
    return any(one.type is EventType.ATTACHMENT_STORED for one in settled)


def _copied(
    documents: Uploads, examiner: Examiner, case_number: str, file: Attachment
) -> tuple[str | None, str | None]:
    """Why the kept file is refused, or else the digest of its copy, once that is kept as well."""
    sha256 = file.sha256 or ""
    examined = examined_key(case_number, file.attachment_id)
    source = stored_key(case_number, file.attachment_id, sha256)
    reason, copy = _examine(documents, examiner, source, examined, file.content_type)
    if reason is not None:
        return reason, None
    documents.put(copy_key(case_number, file.attachment_id, sha256), copy, file.content_type)
    return None, hashlib.sha256(copy).hexdigest()


def _examine(
    documents: Uploads, examiner: Examiner, source: str, examined: str, content_type: str
) -> tuple[str | None, bytes]:
    """Why the object `source` is refused, or else its copy, which lay at `examined` meanwhile."""
    try:
        reason = examiner.examine(source, examined, content_type)
        return reason, b"" if reason is not None else documents.get(examined, LARGEST_COPY_BYTES)
    except (NotFound, TooLarge):
        return "attachment_too_complex", b""
    finally:
        documents.delete(examined)


def keep_scan(documents: Uploads, examiner: Examiner, case_number: str, content: bytes) -> ExaminedScan:
    """Examine the scan of a written form and keep it with its copy, where files of applicants lie.

    The file comes last: a scanner hears of it when its entry is about to be written. Nothing stays of what is refused.

    Raises:
        Conflict: the examination refuses the file; the code says why.
        Unavailable: it could not be examined.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    attachment_id = written_form_id(sha256)
    sent, examined = (examined_key(case_number, attachment_id) for _ in range(2))
    try:
        documents.put(sent, content, _SCAN_TYPE)
        reason, copy = _examine(documents, examiner, sent, examined, _SCAN_TYPE)
    finally:
        documents.delete(sent)
    if reason is not None:
        raise Conflict(reason)
    documents.put(copy_key(case_number, attachment_id, sha256), copy, _SCAN_TYPE)
    documents.put(stored_key(case_number, attachment_id, sha256), content, _SCAN_TYPE)
    return ExaminedScan(sha256, len(content), hashlib.sha256(copy).hexdigest())


def drop_scan(documents: Uploads, case_number: str, sha256: str) -> None:
    """Remove a scan that was kept and is on no case's record."""
    attachment_id = written_form_id(sha256)
    documents.delete(copy_key(case_number, attachment_id, sha256))
    documents.delete(stored_key(case_number, attachment_id, sha256))


def withdraw_upload(store: CaseStore, documents: Uploads, infected: ScannedFile, now: datetime) -> bool:
    """Show nobody a stored file any more in which a scanner has found something; whether it is withdrawn now.

    It is repeatable, and may come before the file is settled or long after. The file itself stays where it is kept, for
    whoever has to look into it. Its copy goes, so that links handed out before lead nowhere, and so does its text.

    Raises:
        Unavailable: the file is there, and its entry is about to be written: the finding has to be told again.
    """
    case_number, attachment_id, sha256 = infected.case_number, infected.attachment_id, infected.sha256
    try:
        advance(store, case_number, lambda case: attachment_decisions.withdraw_file(case, attachment_id, sha256), now)
    except NotFound:
        return False
    file = _file_of(store, case_number, attachment_id)
    if file is None and _is_there(documents, stored_key(case_number, attachment_id, sha256)):
        raise Unavailable("try_again")
    if file is None or file.state is not AttachmentState.WITHDRAWN or file.sha256 != sha256:
        return False
    for key_of in (copy_key, scan_text_key):
        documents.delete(key_of(case_number, attachment_id, sha256))
    return True


def _is_there(documents: Uploads, key: str) -> bool:
    try:
        documents.get(key, LARGEST_BYTES)
    except NotFound:
        return False
    return True


def _file_of(store: CaseStore, case_number: str, attachment_id: str) -> Attachment | None:
    try:
        return store.load(case_number).file(attachment_id)
    except NotFound:
        return None


UPLOAD_SECONDS = int(UPLOAD_TIME.total_seconds())


DOWNLOAD_SECONDS = 600
