"""Files that an institution gives with its answer (article 4), taken the way that applicants' attachments are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.attachment import FileKind, parse_announcement
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.verification.access import TaskAction, require_task
from degree_auth.domain.verification.answer_files import announce_answer_file
from degree_auth.services.cases.attachments import announce
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.shared.ports import Documents
from degree_auth.services.verification.tasks import load_task

KIND = FileKind.EVIDENCE.value


@dataclass(frozen=True, slots=True)
class AnswerFiles:
    """Takes announcements of files from the department that has the task."""

    store: CaseStore
    documents: Documents

    def announce(
        self, asker: Principal, task_id: str, body: object, now: datetime, key: str | None = None
    ) -> tuple[str, str, str]:
        """Attachment id, upload link and content type for a file of the announced type and size; the same announcement
        again, told by the caller's key or by what it announces, is the same attachment.

        Raises:
            NotFound: no such task, or not this account's to see.
            Forbidden: another department has the task.
            Malformed, Invalid: what is wrong with the announcement.
            Conflict: the task does not wait for an answer, or has as many files as it may; or the key announced
                something else.
        """
        case, _ = load_task(self.store, asker, task_id, TaskAction.ANSWER_FILES)
        announced = parse_announcement(body, KIND)

        def decide(now_case: Case, attachment_id: str) -> list[NewEvent]:
            require_task(asker, now_case, task_id, TaskAction.ANSWER_FILES)
            return announce_answer_file(now_case, task_id, attachment_id, announced, asker.actor, now)

        return announce(self.store, self.documents, case.case_number, announced, decide, now, key=key, task_id=task_id)
