"""Tries the restore before it is needed: restores the four tables to one moment under new names, verifies what came
back, compares it with the originals, and removes the new tables. The stack is only read.

python -m tools.restore_drill STACK               to the latest moment that all four can be restored to
python -m tools.restore_drill STACK MOMENT        to a moment, ISO 8601 with offset
python -m tools.restore_drill STACK MOMENT keep   and leave the new tables, for a restore in earnest

Exit code: 0 everything that was restored is whole, 1 something is not.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.reports.log import entry_leaf, signed_head_from_dict
from degree_auth.domain.reports.merkle import Tree, append_leaves
from degree_auth.domain.shared.chain import CASE, INSTITUTION, READINGS, ChainHead, verify
from degree_auth.domain.shared.words import Words
from tools.environment import say

TABLES = ("CasesTable", "RegisterTable", "AccountsTable", "NotificationsTable")
POLL_SECONDS = 15

_VERIFIED = (
    *("pk", "sk", "type", "at", "actor", "data", "previous_hash", "hash", "version", "body", "content"),
    *("log_seq", "log_hash", "size", "frontier"),
)
"""The attributes that verifying asks for."""

Item = Mapping[str, Any]


@dataclass(slots=True)
class Found:
    """What a pass over the tables found: items by kind, chains that were verified, and what is not whole, as places
    and codes; no content."""

    items: dict[str, Counter[str]] = field(default_factory=dict)
    chains: Counter[str] = field(default_factory=Counter)
    log_entries: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drill:
    """Restores and verifies; `client` is a boto3 client of DynamoDB, `tables` the names of the four tables by their
    logical ids."""

    client: Any
    tables: Mapping[str, str]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep

    def latest_moment(self) -> datetime:
        """The latest moment to which all four tables can be restored. Raises `LookupError`: one of them cannot be."""
        moments: list[datetime] = []
        for name in self.tables.values():
            told = self.client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
            recovery = told.get("PointInTimeRecoveryDescription", {})
            if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
                raise LookupError(name)
            moments.append(recovery["LatestRestorableDateTime"])
        return min(moments)

    def restore(self, moment: datetime) -> dict[str, str]:
        """Restore all four to a moment, side by side; the names of the new tables once they are there."""
        stamp = f"{self.clock():%Y%m%d%H%M%S}"
        restored = {logical_id: f"{name}-drill-{stamp}" for logical_id, name in self.tables.items()}
        for logical_id, name in self.tables.items():
            self.client.restore_table_to_point_in_time(
                SourceTableName=name, TargetTableName=restored[logical_id], RestoreDateTime=moment
            )
        for name in restored.values():
            while self.client.describe_table(TableName=name)["Table"]["TableStatus"] != "ACTIVE":
                self.sleep(POLL_SECONDS)
        return restored

    def remove(self, restored: Mapping[str, str]) -> None:
        """Delete the tables of the drill, and no other. Raises `ValueError`: a name is not that of one."""
        if any("-drill-" not in name or name in self.tables.values() for name in restored.values()):
            raise ValueError("not a table of a drill")
        for name in restored.values():
            self.client.delete_table(TableName=name)

    def look(self, tables: Mapping[str, str]) -> Found:
        """Count and verify what tables hold."""
        found, log = Found(), _ReportLog()
        for logical_id, name in tables.items():
            counted = found.items[logical_id] = Counter()
            # A scan gives the items of a partition one after the other, in their order.
            for pk, partition in groupby(self._scan(name), key=lambda item: str(item["pk"])):
                items = list(partition)
                counted[_kind_of(pk)] += len(items)
                if logical_id == "CasesTable":
                    log.gather(pk, items)
                for named, owner, entries, head in _chains_in(pk, items):
                    found.chains[named] += 1
                    if fault := verify(owner, entries, head, named):
                        found.broken.append(f"{named} {owner}: entry {fault.seq}, {fault.fault.value}")
        found.log_entries = len(log.contents)
        found.broken += [f"report log: {fault}" for fault in log.faults()]
        return found

    def count(self, tables: Mapping[str, str]) -> dict[str, Counter[str]]:
        """How many items of each kind tables hold; they may be in use meanwhile."""
        return {
            logical_id: Counter(_kind_of(str(item["pk"])) for item in self._scan(name, ["pk"]))
            for logical_id, name in tables.items()
        }

    def _scan(self, table: str, names: Sequence[str] = _VERIFIED) -> Iterator[dict[str, Any]]:
        """Every item, of each only these attributes."""
        read = TypeDeserializer().deserialize
        placed = {f"#a{place}": name for place, name in enumerate(names)}
        pages = self.client.get_paginator("scan").paginate(
            TableName=table,
            ProjectionExpression=", ".join(placed),
            ExpressionAttributeNames=placed,
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                yield {name: read(value) for name, value in item.items()}


class _ReportLog:
    """The report log as the table of cases holds it, reckoned anew from its entries."""

    def __init__(self) -> None:
        self.contents: dict[int, str] = {}
        self._stored: dict[tuple[int, int], str] = {}
        self._tree: Item | None = None
        self._signed: Item | None = None

    def gather(self, pk: str, items: list[dict[str, Any]]) -> None:
        """Take what of a partition belongs to the log."""
        if pk == "log#tree":
            (self._tree,) = items
        elif pk == "log#signed":
            (self._signed,) = items
        elif pk.startswith("log#node#"):
            level, place = (int(part) for part in pk.split("#")[2:])
            self._stored[level, place] = items[0]["hash"]
            if level == 0:
                self.contents[place] = items[0]["content"]

    def faults(self) -> Iterator[str]:
        """What does not fit: entries that lack, nodes and roots that differ from what the entries give."""
        size = 0 if self._tree is None else int(self._tree["size"])
        if sorted(self.contents) != list(range(size)):
            yield "entries are missing, or there are more than the log says"
            return
        leaves = [entry_leaf(json.loads(self.contents[place])) for place in range(size)]
        tree, nodes = append_leaves(Tree(), leaves)
        if {(node.level, node.place): value.hex() for node, value in nodes.items()} != self._stored:
            yield "nodes differ from what the entries give"
        if self._tree is not None and b"".join(tree.frontier).hex() != self._tree["frontier"]:
            yield "the tree differs from what the entries give"
        if self._signed is not None:
            head = signed_head_from_dict(json.loads(self._signed["body"])).head
            if head.size > size:
                yield "the signed head covers more than the log has"
            elif append_leaves(Tree(), leaves[: head.size])[0].root != head.root:
                yield "the signed head is of another log"


_Chain = tuple[str, str, list[dict[str, Any]], ChainHead | None]


def _chains_in(pk: str, items: list[dict[str, Any]]) -> Iterator[_Chain]:
    """The chained logs of a partition: whose kind, whose, the entries in order, and the head that the owner keeps."""
    by_key = {str(item["sk"]): item for item in items}
    if is_case_number(pk) and "CASE" in by_key:
        case = by_key["CASE"]
        head = ChainHead(int(case["version"]), json.loads(case["body"])["head"])
        yield CASE, pk, _entries(pk, items, CASE, "EVENT#"), head
    elif pk.startswith("readings#") and "HEAD" in by_key:
        owner, kept = pk.removeprefix("readings#"), by_key["HEAD"]
        head = ChainHead(int(kept["log_seq"]), kept["log_hash"])
        yield READINGS, owner, _entries(owner, items, READINGS, "READING#"), head
    elif pk.startswith("institution#") and "INSTITUTION" in by_key:
        owner, kept = pk.removeprefix("institution#"), json.loads(by_key["INSTITUTION"]["body"])
        head = ChainHead(kept["log_seq"], kept["log_hash"])
        yield INSTITUTION, owner, _entries(owner, items, INSTITUTION, "CHANGE#"), head


def _entries(owner: str, items: list[dict[str, Any]], named: str, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            named: owner,
            "seq": int(item["sk"].removeprefix(prefix)),
            "data": json.loads(item["data"]),
            **{name: item[name] for name in ("type", "at", "actor", "previous_hash", "hash")},
        }
        for item in items
        if item["sk"].startswith(prefix)
    ]


def _kind_of(pk: str) -> str:
    """What kind of partition it is, without whose."""
    return "RZ" if is_case_number(pk) else pk.partition("#")[0] if "#" in pk else "other"


def compared(originals: Mapping[str, Counter[str]], restored: Mapping[str, Counter[str]]) -> list[str]:
    """A line for each kind of item: how many the original has now, and how many came back."""
    lines = []
    for table, counted in originals.items():
        came = restored[table]
        for kind in sorted(counted.keys() | came.keys()):
            lines.append(f"{table} {kind}: {counted[kind]} -> {came[kind]}")
    return lines


def main() -> None:
    """Carry the drill out and print what came of it."""
    match sys.argv[1:]:
        case [stack, *more] if len(more) <= 2 and more[1:] in ([], ["keep"]):
            moment = datetime.fromisoformat(more[0]) if more and more[0] else None
            if moment is not None and moment.tzinfo is None:
                raise SystemExit(__doc__)
        case _:
            raise SystemExit(__doc__)
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    found = {one["OutputKey"]: one["OutputValue"] for one in described}
    drill = Drill(boto3.client("dynamodb"), {name: found[name] for name in TABLES})
    raise SystemExit(0 if carried_out(drill, moment, keep="keep" in more) else 1)


def carried_out(drill: Drill, moment: datetime | None, *, keep: bool) -> bool:
    """Whether everything that was restored is whole; what came back is printed, and removed unless it is kept."""
    moment = moment or drill.latest_moment()
    say(f"恢复到 {moment.isoformat()}", f"restoring to {moment.isoformat()}")
    began = drill.clock()
    tables = drill.restore(moment)
    try:
        restored, originals = drill.look(tables), drill.count(drill.tables)
    finally:
        if not keep:
            drill.remove(tables)
    print("\n".join(compared(originals, restored.items)))
    print(", ".join(f"{named}: {count}" for named, count in sorted(restored.chains.items())))
    minutes = (drill.clock() - began).total_seconds() / 60
    chains = sum(restored.chains.values())
    say(
        f"用时 {minutes:.0f} 分钟；验证 {chains} 条链，报告日志 {restored.log_entries} 条",
        f"{minutes:.0f} minutes; {chains} chains and {restored.log_entries} entries of the report log were verified",
    )
    for place in restored.broken:
        print(Words(f"不完整 {place}", f"not whole {place}").lines)
    return not restored.broken


if __name__ == "__main__":
    main()
