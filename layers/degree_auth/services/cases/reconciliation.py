"""The reconciler compares open cases with live executions. It starts an execution that is missing and wakes one that
missed its answer or its time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest

from degree_auth.domain.cases.restarts import last_sign_of_life, restart_turn
from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.deadlines import overdue_days
from degree_auth.services.cases.ports import OpenCase, OpenCases, Workflows

GRACE = timedelta(seconds=60)
"""How long a case is left alone after a change: its machine is on the way."""

BETWEEN_LOOKS = 64
"""Cases that are brought back before the time is looked at again."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """All executions of this machine are woken, so that each looks at its case anew; those of the case numbers up to
    `behind` were woken before."""

    machine: Machine
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a round goes about it.

    A `patient` one starts what died again and again after pauses that double, another one starts everything now.
    It goes on while `has_time`. `carry_out` makes the calls, in the order of their cases: `map`, or an executor's.
    """

    patient: bool = False
    has_time: Callable[[], bool] = lambda: True
    carry_out: Callable[[Callable[[OpenCase], str], Iterable[OpenCase]], Iterable[str]] = map


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The figures of one round.

    `open` cases were looked at, some of them `started` again or `woken`; `failed` counts the calls that failed, those
    that list what runs among them, and `left` the cases for which there was no time. `behind` is the last case number
    of those to look again that was reached, when there was no time for all of them.
    `oldest_issuing_seconds` is the longest wait for a report, `oldest_overdue_days` the longest delay of an
    institution, `oldest_frozen_days` the longest time in which nothing has happened in a frozen case.
    """

    open: int
    started: int
    woken: int
    failed: int
    left: int
    behind: str | None
    oldest_issuing_seconds: float
    oldest_overdue_days: int
    oldest_frozen_days: int


def reconcile(
    cases: OpenCases,
    workflows: Workflows,
    now: datetime,
    grace: timedelta = GRACE,
    look_again: LookAgain | None = None,
    pace: Pace | None = None,
) -> Reconciled:
    """Bring every open case back to a live machine (N1). Safe to run at any time, also twice at once.

    First everything is looked at, so that the figures are whole; then the machines take turns, so that a round that
    ends early has brought back some of each. A machine whose executions cannot be listed is left for the next round.

    Args:
        cases, workflows: what is open and what runs.
        now: aware.
        grace: how long a case is left alone after a change.
        look_again: after a notice on holidays every deadline is counted again (article 12).
        pace: at once, in one thread and to the end when not given.
    """
    pace = pace or Pace()
    today = shanghai_day(now)
    live, unlisted = _live_cases(workflows)
    seen = overdue = frozen = 0
    oldest = now
    waiting: dict[Machine, list[OpenCase]] = defaultdict(list)
    round_ = _Round(workflows, now, live, look_again, patient=pace.patient)
    for case in cases.open_cases(now - grace):
        seen += 1
        if case.machine is Machine.ISSUANCE:
            oldest = min(oldest, case.changed_at)
        overdue = max(overdue, overdue_days(case.due, case.received_on, today))
        if case.is_frozen:
            frozen = max(frozen, (now - case.changed_at).days)
        if case.machine in live and round_.is_to_be_brought_back(case):
            waiting[case.machine].append(case)
    in_turn = _in_turn(waiting)
    outcomes, reached = _carry_out(round_, in_turn, pace)
    return Reconciled(
        open=seen,
        started=outcomes["started"],
        woken=outcomes["woken"],
        failed=outcomes["failed"] + unlisted,
        left=len(in_turn) - reached,
        behind=_last_that_looks_again(round_, in_turn, reached),
        oldest_issuing_seconds=(now - oldest).total_seconds(),
        oldest_overdue_days=overdue,
        oldest_frozen_days=frozen,
    )


@dataclass(frozen=True, slots=True)
class _Round:
    workflows: Workflows
    now: datetime
    live: dict[Machine, set[str]]
    look_again: LookAgain | None
    patient: bool

    def is_to_be_brought_back(self, case: OpenCase) -> bool:
        """Whether a case needs a call at all."""
        if not self._is_alive(case):
            return self._name(case) is not None
        if case.wait_token is None or case.wait_version is None:
            return False
        return self._is_answered(case) or self._late(case) >= timedelta(0) or self.looks_again(case)

    def bring_back(self, case: OpenCase) -> str:
        """Start or wake its execution: "started", "woken", "left" or "failed"."""
        try:
            return self._start_or_wake(case)
        except Exception:  # one case must not keep the others from being brought back
            return "failed"

    def looks_again(self, case: OpenCase) -> bool:
        """Whether its execution is woken although nothing is due."""
        again = self.look_again
        return again is not None and case.machine is again.machine and case.case_number > again.behind

    def _start_or_wake(self, case: OpenCase) -> str:
        if self._is_alive(case) and case.wait_token is not None:
            if self.workflows.wake(case.wait_token):
                return "woken"
            # Its own time limit may have woken it this very moment; then it goes round by itself.
            if not self._is_answered(case) and self._late(case) < GRACE:
                return "left"
            # If the token was overwritten, the old execution cannot be woken. Start a new one.
        name = self._name(case)
        started = name is not None and self.workflows.start(case.machine, case.case_number, name)
        return "started" if started else "left"

    def _name(self, case: OpenCase) -> str | None:
        """The name under which it is started now, the same for every reconciler; None while it is to pause."""
        since = self._last_sign_of_life(case) if self.patient else self.now
        turn = restart_turn(self.now - since)
        return None if turn is None else f"{case.case_number}-{case.version}-{since:%Y%m%d%H%M}-{turn}"

    def _last_sign_of_life(self, case: OpenCase) -> datetime:
        waited = case.wait_version == case.version
        return last_sign_of_life(case.changed_at, case.wait_until, self.now, waited=waited)

    def _is_alive(self, case: OpenCase) -> bool:
        return case.case_number in self.live[case.machine]

    def _late(self, case: OpenCase) -> timedelta:
        return timedelta(seconds=-1) if case.wait_until is None else self.now - case.wait_until

    @staticmethod
    def _is_answered(case: OpenCase) -> bool:
        return case.wait_version is not None and case.wait_version < case.version


def _live_cases(workflows: Workflows) -> tuple[dict[Machine, set[str]], int]:
    """What runs of each machine that could be listed, and how many could not."""
    live, unlisted = {}, 0
    for machine in Machine:
        try:
            live[machine] = workflows.live_cases(machine)
        except Exception:  # throttled, as when somebody lists them in the console; the others need not wait
            unlisted += 1
    return live, unlisted


def _in_turn(waiting: dict[Machine, list[OpenCase]]) -> list[OpenCase]:
    """One of each machine, then the next of each; those of a machine by case number."""
    ordered = [sorted(found, key=lambda case: case.case_number) for found in waiting.values()]
    return [case for case in chain.from_iterable(zip_longest(*ordered)) if case is not None]


def _carry_out(round_: _Round, in_turn: Sequence[OpenCase], pace: Pace) -> tuple[Counter[str], int]:
    """What came of the calls, and how many cases were reached."""
    outcomes: Counter[str] = Counter()
    for start in range(0, len(in_turn), BETWEEN_LOOKS):
        if not pace.has_time():
            return outcomes, start
        outcomes.update(pace.carry_out(round_.bring_back, in_turn[start : start + BETWEEN_LOOKS]))
    return outcomes, len(in_turn)


def _last_that_looks_again(round_: _Round, in_turn: Sequence[OpenCase], reached: int) -> str | None:
    """The last case number reached of those that look again; None when all were reached."""
    if round_.look_again is None or not any(map(round_.looks_again, in_turn[reached:])):
        return None
    done = [case.case_number for case in in_turn[:reached] if round_.looks_again(case)]
    return max(done, default=round_.look_again.behind)
