"""What review needs from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from degree_auth.domain.cases.case import Case
from degree_auth.domain.review.work import Stretch, Work, WorkKind
from degree_auth.services.cases.ports import CaseStore, OpenCase


class WorkLists(Protocol):
    """What waits for staff, by kind; a list follows a commit within moments."""

    def list_work(self, kind: WorkKind, within: Stretch, limit: int) -> Sequence[Work]:
        """At most `limit` entries of a list within a stretch of it, in order; reads no more than these."""
        ...


class WatchedCases(CaseStore, WorkLists, Protocol):
    """Cases, and those of which something about the centre's deadline, or about the lists, is to be done."""

    def open_cases(self, changed_before: datetime) -> Iterable[OpenCase]:
        """Open cases that have not changed since."""
        ...

    def centre_looks(self, today: date, limit: int) -> Sequence[str]:
        """At most `limit` cases whose centre's deadline is to be looked at by a day."""
        ...

    def relisted(self) -> tuple[str, str | None]:
        """By which rules the stored cases were last looked through, and up to where; all of them for None."""
        ...

    def mark_relisted(self, rules: str, after: str | None) -> None:
        """The stored cases were looked through by these rules, up to there."""
        ...

    def relist(self, before: Case, after: Case) -> bool:
        """Put what lists show of a case right, and what an earlier release did not keep on it: whether anything was
        wrong. `after` is the same case, as its log makes it. Raises `Stale`: it has changed since it was read."""
        ...
