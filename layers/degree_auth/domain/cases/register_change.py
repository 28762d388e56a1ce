"""A register change (数据库信息变更): opened beside every manual verification, applied or closed (article 11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from degree_auth.domain.shared.actors import is_staff


class ChangeStatus(StrEnum):
    """Where a register change stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"
    APPLYING = "applying"
    APPLIED = "applied"
    CLOSED = "closed"


class ChangeKind(StrEnum):
    """What is to happen to the register."""

    UPDATE = "update"
    ADD = "add"
    REMOVE = "remove"


LIVE_STATUSES = frozenset({ChangeStatus.OPEN, ChangeStatus.PROPOSED, ChangeStatus.APPROVED, ChangeStatus.APPLYING})


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """One register change of a case.

    `fields` names what differs between before and after, `sealed` holds the record before and after (base64,
    encrypted for the case). `first_persons` are the members of staff whose decisions it rests on: the second person is
    another than these. `approved_by` is that second person.
    """

    change_id: str
    opened_at: datetime
    status: ChangeStatus = ChangeStatus.OPEN
    kind: ChangeKind | None = None
    fields: tuple[str, ...] = ()
    sealed: str = ""
    first_persons: tuple[str, ...] = ()
    approved_by: str = ""

    @property
    def is_live(self) -> bool:
        """Whether something is left to be done about it."""
        return self.status in LIVE_STATUSES

    def without_proposal(self) -> RegisterChange:
        """The change without its proposal, which has to be made anew."""
        return replace(self, status=ChangeStatus.OPEN, kind=None, fields=(), sealed="", approved_by="")

    def with_first_person(self, actor: str) -> RegisterChange:
        """The change with one more person who decided on it and so cannot approve it."""
        if not is_staff(actor) or actor in self.first_persons:
            return self
        return replace(self, first_persons=(*self.first_persons, actor))
