"""What verification needs from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from degree_auth.domain.verification.listing import ListedTask, TaskFilter


class TaskLists(Protocol):
    """Lists of verification tasks, which follow a commit within moments."""

    def list_tasks(self, of: TaskFilter, limit: int, after: str | None = None) -> Sequence[ListedTask]:
        """At most `limit` tasks of a list in its order, from behind the place `after` on; reads no more than these."""
        ...
