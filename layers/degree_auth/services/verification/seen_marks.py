"""What accounts have seen of tasks, which their lists mark as unread until then (article 9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from degree_auth.domain.accounts.principal import Principal
from degree_auth.services.verification.ports import SeenTasks


@dataclass(frozen=True, slots=True)
class SeenMarks:
    """Notes what an account was shown. A mark that cannot be set keeps nobody from reading: `report_fault` is told."""

    store: SeenTasks
    report_fault: Callable[[str], None]

    def saw(self, asker: Principal, task_id: str, *, asked: str | None = None, messages: int | None = None) -> None:
        """The account has seen the question, or so many of the messages."""
        try:
            self.store.see_task(task_id, asker.account_id, asked=asked, messages=messages)
        except Exception as error:  # whatever it is, the task stays marked as unread
            self.report_fault(f"a task was not marked as seen: {type(error).__name__}")
