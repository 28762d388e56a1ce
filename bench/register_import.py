"""How fast a register import is, against bare loops on the same emulator, and its memory.

One loop writes by BatchWriteItem, which may overwrite what somebody else wrote. The other one writes with the guarantee
of the import, in transactions of 100 puts on condition that nothing is there: what is left between the two is the price
of the guarantee, and what is left below the second is the import's own work: reading, checking, sealing.

Memory is measured in processes of their own, with a table that accepts everything and keeps nothing: the size of the
file alone makes a difference.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice, pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.figure import Baseline, Figure, Measurement, Run
from degree_auth.adapters.register.items import award_items
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.wiring.register.annual_import import bulk_dynamodb
from tools.import_register import import_file
from tools.sample_files import write_csv
from tools.sample_rows import rows

_KEYRING = Keyring(b"a key for measuring only, 32 bytes")
_ITEM_BATCH, _TRANSACTION = 25, 100
RECORDS = 3_000
TOGETHER = 4  # chunks that the import writes at once
SIZES = (1_000, 10_000)
LARGE = 1_000_000


def measure(_: Run, records: int = RECORDS, sizes: Sequence[int] = SIZES) -> Iterator[Figure]:
    """Records a second, and peak memory in mebibytes of each size of file against the size before."""
    yield from _speed(records)
    yield from _memory(sizes)


MEASUREMENT = Measurement(
    chinese="年报导入",
    english="register import",
    measure=measure,
    needs_stack=True,
    quick={"records": 100, "sizes": (100, 500)},
    full={"sizes": (*SIZES, LARGE)},
)


def _speed(records: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "annual.csv"
        write_csv(path, rows(records))
        client = bulk_dynamodb()
        with _table() as table:
            first = records / _time_import(lambda: import_file(path, table, _KEYRING, client, together=TOGETHER))
            again = records / _time_import(lambda: import_file(path, table, _KEYRING, client, together=TOGETHER))
            items = list(_items(client, table))
        with _table() as table:
            bare = len(items) / _time_import(lambda: _write_bare(client, table, items))
        with _table() as table:
            beside = len(items) / _time_import(lambda: _write_bare_together(client, table, items))
        with _table() as table:
            guarded = len(items) / _time_import(lambda: _write_guarded(client, table, items))
    baseline = Baseline("逐批 BatchWriteItem", "bare BatchWriteItem loop", bare)
    guarantee = Baseline(
        "逐批 TransactWriteItems（同样保证）", "bare loop of TransactWriteItems, the same guarantee", guarded
    )
    same = Baseline(f"{TOGETHER} 个线程逐批 BatchWriteItem", f"{TOGETHER} bare BatchWriteItem loops at once", beside)
    return [
        Figure(
            "import_records_a_second", "首次导入，每秒记录", "first import, records a second", first, "/s", baseline
        ),
        Figure(
            "import_records_a_second_guarded",
            "首次导入（与同样保证的写入相比），每秒记录",
            "first import against writes with the same guarantee, records a second",
            first,
            "/s",
            guarantee,
        ),
        Figure(
            "guarded_records_a_second",
            "同样保证的逐批写入，每秒记录",
            "bare writes with the guarantee, records a second",
            guarded,
            "/s",
            baseline,
        ),
        Figure(
            "import_records_a_second_together",
            f"首次导入（同时 {TOGETHER} 块），每秒记录",
            f"first import, {TOGETHER} chunks at once, records a second",
            first,
            "/s",
            same,
        ),
        Figure(
            "again_records_a_second", "再次导入，每秒记录", "the same again, records a second", again, "/s", baseline
        ),
    ]


def _memory(sizes: Sequence[int]) -> Iterator[Figure]:
    peaks = ((records, _peak(records)) for records in sizes)
    for (smaller, before), (records, peak) in pairwise(peaks):
        yield Figure(
            f"peak_mib_{records}",
            f"{records} 条记录时的内存峰值",
            f"peak memory, {records:,} records",
            peak,
            "MiB",
            Baseline(f"{smaller} 条时", f"at {smaller:,}", before),
        )


def _peak(records: int) -> float:
    """Peak memory of an import of so many records, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "annual.csv"
        write_csv(path, rows(records))
        command = [sys.executable, "-m", "bench.register_import", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- this very file
    return float(done.stdout)


def _swallow(path: Path) -> float:
    import_file(path, "none", _KEYRING, _Swallowing(), together=1)
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells there may be the parent's peak
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


class _Swallowing:
    """A DynamoDB client that accepts everything and keeps nothing but the marks of finished chunks."""

    def __init__(self) -> None:
        self._marks: dict[str, Any] = {}

    def batch_get_item(self, **_: Any) -> dict[str, Any]:
        return {"Responses": {}}

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        return {}

    def batch_write_item(self, **_: Any) -> dict[str, Any]:
        return {"UnprocessedItems": {}}

    def get_item(self, **request: Any) -> dict[str, Any]:
        mark = self._marks.get(request["Key"]["sk"]["S"])
        return {"Item": mark} if mark else {}

    def put_item(self, **request: Any) -> None:
        self._marks[request["Item"]["sk"]["S"]] = request["Item"]

    def get_paginator(self, _: str) -> _Swallowing:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Items": list(self._marks.values())}]


@contextmanager
def _table() -> Iterator[str]:
    model = award_items(f"bench-{uuid4()}", os.environ["AWS_DEFAULT_REGION"])
    model.create_table(wait=True)
    try:
        yield model.Meta.table_name
    finally:
        model.delete_table()


def _items(client: Any, table: str) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _write_bare(client: Any, table: str, items: Sequence[dict[str, Any]]) -> None:
    left = iter(items)
    while batch := list(islice(left, _ITEM_BATCH)):
        client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in batch]})


def _write_guarded(client: Any, table: str, items: Sequence[dict[str, Any]]) -> None:
    left = iter(items)
    only_new = {"TableName": table, "ConditionExpression": "attribute_not_exists(pk)"}
    while batch := list(islice(left, _TRANSACTION)):
        client.transact_write_items(TransactItems=[{"Put": {**only_new, "Item": item}} for item in batch])


def _write_bare_together(client: Any, table: str, items: Sequence[dict[str, Any]]) -> None:
    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(lambda part: _write_bare(client, table, items[part::TOGETHER]), range(TOGETHER)))


def _time_import(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(_swallow(Path(sys.argv[1])))
