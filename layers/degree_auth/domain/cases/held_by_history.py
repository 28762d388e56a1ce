"""To whom a case was charged when, read from its log: what the clock ledger charges by (article 12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import evolve
from degree_auth.domain.cases.stages import HeldBy


def held_by_history(log: Iterable[Event], now: datetime) -> list[tuple[datetime, HeldBy]]:
    """Every moment recorded and to whom the case is charged from then on, for the clock that runs at `now`.

    A recheck runs a clock of its own: the history begins anew with the last one opened by `now` (article 6).

    While a case is frozen its days are nobody's (article 1; `UNCHARGED_STAGES`).

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
                history = _given_to_the_centre(history, received)
        history.append((event.at, case.charged_to))
    return history


def _given_to_the_centre(history: list[tuple[datetime, HeldBy]], since: datetime) -> list[tuple[datetime, HeldBy]]:
    """The history with the institution's time from a moment on as the centre's."""
    given: list[tuple[datetime, HeldBy]] = []
    for (moment, party), until in zip(history, [*(one for one, _ in history[1:]), None], strict=True):
        if party is not HeldBy.INSTITUTION:
            given.append((moment, party))
        elif moment >= since:
            given.append((moment, HeldBy.CENTRE))
        else:
            given.append((moment, party))
            if until is None or until > since:
                given.append((since, HeldBy.CENTRE))
    return given
