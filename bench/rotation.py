"""How fast the master secret is turned while the system is in use, and whether anything is lost or unreadable.

The command runs in this process over tables as the template declares them, in an emulator in memory. Another thread
goes on adding and changing records meanwhile, as processes do that have read the former version.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from bench.figure import Figure, Measurement
from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.register.writer import RegisterWriter
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.adapters.shared.master_secret import parse_master_secret
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import award_source, join_record_id, partition_of
from degree_auth.services.register.award_keys import award_part
from tests.samples.claims import award
from tools.environment import REGION
from tools.rotate_master import Rotation
from tools.template import table_as_declared

_NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_TABLES = {"cases": "bench-cases", "register": "bench-register", "accounts": "bench-accounts"} | {
    "notifications": "bench-notifications"
}
_PLAIN = "a master secret for measuring only, of 32 bytes"


def measure(records: int = 1_000) -> list[Figure]:
    """Values sealed anew a second, and what was lost or cannot be read afterwards."""
    with _stack() as (client, secrets):

        def stored() -> bytes:
            return str(secrets.get_secret_value(SecretId="master")["SecretString"]).encode()

        keyring = Keyring(stored)
        kept = _store(client, keyring, [award(Random(one), one) for one in range(records)])  # noqa: S311
        over = threading.Event()
        # Its clock runs fast, so that it sees the new version after two seconds and not after a minute.
        hurried = Keyring(stored, lambda: 30 * time.monotonic())
        traffic = threading.Thread(target=_use, args=(client, hurried, records, kept, over))
        traffic.start()
        waited: list[float] = []

        def wait(seconds: float) -> None:
            waited.append(seconds)
            time.sleep(seconds)

        started = time.perf_counter()
        done = Rotation(client, secrets, "master", _TABLES, settle_seconds=4, sleep=wait).run()
        rate = done.sealed / (time.perf_counter() - started - sum(waited))
        over.set()
        traffic.join()
        table = RegisterTable(_TABLES["register"], REGION, Keyring(stored))
        lost = unreadable = 0
        for record_id, holder in list(kept.items()):
            try:
                found = table.get(record_id)
            except Exception:  # counted, whatever it is
                unreadable += 1
                continue
            lost += found is None or found.name != holder
        versions = len(parse_master_secret(stored()).versions)
    return [
        Figure("rotation_sealed", "重新密封", "values sealed anew", done.sealed, ""),
        Figure("rotation_per_second", "每秒重新密封", "sealed anew a second, emulator included", rate, "/s"),
        Figure("rotation_meanwhile", "期间新增与更改", "added and changed meanwhile", len(kept) - records, ""),
        Figure("rotation_lost", "丢失", "lost", lost, ""),
        Figure("rotation_unreadable", "不可读", "unreadable", unreadable, ""),
        Figure("rotation_versions_left", "剩余版本", "versions left", versions, ""),
    ]


MEASUREMENT = Measurement(
    chinese="使用中轮换主密钥",
    english="turning the master secret in use",
    measure=measure,
    needs_stack=False,
    quick={"records": 40},
    full={"records": 20_000},
)


def _store(client: Any, keyring: Keyring, records: list[AwardRecord]) -> dict[str, str]:
    named = []
    for record in records:
        partition = partition_of(record)
        named.append(
            replace(record, record_id=join_record_id(partition, award_part(keyring, partition, award_source(record))))
        )
    writer = RegisterWriter(_TABLES["register"], keyring, client, lambda _: None)
    for start in range(0, len(named), 500):
        writer.save(named[start : start + 500], "import", _NOW)
    return {one.record_id: one.name for one in named}


def _use(client: Any, keyring: Keyring, serial: int, kept: dict[str, str], over: threading.Event) -> None:
    while not over.is_set():
        serial += 1
        kept |= _store(client, keyring, [award(Random(serial), serial)])  # noqa: S311
        time.sleep(0.01)


@contextmanager
def _stack() -> Iterator[tuple[Any, Any]]:
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    with patch.dict(os.environ, credentials), mock_aws():
        os.environ.pop("AWS_ENDPOINT_URL", None)
        client, secrets = boto3.client("dynamodb"), boto3.client("secretsmanager")
        for room, name in _TABLES.items():
            client.create_table(TableName=name, **table_as_declared(f"{room.capitalize()}Table"))
        secrets.create_secret(Name="master", SecretString=_PLAIN)
        yield client, secrets
