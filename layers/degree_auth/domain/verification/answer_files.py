"""The files that an institution announces for its answer (article 4)."""

from __future__ import annotations

from datetime import datetime

from degree_auth.domain.cases.attachment import Announcement
from degree_auth.domain.cases.attachment_decisions import MOST_ANNOUNCED, counted_files
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.verification.feedback import MOST_FEEDBACK_ATTACHMENTS
from degree_auth.domain.verification.tasks import require_answerable_task, task_data


def announce_answer_file(
    case: Case, task_id: str, attachment_id: str, announced: Announcement, actor: str, now: datetime
) -> list[NewEvent]:
    """The institution announces a file that its answer will name; nobody else but the centre sees it."""
    task = require_answerable_task(case, task_id)
    if any(one.attachment_id == attachment_id for one in case.attachments):
        return []
    given = sum(one.task_id == task_id for one in case.attachments)
    if counted_files(case, task_id, now) >= MOST_FEEDBACK_ATTACHMENTS or given >= MOST_ANNOUNCED:
        raise Conflict("too_many_attachments")
    data = {
        **task_data(task),
        "attachment_id": attachment_id,
        "kind": announced.kind,
        "content_type": announced.content_type,
        "size": announced.size,
        "sha256": announced.sha256,
    }
    return [NewEvent(EventType.ATTACHMENT_ANNOUNCED, actor, data)]
