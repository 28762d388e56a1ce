"""Looks into a file that a stranger sent and writes it anew. It has no permission and no secret: two links are all."""

from __future__ import annotations

from typing import Any

import urllib3
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.cases.attachment import LARGEST_BYTES
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.observability import logger, without_details
from degree_auth.wiring import examination

_storage = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=10), retries=3)


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, str], _context: LambdaContext) -> dict[str, Any]:
    """Input `read` and `write`, links to storage, and `content_type`; output `reason`, the message code for refusing
    the file or null."""
    content_type = event["content_type"]
    read = _storage.request("GET", event["read"])
    if read.status != 200 or len(read.data) > LARGEST_BYTES:
        raise Unavailable("try_again")
    copy = examination.examination()(read.data, content_type)
    if isinstance(copy, str):
        logger.info("file refused", extra={"reason": copy})
        return {"reason": copy}
    written = _storage.request("PUT", event["write"], body=copy, headers={"Content-Type": content_type})
    if written.status != 200:
        raise Unavailable("try_again")
    logger.info("file copied")
    return {"reason": None}
