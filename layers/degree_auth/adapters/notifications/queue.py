"""A queue of messages that are taken one by one and come again when they are not done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

_BATCH = 10


class QueueRefusedError(Exception):
    """The queue did not take a message; it is to be sent again."""


class Queue:
    """One SQS queue; implements `MessageQueue`."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Put messages on the queue, ten at a time. Raises `QueueRefusedError`; after a fault all are sent again."""
        for start in range(0, len(messages), _BATCH):
            entries = [
                {"Id": str(place), "MessageBody": json.dumps(message, ensure_ascii=False)}
                for place, message in enumerate(messages[start : start + _BATCH])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise QueueRefusedError(answer["Failed"][0].get("Code", ""))

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
