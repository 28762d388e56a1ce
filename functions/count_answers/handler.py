"""Counts how long an institution took to answer, from which later answers are expected."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, metrics, without_details
from degree_auth.wiring import verification


@logger.inject_lambda_context
@metrics.log_metrics
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """An event of the bus; the same again is counted once."""
    told = event["detail"]
    counted = verification.answer_counting().count(told["case_number"], told["seq"])
    if counted is not None and counted.is_within is not None:
        metrics.add_metric("AnswersExpected", MetricUnit.Count, 1)
        metrics.add_metric("AnswersWithin", MetricUnit.Count, int(counted.is_within))
    logger.info("answer", extra={"case_number": told["case_number"], "counted": counted is not None})
