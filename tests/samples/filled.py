"""Synthetic values with no field left empty or at its default, so that a field which a store drops is always seen."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import count
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_FIRST_DAY = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)


def filled(kind: type[T], **wanted: Any) -> T:
    """A value of this dataclass or named tuple whose fields differ from their defaults, from nothing, and text and
    numbers from each other; what is nested is filled too. `wanted` sets fields where a rule asks for them."""
    value: T = _filled(kind, count(1), wanted)
    return value


def assert_filled(value: Any) -> None:
    """That no field of a dataclass, nor of one within it, is empty or at its default."""
    for name, part, default in _parts(value):
        assert part not in (None, "", (), {}, default), f"{type(value).__name__}.{name} is left as it comes"
        for inner in part if isinstance(part, tuple) else (part,):
            if is_dataclass(inner):
                assert_filled(inner)


def _parts(value: Any) -> Iterator[tuple[str, Any, Any]]:
    for one in fields(value):
        default = one.default if one.default_factory is MISSING else one.default_factory()
        yield one.name, getattr(value, one.name), default


def _filled(kind: Any, serials: Iterator[int], wanted: Mapping[str, Any]) -> Any:
    defaults = {one.name: one.default for one in fields(kind)} if is_dataclass(kind) else {}
    made = {
        name: wanted[name] if name in wanted else _value(name, hint, defaults.get(name), serials)
        for name, hint in get_type_hints(kind).items()
        if name in defaults or name in getattr(kind, "_fields", ())
    }
    return kind(**made)


def _value(name: str, hint: Any, default: Any, serials: Iterator[int]) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    serial = next(serials)
    if origin in (Union, types.UnionType):
        return _value(name, next(one for one in inner if one is not types.NoneType), default, serials)
    if origin is tuple:
        kinds = inner[:1] if inner[-1] is Ellipsis else inner
        return tuple(_value(name, one, None, serials) for one in kinds)
    if origin is frozenset:
        return frozenset({_value(name, inner[0], None, serials)})
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {f"{name}-{serial}": f"value-{serial}"}
    if is_dataclass(hint):
        return _filled(hint, serials, {})
    if issubclass(hint, Enum):
        return next(one for one in reversed(hint) if one is not default)
    if issubclass(hint, bool):
        return default is not True
    return _plain(hint, name, serial)


def _plain(hint: type, name: str, serial: int) -> Any:
    if issubclass(hint, datetime):
        return _FIRST_DAY + timedelta(hours=serial)
    if issubclass(hint, date):
        return _FIRST_DAY.date() + timedelta(days=serial)
    return {str: f"{name}-{serial}", int: 1000 + serial, bytes: f"{name}-{serial}".encode()}[hint]
