"""Takes an annual report file from object storage into the award register, one step a call (article 11)."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from degree_auth.domain.register.sent_file import LOOKED_AT_ONLY
from degree_auth.domain.shared.errors import Invalid, NotFound, Problem
from degree_auth.observability import logger, without_details
from degree_auth.services.register.annual_import import Expected
from degree_auth.services.register.sent_files import proven_sender
from degree_auth.wiring import shared
from degree_auth.wiring.register import annual_import


@without_details
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Do the step that `action` names: split, chunk, conclude or failed; a file that is refused is a result.

    The input of split is the machine's own: `source`; with `check` true, or for a file under `incoming/check/`, nothing
    is imported and a preview is written; `rows` and `sha256` say what was sent, `sender` is the member of staff who
    sent it, proven for the `execution` by `sender_proof`. A file that nobody sent is `unsent`: it is not looked at.
    """
    match event["action"]:
        case "split":
            return _split(event["input"], event["execution"])
        case "chunk":
            import_id, chunk = event["import_id"], event["chunk"]
            counts = annual_import.annual_import().import_chunk(import_id, chunk, shared.now())
            return {**asdict(counts), "changes_awards": annual_import.annual_import().changes_awards(import_id, chunk)}
        case "conclude":
            annual_import.annual_import().propose(event["import_id"], shared.now())
            return annual_import.annual_import().conclude(event["import_id"]).figures
        case "failed":
            logger.error("register import stopped", extra={"source": event["source"], "error": event["error"]})
            annual_import.annual_import().record_failure(event["source"], event["error"])
            return {}
        case unknown:
            raise ValueError(f"no such action: {unknown}")


def _split(given: dict[str, Any], execution: str) -> dict[str, Any]:
    source, expected = given["source"], Expected(given.get("rows"), given.get("sha256"))
    work = annual_import.annual_import()
    try:
        if given.get("check") is True or source.startswith(LOOKED_AT_ONLY):
            preview = work.check(source, expected)
            work.record_preview(source, preview)
            return {"outcome": "checked", "would_be_imported": preview.would_be_imported}
        sender = proven_sender(shared.keyring(), execution, given, shared.now())
        if sender is None:
            logger.warning("an import was started of a file that nobody sent", extra={"execution": execution})
            return {"outcome": "unsent"}
        plan = work.split(source, expected=expected, sender=sender)
    except (Invalid, NotFound) as refused:
        problems = refused.problems or (Problem("source", refused.code),)
        return {"outcome": "refused", "problems": [_without_detail(problem) for problem in problems]}
    return {"outcome": "ready", "chunk_list": f"chunks/{plan.import_id}/chunks.json", **plan.figures}


def _without_detail(problem: Problem) -> dict[str, str]:
    """A problem without its detail, which may quote the file's header or a sheet's name; the outcome beside the file
    has it."""
    return replace(problem, detail="").as_dict()
