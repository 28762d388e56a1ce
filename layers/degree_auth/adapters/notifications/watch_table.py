"""Watches in the table of cases: one item a report, under a partition key of its own.

`watches#number` / WATCHES. Apart from the report, so that the function which takes watches may write nothing else.
`watches#challenges#name` / DAY: how many challenges were sent under a name on its latest day.
"""

from __future__ import annotations

from datetime import date

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition

from degree_auth.adapters.cases.items import CaseTableItem
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.shared.dynamo import CONDITION_FAILED, refusal_code, save_if
from degree_auth.domain.notifications.watch import Watch, Watches
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.services.shared.ports import TooOften

_SK = "WATCHES"


class WatchesItem(CaseTableItem):
    """The watches of one report."""

    version = NumberAttribute()
    watches = JSONAttribute()


class ChallengesItem(CaseTableItem):
    """How many challenges were sent under a name on its latest day."""

    day = UnicodeAttribute()
    sent = NumberAttribute()


class WatchTable:
    """Implements `WatchStore` over the table of cases, whose name and region its items share."""

    def __init__(self, _: CaseTable) -> None:
        """Takes the table because it must have been named before."""

    def watches(self, report_number: str) -> Watches:
        """The report's watches; none, of version 0, when nobody ever watched it."""
        try:
            item = WatchesItem.get(f"watches#{report_number}", _SK, consistent_read=True)
        except DoesNotExist:
            return Watches(report_number)
        kept = tuple(from_data(Watch, one) for one in item.watches)
        return Watches(report_number, int(item.version), kept)

    def replace_watches(self, before: Watches, after: Watches) -> None:
        """Store the report's watches. Raises `Stale`: they are no longer `before`."""
        kept = as_data(after.watches)
        item = WatchesItem(f"watches#{after.report_number}", _SK, version=after.version, watches=kept)
        unchanged = WatchesItem.version == before.version if before.version else WatchesItem.pk.does_not_exist()
        save_if(item, unchanged)

    def count_challenge(self, name: str, day: date, most: int) -> None:
        """Count one more challenge under this name. Raises `TooOften`: `most` were counted on this day, or a later day
        has begun."""
        today = day.isoformat()
        earlier = ChallengesItem.pk.does_not_exist() | (ChallengesItem.day < today)
        room = (ChallengesItem.day == today) & (ChallengesItem.sent < most)
        # Once more on the day that another may have begun meanwhile.
        for condition, begins in ((room, False), (earlier, True), (room, False)):
            if _count(name, today, condition, begins=begins):
                return
        raise TooOften


def _count(name: str, today: str, condition: Condition, *, begins: bool) -> bool:
    item = ChallengesItem(f"watches#challenges#{name}", "DAY")
    sent = ChallengesItem.sent.set(1) if begins else ChallengesItem.sent.add(1)
    try:
        item.update([ChallengesItem.day.set(today), sent], condition=condition)
    except UpdateError as error:
        if refusal_code(error) == CONDITION_FAILED:
            return False
        raise
    return True
