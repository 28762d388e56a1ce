"""Task of the register import: flags the reports that a chunk's changes of the register touch (articles 11 and 15)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.services.register.changed_awards import read_changes
from degree_auth.wiring import register_changes, shared
from degree_auth.wiring.register import import_files


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Input `{"import_id", "chunk"}`; output how many cases have a report that the register no longer matches."""
    import_id, chunk = event["import_id"], event["chunk"]
    award_keys = read_changes(import_files.files(), import_id, chunk)
    flagged = register_changes.report_flags().flag(award_keys, shared.now())
    logger.info("reports flagged", extra={"import_id": import_id, "chunk": chunk, "flagged": flagged})
    return {"flagged": flagged}
