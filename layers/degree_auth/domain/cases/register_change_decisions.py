"""What a verification does to the register change beside it (article 11): it opens one, and closes what is void."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.register_change import ChangeStatus, RegisterChange
from degree_auth.domain.shared.actors import SYSTEM


def open_register_change(case: Case, actor: str) -> list[NewEvent]:
    """With every manual verification a register change is opened (article 11), unless one waits for its outcome.

    A change that rests on an earlier verification is closed, because the new verification decides what the register
    should say. One that is being applied is applied all the same, and the new change starts from the register after it.
    """
    live = case.shapeable_change
    if live is not None and live.status is ChangeStatus.OPEN:
        return []
    opened = {"change_id": f"{case.case_number}-R{len(case.register_changes) + 1}"}
    return [
        *close_register_change(case, "verified_again"),
        NewEvent(EventType.REGISTER_CHANGE_OPENED, actor, opened),
    ]


def close_register_change(case: Case, reason: str) -> list[NewEvent]:
    """What the case would have written to the register stays out of it; `reason` is a code. What is being written is
    brought to its end all the same."""
    change = case.shapeable_change
    if change is None:
        return []
    return [closing_event(change, SYSTEM, reason)]


def closing_event(change: RegisterChange, actor: str, reason: str, command: str = "") -> NewEvent:
    """A register change is closed: the register stays as it is. `reason` holds no personal data."""
    data = {"change_id": change.change_id, "reason": reason}
    if command:
        data["command"] = command
    return NewEvent(EventType.REGISTER_CHANGE_CLOSED, actor, data)
