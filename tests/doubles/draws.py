"""In-memory stand-ins for spot checks; the draws are held to the same contract as the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class MemoryDraws:
    """`Draws` in a dictionary."""

    def __init__(self) -> None:
        self.drawn: dict[str, datetime] = {}
        self.closed: set[str] = set()

    def add(self, draw_id: str, now: datetime) -> None:
        self.drawn.setdefault(draw_id, now)

    def close(self, draw_id: str, now: datetime) -> None:
        self.closed.add(draw_id)

    def open_draws(self) -> Sequence[str]:
        return sorted((one for one in self.drawn if one not in self.closed), key=lambda one: (self.drawn[one], one))


class MemoryDrawMachine:
    """`SpotCheckMachine` that remembers what it was started for, by command."""

    def __init__(self) -> None:
        self.started: dict[str, str] = {}

    def carry_out(self, draw_id: str, command: str) -> None:
        self.started.setdefault(command, draw_id)
