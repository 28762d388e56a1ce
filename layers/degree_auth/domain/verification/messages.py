"""Messages between an institution and the centre's reviewer on a verification task (article 14)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.task import Task, task_data
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.verification.tasks import find_task

MOST_MESSAGES = 100
"""Messages on one task, from both sides together."""


def send_message(
    case: Case,
    task_id: str,
    message_id: str,
    fingerprint: str,
    sealed: str,
    actor: str,
    command: str | None = None,
) -> list[NewEvent]:
    """A message between the institution and the centre's reviewer on a task, also once it is answered (article 14).

    The same message again changes nothing; `fingerprint` tells it from another text under the same id.
    """
    task = find_task(case, task_id)
    known = next((one for one in task.messages if one.message_id == message_id), None)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Conflict("message_key_reused")
        return []
    if not takes_messages(task):
        raise Conflict("too_many_messages")
    data = {
        **task_data(task),
        "department_id": task.department_id,
        "message_id": message_id,
        "fingerprint": fingerprint,
        "sealed": sealed,
    }
    if command is not None:
        data["command"] = command
    return [NewEvent(EventType.MESSAGE_SENT, actor, data)]


def takes_messages(task: Task) -> bool:
    """Whether one more message may be written on a task."""
    return len(task.messages) < MOST_MESSAGES
