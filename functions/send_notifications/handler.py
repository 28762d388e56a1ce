"""Tells applicants and institutions what the case log says: mails and text messages, sent again until they are taken.

A message of the queue is an event of the bus; or `{"code": {"recipient", "channel"}}` once a code was asked for,
`{"digests": true}` once a day, `{"digest": {…}}` for one account, `{"institution": code}` after a change of who may act
for it, `{"bounce": "…"}` with a mail that came back, base64.
"""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from degree_auth.domain.notifications.bounce import read_bounce
from degree_auth.domain.notifications.outbox import wait_after
from degree_auth.domain.notifications.recipient import Channel
from degree_auth.observability import logger, metrics, without_details
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.wiring import shared
from degree_auth.wiring.notifications import telling, webhooks, wishes

# A message that fails comes again for itself; it is no fault of the function's other messages.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def send(record: SQSRecord) -> None:
    """Send what one message of the queue asks for. Raises `Undelivered`."""
    if not _sent(record):
        raise Undelivered


@without_details
def _sent(record: SQSRecord) -> bool:
    message = json.loads(record.body)
    attempts = int(record.attributes.approximate_receive_count)
    about = {"attempts": attempts, **_about(message)}
    try:
        states = _carry_out(message)
    except Undelivered as error:
        logger.warning("message not taken", extra={**about, "answer": str(error)})
        _let_come_again(record, attempts, about)
        return False
    except Exception:  # whatever it was, it may be over in an hour: every message has the same days
        _let_come_again(record, attempts, about)
        raise
    for state in states:
        metrics.add_metric(f"Messages_{state}", MetricUnit.Count, 1)
    logger.info("told", extra={**about, "messages": len(states)})
    return True


def _let_come_again(record: SQSRecord, attempts: int, about: dict[str, Any]) -> None:
    metrics.add_metric("MessagesNotTaken", MetricUnit.Count, 1)
    queue = webhooks.queue("NOTIFICATIONS_QUEUE_URL")
    if not queue.come_again(record.receipt_handle, wait_after(attempts)):
        logger.warning("wait not taken by the queue", extra=about)


def _carry_out(message: dict[str, Any]) -> list[str]:
    now = shared.now()
    if "code" in message:
        asked = message["code"]
        recipient = wishes.table().recipient(asked["recipient"])
        return [state.value for state in telling.proof().send_code(recipient, Channel(asked["channel"]), now)]
    if "digests" in message:
        telling.digests().spread(now)
        return []
    if "digest" in message:
        one = message["digest"]
        day = date.fromisoformat(one["day"])
        return [state.value for state in telling.digests().send(one["institution_code"], one["account_id"], day, now)]
    if "institution" in message:
        return [state.value for state in telling.access_notices().tell(message["institution"], now)]
    if "bounce" in message:
        bounce = read_bounce(base64.b64decode(message["bounce"]))
        known = bounce is not None and telling.sending().bounce(bounce.mail_id, bounce.status)
        metrics.add_metric("MessagesBounced", MetricUnit.Count, int(known))
        return []
    return [state.value for state in telling.telling().tell(message["detail"], now)]


def _about(message: dict[str, Any]) -> dict[str, Any]:
    if "detail" not in message:
        return {"asked": next(iter(message), "")}
    event = message["detail"]
    return {"case_number": event["case_number"], "seq": event["seq"]}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """A batch of the queue; messages that were not taken are reported one by one and come again."""
    return process_partial_response(event=event, record_handler=send, processor=processor, context=context)
