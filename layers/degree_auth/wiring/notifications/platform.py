"""Telling the platform."""

from __future__ import annotations

import os
from functools import cache

from degree_auth.adapters.notifications.platform_table import PlatformTable
from degree_auth.adapters.notifications.webhook_sender import WebhookSender
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.services.notifications.platform_delivery import PlatformDelivery, PlatformDesk
from degree_auth.wiring import cases, shared
from degree_auth.wiring.notifications.webhooks import queue


@cache
def delivery() -> PlatformDelivery:
    """Telling the platform of cases."""
    return PlatformDelivery(
        store=PlatformTable(cases.table()),
        logs=cases.table(),
        sender=WebhookSender(anywhere=True, local=shared.setting("ENVIRONMENT") == "local"),
        queue=queue("PLATFORM_WEBHOOKS_QUEUE_URL"),
        url=os.environ.get("PLATFORM_WEBHOOK_URL", ""),
        secrets=shared.platform_secrets,
        calendar=published_calendar(),
    )


@cache
def desk() -> PlatformDesk:
    """What staff decide on it."""
    return PlatformDesk(PlatformTable(cases.table()))
