"""Who held a case when, read from its log: what the clock ledger charges by (article 12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import evolve
from degree_auth.domain.cases.stages import HeldBy


def held_by_history(log: Iterable[Event], now: datetime) -> list[tuple[datetime, HeldBy]]:
    """Every moment recorded and who has held the case from then on, for the clock that runs at `now`.

    A recheck runs a clock of its own: the history begins anew with the last one opened by `now` (article 6).

    A written form counts from the date of its receipt, not from its entry (article 14): what lies
    between is the centre's time.
    """
    history: list[tuple[datetime, HeldBy]] = []
    case: Case | None = None
    for event in log:
        case = evolve(case, event)
        if event.type is EventType.RECHECK_OPENED and event.at <= now:
            history.clear()
        if event.type is EventType.FEEDBACK_RECEIVED:
            received = datetime.fromisoformat(event.data["received_at"])
            if received < event.at:
                history = [one for one in history if one[0] < received or one[1] is not HeldBy.INSTITUTION]
                history.append((received, HeldBy.CENTRE))
        history.append((event.at, case.held_by))
    return history
