"""The form in which a table gives back what it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter, is_
from typing import Any, TypeVar

T = TypeVar("T")

# Kinds whose values are given back as they are. Random histories store and read hundreds of thousands of values.
_plain: set[type] = set()
# Kinds whose values JSON gives back as they are.
_SCALARS = frozenset({str, int, float, bool, type(None)})


def as_stored(value: T) -> T:
    """A copy that shares nothing which can be changed; mappings have been through JSON, and what is no JSON in them is
    refused with `TypeError`, as a table refuses it."""
    return _stored(value)  # type: ignore[no-any-return]


def _stored(value: Any) -> Any:
    kind: Any = type(value)
    if kind is tuple:
        parts = tuple([one if type(one) in _plain else _stored(one) for one in value])
        return value if all(map(is_, parts, value)) else parts
    if kind is dict:
        return _through_json(value)
    shape = _shape(kind)
    if shape is not None:
        return _copied(value, kind, *shape)
    if issubclass(kind, Mapping):
        return _through_json(dict(value))
    _plain.add(kind)
    return value


def _copied(value: Any, kind: Any, names: tuple[str, ...], read: attrgetter[Any]) -> Any:
    own = read(value) if len(names) > 1 else (read(value),)
    stored = [one if type(one) in _plain else _stored(one) for one in own]
    if kind.__dataclass_params__.frozen and all(map(is_, stored, own)):
        return value
    copied = kind.__new__(kind)
    if hasattr(copied, "__dict__"):
        vars(copied).update(zip(names, stored, strict=True))
        return copied
    for name, one in zip(names, stored, strict=True):
        object.__setattr__(copied, name, one)
    return copied


def _through_json(value: Any) -> Any:
    """What JSON makes of a value, without the text where that is known."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict and all(type(key) is str for key in value):
        return {key: one if type(one) in _SCALARS else _through_json(one) for key, one in value.items()}
    if kind is list or kind is tuple:
        return [one if type(one) in _SCALARS else _through_json(one) for one in value]
    return json.loads(json.dumps(value))


@cache
def _shape(kind: type) -> tuple[tuple[str, ...], attrgetter[Any]] | None:
    """The fields of a dataclass and what reads them all; None of another type."""
    names = tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()
    return (names, attrgetter(*names)) if names else None
