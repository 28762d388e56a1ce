"""What waits for staff, for the custom widgets of a CloudWatch dashboard; it shows nobody's personal data."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, without_details
from degree_auth.wiring import review, shared


@logger.inject_lambda_context
@without_details
def handler(event: dict[str, Any], context: LambdaContext) -> str | dict[str, str]:
    """Input the widget's parameters `{"list", "cursor", "language", "machine"}` and its `widgetContext`, or
    `{"describe": true}`; output HTML, or how to use it in Markdown."""
    return review.work_pages().page(event, context.invoked_function_arn, shared.now())
