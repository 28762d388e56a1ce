"""Tells the platform of cases: a nudge of the queue names one, and the schedule's run nudges whatever is due."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.observability import logger, metrics, without_details
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.wiring import shared
from degree_auth.wiring.notifications import platform, webhooks

# That nobody takes a message is no fault of the function.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def deliver(record: SQSRecord) -> None:
    """Tell the platform what it does not know yet of one case. Raises `Undelivered`: the nudge is to come again."""
    if not _deliver_case(record):
        raise Undelivered


@without_details
def _deliver_case(record: SQSRecord) -> bool:
    message = json.loads(record.body)
    case_number = message.get("detail", message)["case_number"]
    done = platform.delivery().deliver(case_number, shared.now)
    about = {"case_number": case_number, "taken": done.taken}
    metrics.add_metric("WebhooksSent", MetricUnit.Count, done.taken)
    if done.is_gone:
        logger.warning("platform gone, switched off", extra=about)
    elif done.refused is not None and done.lag is not None:
        logger.warning("webhook not taken", extra={**about, "answer": done.refused})
        metrics.add_metric("WebhooksNotTaken", MetricUnit.Count, 1)
        metrics.add_metric("PlatformLagSeconds", MetricUnit.Seconds, done.lag.total_seconds())
    else:
        logger.info("platform told", extra=about)
    if done.come_again is None:
        return True
    queue = webhooks.queue("PLATFORM_WEBHOOKS_QUEUE_URL")
    if not queue.come_again(record.receipt_handle, int(done.come_again.total_seconds()) + 1):
        logger.warning("wait not taken by the queue", extra=about)
    return False


@without_details
def sweep() -> dict[str, int]:
    """Nudge what is due; whether the platform is told, and how many lines were given up, goes to the alarms."""
    swept = platform.delivery().sweep(shared.now())
    metrics.add_metric("PlatformLinesGivenUp", MetricUnit.Count, swept.given_up)
    metrics.add_metric("PlatformSwitchedOff", MetricUnit.Count, int(not swept.is_on))
    logger.info("swept", extra=swept._asdict())
    return {"nudged": swept.nudged, "given_up": swept.given_up}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """A message of the queue, which is reported and comes again when it is not done; or the schedule's input."""
    if "Records" not in event:
        return sweep()
    return process_partial_response(event=event, record_handler=deliver, processor=processor, context=context)
