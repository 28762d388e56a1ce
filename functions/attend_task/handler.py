"""Task of the verification machine: routes a new task, records what time has brought, and says when to come again."""

from __future__ import annotations

from datetime import UTC
from math import ceil
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.wiring import shared, verification


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input `{"case_number"}`; output the case's number, stage and version, the moment to look again (ISO 8601,
    UTC), and the seconds until then, at least one."""
    now = shared.now()
    case, look = verification.deadlines().attend(event["case_number"], now)
    logger.info("task attended to", extra={"case_number": case.case_number, "stage": case.stage.value})
    return {
        "case_number": case.case_number,
        "stage": case.stage.value,
        "version": case.version,
        "look_at": look.astimezone(UTC).isoformat(),
        "wait_seconds": max(1, ceil((look - now).total_seconds())),
    }
