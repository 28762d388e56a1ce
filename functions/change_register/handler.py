"""Task of the register-change machine: proposes, applies or closes the register change of a case (article 11)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.wiring import register_changes, shared


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input `{"case_number"}`; output what the change waits for now, and since which version of the case: `done` when
    there is none, `choice` when a person has to say which record is meant. `proposal` is a change that was not decided
    and is to be looked at again."""
    number = event["case_number"]
    standing = register_changes.changes().go_on(number, shared.now())
    logger.info("register change attended to", extra={"case_number": number, "change_stage": standing.stage})
    return {"case_number": number, "stage": standing.stage, "version": standing.version}
