"""What entries about attachments change on a case (article 10)."""

from __future__ import annotations

from degree_auth.domain.cases.attachment import Attachment, AttachmentState
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.shared.replacing import replace


def with_announced_file(case: Case, event: Event) -> Case:
    """One more file, whose upload is awaited."""
    data = event.data
    added = Attachment(
        data["attachment_id"],
        data["kind"],
        data["content_type"],
        data["size"],
        data["sha256"],
        event.at,
        task_id=data.get("task_id"),
    )
    return replace(case, attachments=(*case.attachments, added))


def with_stored_file(case: Case, event: Event) -> Case:
    """The file is kept under its digest, and the copy that is shown under its own."""
    data = event.data
    return _with_changed_file(
        case, event, state=AttachmentState.STORED, sha256=data["sha256"], copy_sha256=data["copy_sha256"]
    )


def with_refused_file(case: Case, event: Event) -> Case:
    """The file was not taken, for the reason given."""
    return _with_changed_file(case, event, state=AttachmentState.REFUSED, reason=event.data["reason"])


def with_withdrawn_file(case: Case, event: Event) -> Case:
    """The file is kept and shown to nobody, for the reason given."""
    return _with_changed_file(case, event, state=AttachmentState.WITHDRAWN, reason=event.data["reason"])


def _with_changed_file(case: Case, event: Event, **changes: str) -> Case:
    return replace(
        case,
        attachments=tuple(
            replace(attachment, **changes)  # type: ignore[arg-type]
            if attachment.attachment_id == event.data["attachment_id"]
            else attachment
            for attachment in case.attachments
        ),
    )
