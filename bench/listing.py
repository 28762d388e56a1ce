"""What a page of an institution's tasks reads, with ten open tasks in the institution and with a hundred thousand.

The service runs in this process over a table as the template declares it, in an emulator in memory; every query is
recorded, and what it read is counted by AWS's published rules, from the items that DynamoDB would have looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import boto3
from botocore.client import BaseClient
from moto import mock_aws

from bench import capacity
from bench.figure import Baseline, Figure, Measurement
from degree_auth.adapters.cases.list_items import TaskItem, task_item
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.verification.listing import ListedTask
from degree_auth.services.verification.task_lists import TaskDesk
from tools.environment import REGION
from tools.template import table_as_declared

FEW, MANY = 10, 100_000
PAGE = 4
_NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_LEAD = Principal("bench", "u-bench", "10001", None, 1)
_HANDLER = Principal("bench", "u-bench", "10001", "archive", 2)


@dataclass
class Reads:
    """The queries of one page: how many, items looked at, and units."""

    queries: int = 0
    items: int = 0
    units: float = 0.0
    found: list[str] = field(default_factory=list)


def measure(few: int = FEW, many: int = MANY) -> list[Figure]:
    """Queries, items and read units of pages with many tasks, each against the same with few."""
    pages = {
        "institution": ("单位列表首页", "first page of the institution", _LEAD, False),
        "department": ("部门列表首页", "first page of a department", _HANDLER, False),
        "next": ("单位列表次页", "a further page of the institution", _LEAD, True),
    }
    with case_table() as table:
        desk = TaskDesk(table, table, Keyring(b"a master secret of thirty-two bytes or more"), published_calendar())
        _put(few)
        before = {name: _page(desk, who, further=further) for name, (_, _, who, further) in pages.items()}
        _put(many)
        after = {name: _page(desk, who, further=further) for name, (_, _, who, further) in pages.items()}
    return [
        Figure(
            f"{name}_{what}",
            f"{pages[name][0]}（{many:,} 个任务），{chinese}",
            f"{pages[name][1]}, {english}",
            getattr(after[name], what),
            "",
            Baseline(f"{few} 个任务", f"{few} tasks", getattr(before[name], what)),
        )
        for name in pages
        for what, chinese, english in (
            ("queries", "查询", "queries"),
            ("items", "读到的条目", "items read"),
            ("units", "读容量单位", "read units"),
        )
    ]


MEASUREMENT = Measurement(
    chinese="核查任务列表的读取",
    english="reads of a list of tasks",
    measure=measure,
    needs_stack=False,
    quick={"many": 100},
)


@contextmanager
def case_table() -> Iterator[CaseTable]:
    """The table of cases as the template declares it, in an emulator in memory."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    with patch.dict(os.environ, credentials), mock_aws():
        os.environ.pop("AWS_ENDPOINT_URL", None)
        boto3.client("dynamodb").create_table(TableName="bench-listing", **table_as_declared("CasesTable"))
        yield CaseTable("bench-listing", REGION)


def _put(count: int) -> None:
    """Open tasks of one institution, half of them a department's."""
    with TaskItem.batch_write() as batch:
        for which in range(count):
            number = f"RZ20261123{which:08d}"
            batch.save(
                task_item(
                    ListedTask(
                        task_id=f"{number}-1",
                        case_number=number,
                        institution_code="10001",
                        department_id="archive" if which % 2 else None,
                        status=TaskStatus.OPEN,
                        urgent=False,
                        opened_at=_NOW,
                        due=date(2026, 12, 1) + timedelta(days=which % 20),
                        ended_at=None,
                        received_on=None,
                        reminded=False,
                    )
                )
            )


def _page(desk: TaskDesk, who: Principal, *, further: bool) -> Reads:
    asked = {"limit": str(PAGE)}
    if further:
        first = desk.page(who, {"limit": "3"}, _NOW)
        asked["cursor"] = first["next"]
    with record_reads() as reads:
        shown = desk.page(who, asked, _NOW)
    reads.found = [one["task_id"] for one in shown["tasks"]]
    return reads


@contextmanager
def record_reads() -> Iterator[Reads]:
    """Count the queries that are made meanwhile."""
    reads, made = Reads(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def recording(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        answer = made(client, operation, parameters)
        if operation == "Query":
            reads.queries += 1
            reads.items += answer["Count"]
            reads.units += capacity.read_units(answer["Items"], consistent=False)
        return answer

    with patch.object(BaseClient, "_make_api_call", recording):
        yield reads
