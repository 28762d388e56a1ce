"""Takes an uploaded file onto its case or refuses it, and withdraws one in which a scanner has found something."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.cases.attachment import infected_file
from degree_auth.observability import logger, without_details
from degree_auth.services.cases.attachments import receive_upload, withdraw_upload
from degree_auth.wiring import cases, shared


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, str]:
    """Input an `Object Created` event of the bucket, or what a scanner found in one of its objects; output what became
    of the file."""
    result = _withdrawn(event["detail"]) if event["source"] != "aws.s3" else _received(event["detail"])
    logger.info("attachment looked at", extra={"result": result})
    return {"result": result}


def _received(detail: dict[str, Any]) -> str:
    key = detail["object"]["key"]
    return receive_upload(cases.table(), shared.documents(), cases.examiner(), key, shared.now())


def _withdrawn(detail: dict[str, Any]) -> str:
    infected = infected_file(detail, shared.setting("DOCUMENTS_BUCKET"))
    if infected is None:
        return "ignored"
    is_withdrawn = withdraw_upload(cases.table(), shared.documents(), infected, shared.now())
    return "withdrawn" if is_withdrawn else "refused"
