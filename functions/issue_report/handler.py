"""Task of the issuance machine: issues the report of a case, once."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.wiring import shared
from degree_auth.wiring.reports import issuance


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input `{"case_number"}`; output the case's number, stage, and the report's number if there is one."""
    case = issuance.issuance().issue(event["case_number"], shared.now())
    number = None if case.report is None else case.report.report_number
    logger.info("issuance done", extra={"case_number": case.case_number, "stage": case.stage.value})
    return {"case_number": case.case_number, "stage": case.stage.value, "report_number": number}
