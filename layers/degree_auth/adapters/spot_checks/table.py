"""Spot-check draws in the table of cases: `draws` / draw id, with what is left to be found out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.models import Model

_PARTITION = "draws"


class DrawItem(Model):
    """One draw; `closed_at` stands once every finding is in."""

    class Meta:
        table_name = ""
        region = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 10
        max_retry_attempts = 3

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    drawn_at = UnicodeAttribute()
    closed_at = UnicodeAttribute(null=True)


class DrawTable:
    """Implements `Draws`. One table a process; a dozen draws a year stand under one key."""

    def __init__(self, table_name: str, region: str) -> None:
        DrawItem.Meta.table_name = table_name
        DrawItem.Meta.region = region

    def add(self, draw_id: str, now: datetime) -> None:
        """Remember a draw as open; one that is known stays as it is."""
        try:
            DrawItem(_PARTITION, draw_id, drawn_at=now.isoformat()).save(condition=DrawItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def close(self, draw_id: str, now: datetime) -> None:
        """Remember that every finding is in; a repeat is as good."""
        DrawItem(_PARTITION, draw_id).update(actions=[DrawItem.closed_at.set(now.isoformat())])

    def open_draws(self) -> Sequence[str]:
        """The draws that still wait for findings, the oldest first."""
        found = [item for item in DrawItem.query(_PARTITION, consistent_read=True) if item.closed_at is None]
        return [item.sk for item in sorted(found, key=lambda item: item.drawn_at)]
