"""The reconciler compares open cases with live executions. It starts an execution that is missing and wakes one that
missed its answer or its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.deadlines import overdue_days
from degree_auth.services.cases.ports import OpenCase, OpenCases, Workflows

GRACE = timedelta(seconds=60)
"""How long a case is left alone after a change: its machine is on the way."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The figures of one round.

    `open` cases were looked at, some of them `started` again or `woken`; `failed` counts the calls that failed.
    `oldest_issuing_seconds` is the longest wait for a report, `oldest_overdue_days` the longest delay of an
    institution, `oldest_frozen_days` the longest time in which nothing has happened in a frozen case.
    """

    open: int
    started: int
    woken: int
    failed: int
    oldest_issuing_seconds: float
    oldest_overdue_days: int
    oldest_frozen_days: int


def reconcile(
    cases: OpenCases, workflows: Workflows, now: datetime, grace: timedelta = GRACE, look_again: Machine | None = None
) -> Reconciled:
    """Bring every open case back to a live machine (N1). Safe to run at any time, also twice at once.

    An execution that the reconciler starts is named by the case, its version and the minute, so that
    two reconcilers start one.

    Args:
        cases, workflows: what is open and what runs.
        now: aware.
        grace: how long a case is left alone after a change.
        look_again: this machine's executions are all woken, so that each looks at its case anew: after
            a notice on holidays every deadline is counted again (article 12).
    """
    today = shanghai_day(now)
    live = {machine: workflows.live_cases(machine) for machine in Machine}
    seen = started = woken = failed = overdue = frozen = 0
    oldest = now
    for case in cases.open_cases(now - grace):
        seen += 1
        if case.machine is Machine.ISSUANCE:
            oldest = min(oldest, case.changed_at)
        overdue = max(overdue, overdue_days(case.due, case.received_on, today))
        if case.is_frozen:
            frozen = max(frozen, (now - case.changed_at).days)
        try:
            alive = case.case_number in live[case.machine]
            done = _start_or_wake(workflows, case, now, alive=alive, look_again=case.machine is look_again)
        except Exception:  # one case must not keep the others from being brought back
            failed += 1
            continue
        started += done == "started"
        woken += done == "woken"
    return Reconciled(seen, started, woken, failed, (now - oldest).total_seconds(), overdue, frozen)


def _start_or_wake(workflows: Workflows, case: OpenCase, now: datetime, *, alive: bool, look_again: bool) -> str:
    if alive:
        if case.wait_token is None or case.wait_version is None:
            return "left"
        answered = case.wait_version < case.version
        late = timedelta(seconds=-1) if case.wait_until is None else now - case.wait_until
        if not (answered or late >= timedelta(0) or look_again):
            return "left"
        if workflows.wake(case.wait_token):
            return "woken"
        # Its own time limit may have woken it this very moment; then it goes round by itself.
        if not answered and late < GRACE:
            return "left"
        # If the token was overwritten, the old execution cannot be woken. Start a new one.
    name = f"{case.case_number}-{case.version}-{now:%Y%m%d%H%M}"
    return "started" if workflows.start(case.machine, case.case_number, name) else "left"
