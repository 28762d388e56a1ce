"""How a command is carried out on a case whose answer depends on its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.services.cases.advance import advance_once
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import Change
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer


def carry_out(
    nudge: Nudge,
    sealer: Sealer,
    case_number: str,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
    command: str | None = None,
    beside: Callable[[Case], Sequence[Change]] = lambda _: (),
) -> Case:
    """Carry out a command on a case that knows what became of its report, and make the case's machine go on.

    What becomes of the report at this moment is looked at, and decided on, anew; `beside` are changes of other cases,
    as `advance_once` has them. Raises as `advance` does.
    """
    reports = ReportFollowing(nudge.store, sealer)

    def attempt() -> Case:
        reports.catch_up(case_number, now)
        return advance_once(nudge.store, case_number, decide, now, command=command, beside=beside)

    case = until_stored(attempt)
    nudge(case)
    return case
