"""To whom a case is charged from which moment on, entry by entry: what the clock ledger charges by (article 12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.stages import HeldBy

_Charges = Sequence[tuple[datetime, HeldBy]]


def charged_with(charged: _Charges, case: Case, event: Event) -> list[tuple[datetime, HeldBy]]:
    """The charges once more with an entry; `case` is what the entry made of the case.

    A recheck runs a clock of its own: the charges begin anew with it (article 6). While a case is frozen its days are
    nobody's (article 1; `UNCHARGED_STAGES`). A written form counts from the date of its receipt, not from its entry
    (article 14): what lies between is the centre's time.
    """
    known = [] if event.type is EventType.RECHECK_OPENED else list(charged)
    if event.type is EventType.FEEDBACK_RECEIVED:
        received = datetime.fromisoformat(event.data["received_at"])
        if received < event.at:
            known = _given_to_the_centre(known, received)
    return [*known, (event.at, case.charged_to)]


def compact(charged: _Charges) -> tuple[tuple[datetime, HeldBy], ...]:
    """The same charges without what says nothing new: of each party the first moment, and the latest where the party
    does not change. The ledger counts both alike."""
    kept: list[tuple[datetime, HeldBy]] = []
    for moment, party in charged:
        if len(kept) > 1 and kept[-1][1] is kept[-2][1] is party:
            kept[-1] = (max(kept[-1][0], moment), party)
        else:
            kept.append((moment, party))
    return tuple(kept)


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
