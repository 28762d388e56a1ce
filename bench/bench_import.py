"""How fast a register import is, against a bare loop of BatchWriteItem on the same table, and its memory.

    python -m bench.bench_import [--records 3000] [--memory 10000 500000] [--format csv]

Speed is measured on the emulator that AWS_ENDPOINT_URL names, or else on moto inside this process. Memory is measured
in processes of their own, with a table that accepts everything and keeps nothing: the file alone makes a difference.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from degree_auth.adapters.keyring import Keyring
from degree_auth.adapters.register_table import award_items
from degree_auth.register_wiring import bulk_dynamodb
from tools.import_register import import_file
from tools.sample_register import rows, write_csv, write_dbf, write_xlsx

_KEYRING = Keyring(b"a key for measuring only, 32 bytes")
_ITEM_BATCH = 25
_WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "dbf": write_dbf}


def speed(records: int) -> dict[str, Any]:
    """Records a second: the whole import, importing the same file again, and the bare loop."""
    on_moto = not os.environ.get("AWS_ENDPOINT_URL")
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-southeast-1")
    if on_moto:
        from moto import mock_aws  # here alone: the processes whose memory is measured must not carry it

        os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with mock_aws() if on_moto else nullcontext(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "annual.csv"
        write_csv(path, rows(records))
        client = bulk_dynamodb()
        with _table() as table:
            together = 1 if on_moto else 4  # moto's tables know no threads
            seconds = _timed(lambda: import_file(path, table, _KEYRING, client, together=together))
            again = _timed(lambda: import_file(path, table, _KEYRING, client, together=together))
            items = list(_items(client, table))
        with _table() as table:
            bare = _timed(lambda: _write_bare(client, table, items))
    return {
        "emulator": "moto" if on_moto else os.environ["AWS_ENDPOINT_URL"],
        "records": records,
        "import_records_per_second": round(records / seconds),
        "import_again_records_per_second": round(records / again),
        "bare_batch_write_item_records_per_second": round(len(items) / bare),
        "ratio_to_bare_loop": round(bare / seconds * records / len(items), 2),
    }


def memory(records: int, form: str) -> dict[str, Any]:
    """Peak memory and time of an import of so many records, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"annual.{form}"
        _WRITERS[form](path, rows(records), "utf-8")
        command = [sys.executable, "-m", "bench.bench_import", "--swallow", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
    return {"records": records, "format": form, **json.loads(done.stdout)}


def _swallow(path: Path) -> dict[str, Any]:
    started = time.perf_counter()
    report = import_file(path, "none", _KEYRING, _Swallowing(), together=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    return {
        "peak_mib": round(peak),
        "seconds": round(time.perf_counter() - started, 1),
        "imported": report.counts.new,
        "table": "a double that keeps only the marks of finished chunks",
    }


class _Swallowing:
    """A DynamoDB client that accepts everything and keeps nothing but the marks of finished chunks."""

    def __init__(self) -> None:
        self._marks: dict[str, Any] = {}

    def batch_get_item(self, **_: Any) -> dict[str, Any]:
        return {"Responses": {}}

    def batch_write_item(self, **_: Any) -> dict[str, Any]:
        return {}

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


def _timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """The command; prints one JSON object a line."""
    parser = argparse.ArgumentParser(description="测量年报导入的速度与内存 Measure the register import")
    parser.add_argument("--records", type=int, default=3000)
    parser.add_argument("--memory", type=int, nargs="*", default=[10_000, 500_000])
    parser.add_argument("--format", choices=sorted(_WRITERS), default="csv")
    parser.add_argument("--swallow", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.swallow:
        print(json.dumps(_swallow(given.swallow)))
        return
    print(json.dumps(speed(given.records)), flush=True)
    for records in given.memory:
        print(json.dumps(memory(records, given.format)), flush=True)


if __name__ == "__main__":
    main()
