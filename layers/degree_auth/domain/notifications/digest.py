"""The daily digest of an institution's account: how its tasks stand, counted when it is sent (article 12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.deadlines import overdue_days
from degree_auth.domain.verification.listing import ListedTask

_SINCE = timedelta(days=1)


def digest_facts(tasks: Iterable[ListedTask], now: datetime) -> dict[str, str] | None:
    """The numbers of a digest; None when nothing is to be answered, and so nothing is to be sent."""
    today = shanghai_day(now)
    waiting = [task for task in tasks if task.status is TaskStatus.OPEN]
    if not waiting:
        return None
    overdue = [task for task in waiting if overdue_days(task.due, task.received_on, today)]
    numbers = {
        "open": len(waiting),
        "new": sum(now - task.opened_at < _SINCE for task in waiting),
        "due_soon": sum(task.reminded and task not in overdue for task in waiting),
        "overdue": len(overdue),
    }
    return {name: str(number) for name, number in numbers.items()}
