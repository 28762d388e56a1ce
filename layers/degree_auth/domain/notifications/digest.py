"""The daily digest of an institution's account: how its tasks stand, counted when it is sent (article 12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.notifications.outbox import OutboxMessage
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.deadlines import overdue_days
from degree_auth.domain.verification.listing import ListedTask

_SINCE = timedelta(days=1)
LEFT_TO_DIGEST = "digest"
"""Why a message of the centre is not told by a mail of its own: the digest counts it."""


def counted_messages(outbox: Iterable[OutboxMessage], now: datetime) -> int:
    """How many messages of the centre an account's mails were left to the digest for since yesterday."""
    return sum(one.answer == LEFT_TO_DIGEST and now - one.at < _SINCE for one in outbox)


def digest_facts(tasks: Iterable[ListedTask], messages: int, now: datetime) -> dict[str, str] | None:
    """The numbers of a digest, with so many messages of the centre since yesterday; None when nothing is to be answered
    and there is no message, and so nothing is to be sent."""
    today = shanghai_day(now)
    waiting = [task for task in tasks if task.status is TaskStatus.OPEN]
    if not waiting and not messages:
        return None
    overdue = [task for task in waiting if overdue_days(task.due, task.received_on, today)]
    numbers = {
        "open": len(waiting),
        "new": sum(now - task.opened_at < _SINCE for task in waiting),
        "due_soon": sum(task.reminded and task not in overdue for task in waiting),
        "overdue": len(overdue),
        "messages": messages,
    }
    return {name: str(number) for name, number in numbers.items()}
