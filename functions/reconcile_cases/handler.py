"""The reconciler, on a schedule: brings every open case back to a live machine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.register_changes.open_file_changes import file_change_waits
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.observability import logger, metrics, without_details
from degree_auth.services.cases.reconciliation import GRACE, LookAgain, Pace, reconcile
from degree_auth.services.review.centre_watch import Watched
from degree_auth.wiring import cases, register_changes, review, shared

THREADS = 8
LAST_SECONDS = 60
"""What is left of the time limit when no more cases are begun."""


@logger.inject_lambda_context
@metrics.log_metrics
@without_details
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input of the schedule, or by hand `{"grace_seconds"}` to start all that died now, and with it
    `{"look_again": "verification"}` to wake every execution of a machine, from behind the case number `{"behind"}` on.

    Output how many cases were open, started, woken, and left for the next run; `behind`, when not all could be woken;
    `failed`, how many calls failed. A run by hand does not watch the centre, and answers although some failed.

    Raises:
        RuntimeError: something failed in a run of the schedule.
    """
    by_hand = "grace_seconds" in event
    grace = timedelta(seconds=event["grace_seconds"]) if by_hand else GRACE
    look_again = LookAgain(Machine(event["look_again"]), event.get("behind", "")) if "look_again" in event else None

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > LAST_SECONDS * 1000

    with ThreadPoolExecutor(THREADS) as threads:
        pace = Pace(not by_hand, has_time, threads.map)
        done = reconcile(cases.table(), cases.workflows(), shared.now(), grace, look_again, pace)
    metrics.add_metric("OpenCases", MetricUnit.Count, done.open)
    metrics.add_metric("CasesBroughtBack", MetricUnit.Count, done.started + done.woken)
    metrics.add_metric("CasesLeftForNextRun", MetricUnit.Count, done.left)
    # Read from the cases, not from the engine: a machine that hangs in silence shows here.
    metrics.add_metric("OldestIssuingSeconds", MetricUnit.Seconds, done.oldest_issuing_seconds)
    metrics.add_metric("OldestOverdueDays", MetricUnit.Count, done.oldest_overdue_days)
    # Frozen days are nobody's, so no promise shows that a case is forgotten.
    metrics.add_metric("OldestFrozenDays", MetricUnit.Count, done.oldest_frozen_days)
    _measure_file_changes()
    told = {"open": done.open, "started": done.started, "woken": done.woken, "left": done.left, "behind": done.behind}
    told["failed"] = done.failed
    logger.info("reconciled", extra=told)
    if by_hand:
        return told
    late = _watch_centre(has_time)
    if done.failed or late.failed:
        raise RuntimeError(
            f"{done.failed} calls for {done.open} open cases failed, {late.failed} cases were not watched"
        )
    return told


def _watch_centre(has_time: Callable[[], bool]) -> Watched:
    """The centre's own days, and what lists of work show of cases that an earlier release stored."""
    done = review.centre_watch().round(shared.now(), has_time)
    metrics.add_metric("OldestCentreLateDays", MetricUnit.Count, done.oldest_late_days)
    metrics.add_metric("CentreDeadlinesMissed", MetricUnit.Count, done.breached)
    logger.info("centre watched", extra=as_data(done))
    return done


def _measure_file_changes() -> None:
    """How long register changes that files ask for have waited: no machine drives them."""
    now = shared.now()
    waits = file_change_waits(register_changes.open_file_changes().open_changes(), now)
    metrics.add_metric("OpenFileChanges", MetricUnit.Count, waits.open)
    metrics.add_metric("OldestUnwrittenFileChangeSeconds", MetricUnit.Seconds, waits.oldest_unwritten.total_seconds())
    metrics.add_metric("OldestFileChangeDays", MetricUnit.Count, waits.oldest_waiting_days)
