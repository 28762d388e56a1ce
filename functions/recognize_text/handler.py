"""Recognizes the text of a scan. It has no permission and no secret: a link to the one file is all."""

from __future__ import annotations

from typing import Any

import urllib3
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.cases.attachment import LARGEST_COPY_BYTES
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.observability import logger, without_details
from degree_auth.wiring import recognition

_storage = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=10), retries=3)


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, str], _context: LambdaContext) -> dict[str, Any]:
    """Input `read`, a link to storage, and `content_type`; output `lines`, each text, confidence and height on the
    page, or null when no page can be made of the file."""
    read = _storage.request("GET", event["read"])
    if read.status != 200 or len(read.data) > LARGEST_COPY_BYTES:
        raise Unavailable("try_again")
    try:
        lines = recognition.recognition()(read.data, event["content_type"])
    except ValueError:
        logger.info("scan not read")
        return {"lines": None}
    logger.info("scan read", extra={"lines": len(lines)})
    return {"lines": [[line.text, line.confidence, line.height] for line in lines]}
