"""The outbox: publishes each new entry of the case log on the event bus, without anything personal."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBStreamEvent, StreamRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.notifications.public_event import public_event
from degree_auth.observability import logger, metrics, whereabouts, without_details
from degree_auth.wiring import cases
from degree_auth.wiring.notifications import event_bus


@logger.inject_lambda_context
@metrics.log_metrics
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """A batch of the table's stream; the first entry that could not be published, and all after it, come again."""
    read_entry, events, places = cases.entry_reader(), [], []
    for record in DynamoDBStreamEvent(event).records:
        change = StreamRecord(record["dynamodb"])
        places.append(change.sequence_number)
        try:
            events.append(public_event(read_entry(change.new_image)))
        except Exception as error:
            logger.error("an entry cannot be read", extra=whereabouts(error))
            break
    refused = event_bus.event_bus().publish(events)
    published = len(events) if refused is None else refused
    for kind, number in Counter(one["type"] for one in events[:published]).items():
        metrics.add_metric(f"Event_{kind}", MetricUnit.Count, number)
    return {"batchItemFailures": [{"itemIdentifier": place} for place in places[published : published + 1]]}
