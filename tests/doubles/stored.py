"""The form in which a table gives back what it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

# Kinds whose values are given back as they are. Random histories store and read hundreds of thousands of values.
_plain: set[type] = set()


def as_stored(value: T) -> T:
    """A copy that shares nothing which can be changed; mappings have been through JSON, and what is no JSON in them is
    refused with `TypeError`, as a table refuses it."""
    return _stored(value)  # type: ignore[no-any-return]


def _stored(value: Any) -> Any:
    kind: Any = type(value)
    if kind is tuple:
        parts = tuple([one if type(one) in _plain else _stored(one) for one in value])
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    names = _field_names(kind)
    if names is not None:
        return _copied(value, kind, names)
    if issubclass(kind, Mapping):
        return json.loads(json.dumps(dict(value)))
    _plain.add(kind)
    return value


def _copied(value: Any, kind: Any, names: tuple[str, ...]) -> Any:
    own = [getattr(value, name) for name in names]
    stored = [one if type(one) in _plain else _stored(one) for one in own]
    if kind.__dataclass_params__.frozen and all(a is b for a, b in zip(stored, own, strict=True)):
        return value
    copied = kind.__new__(kind)
    for name, one in zip(names, stored, strict=True):
        object.__setattr__(copied, name, one)
    return copied


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass; None of another type."""
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else None
