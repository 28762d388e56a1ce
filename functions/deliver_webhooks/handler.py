"""Tells the platform of public events: a signed POST each, sent again by the queue until it is taken."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.notifications.webhook import retry_after
from degree_auth.observability import logger, metrics, without_details
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.wiring import shared
from degree_auth.wiring.notifications import webhooks

# That nobody takes a message is no fault of the function.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def deliver(record: SQSRecord) -> None:
    """Send the message of one event of the bus. Raises `Undelivered`."""
    if not _deliver_event(record):
        raise Undelivered


@without_details
def _deliver_event(record: SQSRecord) -> bool:
    event = json.loads(record.body)["detail"]
    attempts = int(record.attributes.approximate_receive_count)
    about = {"case_number": event["case_number"], "seq": event["seq"], "attempts": attempts}
    try:
        sent = webhooks.platform().deliver(event, shared.now())
    except Undelivered as error:
        logger.warning("webhook not taken", extra={**about, "answer": str(error)})
        metrics.add_metric("WebhooksNotTaken", MetricUnit.Count, 1)
        queue = webhooks.queue("PLATFORM_WEBHOOKS_QUEUE_URL")
        if not queue.come_again(record.receipt_handle, retry_after(attempts) or 0):
            logger.warning("wait not taken by the queue", extra=about)
        return False
    metrics.add_metric("WebhooksSent", MetricUnit.Count, int(sent))
    logger.info("webhook sent" if sent else "event not for the platform", extra=about)
    return True


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """A batch of the queue; messages that were not taken are reported one by one and come again."""
    return process_partial_response(event=event, record_handler=deliver, processor=processor, context=context)
