"""Once a day: reminds applicants of what is asked, ends what nobody supplied, and has the digests sent."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, metrics, without_details
from degree_auth.services.cases.applicant_deadlines import remind_applicants
from degree_auth.wiring import cases, shared
from degree_auth.wiring.notifications import wishes


@logger.inject_lambda_context
@metrics.log_metrics
@without_details
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Input of the schedule; output how many cases were looked at, reminded of, and ended."""
    wishes.queue().send([{"digests": True}])
    swept = remind_applicants(cases.table(), cases.nudge(), shared.now())
    metrics.add_metric("ApplicantsReminded", MetricUnit.Count, swept.reminded)
    metrics.add_metric("ApplicationsLapsed", MetricUnit.Count, swept.lapsed)
    told = {"looked_at": swept.looked_at, "reminded": swept.reminded, "lapsed": swept.lapsed}
    logger.info("applicants reminded", extra=told)
    if swept.failed:
        raise RuntimeError(f"{swept.failed} of {swept.looked_at} cases could not be looked at")
    return told
