"""The award register in DynamoDB.

Keys: `pk` is the certificate key (institution code, `#`, certificate number, both canonical), `sk` tells apart the
awards that share a certificate number. Former versions of a record stand under `<pk>!history`, their number in `sk`;
the marks of a running import under `import#<id>`. Everything about the person is sealed in one blob; in the clear
stand only the keys, keyed digests (`holder_key`, `content`), the version, when and by which import it came, and on what
an approved register change wrote, that change (`change_id`). Where a register change took a record out, its key, the
next version and that change stay (a tombstone). What carries a register change, no import alters: only another register
change does.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import compress
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from degree_auth.adapters.shared.dynamo import Item, TableMeta
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.applications.claim import Claim, IdentityType
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.matching import certificate_key, holder_key_source
from degree_auth.domain.register.record import (
    award_source,
    join_record_id,
    partition_of,
    record_from,
    split_record_id,
    values_of,
)
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.register.ports import Counts, Saved

HISTORY = "!history"
_READ_BATCH, _WRITE_BATCH = 100, 25  # the most that BatchGetItem takes, and BatchWriteItem or BatchExecuteStatement
_TRY_AGAIN = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
"""What DynamoDB says of a statement that it did not carry out for want of room or time."""
_ATTEMPTS = 8
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 5.0  # seconds


class RegisterOverloadedError(Exception):
    """The table kept refusing work after every retry; trying again later is safe."""


class StatementRefusedError(Exception):
    """The table refuses a statement for what it is; trying again does not help. Holds DynamoDB's codes."""


class ByHolder(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The awards of one holder, found by the keyed digest of the identity number."""

    class Meta:
        index_name = "by_holder"
        projection = AllProjection()

    holder_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class AwardItem(Item):
    """One item of the register table: a record, a former version of one, or the tombstone of one."""

    holder_key = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(legacy_encoding=False, null=True)
    content = UnicodeAttribute(null=True)
    version = NumberAttribute()
    import_id = UnicodeAttribute()
    imported_at = UnicodeAttribute()
    change_id = UnicodeAttribute(null=True)
    by_holder = ByHolder()


def award_items(table_name: str, region: str) -> type[AwardItem]:
    """The model bound to a table; endpoint and credentials come from the environment as boto3 reads them."""
    named = {"table_name": table_name, "region": region, "billing_mode": "PAY_PER_REQUEST"}
    meta = type("Meta", (TableMeta,), named)
    return type("AwardItem", (AwardItem,), {"Meta": meta})


@dataclass(frozen=True, slots=True)
class FormerVersion:
    """A version of a record that was replaced: which, and when and by which import it had come."""

    record: AwardRecord
    version: int
    import_id: str
    imported_at: str


class RegisterTable:
    """Reading the register as it was last written; what a look-up costs does not depend on the register's size."""

    def __init__(self, table_name: str, region: str, keyring: Keyring) -> None:
        self._items = award_items(table_name, region)
        self._seal = _Seal(keyring)

    def candidates(self, claim: Claim) -> Sequence[AwardRecord]:
        """The records that a claim may be about: those of its certificate, or when there are none, the holder's.

        One query; for the holder's one more, and a batch read of what it leads to, for the index may be behind and
        still have a record that a register change took out. Records that share a certificate are marked duplicates of
        each other.
        """
        degree, holder = claim.degree, claim.holder
        found = self._partition(certificate_key(degree.institution_code, degree.certificate_number))
        if found:
            return found
        holder_key = self._seal.holder_key(holder.identity_type, holder.identity_number)
        return () if holder_key is None else self._of_holder(holder_key)

    def certificate_version(self, claim: Claim) -> str:
        """Names what the register has of the claim's certificate; another name after every change, for records and
        tombstones alike are counted up."""
        partition = certificate_key(claim.degree.institution_code, claim.degree.certificate_number)
        items = self._items.query(partition, consistent_read=True)
        return " ".join(f"{item.sk}:{int(item.version)}" for item in items)

    def get(self, record_id: str) -> AwardRecord | None:
        """The record with this id, or None; one query, so that the duplicate mark is right.

        Raises:
            ValueError: not a record's id.
        """
        partition, _ = split_record_id(record_id)
        return next((record for record in self._partition(partition) if record.record_id == record_id), None)

    def history(self, record_id: str) -> Sequence[FormerVersion]:
        """The former versions of a record, the oldest first; where it was out of the register, a version is left out.

        Raises:
            ValueError: not a record's id.
        """
        partition, part = split_record_id(record_id)
        items = self._items.query(f"{partition}{HISTORY}", self._items.sk.startswith(f"{part}#"), consistent_read=True)
        return [
            FormerVersion(self._seal.open(item, record_id), int(item.version), item.import_id, item.imported_at)
            for item in items
            if item.sealed is not None
        ]

    def _of_holder(self, holder_key: str) -> Sequence[AwardRecord]:
        keys = sorted((item.pk, item.sk) for item in self._items.by_holder.query(holder_key))
        items = {(item.pk, item.sk): item for item in self._items.batch_get(keys, consistent_read=True)}
        return [self._seal.open(items[key]) for key in keys if key in items and items[key].holder_key == holder_key]

    def _partition(self, partition: str) -> Sequence[AwardRecord]:
        items = self._items.query(partition, consistent_read=True)
        records = [self._seal.open(item) for item in items if item.sealed is not None]
        if len(records) > 1:
            return [replace(record, duplicate=True) for record in records]
        return records


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
        self._seal = _Seal(keyring)
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
        left = {record.record_id: _Written.of(record, self._seal) for record in records}
        done: dict[str, _Fate] = {}
        tried: dict[str, _Fate] = {}
        for wait in self._waits():
            known = self._known(left)
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
        new: Sequence[_Written],
        changed: Sequence[_Written],
        before_change: Callable[[Sequence[AwardRecord]], None] | None,
    ) -> None:
        if before_change is None:
            return
        touching = [*changed, *(each for each in new if self._is_certificate_known(each.record))]
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
        new = None if after is None else self._seal.item(_Written.of(self._placed(after), self._seal), reference, now)
        if new is not None:
            new["change_id"] = {"S": reference}
        expected = None if before is None else _Written.of(before, self._seal).content
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
                writes += self._replacing(former, _tombstone(former, reference, now))
            if new is not None and not stands:
                writes += self._replacing(present, new)
            try:
                self._client.transact_write_items(TransactItems=writes)
            except self._client.exceptions.TransactionCanceledException:
                wait()
            else:
                break
        return True

    def _placed(self, record: AwardRecord) -> AwardRecord:
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

    def _replacing(self, former: Mapping[str, Any] | None, item: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The writes of a transaction that put an item in the place of another, which is kept, or of none."""
        if former is None:
            absent = {"ConditionExpression": "attribute_not_exists(pk)"}
            return [{"Put": {"TableName": self._table, "Item": item, **absent}}]
        following = {**item, "version": {"N": str(_version(former) + 1)}}
        return [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": _kept(former),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
            {"Put": {"TableName": self._table, "Item": following, **_unchanged(former)}},
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

    def _known(self, record_ids: Iterable[str]) -> dict[str, _Known]:
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

        By statements, because BatchWriteItem knows no conditions, and a transaction of many writes costs twice and
        fails as a whole.
        """
        stored = [True] * len(items)
        for start in range(0, len(items), _WRITE_BATCH):
            left = list(range(start, min(start + _WRITE_BATCH, len(items))))
            for wait in self._waits():
                answer = self._client.batch_execute_statement(
                    Statements=[_insertion(self._table, items[place]) for place in left]
                )
                codes = [one.get("Error", {}).get("Code") for one in answer["Responses"]]
                refused = set(codes) - _TRY_AGAIN - {None, "DuplicateItem"}
                if refused:
                    raise StatementRefusedError(*sorted(refused))
                for place, code in zip(left, codes, strict=True):
                    stored[place] = code is None
                left = [place for place, code in zip(left, codes, strict=True) if code in _TRY_AGAIN]
                if not left:
                    break
                wait()
        return stored

    def _delete(self, keys: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(keys), _WRITE_BATCH):
            left = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + _WRITE_BATCH]]
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
            self._client.transact_write_items(TransactItems=self._replacing(former, item))
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


