"""The items of cases in their table, which `table` lists, and what each is in the domain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zlib import crc32

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from degree_auth.adapters.shared.case_keys import StoredKey
from degree_auth.adapters.shared.dynamo import Item, TableMeta
from degree_auth.adapters.shared.log_items import LogItem, attributes_of, fields_of
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.plain_data import as_data, from_data

SHARDS = 8
CASE = "CASE"
CHANGE = "CHANGE"
EVENT = "EVENT#"


class _CasesByRetention(GlobalSecondaryIndex["CaseItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "cases_by_retention"
        projection = KeysOnlyProjection()

    retention_on = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class _OpenCases(GlobalSecondaryIndex["CaseItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "open_cases"
        projection = IncludeProjection(
            ["stage", "version", "wait_version", "wait_token", "wait_until", "due", "received_on"]
        )

    open_shard = UnicodeAttribute(hash_key=True)
    changed_at = UnicodeAttribute(range_key=True)


class CaseTableItem(Item):
    """An item of the table of cases."""

    class Meta(TableMeta): ...


class CaseItem(CaseTableItem):
    """The case as it stands. `overtaken` is the report of it that another case has corrected last; `data_key` is its
    data key, wrapped, `sealed_again` what was sealed again under it of what the body has under the master secret.
    `submissions` are the names of its submission, `retention_on` is the day on which something of it is over.
    `wait_execution` is the execution that waits, or the last that did. While the centre's clock runs, `work_place` is
    the day on which to look at it."""

    stage = UnicodeAttribute()
    version = NumberAttribute()
    body = JSONAttribute()
    open_shard = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute()
    wait_token = UnicodeAttribute(null=True)
    wait_version = NumberAttribute(null=True)
    wait_until = UnicodeAttribute(null=True)
    wait_execution = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    received_on = UnicodeAttribute(null=True)
    workflow_failure = UnicodeAttribute(null=True)
    overtaken = UnicodeAttribute(null=True)
    data_key = BinaryAttribute(legacy_encoding=False, null=True)
    key_destroyed = BooleanAttribute(null=True)
    sealed_again = JSONAttribute(null=True)
    submissions = UnicodeSetAttribute(null=True)
    retention_on = UnicodeAttribute(null=True)
    work_list = UnicodeAttribute(null=True)
    work_place = UnicodeAttribute(null=True)
    open_cases = _OpenCases()
    by_retention = _CasesByRetention()


class ChangeItem(CaseTableItem):
    """What the register change of a case waits for; `version` is the case's when that last changed."""

    stage = UnicodeAttribute()
    version = NumberAttribute()
    open_shard = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute()
    wait_token = UnicodeAttribute(null=True)
    wait_version = NumberAttribute(null=True)
    workflow_failure = UnicodeAttribute(null=True)


class EventItem(LogItem, CaseTableItem):
    """One entry of the log. Beside the entry, and no part of its chain, stands what was sealed again under the case's
    data key of what the entry has under the master secret."""

    sealed_again = JSONAttribute(null=True)


class SubmissionItem(CaseTableItem):
    """A name of a submission."""

    fingerprint = UnicodeAttribute()
    case_number = UnicodeAttribute()


class HolderItem(CaseTableItem):
    """That a case names, or once named, a holder."""


class DisavowedItem(CaseTableItem):
    """Which cases were ever disavowed of a holder, or about an award, and how often one was."""

    cases = UnicodeSetAttribute(null=True)
    times = NumberAttribute()


class CountItem(CaseTableItem):
    """How often something was counted on a day."""

    count_ = NumberAttribute(attr_name="count")


class OpenCountItem(CaseTableItem):
    """Which cases are open of a person, or with a certificate number."""

    cases = UnicodeSetAttribute(null=True)


class SweptItem(CaseTableItem):
    """Up to which day it was looked at what is over."""

    day = UnicodeAttribute()


def stored_item(case_number: str) -> CaseItem:
    """The item of a case, as it was last written. Raises `NotFound`."""
    try:
        return CaseItem.get(case_number, CASE, consistent_read=True)
    except DoesNotExist:
        raise NotFound("not_found") from None


def disavowed_key(digest: str) -> tuple[str, str]:
    return f"disavowed#{digest}", "CASES"


def shard_of(name: str) -> int:
    return crc32(name.encode()) % SHARDS


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def event_item(entry: Event) -> EventItem:
    return EventItem(
        entry.case_number,
        f"{EVENT}{entry.seq:06d}",
        **attributes_of(entry),
    )


def entry_of_image(image: Mapping[str, Any]) -> dict[str, Any]:
    """A log entry, as `Event.as_dict` gives it, from an item image of the table's stream."""
    return {
        "case_number": image["pk"],
        "seq": int(image["sk"].removeprefix(EVENT)),
        "type": image["type"],
        "at": image["at"],
        "actor": image["actor"],
        "data": json.loads(image["data"]),
        "previous_hash": image["previous_hash"],
        "hash": image["hash"],
    }


def event_of(item: EventItem) -> Event:
    return Event(case_number=item.pk, type=EventType(item.type), **fields_of(item, EVENT))


def stored_key_of(item: CaseItem) -> StoredKey:
    """What lies beside a case, to open what is sealed for it."""
    return StoredKey(item.data_key, item.sealed_again or {}, destroyed=bool(item.key_destroyed))


def body_of(case: Case) -> dict[str, Any]:
    """What the item of a case holds beside its own attributes."""
    return {name: value for name, value in as_data(case).items() if name not in _OWN_ATTRIBUTES}


def case_of(item: CaseItem) -> Case:
    own = dict(zip(_OWN_ATTRIBUTES, (item.pk, int(item.version), item.stage, item.changed_at), strict=True))
    return from_data(Case, {**item.body, **own})


_OWN_ATTRIBUTES = ("case_number", "version", "stage", "changed_at")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
