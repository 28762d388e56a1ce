"""Messages between an institution's handler and the centre's reviewer on a verification task (articles 10, 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import of_institution
from degree_auth.domain.shared.actors import account_of, staff_actor
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.free_text import LONGEST_MESSAGE, parse_text
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.domain.verification import messages
from degree_auth.domain.verification.access import TaskAction, require_task
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.readings.readings import Readings
from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.sealing import open_json, seal_json
from degree_auth.services.verification.seen_marks import SeenMarks
from degree_auth.services.verification.tasks import load_task


@dataclass(frozen=True, slots=True)
class TaskMessages:
    """Reads and sends messages for institutions' accounts."""

    store: CaseStore
    sealer: Sealer
    nudge: Nudge
    readings: Readings
    seen: SeenMarks

    def read(self, asker: Principal, task_id: str, now: datetime) -> list[dict[str, Any]]:
        """The task's messages, earliest first. Raises `NotFound` as for a task that does not exist."""
        case, _ = load_task(self.store, asker, task_id)
        return self._messages(asker, case, task_id, now)

    def send(self, asker: Principal, task_id: str, body: object, key: str | None, now: datetime) -> dict[str, Any]:
        """Send one message, and give it as it stands in the log.

        A repeat under the same `key` is the same message; without a key the same text is.

        Raises:
            NotFound: no such task, or not this account's to see.
            Malformed, Invalid: what is wrong with the text.
            Conflict: the key was used for another text, or the task has as many messages as it may.
        """
        case, _ = load_task(self.store, asker, task_id, TaskAction.MESSAGES)
        text = parse_text(body, "text", LONGEST_MESSAGE)
        actor = asker.actor
        send, message_id = _message_decision(
            self.sealer, case.case_number, task_id, text, actor, f"text\n{text}" if key is None else f"key\n{key}"
        )

        def decide(now_case: Case) -> list[NewEvent]:
            require_task(asker, now_case, task_id, TaskAction.MESSAGES)
            return send(now_case)

        case = advance(self.store, case.case_number, decide, now)
        self.nudge(case)
        sent = self._messages(asker, case, task_id, now)
        return next(one for one in sent if one["message_id"] == message_id)

    def _messages(self, asker: Principal, case: Case, task_id: str, now: datetime) -> list[dict[str, Any]]:
        reading = self.readings.begin(case.case_number, of_institution(asker), Purpose.MESSAGES, now)
        found = messages_of(self.store.log(case.case_number), reading, task_id)
        self.seen.saw(asker, task_id, messages=len(found))
        return found


def messages_of(log: Iterable[Event], opener: Opener, task_id: str | None = None) -> list[dict[str, Any]]:
    """The messages of a case's log, or of one task in it, earliest first, opened: text, moment, side and account."""
    return [
        {
            "message_id": event.data["message_id"],
            "task_id": event.data["task_id"],
            "at": shanghai_time(event.at),
            "from": "centre" if account_of(event.actor) is None else "institution",
            "account_id": account_of(event.actor),
            "text": open_json(opener, event.case_number, event.data["sealed"])["text"],
        }
        for event in log
        if event.type is EventType.MESSAGE_SENT and task_id in (None, event.data["task_id"])
    ]


def staff_message(sealer: Sealer, case: Case, reviewer: str, task_id: str, text: str, command: str) -> list[NewEvent]:
    """What a message of staff does to its case; without a task named it stands on the one opened last.

    Raises:
        NotFound: the case has no such task.
        Conflict: the task has as many messages as it may.
    """
    wanted = task_id or case.task_id
    if wanted is None:
        raise NotFound("not_found")
    decide, _ = _message_decision(
        sealer, case.case_number, wanted, text, staff_actor(reviewer), f"command\n{command}", command
    )
    return decide(case)


def _message_decision(
    sealer: Sealer, case_number: str, task_id: str, text: str, actor: str, name: str, command: str | None = None
) -> tuple[Callable[[Case], list[NewEvent]], str]:
    """The decision, and the id of the message, which follows from its sender and its name."""
    message_id = sealer.token("message", f"{task_id}\n{actor}\n{name}")[:22]
    fingerprint = sealer.token("message-text", f"{task_id}\n{text}")[:22]
    sealed = seal_json(sealer, case_number, {"text": text})
    return (
        lambda case: messages.send_message(case, task_id, message_id, fingerprint, sealed, actor, command),
        message_id,
    )
