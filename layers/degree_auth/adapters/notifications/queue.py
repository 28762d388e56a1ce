"""A queue of messages that are taken one by one and come again when they are not done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


class Queue:
    """One SQS queue; implements `MessageQueue`."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Put messages on the queue, one by one; after a fault all are sent again.

        Not in batches: the local AWS asks for a permission of their own, which AWS does not know.
        """
        for message in messages:
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(message, ensure_ascii=False))

    def come_again(self, receipt_handle: str, seconds: int) -> bool:
        """Let a message that was taken and is not done come again after this time.

        False when the queue did not take that: then it comes after the queue's own time.
        """
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )
        except (BotoCoreError, ClientError):
            return False
        return True
