"""Takes an uploaded file onto its case, or refuses it; started by object storage through the event bus."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.services.cases.attachments import receive_upload
from degree_auth.wiring import cases, shared


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, str]:
    """Input an `Object Created` event; output what became of the file."""
    result = receive_upload(cases.table(), shared.documents(), event["detail"]["object"]["key"], shared.now())
    logger.info("attachment received", extra={"result": result})
    return {"result": result}
