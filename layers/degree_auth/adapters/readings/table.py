"""Records of readings in the table of cases.

Items (`pk` / `sk`):
- readings#subject / HEAD: the head of a subject's record, and the entries that stand for repeats.
- readings#subject / READING#000001 …: its entries, append-only.
- reader#actor / day: how many cases a reader has come to read that day, and in each of its hours.
- checks#report number / day: how often a report was checked that day.

Index `readings_by_reader` (sparse): the entries of readers of others' cases, by reader and day.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from degree_auth.adapters.shared.dynamo import Item, TableMeta, Writes, alone, connect
from degree_auth.adapters.shared.log_items import LogItem, attributes_of, fields_of
from degree_auth.domain.readings.reader import OF_OWN_CASES, ReaderKind
from degree_auth.domain.readings.record import ReadingEntry, ReadingEventType, Record, StandingEntry
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.domain.shared.working_days import SHANGHAI, shanghai_day
from degree_auth.services.readings.ports import CasesRead

_HEAD = "HEAD"
_READING = "READING#"


class _ReadingsByReader(GlobalSecondaryIndex["ReadingItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "readings_by_reader"
        projection = AllProjection()

    reader_day = UnicodeAttribute(hash_key=True)
    reading_place = UnicodeAttribute(range_key=True)


class ReadingTableItem(Item):
    """An item that tells of readings or checks."""

    class Meta(TableMeta): ...


class HeadItem(ReadingTableItem):
    """The head of a record."""

    log_seq = NumberAttribute()
    log_hash = UnicodeAttribute()
    standing = UnicodeAttribute()


class ReadingItem(LogItem, ReadingTableItem):
    """One entry of a record."""

    reader_day = UnicodeAttribute(null=True)
    reading_place = UnicodeAttribute(null=True)
    by_reader = _ReadingsByReader()


class CheckDayItem(ReadingTableItem):
    """How often a report was checked on a day."""

    count_ = NumberAttribute(attr_name="count")


class ReadingTable:
    """Implements `ReadingStore` and `CheckCounts` in DynamoDB. One table a process; `client` is a boto3 client."""

    def __init__(self, table_name: str, region: str, client: Any) -> None:
        self._table, self._client = table_name, client
        self._connection = connect(ReadingTableItem.Meta, table_name, region)

    def record(self, subject: str) -> Record:
        """The head of a subject's record; an empty one of a subject that nobody has read."""
        try:
            item = HeadItem.get(_record_key(subject), _HEAD, consistent_read=True)
        except DoesNotExist:
            return Record(subject)
        standing = tuple(from_data(StandingEntry, one) for one in json.loads(item.standing))
        return Record(subject, int(item.log_seq), item.log_hash, standing)

    def append(self, before: Record, after: Record, entry: ReadingEntry) -> None:
        """Store an entry and the head after it, both or neither. Raises `Stale`: the record is no longer `before`."""
        writes = Writes()
        pk = _record_key(after.subject)
        head = HeadItem(
            pk,
            _HEAD,
            log_seq=after.log_seq,
            log_hash=after.log_hash,
            standing=json.dumps([as_data(one) for one in after.standing]),
        )
        unread = HeadItem.pk.does_not_exist()
        writes.save(head, HeadItem.log_seq == before.log_seq if before.log_seq else unread)
        item = ReadingItem(pk, f"{_READING}{entry.seq:06d}", **attributes_of(entry))
        if ReaderKind(entry.data["kind"]) not in OF_OWN_CASES:
            item.reader_day = _reader_day(entry.actor, shanghai_day(entry.at))
            item.reading_place = f"{entry.at.astimezone(SHANGHAI).isoformat()}#{entry.readings_of}#{entry.seq:06d}"
        writes.save(item, ReadingItem.pk.does_not_exist())
        writes.commit(self._connection)

    def entries(self, subject: str, limit: int, before_seq: int | None = None) -> list[ReadingEntry]:
        """At most `limit` entries of a record, the latest first; those before a number."""
        last = "999999" if before_seq is None else f"{before_seq - 1:06d}"
        within = ReadingItem.sk.between(_READING, f"{_READING}{last}")
        found = ReadingItem.query(
            _record_key(subject), within, consistent_read=True, scan_index_forward=False, limit=limit
        )
        return [_entry_of(item) for item in found]

    def entries_by(self, actor: str, day: date, limit: int, after: str | None = None) -> list[tuple[str, ReadingEntry]]:
        """What an actor has read on a day in Shanghai, in order, each with its place; those after a place."""
        beyond = None if after is None else ReadingItem.reading_place > after
        found = ReadingItem.by_reader.query(_reader_day(actor, day), beyond, limit=limit)
        return [(str(item.reading_place), _entry_of(item)) for item in found]

    def count_case(self, actor: str, now: datetime) -> CasesRead:
        """Count one case more of a reader, and give the counts with it."""
        moment = now.astimezone(SHANGHAI)
        hour = f"hour_{moment:%H}"
        counted = self._add(f"reader#{actor}", moment.date(), "day_count", hour)
        return CasesRead(hour=counted[hour], day=counted["day_count"])

    def count_check(self, report_number: str, day: date) -> None:
        """Count one check of a report."""
        self._add(f"checks#{report_number}", day, "count")

    def checks_of(self, report_number: str, latest: int) -> list[tuple[date, int]]:
        """On which days a report was checked, and how often; at most so many days, the latest first."""
        found = CheckDayItem.query(
            f"checks#{report_number}", consistent_read=True, scan_index_forward=False, limit=latest
        )
        return [(date.fromisoformat(item.sk), int(item.count_)) for item in found]

    def _add(self, pk: str, day: date, *names: str) -> dict[str, int]:
        """Add one to these attributes of a day's item, in one write; what they are then."""
        told = alone(
            lambda: self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": pk}, "sk": {"S": day.isoformat()}},
                UpdateExpression="ADD " + ", ".join(f"#{place} :one" for place, _ in enumerate(names)),
                ExpressionAttributeNames={f"#{place}": name for place, name in enumerate(names)},
                ExpressionAttributeValues={":one": {"N": "1"}},
                ReturnValues="ALL_NEW",
            )
        )
        return {name: int(told["Attributes"][name]["N"]) for name in names}


def _record_key(subject: str) -> str:
    return f"readings#{subject}"


def _reader_day(actor: str, day: date) -> str:
    return f"{actor}#{day.isoformat()}"


def _entry_of(item: ReadingItem) -> ReadingEntry:
    subject = item.pk.removeprefix("readings#")
    return ReadingEntry(readings_of=subject, type=ReadingEventType(item.type), **fields_of(item, _READING))
