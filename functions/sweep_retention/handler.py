"""Ends what is over, daily: files and cases whose time has come, and erasures that were cut off."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.wiring import erasures, shared


@logger.inject_lambda_context
@without_details
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Input of the schedule; output how many cases lost files, were erased, were kept, and failed."""
    done = erasures.sweep().sweep(shared.now())
    logger.info("swept", extra=done)
    if done["failed"]:
        raise RuntimeError(f"what is over was not ended in {done['failed']} cases")
    return done
