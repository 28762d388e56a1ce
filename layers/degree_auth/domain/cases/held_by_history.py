"""To whom a case was charged when, read from its log: what the clock ledger charges by (article 12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.charges import charged_with
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import evolve
from degree_auth.domain.cases.stages import HeldBy


def held_by_history(log: Iterable[Event], now: datetime) -> list[tuple[datetime, HeldBy]]:
    """Every moment recorded and to whom the case is charged from then on, for the clock that runs at `now`; a recheck
    that opens later is not looked at. What an entry does to it: `charges`."""
    history: list[tuple[datetime, HeldBy]] = []
    case: Case | None = None
    for event in log:
        case = evolve(case, event)
        if event.type is EventType.RECHECK_OPENED and event.at > now:
            history.append((event.at, case.charged_to))
        else:
            history = charged_with(history, case, event)
    return history
