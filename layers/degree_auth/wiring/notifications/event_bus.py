"""The event bus."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.notifications.event_bus import EventBus
from degree_auth.wiring import shared


@cache
def event_bus() -> EventBus:
    """The event bus."""
    return EventBus(shared.client("events"), shared.setting("EVENT_BUS_NAME"))
