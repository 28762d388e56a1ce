"""The canary, on a schedule: asks the service as anybody would, and tells the alarms how it was answered."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, metrics, report_canary_step, without_details
from degree_auth.wiring import shared
from degree_auth.wiring.reports import canary


@logger.inject_lambda_context
@metrics.log_metrics
@without_details
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input of the schedule; output how many steps there were, and the faults by step."""
    steps = canary.watcher().round(shared.now())
    faults = {step.name: step.fault for step in steps if step.fault}
    for step in steps:
        report_canary_step(step.name, step.milliseconds)
    metrics.add_metric("CanaryFaults", MetricUnit.Count, len(faults))
    told = {"steps": len(steps), "faults": faults}
    if faults:
        logger.error("the canary was not answered rightly", extra=told)
    else:
        logger.info("canary", extra=told)
    return told
