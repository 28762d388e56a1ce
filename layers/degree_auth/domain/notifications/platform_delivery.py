"""Reading a delivery of the platform: one application or many, each for itself (article 1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from degree_auth.domain.applications.person import PLATFORM_AUTHORITIES, Authority
from degree_auth.domain.notifications.webhook import is_moment
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.domain.shared.reading import (
    MAPPING,
    BrokenRule,
    Field,
    Fields,
    choice,
    pattern,
    read_object,
    required_list,
    text_of_form,
)

DELIVERED = "applications.submitted"
MOST_APPLICATIONS = 100
"""How many applications one delivery may hold."""

ITEM_ID = pattern("[A-Za-z0-9_-]{8,64}", "delivery_id_format")
ITEM: Fields = {"id": ITEM_ID, "proven_by": choice(PLATFORM_AUTHORITIES), "data": MAPPING}


def _list(raw: object) -> list[Any]:
    found = required_list(raw, MOST_APPLICATIONS, "too_many_in_delivery")
    if not found:
        raise BrokenRule("required")
    return found


DELIVERY: Fields = {
    "type": choice([DELIVERED], "webhook_type_unknown"),
    "timestamp": text_of_form(is_moment, "moment_format"),
    "applications": Field(_list, {"type": "array", "minItems": 1, "maxItems": MOST_APPLICATIONS}),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One application of a delivery: its id, by whose authority its user was proven, and what the platform sent."""

    item_id: str
    proven_by: Authority
    data: dict[str, Any]


def parse_platform_delivery(body: object) -> list[tuple[str | None, Item | DegreeAuthError]]:
    """The applications of a delivery in their order: each with its id, where it has one, and as it was read, or why it
    cannot be.

    Raises:
        Malformed: not an object.
        Invalid: it is no delivery, or an empty or too long one; nothing of it is taken.
    """
    found = read_object(body, DELIVERY).complete()["applications"]
    ids = Counter(_id_of(one) for one in found)
    return [(_id_of(one), _read_item(one, twice=ids[_id_of(one)] > 1)) for one in found]


def _id_of(raw: object) -> str | None:
    named = raw.get("id") if isinstance(raw, dict) else None
    return named if isinstance(named, str) and ITEM_ID.fits(named) else None


def _read_item(raw: object, *, twice: bool) -> Item | DegreeAuthError:
    try:
        reading = read_object(raw, ITEM)
        if twice and _id_of(raw) is not None:
            reading.refuse("id", "delivery_id_twice")
        values = reading.complete()
    except DegreeAuthError as refused:
        return refused
    return Item(values["id"], values["proven_by"], values["data"])
