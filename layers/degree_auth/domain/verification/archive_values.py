"""Values of an archive that differ from the claim, and their acceptance by a reviewer (article 5)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.result import CONFIRMATIONS
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.shared.actors import staff_actor
from degree_auth.domain.shared.errors import Conflict


def awaits_acceptance(case: Case) -> bool:
    """Whether archive values, the awarding institution among them, wait for the reviewer."""
    task = case.task
    return (
        case.stage is Stage.VERIFICATION
        and task is not None
        and task.status is TaskStatus.ANSWERED
        and task.answer is not None
        and task.answer.result in CONFIRMATIONS
    )


def require_acceptance(case: Case) -> None:
    """Raises `Conflict`: no values of an archive wait for the reviewer."""
    if not awaits_acceptance(case):
        raise Conflict("no_archive_values")


def accept_archive_values(
    case: Case, reviewer: str, reason: str, changed: ChangedClaim, command: str
) -> list[NewEvent]:
    """The reviewer takes over what the archive says (article 5)."""
    require_acceptance(case)
    data = {"task_id": case.task_id, "reason": reason, **changed.as_dict(), "command": command}
    return [NewEvent(EventType.ARCHIVE_VALUES_ACCEPTED, staff_actor(reviewer), data)]
