"""How every command changes a case: read, decide, commit against the version read; decide anew if it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, NewEvent
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.verification.handing_on import breaches_left_behind
from degree_auth.services.cases.ports import CaseStore, Change, Count, Disavowed, OpenLimit
from degree_auth.services.shared.optimistic import until_stored


def advance(
    store: CaseStore,
    case_number: str,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
    *,
    command: str | None = None,
) -> Case:
    """Carry out one command on a case and give the case as it is afterwards.

    `command` names the command; one of those that lately changed the case is not carried out again.

    Raises:
        NotFound: there is no such case.
        Conflict: the decision refuses.
        Unavailable: others kept changing the case; nothing was changed by this call.
    """
    return until_stored(lambda: advance_once(store, case_number, decide, now, command=command))


def advance_once(
    store: CaseStore,
    case_number: str,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
    *,
    command: str | None = None,
    report: IssuedDocument | None = None,
    adopted: str | None = None,
    holdings: Sequence[Holding] = (),
    as_read: Sequence[Case] = (),
    disavowed: Sequence[Disavowed] = (),
    beside: Callable[[Case], Sequence[Change]] = lambda _: (),
    counts: Sequence[Count] = (),
    limits: Sequence[OpenLimit] = (),
    erasing: IssuedDocument | None = None,
) -> Case:
    """`advance`, tried once. `report` and what follows it are stored with the change, or looked at, and only with it,
    as `CaseStore.commit` has them; they were decided by the caller, who looks at them anew. So are the changes of other
    cases that `beside` gives for the case as it was read.

    Raises:
        Stale: the case has changed meanwhile, or what the change rests on.
        TooOften, TooManyOpen: a bound of `counts`, or of `limits`, is reached.
    """
    case = store.load(case_number)
    if command is not None and command in case.commands:
        return case
    events = decide(case)
    if not events:
        return case
    after, entries = changed(store, case, events, now)
    store.commit(
        case,
        after,
        entries,
        report=report,
        adopted=adopted,
        holdings=holdings,
        as_read=as_read,
        disavowed=disavowed,
        beside=beside(case),
        counts=counts,
        limits=limits,
        erasing=erasing,
    )
    return after


def changed(store: CaseStore, case: Case, events: Sequence[NewEvent], now: datetime) -> tuple[Case, list[Event]]:
    """The case with these events, and the entries to be stored with it. What the change would leave unrecorded comes
    first: a breach that nobody has looked at yet (article 12).

    Raises:
        Conflict: the case is being erased.
    """
    after, entries = append_events(case.case_number, case, events, now)
    left_behind = breaches_left_behind(case, after, now, store.calendar)
    if left_behind:
        after, entries = append_events(case.case_number, case, [*left_behind, *events], now)
    return after, entries


def unless_changed(seen: Case, decide: Callable[[Case], Sequence[NewEvent]]) -> Callable[[Case], Sequence[NewEvent]]:
    """A decision that gives events only while the case is as it was read; without events, the caller reads the case
    again."""
    return lambda case: decide(case) if case.version == seen.version else []
