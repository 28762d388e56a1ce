"""The form in which a table gives back what it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def as_stored(value: T) -> T:
    """A copy that shares nothing which can be changed; mappings have been through JSON, and what is no JSON in them is
    refused with `TypeError`, as a table refuses it."""
    return _stored(value)  # type: ignore[no-any-return]


def _stored(value: Any) -> Any:
    kind: Any = type(value)
    if kind is tuple:
        parts = tuple(map(_stored, value))
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    names = _field_names(kind)
    if names is None:
        return json.loads(json.dumps(dict(value))) if _is_mapping(kind) else value
    copied = {name: part for name in names if (part := _stored(own := getattr(value, name))) is not own}
    return replace(value, **copied) if copied or not kind.__dataclass_params__.frozen else value


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass; None of another type."""
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else None


@cache
def _is_mapping(kind: type) -> bool:
    return issubclass(kind, Mapping)