def _kept(former: Mapping[str, Any]) -> dict[str, Any]:
    """The item of a version that is replaced: no longer found by its holder."""
    kept = {name: value for name, value in former.items() if name != "holder_key"}
    kept["pk"] = {"S": former["pk"]["S"] + HISTORY}
    kept["sk"] = {"S": f"{former['sk']['S']}#{_version(former):06d}"}
    return kept


def _insertion(table: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """The statement that stores an item where nothing is yet."""
    names = ", ".join(f"'{name}': ?" for name in item)
    return {"Statement": f'INSERT INTO "{table}" VALUE {{{names}}}', "Parameters": list(item.values())}


def _unchanged(former: Mapping[str, Any]) -> dict[str, Any]:
    """The condition that nobody replaced the item meanwhile."""
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": former["version"]},
    }


def _mark(import_id: str, chunk: int) -> dict[str, Any]:
    return {"pk": {"S": f"import#{import_id}"}, "sk": {"S": f"{chunk:06d}"}}


def _counts(item: dict[str, Any]) -> Counts:
    return Counts(**{name: int(item[name]["N"]) for name in asdict(Counts()) if name in item})


class _Seal:
    """Between a record and its item: what is sealed, and the keyed digests."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def holder_key(self, identity_type: IdentityType, identity_number: str) -> str | None:
        source = holder_key_source(identity_type, identity_number)
        return self._keyring.token("register-holder", source) if source else None

    def content(self, facts: str) -> str:
        return self._keyring.token("register-content", facts)

    def item(self, written: _Written, import_id: str, now: datetime) -> dict[str, Any]:
        record = written.record
        partition, part = split_record_id(record.record_id)
        item: dict[str, Any] = {
            "pk": {"S": partition},
            "sk": {"S": part},
            "sealed": {"B": self._keyring.seal(written.facts.encode(), record.record_id)},
            "content": {"S": written.content},
            "version": {"N": "1"},
            "import_id": {"S": import_id},
            "imported_at": {"S": now.isoformat(timespec="seconds")},
        }
        holder_key = self.holder_key(record.identity_type, record.identity_number)
        if holder_key is not None:
            item["holder_key"] = {"S": holder_key}
        return item

    def open(self, item: AwardItem, record_id: str | None = None) -> AwardRecord:
        record_id = record_id or join_record_id(item.pk, item.sk)
        return record_from(json.loads(self._keyring.open(item.sealed, record_id)), record_id)


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


def _fate(known: _Known | None, written: _Written) -> _Fate:
    if known is None:
        return _Fate.NEW
    if known.content == written.content:
        return _Fate.UNCHANGED
    return _Fate.WITHHELD if known.approved else _Fate.CHANGED


@dataclass(frozen=True, slots=True)
class _Written:
    """A record as text, and the keyed digest of that text by which a change is seen."""

    record: AwardRecord
    facts: str
    content: str

    @classmethod
    def of(cls, record: AwardRecord, seal: _Seal) -> _Written:
        facts = json.dumps(values_of(record), ensure_ascii=False)
        return cls(record, facts, seal.content(facts))
