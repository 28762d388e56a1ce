"""Spot-check draws in the table of cases: `draws` / draw id, with what is left to be found out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from degree_auth.adapters.shared.dynamo import Item, TableMeta, connect, save_if
from degree_auth.services.shared.ports import Stale

_PARTITION = "draws"


class DrawItem(Item):
    """One draw; `closed_at` stands once every finding is in."""

    class Meta(TableMeta): ...

    drawn_at = UnicodeAttribute()
    closed_at = UnicodeAttribute(null=True)


class DrawTable:
    """Implements `Draws`. One table a process; a dozen draws a year stand under one key."""

    def __init__(self, table_name: str, region: str) -> None:
        connect(DrawItem.Meta, table_name, region)

    def add(self, draw_id: str, now: datetime) -> None:
        """Remember a draw as open; one that is known stays as it is."""
        with suppress(Stale):
            save_if(DrawItem(_PARTITION, draw_id, drawn_at=now.isoformat()), DrawItem.pk.does_not_exist())

    def close(self, draw_id: str, now: datetime) -> None:
        """Record that every finding is in. A repeat changes nothing."""
        DrawItem(_PARTITION, draw_id).update(actions=[DrawItem.closed_at.set(now.isoformat())])

    def open_draws(self) -> Sequence[str]:
        """The draws that still wait for findings, the oldest first."""
        found = [item for item in DrawItem.query(_PARTITION, consistent_read=True) if item.closed_at is None]
        return [item.sk for item in sorted(found, key=lambda item: item.drawn_at)]
