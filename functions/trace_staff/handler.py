"""Fed by CloudTrail: records which principal started each staff action, and tells when it is not the account's own."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.accounts.staff_principals import read_start
from degree_auth.observability import logger, report_staff_contradiction, report_unwitnessed, without_details
from degree_auth.wiring import accounts, shared

# That an execution is still under way is no fault of the function; what fails for long ends in the queue of failures.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@without_details
def trace(record: SQSRecord) -> dict[str, Any]:
    """Record what one event "AWS API Call via CloudTrail" of Step Functions tells. Gives the execution, the account
    that proved it or empty, and what contradicts it; nothing for a call that started nothing."""
    start = read_start(json.loads(record.body))
    if start is None:
        return {}
    seen = accounts.staff_traces().record(start, shared.now())
    told = {"account": seen.staff_name, "contradictions": [one.value for one in seen.contradictions]}
    if seen.contradictions:
        report_staff_contradiction(told)
    else:
        logger.info("start of a staff action", extra=told)
    return {"execution": seen.execution, **told}


@without_details
def _count_unwitnessed() -> dict[str, Any]:
    found = accounts.staff_traces().without_witness(shared.now())
    report_unwitnessed(len(found))
    return {"unwitnessed": len(found)}


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Input: a batch of the queue; starts that could not be recorded are reported one by one and come again. Or the
    hourly call: how many executions are proven and have no witness."""
    if "Records" not in event:
        return _count_unwitnessed()
    return process_partial_response(event=event, record_handler=trace, processor=processor, context=context)
