"""What verification needs from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from degree_auth.domain.verification.forecast import Answered, Histogram
from degree_auth.domain.verification.listing import ListedTask, TaskDetails, TaskFilter


class TaskLists(Protocol):
    """Lists of verification tasks, which follow a commit within moments."""

    def list_tasks(self, of: TaskFilter, limit: int, after: str | None = None) -> Sequence[ListedTask]:
        """At most `limit` tasks of a list in its order, from behind the place `after` on; reads no more than these."""
        ...

    def task_details(self, tasks: Sequence[ListedTask], account_id: str) -> Mapping[str, TaskDetails]:
        """What stands beside these tasks, by their number, and what an account has seen of them; tasks without an item
        are left out."""
        ...

    def tasks_about(self, certificate_digest: str, limit: int) -> Sequence[str]:
        """At most `limit` numbers of tasks that ask, or asked, about a certificate, the latest first."""
        ...


class SeenTasks(Protocol):
    """What accounts have seen of tasks, for the marks in lists."""

    def see_task(self, task_id: str, account_id: str, *, asked: str | None = None, messages: int | None = None) -> None:
        """An account has seen the question of a task, or so many of its messages."""
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
