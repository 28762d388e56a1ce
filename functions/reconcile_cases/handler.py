"""The reconciler, on a schedule: brings every open case back to a live machine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.register_changes.open_file_changes import file_change_waits
from degree_auth.observability import logger, metrics, without_details
from degree_auth.services.cases.reconciliation import GRACE, reconcile
from degree_auth.wiring import cases, register_changes, shared


@logger.inject_lambda_context
@metrics.log_metrics
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Input of the schedule, or by hand `{"grace_seconds"}`, and `{"look_again": "verification"}` to wake every
    execution of a machine; output how many cases were open, started, woken."""
    grace = timedelta(seconds=event["grace_seconds"]) if "grace_seconds" in event else GRACE
    look_again = Machine(event["look_again"]) if "look_again" in event else None
    done = reconcile(cases.table(), cases.workflows(), shared.now(), grace, look_again)
    metrics.add_metric("OpenCases", MetricUnit.Count, done.open)
    metrics.add_metric("CasesBroughtBack", MetricUnit.Count, done.started + done.woken)
    # Read from the cases, not from the engine: a machine that hangs in silence shows here.
    metrics.add_metric("OldestIssuingSeconds", MetricUnit.Seconds, done.oldest_issuing_seconds)
    metrics.add_metric("OldestOverdueDays", MetricUnit.Count, done.oldest_overdue_days)
    # Frozen days are nobody's, so no promise shows that a case is forgotten.
    metrics.add_metric("OldestFrozenDays", MetricUnit.Count, done.oldest_frozen_days)
    _measure_file_changes()
    logger.info("reconciled", extra={"open": done.open, "started": done.started, "woken": done.woken})
    if done.failed:
        raise RuntimeError(f"{done.failed} of {done.open} open cases could not be brought back")
    return {"open": done.open, "started": done.started, "woken": done.woken}


def _measure_file_changes() -> None:
    """How long register changes that files ask for have waited: no machine drives them."""
    now = shared.now()
    waits = file_change_waits(register_changes.open_file_changes().open_changes(), now)
    metrics.add_metric("OpenFileChanges", MetricUnit.Count, waits.open)
    metrics.add_metric("OldestUnwrittenFileChangeSeconds", MetricUnit.Seconds, waits.oldest_unwritten.total_seconds())
    metrics.add_metric("OldestFileChangeDays", MetricUnit.Count, waits.oldest_waiting_days)
