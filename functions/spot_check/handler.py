"""Task of the spot-check machine: says which draws are to be carried out, re-verifies a batch, adds up the findings."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth import wiring
from degree_auth.observability import logger, without_details


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input `{"step", …}`: `begin` with the input, `recheck` with draw and place, `summarise` with the draw."""
    checks, now = wiring.spot_checks(), wiring.now()
    match event["step"]:
        case "begin":
            return {"draws": [{"draw_id": one, "start": 0} for one in _asked(event["input"])]}
        case "recheck":
            following = checks.recheck(event["draw_id"], event["start"], now)
            return {"draw_id": event["draw_id"], "start": following or 0, "more": following is not None}
        case step:
            found = checks.summarise(event["draw_id"], now)
            logger.info(f"spot check: {step}", extra={"draw_id": event["draw_id"], **found.as_dict()})
            return {"draw_id": event["draw_id"], **found.as_dict()}


def _asked(given: dict[str, Any]) -> list[str]:
    """One draw by its id, the month's own, or all that still wait for findings."""
    checks = wiring.spot_checks()
    if "draw_id" in given:
        return [given["draw_id"]]
    if given.get("scheduled") == "monthly":
        return [checks.draw_scheduled(wiring.now())]
    return list(checks.open_draws())
