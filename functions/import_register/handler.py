"""Takes an annual report file from object storage into the award register, one step a call (article 11)."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from degree_auth import wiring
from degree_auth.adapters.register.import_files import BucketFiles
from degree_auth.domain.shared.errors import Invalid, NotFound, Problem
from degree_auth.observability import logger, without_details
from degree_auth.register_wiring import bulk_dynamodb, register_import
from degree_auth.services.register.annual_import import RegisterImport


@cache
def _import() -> RegisterImport:
    files = BucketFiles(wiring.setting("REGISTER_FILES_BUCKET"), wiring.client("s3"))
    return register_import(files, wiring.setting("REGISTER_TABLE"), wiring.keyring(), bulk_dynamodb())


@without_details
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Do the step that `action` names: split, chunk, conclude or failed; a file that cannot be read is a result."""
    match event["action"]:
        case "split":
            try:
                plan = _import().split(event["source"])
            except (Invalid, NotFound) as refused:
                problems = refused.problems or (Problem("source", refused.code),)
                return {"outcome": "refused", "problems": [problem.as_dict() for problem in problems]}
            return {"outcome": "ready", "chunk_list": f"chunks/{plan.import_id}/chunks.json", **asdict(plan)}
        case "chunk":
            import_id, chunk = event["import_id"], event["chunk"]
            counts = _import().import_chunk(import_id, chunk, wiring.now())
            return {**asdict(counts), "changes_awards": _import().changes_awards(import_id, chunk)}
        case "conclude":
            return _import().conclude(event["import_id"]).as_dict()
        case "failed":
            logger.error("register import stopped", extra={"source": event["source"], "error": event["error"]})
            _import().record_failure(event["source"], event["error"])
            return {}
        case unknown:
            raise ValueError(f"no such action: {unknown}")
