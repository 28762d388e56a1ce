"""Dataclasses as JSON-able data, and back by the types of their fields: how what is kept or sealed is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_Kind = TypeVar("_Kind")


def as_data(value: Any) -> Any:
    """A value as JSON-able data: fields by name, members of an enumeration by value, days and moments in ISO 8601."""
    if is_dataclass(value):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: as_data(one) for name, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(as_data, value))
    return list(map(as_data, value)) if isinstance(value, list | tuple) else value


def from_data(kind: type[_Kind], data: Any) -> _Kind:
    """The dataclass that `as_data` wrote down, without checking it against today's rules; what is absent has its
    default, and what a later release keeps beside it is passed over."""
    read: Callable[[Any], _Kind] = _reader(kind)  # type: ignore[arg-type]  # every type is hashable
    return read(data)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        read_some = _reader(parts[0])
        return lambda data: None if data is None else read_some(data)
    if origin is frozenset or (origin is tuple and parts[-1] is ...):
        read_one = _reader(parts[0])
        return lambda data: origin(map(read_one, data))
    if origin is tuple:
        readers = tuple(map(_reader, parts))
        return lambda data: tuple(read(one) for read, one in zip(readers, data, strict=True))
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if isinstance(kind, type) and issubclass(kind, date):
        return kind.fromisoformat
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else lambda data: data


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    # What a later release has stored beside these is passed over: functions of both run while one is deployed.
    return lambda data: kind(**{name: readers[name](one) for name, one in data.items() if name in readers})
