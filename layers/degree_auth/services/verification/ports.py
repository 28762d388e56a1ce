"""What verification needs from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from degree_auth.domain.verification.forecast import Answered, Histogram
from degree_auth.domain.verification.listing import ListedTask, TaskFilter


class TaskLists(Protocol):
    """Lists of verification tasks, which follow a commit within moments."""

    def list_tasks(self, of: TaskFilter, limit: int, after: str | None = None) -> Sequence[ListedTask]:
        """At most `limit` tasks of a list in its order, from behind the place `after` on; reads no more than these."""
        ...


class AnswerTimes(Protocol):
    """How long answers took, counted by kind and quarter."""

    def histogram(self, group: str, since: str) -> Histogram:
        """How many answers of a kind took so many working days, from a quarter on."""
        ...

    def count(self, answer: Answered) -> bool:
        """Count an answer under all its kinds, and whether it came as expected; false when its task was counted
        before, and nothing is counted then."""
        ...
