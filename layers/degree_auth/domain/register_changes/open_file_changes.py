"""The register changes of files that wait for people: which of them have waited too long (article 11).

A change waits for people alone. Nobody is told of it by a machine, so its age is measured here, for the list of the
staff and for two alarms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from degree_auth.domain.shared.working_days import shanghai_day

APPROVALS = 2
"""So many members of staff approve, each another person."""


class FileChangeStatus(StrEnum):
    """Where a change that a file asks for stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    APPLIED = "applied"
    CLOSED = "closed"


OPEN_STATUSES = frozenset({FileChangeStatus.PROPOSED, FileChangeStatus.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFileChange:
    """What the list says of a change that is open: nothing personal. `changed_at` is the moment of its last entry, for
    one that is approved the moment of the second approval."""

    change_id: str
    kind: str
    status: FileChangeStatus
    approvals: int
    proposed_at: datetime
    changed_at: datetime
    import_id: str
    place: str

    @property
    def is_unwritten(self) -> bool:
        """Whether two people approved it and the register does not say so yet."""
        return self.status is FileChangeStatus.APPROVED

    def days_waited(self, now: datetime) -> int:
        """Days in Shanghai since it was proposed last."""
        return (shanghai_day(now) - shanghai_day(self.proposed_at)).days


@dataclass(frozen=True, slots=True)
class FileChangeWaits:
    """How many changes are open, `half_approved` of them waiting for the second person and `unwritten` approved and not
    written; how long the oldest unwritten one has been so, and the oldest other one has waited."""

    open: int = 0
    half_approved: int = 0
    unwritten: int = 0
    oldest_unwritten: timedelta = timedelta()
    oldest_waiting_days: int = 0


def file_change_waits(changes: Iterable[OpenFileChange], now: datetime) -> FileChangeWaits:
    """The figures of the changes that are open."""
    opened = list(changes)
    unwritten = [one for one in opened if one.is_unwritten]
    waiting = [one for one in opened if not one.is_unwritten]
    return FileChangeWaits(
        open=len(opened),
        half_approved=sum(0 < one.approvals < APPROVALS for one in waiting),
        unwritten=len(unwritten),
        oldest_unwritten=max((now - one.changed_at for one in unwritten), default=timedelta()),
        oldest_waiting_days=max((one.days_waited(now) for one in waiting), default=0),
    )


def in_order_of_work(changes: Iterable[OpenFileChange]) -> list[OpenFileChange]:
    """What is approved and not written first, then what lacks one person, then the others; the oldest first."""
    return sorted(changes, key=lambda one: (not one.is_unwritten, -one.approvals, one.proposed_at, one.change_id))
