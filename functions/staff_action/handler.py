"""Task of the staff-actions machine: carries out a staff decision and answers in plain words what it did or why not."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.accounts.staff_actions import parse_credentials
from degree_auth.domain.review.refusal import refusal_words
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.observability import logger, report_staff_lock, without_details
from degree_auth.services.accounts.staff_gate import LOCKED
from degree_auth.wiring import review, shared


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Input `{"input": what staff typed, "execution": its name}`; output `done`, `code`, `message`, `message_en`.

    The `message` of a refusal becomes the cause of the execution. A cause is one text, so both languages stand in it,
    in lines of their own.
    """
    try:
        done = review.staff_desk().carry_out(event["input"], event["execution"], shared.now())
    except DegreeAuthError as error:
        logger.info("staff action refused", extra={"code": error.code})
        if error.code == LOCKED:
            report_staff_lock(parse_credentials(event["input"])[0])
        return {"done": False, "code": error.code, "message": refusal_words(error)}
    logger.info("staff action done", extra={"action": event["input"]["action"], "facts": dict(done.facts)})
    return {"done": True, "code": "done", "message": done.words.zh, "message_en": done.words.en, **done.facts}
