"""Writing imports and register changes to the award register, with nothing lost and nothing twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import compress
from typing import Any

from botocore.exceptions import ClientError

from degree_auth.adapters.register.items import HISTORY, Seal, Written
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import award_source, join_record_id, partition_of, split_record_id
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.register.ports import Counts, Saved

_LOOKS_AT_ONCE = 8  # fewer than the connections that a client keeps
_READ_BATCH, _DELETE_BATCH, _TRANSACTION = 100, 25, 100  # the most that one call takes
_TRY_AGAIN = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
"""Why DynamoDB cancels a transaction that may be tried again: somebody else is at an item, or there is no room."""

_STORED, _THERE_ALREADY = "None", "ConditionalCheckFailed"
"""What DynamoDB says of a write of a cancelled transaction that did not fail by itself, and of one whose condition
failed."""
_ATTEMPTS = 8
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 5.0  # seconds


class RegisterOverloadedError(Unavailable):
    """The table kept refusing work after every retry; trying again later is safe."""

    def __init__(self) -> None:
        super().__init__("try_again")


class WriteRefusedError(Exception):
    """The table refuses a write for what it is; trying again does not help. Holds DynamoDB's codes."""


class RegisterWriter:
    """Writing imports and register changes to the register.

    Every record of an import costs one item read, a new one a look at its certificate besides; only what is new or
    changed is written. Every write is conditional on what was read: a new record on there being none, a changed one on
    the version that it replaces, which is kept in the same transaction. What somebody else wrote meanwhile is read and
    decided anew, so that writing is safe to repeat and to run beside itself and beside register changes.
    """

    def __init__(
        self, table_name: str, keyring: Keyring, client: Any, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table_name
        self._keyring = keyring
        self._seal = Seal(keyring)
        self._client = client
        self._sleep = sleep

    def save(
        self,
        records: Sequence[AwardRecord],
        import_id: str,
        now: datetime,
        before_change: Callable[[Sequence[AwardRecord]], None] | None = None,
    ) -> Saved:
        """Bring records up to date; before anything is written, `before_change` hears of the records that are to change
        and of new ones whose certificate has another record already, which they may correct.

        What stands against an approved register change is withheld: the record stays as the change left it.

        Raises:
            RegisterOverloadedError: the table kept refusing; what was written stays, and repeating is safe.
        """
        left = {record.record_id: Written.of(record, self._seal) for record in records}
        done: dict[str, _Fate] = {}
        tried: dict[str, _Fate] = {}
        for wait in self._waits():
            known = self._read_known(left)
            fates = {record_id: _fate(known.get(record_id), each) for record_id, each in left.items()}
            for record_id, fate in fates.items():
                if fate is _Fate.UNCHANGED and known[record_id].import_id == import_id:
                    # Perhaps this call's own write, of which the answer was lost.
                    done[record_id] = tried.get(record_id, fate)
                elif fate in (_Fate.UNCHANGED, _Fate.WITHHELD):
                    done[record_id] = fate
            tried = {record_id: fate for record_id, fate in fates.items() if record_id not in done}
            new = [left[record_id] for record_id, fate in tried.items() if fate is _Fate.NEW]
            changed = [left[record_id] for record_id, fate in tried.items() if fate is _Fate.CHANGED]
            self._announce(new, changed, before_change)
            stored = self._insert([self._seal.item(each, import_id, now) for each in new])
            done |= {each.record.record_id: _Fate.NEW for each in compress(new, stored)}
            for each in changed:
                record_id = each.record.record_id
                if self._replace(known[record_id].version, self._seal.item(each, import_id, now)):
                    done[record_id] = _Fate.CHANGED
            left = {record_id: each for record_id, each in left.items() if record_id not in done}
            if not left:
                break
            wait()
        told = Counter(done.values())
        counts = Counts(**{fate.value: told[fate] for fate in _Fate})
        return Saved(counts, tuple(record_id for record_id, fate in done.items() if fate is _Fate.WITHHELD))

    def _announce(
        self,
        new: Sequence[Written],
        changed: Sequence[Written],
        before_change: Callable[[Sequence[AwardRecord]], None] | None,
    ) -> None:
        if before_change is None:
            return
        # One query for each new record, for a certificate may have records under any keys: they wait for each other's
        # answers, not one after another.
        with ThreadPoolExecutor(_LOOKS_AT_ONCE) as pool:
            known = pool.map(self._is_certificate_known, (each.record for each in new))
            touching = [*changed, *compress(new, known)]
        if touching:
            before_change([each.record for each in touching])

    def revise(self, before: AwardRecord | None, after: AwardRecord | None, reference: str, now: datetime) -> bool:
        """Put a record in the place of another, add one (no `before`) or remove one (no `after`), in one transaction
        that keeps the version replaced; `reference` names the register change. What it writes, or finds told already,
        no import alters any more. A repeat changes nothing, also when another change came after this one. False, with
        nothing changed, when the register no longer says what `before` says.

        Raises:
            RegisterOverloadedError: the table kept refusing; nothing was changed.
        """
        new = (
            None
            if after is None
            else self._seal.item(Written.of(self._with_record_id(after), self._seal), reference, now)
        )
        if new is not None:
            new["change_id"] = {"S": reference}
        expected = None if before is None else Written.of(before, self._seal).content
        for wait in self._waits():
            former = None if before is None else self._item(*split_record_id(before.record_id))
            same_place = new is not None and former is not None and _key(former) == _key(new)
            present = former if new is None or same_place else self._item(new["pk"]["S"], new["sk"]["S"])
            # What an import said of its own accord becomes what was approved: from now on no import alters it.
            told = new is None or _content(present) == _content(new)
            stands = new is None or (told and present is not None and "change_id" in present)
            if stands and (same_place or _content(former) is None):
                return True
            if _content(former) != expected or not (told or same_place or _content(present) is None):
                return any(self._was_made(item, reference) for item in (former, present) if item is not None)
            writes: list[dict[str, Any]] = []
            if former is not None and not same_place:
                writes += self._replacement_writes(former, _tombstone(former, reference, now))
            if new is not None and not stands:
                writes += self._replacement_writes(present, new)
            try:
                self._client.transact_write_items(TransactItems=writes)
            except self._client.exceptions.TransactionCanceledException:
                wait()
            else:
                break
        return True

    def _with_record_id(self, record: AwardRecord) -> AwardRecord:
        """The record under the id that follows from its contents, as an import gives it."""
        partition = partition_of(record)
        return replace(
            record, record_id=join_record_id(partition, award_part(self._keyring, partition, award_source(record)))
        )

    def _was_made(self, item: Mapping[str, Any], reference: str) -> bool:
        """Whether a register change was written under the key of this item before somebody else replaced it."""
        versions = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :part)",
            ExpressionAttributeValues={
                ":pk": {"S": item["pk"]["S"] + HISTORY},
                ":part": {"S": f"{item['sk']['S']}#"},
            },
            ProjectionExpression="change_id",
            ConsistentRead=True,
        )["Items"]
        return any(one.get("change_id", {}).get("S") == reference for one in versions)

    def _item(self, partition: str, part: str) -> dict[str, Any] | None:
        key = {"pk": {"S": partition}, "sk": {"S": part}}
        found: dict[str, Any] = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return found.get("Item")

    def _replacement_writes(self, former: Mapping[str, Any] | None, item: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The writes of a transaction that put an item in the place of another, which is kept, or of none."""
        if former is None:
            absent = {"ConditionExpression": "attribute_not_exists(pk)"}
            return [{"Put": {"TableName": self._table, "Item": item, **absent}}]
        following = {**item, "version": {"N": str(_version(former) + 1)}}
        return [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": _history_item(former),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
            {"Put": {"TableName": self._table, "Item": following, **_unchanged_condition(former)}},
        ]

    def finished_chunk(self, import_id: str, chunk: int) -> Counts | None:
        """The counts of a chunk that was imported; None for a chunk that was not."""
        answer = self._client.get_item(TableName=self._table, Key=_mark(import_id, chunk), ConsistentRead=True)
        return _counts(answer["Item"]) if "Item" in answer else None

    def finished_chunks(self, import_id: str) -> Sequence[Counts]:
        """The counts of each imported chunk."""
        return [_counts(item) for item in self._marks(import_id)]

    def finish_chunk(self, import_id: str, chunk: int, counts: Counts) -> None:
        """Mark a chunk as imported; the first mark stands, for a repetition finds everything unchanged."""
        numbers = {name: {"N": str(number)} for name, number in asdict(counts).items()}
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**_mark(import_id, chunk), **numbers},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def forget_chunks(self, import_id: str) -> None:
        """Remove the marks of an import."""
        self._delete([_key(item) for item in self._marks(import_id)])

    def _marks(self, import_id: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"import#{import_id}"}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _read_known(self, record_ids: Iterable[str]) -> dict[str, _Known]:
        """What the register has, or had, under these record ids."""
        keys = [{"pk": {"S": partition}, "sk": {"S": part}} for partition, part in map(split_record_id, record_ids)]
        asking = {"ProjectionExpression": "pk, sk, content, version, import_id, change_id", "ConsistentRead": True}
        found: dict[str, _Known] = {}
        for start in range(0, len(keys), _READ_BATCH):
            asked = keys[start : start + _READ_BATCH]
            for wait in self._waits():
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": asked, **asking}})
                for item in answer["Responses"].get(self._table, ()):
                    found[join_record_id(item["pk"]["S"], item["sk"]["S"])] = _Known.of(item)
                asked = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
                if not asked:
                    break
                wait()
        return found

    def _is_certificate_known(self, record: AwardRecord) -> bool:
        partition, _ = split_record_id(record.record_id)
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ProjectionExpression="pk",
            Limit=1,
            ConsistentRead=True,
        )
        return bool(found["Items"])

    def _insert(self, items: Sequence[dict[str, Any]]) -> list[bool]:
        """Store each item where nothing is yet; for each, whether that was so.

        By transactions, because BatchWriteItem knows no conditions. One that is cancelled has stored nothing and says
        of each item why: those that are there already are left out, and the others tried again.
        """
        stored = [True] * len(items)
        for start in range(0, len(items), _TRANSACTION):
            left = list(range(start, min(start + _TRANSACTION, len(items))))
            for wait in self._waits():
                codes = self._put_new([items[place] for place in left])
                refused = set(codes) - _TRY_AGAIN - {_STORED, _THERE_ALREADY}
                if refused:
                    raise WriteRefusedError(*sorted(refused))
                there = {place for place, code in zip(left, codes, strict=True) if code == _THERE_ALREADY}
                for place in there:
                    stored[place] = False
                left = [] if set(codes) <= {_STORED} else [place for place in left if place not in there]
                if not left:
                    break
                if not there or set(codes) & _TRY_AGAIN:
                    wait()
        return stored

    def _put_new(self, items: Sequence[dict[str, Any]]) -> list[str]:
        """Store all items where nothing is yet, or none: what DynamoDB says of each."""
        writes = [write for item in items for write in self._replacement_writes(None, item)]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as cancelled:
            return [reason["Code"] for reason in cancelled.response["CancellationReasons"]]
        return [_STORED] * len(items)

    def _delete(self, keys: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(keys), _DELETE_BATCH):
            left = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + _DELETE_BATCH]]
            for wait in self._waits():
                answer = self._client.batch_write_item(RequestItems={self._table: left})
                left = answer.get("UnprocessedItems", {}).get(self._table, [])
                if not left:
                    break
                wait()

    def _replace(self, version: int, item: dict[str, Any]) -> bool:
        """Put an item in the place of this version of it, which is kept, both or neither; False when that version is
        not the last any more, or somebody else is at it."""
        former = self._item(item["pk"]["S"], item["sk"]["S"])
        if former is None or _version(former) != version:
            return False
        try:
            self._client.transact_write_items(TransactItems=self._replacement_writes(former, item))
        except self._client.exceptions.TransactionCanceledException:
            return False
        return True

    def _waits(self) -> Iterator[Callable[[], None]]:
        """One growing, jittered wait for each attempt.

        Raises:
            RegisterOverloadedError: the attempts are used up.
        """
        for attempt in range(_ATTEMPTS):
            longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
            yield lambda longest=longest: self._sleep(random.uniform(longest / 2, longest))  # type: ignore[misc]  # noqa: S311
        raise RegisterOverloadedError


def _key(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"pk": item["pk"], "sk": item["sk"]}


def _version(item: Mapping[str, Any]) -> int:
    return int(item["version"]["N"])


def _content(item: Mapping[str, Any] | None) -> str | None:
    """The content digest of a record; None for a tombstone, and where nothing is."""
    return item["content"]["S"] if item is not None and "content" in item else None


def _tombstone(former: Mapping[str, Any], reference: str, now: datetime) -> dict[str, Any]:
    """What stays in the place of a record that a register change takes out."""
    return {
        **_key(former),
        "import_id": {"S": reference},
        "imported_at": {"S": now.isoformat(timespec="seconds")},
        "change_id": {"S": reference},
    }


def _history_item(former: Mapping[str, Any]) -> dict[str, Any]:
    """The item of a version that is replaced: no longer found by its person."""
    kept = {name: value for name, value in former.items() if name not in ("holder_key", "person_key")}
    kept["pk"] = {"S": former["pk"]["S"] + HISTORY}
    kept["sk"] = {"S": f"{former['sk']['S']}#{_version(former):06d}"}
    return kept


def _unchanged_condition(former: Mapping[str, Any]) -> dict[str, Any]:
    """The condition that nobody replaced the item meanwhile."""
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": former["version"]},
    }


def _mark(import_id: str, chunk: int) -> dict[str, Any]:
    return {"pk": {"S": f"import#{import_id}"}, "sk": {"S": f"{chunk:06d}"}}


def _counts(item: dict[str, Any]) -> Counts:
    return Counts(**{name: int(item[name]["N"]) for name in asdict(Counts()) if name in item})


class _Fate(Enum):
    """What becomes of a record of an import."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register has under a record's id: the keyed digest of its facts (None for a tombstone), its version,
    the import that it came by, and whether an approved register change wrote it."""

    content: str | None
    version: int
    import_id: str
    approved: bool

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> _Known:
        return cls(_content(item), _version(item), item["import_id"]["S"], "change_id" in item)


def _fate(known: _Known | None, written: Written) -> _Fate:
    if known is None:
        return _Fate.NEW
    if known.content == written.content:
        return _Fate.UNCHANGED
    return _Fate.WITHHELD if known.approved else _Fate.CHANGED
