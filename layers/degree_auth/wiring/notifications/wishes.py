"""How recipients say how they are told."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from degree_auth.adapters.notifications.notification_table import NotificationTable
from degree_auth.adapters.notifications.queue import Queue
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.notifications.recipient import Channel, Recipient
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.notifications.wishes import Wishes
from degree_auth.wiring import accounts, shared


@cache
def table() -> NotificationTable:
    """Recipients and the messages to them."""
    return NotificationTable(shared.setting("NOTIFICATIONS_TABLE"), shared.setting("AWS_REGION"))


@cache
def queue() -> Queue:
    """Where what is to be told waits."""
    return Queue(shared.client("sqs"), shared.setting("NOTIFICATIONS_QUEUE_URL"))


@cache
def wishes() -> Wishes:
    """What recipients see and say."""
    configured = {Channel.MAIL: "MAIL_RELAY_HOST", Channel.TEXT: "TEXT_GATEWAY_URL"}
    return Wishes(
        outbox=table(),
        sealer=shared.keyring(),
        queue=queue(),
        channels=frozenset(channel for channel, name in configured.items() if os.environ.get(name)),
    )


@cache
def of_account() -> Callable[[Principal], Callable[[], Recipient]]:
    """What finds the account of who asks as a recipient."""

    def find_for(who: Principal) -> Callable[[], Recipient]:
        return lambda: recipient_of_account(
            table(), shared.keyring(), accounts.table().account(who.institution_code, who.account_id)
        )

    return find_for
