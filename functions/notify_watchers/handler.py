"""Tells watchers that a report's state changed. An event becomes one notice for each watcher, sent separately."""

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

# That a watcher does not answer is no fault of the function.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def notify(record: SQSRecord) -> None:
    """Spread one event of the bus over its watchers, or send one notice. Raises `Undelivered`."""
    if not _notify_watcher(json.loads(record.body), record):
        raise Undelivered


@without_details
def _notify_watcher(message: dict[str, Any], record: SQSRecord) -> bool:
    if "detail" in message:
        spread = webhooks.watch_messages().spread(message["detail"], shared.now())
        metrics.add_metric("WatchersToTell", MetricUnit.Count, spread)
        logger.info("watchers to be told", extra={"watches": spread, "seq": message["detail"]["seq"]})
        return True
    attempts = int(record.attributes.approximate_receive_count)
    about = {"watch_id": message["watch_id"], "attempts": attempts}
    try:
        sent = webhooks.watch_messages().deliver(message, shared.now())
    except Undelivered as error:
        metrics.add_metric("WatchersNotReached", MetricUnit.Count, 1)
        logger.warning("watcher not reached", extra={**about, "answer": str(error)})
        wait = retry_after(attempts)
        if wait is not None:
            if not webhooks.queue("WATCH_NOTICES_QUEUE_URL").come_again(record.receipt_handle, wait):
                logger.warning("wait not taken by the queue", extra=about)
            return False
        # A stranger's dead address is nothing that operators could mend.
        metrics.add_metric("WatchersGivenUp", MetricUnit.Count, 1)
        return True
    metrics.add_metric("WatchersTold", MetricUnit.Count, int(sent))
    logger.info("watcher told" if sent else "watch has ended", extra=about)
    return True


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """A message of the queue; one that was not taken is reported and comes again."""
    return process_partial_response(event=event, record_handler=notify, processor=processor, context=context)
