"""Has the scan of a certificate read once it is stored, so that the reviewer sees what it appears to say."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.wiring import review


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """An event of the bus; the same again reads the scan again and changes nothing."""
    told = event["detail"]
    result = review.scan_texts().read(told["case_number"], told["facts"]["attachment_id"])
    logger.info("scan", extra={"case_number": told["case_number"], "result": result})
