"""The outbox: publishes each new entry of the case log on the event bus, without anything personal."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, StreamRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.notifications.public_event import public_event
from degree_auth.observability import logger, metrics, without_details
from degree_auth.wiring import cases
from degree_auth.wiring.notifications import event_bus

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


@without_details
def publish(record: DynamoDBRecord) -> None:
    """Put one log entry on the bus."""
    detail = public_event(cases.entry_reader()(StreamRecord(record["dynamodb"]).new_image))
    event_bus.event_bus().publish(detail)
    metrics.add_metric(f"Event_{detail['type']}", MetricUnit.Count, 1)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """A batch of the table's stream; entries that failed are reported one by one and come again."""
    return process_partial_response(event=event, record_handler=publish, processor=processor, context=context)
