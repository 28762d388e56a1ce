"""Dataclasses as JSON-able data, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest

from degree_auth.domain.shared.plain_data import as_data, from_data


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Part:
    colour: Colour
    on: date | None = None


@dataclass(frozen=True)
class Whole:
    part: Part | None
    parts: tuple[Part, ...]
    spans: tuple[tuple[datetime, datetime | None], ...]
    colours: frozenset[Colour]
    free: Mapping[str, Any]
    count: int = 0


AT = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
WHOLES = [
    Whole(None, (), (), frozenset(), {}),
    Whole(
        Part(Colour.RED, date(2026, 2, 28)),
        (Part(Colour.BLUE),),
        ((AT, None), (AT, AT)),
        frozenset(Colour),
        {"a": [1]},
        2,
    ),
]


@pytest.mark.requirement("N1", "N3")
@pytest.mark.parametrize("whole", WHOLES)
def test_what_is_written_down_is_read_back_whole(whole: Whole) -> None:
    assert from_data(Whole, json.loads(json.dumps(as_data(whole)))) == whole


def test_what_is_absent_has_its_default() -> None:
    data = as_data(WHOLES[0])
    del data["count"]
    assert from_data(Whole, data) == WHOLES[0]


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValueError, match="green"):
        from_data(Part, {"colour": "green"})


@pytest.mark.requirement("N1", "N3")
def test_a_field_of_a_later_release_is_passed_over() -> None:
    # While a release is deployed, or taken back, functions read what newer ones have stored.
    known = WHOLES[1]
    later = json.loads(json.dumps(as_data(known))) | {"of_the_future": {"new": 1}}
    later["part"]["shade"] = later["parts"][0]["shade"] = "dark"
    assert from_data(Whole, later) == known
