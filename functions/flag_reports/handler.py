"""Task of the register import: flags the reports that a chunk's changes of the register touch (articles 11 and 15)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth import wiring
from degree_auth.adapters.register.import_files import BucketFiles
from degree_auth.observability import logger, without_details
from degree_auth.services.register.changed_awards import read_changes


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Input `{"import_id", "chunk"}`; output how many cases have a report that the register no longer matches."""
    import_id, chunk = event["import_id"], event["chunk"]
    files = BucketFiles(wiring.setting("REGISTER_FILES_BUCKET"), wiring.client("s3"))
    flagged = wiring.report_flags().flag(read_changes(files, import_id, chunk), wiring.now())
    logger.info("reports flagged", extra={"import_id": import_id, "chunk": chunk, "flagged": flagged})
    return {"flagged": flagged}
