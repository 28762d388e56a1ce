"""The event bus: where everything that hangs off a case's log listens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "degree-auth.cases"


class EventRefusedError(Exception):
    """The bus did not take an event; it is to be sent again."""


class EventBus:
    """Puts events on one EventBridge bus; the event's type is its detail type."""

    def __init__(self, client: EventBridgeClient, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, event: Mapping[str, Any]) -> None:
        """Put one event on the bus. Raises `EventRefusedError` when the bus does not take it."""
        answer = self._client.put_events(
            Entries=[
                {
                    "EventBusName": self._name,
                    "Source": SOURCE,
                    "DetailType": event["type"],
                    "Detail": json.dumps(event, ensure_ascii=False),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise EventRefusedError(answer["Entries"][0].get("ErrorCode", ""))
