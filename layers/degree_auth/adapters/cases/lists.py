"""Lists over the table of cases: the tasks of institutions, and what waits for staff."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from itertools import islice

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from degree_auth.adapters.cases.items import CASE, SHARDS, CaseItem, shard_of
from degree_auth.adapters.cases.list_items import (
    TASK,
    WORK,
    CertificateItem,
    RelistedItem,
    SeenItem,
    TaskItem,
    WaitingItem,
    listed_task,
    listed_work,
    seen_key,
    task_details,
    waiting_item,
)
from degree_auth.adapters.shared.dynamo import Writes
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.case import Case
from degree_auth.domain.review.work import Stretch, Work, WorkKind
from degree_auth.domain.verification.centre_deadline import centre_look
from degree_auth.domain.verification.listing import ListedTask, TaskDetails, TaskFilter

_RELISTED = ("work", "RELISTED")
_CENTRE = "centre"


class ListTable:
    """Tasks and work as lists show them; implements `TaskLists`."""

    def list_tasks(self, of: TaskFilter, limit: int, after: str | None = None) -> list[ListedTask]:
        """At most `limit` tasks of a list in its order, from behind the place `after` on; reads no more than these."""
        index = TaskItem.by_institution if of.department_id is None else TaskItem.by_department
        behind = None
        if after is not None:
            behind = TaskItem.place > after if of.is_unfinished else TaskItem.place < after
        found = index.query(of.key, behind, scan_index_forward=of.is_unfinished, limit=limit)
        return [listed_task(item) for item in found]

    def list_work(self, kind: WorkKind, within: Stretch, limit: int) -> list[Work]:
        """At most `limit` entries of a list within a stretch of it, in order; reads no more than these."""
        # A range includes its ends. No place is one of these: places are longer, and a space sorts before what follows.
        places = WaitingItem.work_place.between(f"{within.above} ", within.below)
        return [listed_work(item) for item in WaitingItem.work_lists.query(kind.value, places, limit=limit)]

    def executions(self, case_numbers: Sequence[str]) -> dict[str, str]:
        """The ARN of the execution that waits for each case, or was the last to; nothing else of the cases is read."""
        found: dict[str, str] = {}
        for number in dict.fromkeys(case_numbers):
            with suppress(DoesNotExist):
                item = CaseItem.get(number, CASE, attributes_to_get=["pk", "sk", "wait_execution"])
                if item.wait_execution is not None:
                    found[number] = item.wait_execution
        return found

    def centre_looks(self, today: date, limit: int) -> list[str]:
        """At most `limit` cases whose centre's deadline is to be looked at by a day, an equal share of each shard."""
        share = -(-limit // SHARDS)
        return [
            item.pk
            for shard in range(SHARDS)
            for item in islice(
                WaitingItem.work_lists.query(
                    f"{_CENTRE}#{shard}", WaitingItem.work_place <= today.isoformat(), limit=share, page_size=share
                ),
                share,
            )
        ]

    def relisted(self) -> tuple[str, str | None]:
        """By which rules the stored cases were last looked through, and up to where; all of them for None."""
        try:
            item = RelistedItem.get(*_RELISTED, consistent_read=True)
        except DoesNotExist:
            return "", None
        return item.rules, item.after

    def mark_relisted(self, rules: str, after: str | None) -> None:
        """The stored cases were looked through by these rules, up to there."""
        RelistedItem(*_RELISTED, rules=rules, after=after).save()

    def task_details(self, tasks: Sequence[ListedTask], account_id: str) -> dict[str, TaskDetails]:
        """What stands beside these tasks, by their number, and what an account has seen of them; tasks without an item
        are left out."""
        seen = {
            (item.pk, item.sk): item
            for item in SeenItem.batch_get([seen_key(task.task_id, account_id) for task in tasks])
        }
        items = TaskItem.batch_get([(task.case_number, f"{TASK}{task.task_id}") for task in tasks])
        ids = [(item.sk.removeprefix(TASK), item) for item in items]
        return {task_id: task_details(item, seen.get(seen_key(task_id, account_id))) for task_id, item in ids}

    def see_task(self, task_id: str, account_id: str, *, asked: str | None = None, messages: int | None = None) -> None:
        """An account has seen the question of a task, or so many of its messages."""
        actions: list[Action] = []
        if asked is not None:
            actions.append(SeenItem.asked.set(asked))
        if messages is not None:
            actions.append(SeenItem.messages.set(messages))
        SeenItem(*seen_key(task_id, account_id)).update(actions)

    def tasks_about(self, certificate_digest: str, limit: int) -> list[str]:
        """At most `limit` numbers of tasks that ask, or asked, about a certificate, the latest first."""
        found = CertificateItem.query(
            f"certificate#{certificate_digest}", scan_index_forward=False, limit=limit, consistent_read=True
        )
        return [item.sk.removeprefix(TASK) for item in found]


def put_work(writes: Writes, case_number: str, waiting: Sequence[Work], gone: Sequence[WorkKind]) -> None:
    """What waits stands in its lists; what waits no longer leaves an item that is in none."""
    for one in waiting:
        writes.save(waiting_item(one))
    for kind in gone:
        writes.save(WaitingItem(case_number, f"{WORK}{kind}"))


def centre_place(case: Case) -> tuple[str | None, str | None]:
    """Where a case stands among those whose centre's deadline is watched: list, and day on which to look."""
    look = centre_look(case, published_calendar())
    return (None, None) if look is None else (f"{_CENTRE}#{shard_of(case.case_number)}", look.isoformat())


def centre_actions(place: tuple[str | None, str | None]) -> list[Action]:
    name, day = place
    return [
        CaseItem.work_list.remove() if name is None else CaseItem.work_list.set(name),
        CaseItem.work_place.remove() if day is None else CaseItem.work_place.set(day),
    ]
