"""Takes an annual report file from object storage into the award register, one step a call (article 11)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from degree_auth.domain.shared.errors import Invalid, NotFound, Problem
from degree_auth.observability import logger, without_details
from degree_auth.wiring import shared
from degree_auth.wiring.register import annual_import


@without_details
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Do the step that `action` names: split, chunk, conclude or failed; a file that cannot be read is a result."""
    match event["action"]:
        case "split":
            try:
                plan = annual_import.annual_import().split(event["source"])
            except (Invalid, NotFound) as refused:
                problems = refused.problems or (Problem("source", refused.code),)
                return {"outcome": "refused", "problems": [problem.as_dict() for problem in problems]}
            return {"outcome": "ready", "chunk_list": f"chunks/{plan.import_id}/chunks.json", **asdict(plan)}
        case "chunk":
            import_id, chunk = event["import_id"], event["chunk"]
            counts = annual_import.annual_import().import_chunk(import_id, chunk, shared.now())
            return {**asdict(counts), "changes_awards": annual_import.annual_import().changes_awards(import_id, chunk)}
        case "conclude":
            return annual_import.annual_import().conclude(event["import_id"]).as_dict()
        case "failed":
            logger.error("register import stopped", extra={"source": event["source"], "error": event["error"]})
            annual_import.annual_import().record_failure(event["source"], event["error"])
            return {}
        case unknown:
            raise ValueError(f"no such action: {unknown}")
