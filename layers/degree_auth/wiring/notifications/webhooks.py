"""Webhooks of those who watch a report, and the queues that messages wait in."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.notifications.queue import Queue
from degree_auth.adapters.notifications.watch_table import WatchTable
from degree_auth.adapters.notifications.webhook_sender import WebhookSender
from degree_auth.services.notifications.webhooks import Watching, WatchMessages
from degree_auth.wiring import cases, shared


@cache
def queue(setting_name: str) -> Queue:
    """The queue whose URL this setting has."""
    return Queue(shared.client("sqs"), shared.setting(setting_name))


@cache
def watching() -> Watching:
    """Taking watches of reports."""
    challenger = WebhookSender(anywhere=False, local=shared.setting("ENVIRONMENT") == "local")
    return Watching(cases.table(), WatchTable(cases.table()), shared.keyring(), challenger)


@cache
def watch_messages() -> WatchMessages:
    """Telling those who watch a report."""
    return WatchMessages(
        store=WatchTable(cases.table()),
        sealer=shared.keyring(),
        queue=queue("WATCH_NOTICES_QUEUE_URL"),
        sender=WebhookSender(anywhere=False, local=shared.setting("ENVIRONMENT") == "local"),
        check_url=shared.parameter("CHECK_URL_PARAMETER"),
    )
