"""Erasing what is held about the person of a case (Personal Information Protection Law, article 47).

Staff propose it, a second person approves it; or the time for which the case is kept is over. From the approval on
nothing else happens to the case. What leads to it is removed, and last of all its data key is destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from degree_auth.domain.shared.actors import SYSTEM, require_second_person, staff_actor
from degree_auth.domain.shared.errors import Conflict

GROUNDS = ("holder_request", "purpose_achieved", "unlawful_processing")
"""Why staff may erase: the holder asks for it, it is needed no more, or it should never have been taken."""
RETENTION_ENDED = "retention_ended"


class ErasureStatus(StrEnum):
    """How far an erasure has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of a case: why, who proposed it, and how far it is."""

    ground: str
    proposed_by: str
    status: ErasureStatus = ErasureStatus.PROPOSED

    @property
    def is_approved(self) -> bool:
        """Whether nothing else happens to the case any more."""
        return self.status is not ErasureStatus.PROPOSED

    def approved(self) -> Erasure:
        """The erasure, to be carried out."""
        return replace(self, status=ErasureStatus.APPROVED)

    def done(self) -> Erasure:
        """The erasure, carried out."""
        return replace(self, status=ErasureStatus.DONE)


def require_not_erased(erasure: Erasure | None) -> None:
    """Nothing happens to a case that is being erased. Raises `Conflict`."""
    if erasure is not None and erasure.is_approved:
        raise Conflict("case_erased")


def require_erasable(*, is_final: bool, has_live_change: bool, report_is_shared: bool) -> None:
    """What still goes on is not erased, and no report that other cases of the holder rest on.

    Raises:
        Conflict: the case has not ended, a register change of it is open, or other cases have its report.
    """
    if not is_final or has_live_change:
        raise Conflict("erasure_too_early")
    if report_is_shared:
        raise Conflict("erasure_report_shared")


def require_second_approver(erasure: Erasure | None, reviewer: str) -> None:
    """Who approves is another than who proposed. Raises `Conflict`: that, or nothing was proposed."""
    if erasure is None:
        raise Conflict("erasure_not_proposed")
    if not erasure.is_approved:
        require_second_person(staff_actor(reviewer), [erasure.proposed_by])


BY_RETENTION = Erasure(RETENTION_ENDED, SYSTEM)
