"""Task of the matching machine: compares a case's claim with the award register and commits the outcome."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.services.register.matching import compare_case
from degree_auth.wiring import cases, shared
from degree_auth.wiring.register import matching


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input `{"case_number"}`; output the case's number, stage and version."""
    case = compare_case(cases.table(), shared.keyring(), matching.matching(), event["case_number"], shared.now())
    logger.info("claim compared", extra={"case_number": case.case_number, "stage": case.stage.value})
    return {"case_number": case.case_number, "stage": case.stage.value, "version": case.version}
