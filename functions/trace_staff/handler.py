"""Fed by CloudTrail: records which principal started each staff action, and tells when it is not the account's own."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.accounts.staff_principals import read_start
from degree_auth.observability import logger, report_staff_contradiction, without_details
from degree_auth.wiring import accounts, shared


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input: an event "AWS API Call via CloudTrail" of Step Functions. Output: the execution, the account that proved
    it or empty, and what contradicts it; nothing for a call that started nothing."""
    start = read_start(event)
    if start is None:
        return {}
    seen = accounts.staff_traces().record(start, shared.now())
    told = {"account": seen.staff_name, "contradictions": [one.value for one in seen.contradictions]}
    if seen.contradictions:
        report_staff_contradiction(told)
    else:
        logger.info("start of a staff action", extra=told)
    return {"execution": seen.execution, **told}
