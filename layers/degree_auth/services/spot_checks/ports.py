"""What spot checks need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from degree_auth.domain.spot_checks.population import FinishedReport


class FinishedReports(Protocol):
    """Lists finished reports."""

    def finished_reports(self, months: Sequence[str]) -> Iterable[FinishedReport]:
        """Every report issued in these months, whatever its state, in the order of numbers."""
        ...


class KeptFiles(Protocol):
    """Files of which each is written once."""

    def put_new(self, key: str, content: bytes, content_type: str) -> bool:
        """Store an object unless there is one of this key; whether it was stored."""
        ...

    def get(self, key: str, limit: int) -> bytes:
        """An object's content. Raises `NotFound`, or `TooLarge` beyond `limit` bytes."""
        ...


class Draws(Protocol):
    """Which draws there are, and which of them still wait for findings."""

    def add(self, draw_id: str, now: datetime) -> None:
        """Remember a draw as open; one that is known stays as it is."""
        ...

    def close(self, draw_id: str, now: datetime) -> None:
        """Record that every finding is in. A repeat changes nothing."""
        ...

    def open_draws(self) -> Sequence[str]:
        """The draws that still wait for findings, the oldest first."""
        ...


class SpotCheckMachine(Protocol):
    """The machine that carries a draw out."""

    def carry_out(self, draw_id: str, command: str) -> None:
        """Start the machine for a draw. Repeating the same command starts nothing more."""
        ...
