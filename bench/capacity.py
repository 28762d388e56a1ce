"""Read and write units of a DynamoDB call, on demand, by AWS's published rules; emulators count them otherwise.

A read unit is 4 KB read consistently, half of one if eventually; a write unit is 1 KB, two in a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

_READ_BYTES = 4096
_WRITE_BYTES = 1024
_TRANSACTION = 2

Item = Mapping[str, Mapping[str, Any]]


def read_units(items: list[Item], *, consistent: bool) -> float:
    """Units of one GetItem or Query that found these items (none at all costs as much as the smallest)."""
    units = max(1, ceil(sum(map(item_bytes, items)) / _READ_BYTES))
    return units if consistent else units / 2


def transaction_write_units(item: Item) -> int:
    """Units of writing this item in a transaction; indexes come on top."""
    return _TRANSACTION * ceil(item_bytes(item) / _WRITE_BYTES)


def index_write_units(item: Item, projected: Callable[[str], bool]) -> int:
    """Units of putting an item into an index or taking it out."""
    return ceil(item_bytes({name: value for name, value in item.items() if projected(name)}) / _WRITE_BYTES)


def item_bytes(item: Item) -> int:
    """Size of an item: names and values; strings by their UTF-8, numbers by their digits."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "B":
            return len(held)
        case "N":
            return ceil(len(held.strip("-").replace(".", "")) / 2) + 1
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(inner) for name, inner in held.items())
        case "L":
            return 3 + sum(1 + _value_bytes(inner) for inner in held)
        case _:
            return sum(_value_bytes({kind[0]: one}) for one in held)
