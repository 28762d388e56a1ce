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
    """A batch of the table's stream, or the schedule's input; what cannot be read, and all after it, comes again.

    Raises:
        StatusListsNotSignedError: in the schedule's run alone, for a batch has nothing more to wait for.
    """
    events, unread = _read_events(event)
    try:
        head = log_writer.log_writer().enter(events, shared.now()).head
    finally:
        # Neither holds up the other: a report that ceased to be valid says so although the log is out of order.
        renewed = _renew_status_lists()
    metrics.add_metric("ReportLogSize", MetricUnit.Count, head.size)
    logger.info(
        "report log",
        extra={"entries": len(events), "size": head.size, "root": head.root.hex(), "status_lists": renewed},
    )
    if renewed is None and "Records" not in event:
        raise StatusListsNotSignedError
    return {"batchItemFailures": [{"itemIdentifier": unread}] if unread else []}


class StatusListsNotSignedError(Exception):
    """A status list could not be signed; the next run tries again."""


def _renew_status_lists() -> int | None:
    """How many status lists were signed; None, and the fault in the log, when they could not be."""
    try:
        return log_writer.status_lists().renew(shared.now())
    except Exception as error:
        logger.error("status lists cannot be signed", extra=whereabouts(error))
        return None


def _read_events(event: dict[str, Any]) -> tuple[list[ReportEvent], str | None]:
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
