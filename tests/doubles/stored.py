"""The form in which a table gives back what it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def as_stored(value: T) -> T:
    """A copy that shares nothing which can be changed; mappings have been through JSON, and what is no JSON in them is
    refused with `TypeError`, as a table refuses it."""
    return _stored(value)  # type: ignore[no-any-return]


def _stored(value: Any) -> Any:
    if isinstance(value, Mapping):
        return json.loads(json.dumps(dict(value)))
    if type(value) is tuple:
        return tuple(map(_stored, value))
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{one.name: _stored(getattr(value, one.name)) for one in fields(value)})
    return value
