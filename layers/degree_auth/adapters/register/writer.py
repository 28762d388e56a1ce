"""Writing imports and register changes to the award register, with nothing lost and nothing twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from degree_auth.adapters.register.items import HISTORY, Seal, Written
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.record import award_source, join_record_id, partition_of, split_record_id
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.register.ports import Counts

_READ_BATCH, _WRITE_BATCH = 100, 25  # the most that one BatchGetItem and one BatchWriteItem take
_ATTEMPTS = 8
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 5.0  # seconds


class RegisterOverloadedError(Exception):
    """The table kept refusing work after every retry; trying again later is safe."""


class RegisterWriter:
    """Writing imports to the register.

    Every record costs one item read, a new one a look at its certificate besides; only what is new or changed is
    written. Writing is safe to repeat and to run beside itself: keys follow from the records' contents, a change is
    conditional on the version it replaces, and the replaced version is kept in the same transaction. New records are
    written in bulk and without a condition: of two writers that add one record in the same moment, the later one's
    stands.
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
    ) -> Counts:
        """Bring records up to date; before anything is written, `before_change` hears of the records that are to change
        and of new ones whose certificate has another record already, which they may correct.

        What a register change took out stays out.

        Raises:
            RegisterOverloadedError: the table kept refusing; what was written stays, and repeating is safe.
        """
        written = {record.record_id: Written.of(record, self._seal) for record in records}
        known = self._contents(written)
        new = [each for record_id, each in written.items() if record_id not in known]
        told = [(known[record_id], each) for record_id, each in written.items() if record_id in known]
        changed = [each for content, each in told if content not in (None, each.content)]
        if before_change is not None:
            touching = [*changed, *(each for each in new if self._is_certificate_known(each.record))]
            if touching:
                before_change([each.record for each in touching])
        self._write([{"PutRequest": {"Item": self._seal.item(each, import_id, now)}} for each in new])
        made = sum(self._change(self._seal.item(each, import_id, now)) for each in changed)
        withheld = sum(content is None for content, _ in told) + len(changed) - made
        return Counts(len(new), made, len(written) - len(new) - made - withheld, withheld)

    def revise(self, before: AwardRecord | None, after: AwardRecord | None, reference: str, now: datetime) -> bool:
        """Put a record in the place of another, add one (no `before`) or remove one (no `after`), in one transaction
        that keeps the version replaced; `reference` names the register change. False, with nothing changed, when the
        register no longer says what `before` says. A repeat changes nothing.

        Raises:
            RegisterOverloadedError: the table kept refusing; nothing was changed.
        """
        new = None if after is None else self._seal.item(Written.of(self._placed(after), self._seal), reference, now)
        expected = None if before is None else Written.of(before, self._seal).content
        for wait in self._waits():
            former = None if before is None else self._item(*split_record_id(before.record_id))
            same_place = new is not None and former is not None and _key(former) == _key(new)
            present = former if new is None or same_place else self._item(new["pk"]["S"], new["sk"]["S"])
            told = new is None or _content(present) == _content(new)
            if told and (same_place or _content(former) is None):
                return True
            if _content(former) != expected or not (told or same_place or _content(present) is None):
                return False
            writes: list[dict[str, Any]] = []
            if former is not None and not same_place:
                writes += self._replacing(former, _tombstone(former, reference, now))
            if new is not None and not told:
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
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in self._marks(import_id)]
        self._write([{"DeleteRequest": {"Key": key}} for key in keys])

    def _marks(self, import_id: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"import#{import_id}"}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _contents(self, record_ids: Iterable[str]) -> dict[str, str | None]:
        """The content digests of those records that the register has or had (None), by record id."""
        keys = [{"pk": {"S": partition}, "sk": {"S": part}} for partition, part in map(split_record_id, record_ids)]
        found: dict[str, str | None] = {}
        for start in range(0, len(keys), _READ_BATCH):
            asked = keys[start : start + _READ_BATCH]
            for wait in self._waits():
                answer = self._client.batch_get_item(
                    RequestItems={
                        self._table: {"Keys": asked, "ProjectionExpression": "pk, sk, content", "ConsistentRead": True}
                    }
                )
                for item in answer["Responses"].get(self._table, ()):
                    found[join_record_id(item["pk"]["S"], item["sk"]["S"])] = _content(item)
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

    def _write(self, requests: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(requests), _WRITE_BATCH):
            left = list(requests[start : start + _WRITE_BATCH])
            for wait in self._waits():
                answer = self._client.batch_write_item(RequestItems={self._table: left})
                left = answer.get("UnprocessedItems", {}).get(self._table, [])
                if not left:
                    break
                wait()

    def _change(self, item: dict[str, Any]) -> bool:
        """Replace a record and keep the version it replaces, both or neither; False when it was taken out meanwhile."""
        for wait in self._waits():
            former = self._item(item["pk"]["S"], item["sk"]["S"])
            if _content(former) in (None, _content(item)):
                return _content(former) is not None
            try:
                self._client.transact_write_items(TransactItems=self._replacing(former, item))
            except self._client.exceptions.TransactionCanceledException:
                wait()
            else:
                break
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
    return {**_key(former), "import_id": {"S": reference}, "imported_at": {"S": now.isoformat(timespec="seconds")}}


def _kept(former: Mapping[str, Any]) -> dict[str, Any]:
    """The item of a version that is replaced: no longer found by its person."""
    kept = {name: value for name, value in former.items() if name not in ("holder_key", "person_key")}
    kept["pk"] = {"S": former["pk"]["S"] + HISTORY}
    kept["sk"] = {"S": f"{former['sk']['S']}#{_version(former):06d}"}
    return kept


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
