"""How a command is carried out on a case whose answer depends on its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.shared.ports import Sealer


def carry_out(
    nudge: Nudge,
    sealer: Sealer,
    case_number: str,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
    command: str | None = None,
) -> Case:
    """Let the case learn what became of its report, advance it, and make its machine go on. Raises as `advance`."""
    ReportFollowing(nudge.store, sealer).catch_up(case_number, now)
    case = advance(nudge.store, case_number, decide, now, command=command)
    nudge(case)
    return case
