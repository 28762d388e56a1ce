"""The event bus: where everything that hangs off a case's log listens."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "degree-auth.cases"


LARGEST_CALL = 10
"""Events that the bus takes at once."""


class EventBus:
    """Puts events on one EventBridge bus; the event's type is its detail type."""

    def __init__(self, client: EventBridgeClient, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, events: Sequence[Mapping[str, Any]]) -> int | None:
        """Put events on the bus, those of one case in their order; gives the place of the first that it did not take.

        A call takes part of its events at times, so it holds one of each case at most, and after it nothing more is
        sent. What stands behind the place may be on the bus already and is to be sent again with it.
        """
        left = list(range(len(events)))
        while left:
            call = _one_of_each_case(events, left)
            refused = self._put([events[place] for place in call])
            left = sorted({*left} - {place for place, is_refused in zip(call, refused, strict=True) if not is_refused})
            if any(refused):
                return left[0]
        return None

    def _put(self, events: Sequence[Mapping[str, Any]]) -> list[bool]:
        answer = self._client.put_events(
            Entries=[
                {
                    "EventBusName": self._name,
                    "Source": SOURCE,
                    "DetailType": event["type"],
                    "Detail": json.dumps(event, ensure_ascii=False),
                }
                for event in events
            ]
        )
        return ["ErrorCode" in entry for entry in answer["Entries"]]


def _one_of_each_case(events: Sequence[Mapping[str, Any]], places: Sequence[int]) -> list[int]:
    """The first places of different cases, as many as one call takes."""
    first = {events[place]["case_number"]: place for place in reversed(places)}
    return sorted(first.values())[:LARGEST_CALL]
