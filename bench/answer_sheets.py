"""Many answers in one sheet: how long, and whether each row is taken once, also when it is cut off and sent again.

The services run in this process over stores in memory: the seconds are the system's own, without the database. The
sheet goes out as XLSX, is filled in, previewed, and sent in batches. One batch is cut off in its middle; then the whole
sheet is sent again, and once more when all is done. How often the database is called is counted beside that, with few
rows over tables as the template declares them.
"""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3
from botocore.client import BaseClient
from moto import mock_aws

from bench.figure import Figure, Measurement
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.fees.table import FeeItem, FeeTable
from degree_auth.adapters.readings.table import ReadingTable
from degree_auth.adapters.verification.task_sheet_files import read_sheet, write_sheet
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.domain.verification.answer_sheet import COLUMNS, MOST_ROWS, SheetFormat
from degree_auth.domain.verification.task_inputs import MOST_ANSWERS
from tests.doubles import world as world_module
from tests.doubles.tables import create_table
from tests.doubles.world import World
from tools.environment import REGION

_FEW = 5
_CASES, _FEES = "bench-sheets-cases", "bench-sheets-fees"
_FILLED = {"result": "verified", "handler": "经办人", "archive_reference": "档-2022-001"}
_LEAD = Principal("bench", "u-bench", "10001", None, 1)


def measure(rows: int = MOST_ROWS) -> list[Figure]:
    """Seconds of each step, calls of DynamoDB by the task, and how many rows were answered once."""
    world = World(rows)
    cases = [_asked(world, which) for which in range(rows)]
    out, made = _timed(lambda: world.sheets.sheet(_LEAD, {"format": "xlsx"}, world.now))
    filled = {"content": base64.b64encode(_fill(base64.b64decode(made["content"]))).decode()}
    look, seen = _timed(lambda: world.sheets.preview(_LEAD, filled, world.now))
    answers = [row["answer"] for row in seen["rows"] if row["fate"] == "ready"]
    first = _send(world, answers, cut_at=len(answers) // 2)
    second = _send(world, answers)
    third = _send(world, answers)
    given = [_given(world, case) for case in cases]
    calls_out, calls_in = _calls()
    return [
        Figure("rows", "任务表的行数", "rows of the sheet", len(answers), ""),
        Figure("sheet_seconds", "制作任务表", "the sheet is made", out, "s"),
        Figure("preview_seconds", "预览", "preview", look, "s"),
        Figure("answers_seconds", "提交（中途断开，从头重发）", "sent, cut off, sent again", sum(first + second), "s"),
        Figure("slowest_batch_seconds", "  最慢的一批", "the slowest batch", max(first + second), "s"),
        Figure("repeat_seconds", "全部再发一次", "all sent once more", sum(third), "s"),
        Figure("answered_once", "恰有一次反馈的任务", "tasks with one answer", given.count(1), ""),
        Figure("answered_otherwise", "没有或不止一次的", "tasks with none or more", rows - given.count(1), ""),
        Figure("sheet_calls", "任务表每件的数据库调用", "calls of the database a task of a sheet", calls_out, ""),
        Figure("answer_calls", "反馈每件的数据库调用", "calls of the database an answer", calls_in, ""),
    ]


MEASUREMENT = Measurement(
    chinese="一张表提交多份反馈",
    english="many answers in one sheet",
    measure=measure,
    needs_stack=False,
    quick={"rows": 20},
)


def _calls() -> tuple[float, float]:
    """Calls of the database for each task of a sheet, and for each answer."""
    with _tables() as world, _count_calls() as calls:
        for which in range(_FEW):
            _asked(world, which)
        calls.clear()
        made = world.sheets.sheet(_LEAD, {"format": "csv"}, world.now)
        out = len(calls)
        filled = {"content": base64.b64encode(_fill(base64.b64decode(made["content"]))).decode()}
        rows = world.sheets.preview(_LEAD, filled, world.now)["rows"]
        calls.clear()
        _send(world, [row["answer"] for row in rows])
        return out / _FEW, len(calls) / _FEW


@contextmanager
def _tables() -> Iterator[World]:
    """The same world over tables."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}

    def table(*more: Any) -> CaseTable:
        return CaseTable(_CASES, REGION, FeeTable(_FEES, REGION), *more)

    with patch.dict(os.environ, credentials), mock_aws(), patch.object(world_module, "MemoryCases", table):
        os.environ.pop("AWS_ENDPOINT_URL", None)
        client = boto3.client("dynamodb")
        with patch.object(world_module, "MemoryReadings", lambda: ReadingTable(_CASES, REGION, client)):
            world = World(_FEW)
        create_table("CasesTable", _CASES, REGION)
        FeeItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield world


def _asked(world: World, which: int) -> str:
    """The number of a case that waits for the one institution."""
    body = world.body(which, discipline="园艺学", institution_code=_LEAD.institution_code)
    case = world.attach(world.submit(body))
    return world.attend(world.staff("confirm_material", case, command="confirm").case).case_number


def _fill(sheet: bytes) -> bytes:
    """The sheet with every row filled in."""
    _, *rows = [["" if cell is None else str(cell) for cell in cells] for _, cells in read_sheet(sheet)]
    answered = [
        [_FILLED.get(code, row[place] if place < len(row) else "") for place, code in enumerate(COLUMNS)]
        for row in rows
    ]
    return write_sheet(answered, SheetFormat.XLSX, "zh")[0]


def _send(world: World, answers: list[Any], cut_at: int | None = None) -> list[float]:
    """Seconds of each batch; with `cut_at`, the commit of that answer fails and nothing after it is sent."""
    commit, done, seconds = world.cases.commit, 0, []

    def counted(*given: Any, **named: Any) -> None:
        nonlocal done
        if done == cut_at:
            raise Unavailable("try_again")
        commit(*given, **named)
        done += 1

    with patch.object(world.cases, "commit", counted):
        for begin in range(0, len(answers), MOST_ANSWERS):
            batch = {"answers": answers[begin : begin + MOST_ANSWERS]}
            start = time.perf_counter()
            try:
                world.sheets.answer(_LEAD, batch, world.now)
            except Unavailable:
                break
            finally:
                seconds.append(time.perf_counter() - start)
    return seconds


def _given(world: World, case_number: str) -> int:
    return sum(one.type is EventType.FEEDBACK_RECEIVED for one in world.cases.log(case_number))


def _timed(work: Callable[[], dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


@contextmanager
def _count_calls() -> Iterator[list[str]]:
    """The operations of AWS that are called, in order."""
    called: list[str] = []
    send = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counting(client: Any, operation: str, given: Any) -> Any:
        called.append(operation)
        return send(client, operation, given)

    with patch.object(BaseClient, "_make_api_call", counting):
        yield called
