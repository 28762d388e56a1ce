"""The files that an institution announces for its answer (article 4)."""

from __future__ import annotations

from datetime import datetime

from degree_auth.domain.cases.attachment import Announcement
from degree_auth.domain.cases.attachment_decisions import announce_file
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.verification.feedback import MOST_FEEDBACK_ATTACHMENTS
from degree_auth.domain.verification.tasks import require_answerable_task


def announce_answer_file(
    case: Case, task_id: str, attachment_id: str, announced: Announcement, actor: str, now: datetime
) -> list[NewEvent]:
    """The institution announces a file that its answer will name; nobody else but the centre sees it."""
    task = require_answerable_task(case, task_id)
    return announce_file(case, attachment_id, announced, actor, MOST_FEEDBACK_ATTACHMENTS, now, task)
