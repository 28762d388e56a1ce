"""Task of the spot-check machine: says which draws are open, draws one, re-verifies a batch, adds up the findings."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.wiring import shared, spot_checks


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input `{"step"}`, with `draw_id` but for `list`, and `start` for `recheck`; output what the machine needs for its
    next step."""
    checks, now = spot_checks.checks(), shared.now()
    if event["step"] == "list":
        checks.order_scheduled(now)
        return {"draws": [{"draw_id": one} for one in checks.open_draws()]}
    draw_id = event["draw_id"]
    match event["step"]:
        case "draw":
            checks.draw(draw_id)
            return {"draw_id": draw_id, "start": 0}
        case "recheck":
            following = checks.recheck(draw_id, event["start"], now)
            return {"draw_id": draw_id, "start": following or 0, "more": following is not None}
        case _:
            found = checks.summarise(draw_id, now).as_dict()
            logger.info("spot check added up", extra={"draw_id": draw_id, **found})
            return {"draw_id": draw_id, **found}
