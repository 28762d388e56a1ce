"""Opening a register change beside a manual verification (article 11)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.register_change import ChangeStatus
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
    events = [NewEvent(EventType.REGISTER_CHANGE_OPENED, actor, opened)]
    if live is not None:
        closed = {"change_id": live.change_id, "reason": "verified_again"}
        events.insert(0, NewEvent(EventType.REGISTER_CHANGE_CLOSED, SYSTEM, closed))
    return events
