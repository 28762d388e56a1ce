"""Asking for what a lead department is told of its accounts and systems."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.notifications.queue import Queue
from degree_auth.wiring import shared


@cache
def queue() -> Queue:
    """Where what is to be told waits."""
    return Queue(shared.client("sqs"), shared.setting("NOTIFICATIONS_QUEUE_URL"))
