"""The entries of chained logs as items, whosever log it is (N3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from degree_auth.adapters.shared.dynamo import Item
from degree_auth.domain.shared.log_entry import LogEntry


class LogItem(Item):
    """One entry of a log; its owner and number stand in the keys."""

    type = UnicodeAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    data = JSONAttribute()
    previous_hash = UnicodeAttribute()
    hash = UnicodeAttribute()


def attributes_of(entry: LogEntry) -> dict[str, Any]:
    """What an item holds of an entry beside its keys."""
    return {
        "type": entry.type.value,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "data": dict(entry.data),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def fields_of(item: LogItem, prefix: str) -> dict[str, Any]:
    """What an entry takes from an item, but for its owner and type; its number stands behind `prefix` in the key."""
    return {
        "seq": int(item.sk.removeprefix(prefix)),
        "at": datetime.fromisoformat(item.at),
        "actor": item.actor,
        "data": item.data,
        "previous_hash": item.previous_hash,
        "hash": item.hash,
    }
