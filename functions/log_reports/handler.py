"""Enters every issue, supersede and revoke of a report in the report log, and keeps its signed head fresh; signs the
status lists whose bits were set."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBStreamEvent, StreamRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.reports.log import ReportEvent, logged_event
from degree_auth.observability import logger, metrics, whereabouts, without_details
from degree_auth.wiring import cases, shared
from degree_auth.wiring.reports import log_writer


@logger.inject_lambda_context
@metrics.log_metrics
@without_details
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """A batch of the table's stream, or the schedule's input; what cannot be read, and all after it, comes again."""
    events, unread = _read(event)
    try:
        head = log_writer.log_writer().enter(events, shared.now()).head
    finally:
        # Neither holds up the other: a report that ceased to be valid says so although the log is out of order.
        renewed = log_writer.status_lists().renew(shared.now())
    metrics.add_metric("ReportLogSize", MetricUnit.Count, head.size)
    logger.info(
        "report log",
        extra={"entries": len(events), "size": head.size, "root": head.root.hex(), "status_lists": renewed},
    )
    return {"batchItemFailures": [{"itemIdentifier": unread}] if unread else []}


def _read(event: dict[str, Any]) -> tuple[list[ReportEvent], str | None]:
    """The events of a batch up to the first that cannot be read, and that one's place in the stream."""
    events: list[ReportEvent] = []
    if "Records" not in event:
        return events, None
    read_entry = cases.entry_reader()
    for record in DynamoDBStreamEvent(event).records:
        change = StreamRecord(record["dynamodb"])
        try:
            events.append(logged_event(read_entry(change.new_image)))
        except Exception as error:
            logger.error("an entry cannot be read", extra=whereabouts(error))
            return events, change.sequence_number
    return events, None
