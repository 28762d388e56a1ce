"""A disavowal (冒用申报): the holder says that a case was not made by them, and the case is frozen (article 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from degree_auth.domain.cases.stages import Stage


class DisavowalStatus(StrEnum):
    """Where a disavowal stands; the last three are its ends, and the last two are decided by staff."""

    OPEN = "open"
    TAKEN_BACK = "taken_back"
    IMPERSONATION = "impersonation"
    UNFOUNDED = "unfounded"


DISAVOWAL_DECISIONS = frozenset({DisavowalStatus.IMPERSONATION, DisavowalStatus.UNFOUNDED})
"""What staff may decide."""


@dataclass(frozen=True, slots=True)
class Disavowal:
    """One disavowal of a case.

    `made_by` is the keyed digest of the person who said so, `sealed` their name and reason (base64, encrypted for the
    case). `stood_at` is the stage in which the case stood when it was frozen; whatever is recorded meanwhile moves it
    on. `counts_under` is the keyed digest under which it counts while it is open, `under` are those by which other
    cases of that person, or about the award, find this one.
    """

    at: datetime
    made_by: str
    sealed: str
    stood_at: Stage
    counts_under: str = ""
    under: tuple[str, ...] = ()
    status: DisavowalStatus = DisavowalStatus.OPEN

    @property
    def is_open(self) -> bool:
        """Whether its end has not come."""
        return self.status is DisavowalStatus.OPEN

    @property
    def stands(self) -> bool:
        """Whether what the holder said is still to be decided on, or was found to be so."""
        return self.status in (DisavowalStatus.OPEN, DisavowalStatus.IMPERSONATION)
