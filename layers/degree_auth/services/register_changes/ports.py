"""What register changes need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register_changes.file_change import FileChange
from degree_auth.domain.register_changes.open_file_changes import OpenFileChange


class RegisterKeeper(Protocol):
    """Changes single records of the register and keeps what they were."""

    def revise(self, before: AwardRecord | None, after: AwardRecord | None, reference: str, now: datetime) -> bool:
        """Put a record in the place of another, add one (no `before`) or remove one (no `after`).

        A repeat changes nothing. False when the register no longer says what `before` says; nothing was changed then.
        """
        ...


class FileChangeStore(Protocol):
    """Where the register changes that files ask for are kept."""

    def find(self, change_id: str) -> FileChange | None:
        """The change, or None."""
        ...

    def save(self, change: FileChange, former: FileChange | None) -> None:
        """Store a change in the place of what was read, or as a new one.

        Raises:
            Stale: somebody else stored it meanwhile.
        """
        ...


class OpenFileChanges(Protocol):
    """The list of the changes that are open."""

    def open_changes(self) -> Iterable[OpenFileChange]:
        """Every open change."""
        ...
