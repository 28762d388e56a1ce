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

    `holder_key` is the keyed digest of the holder's document, `sealed` the reason (base64, encrypted for the case).
    `stood_at` is the stage in which the case stood when it was frozen; whatever is recorded meanwhile moves it on.
    `counts_under` is the keyed digest under which it counts while it is open.
    """

    at: datetime
    holder_key: str
    sealed: str
    stood_at: Stage
    counts_under: str = ""
    status: DisavowalStatus = DisavowalStatus.OPEN

    @property
    def is_open(self) -> bool:
        """Whether its end has not come."""
        return self.status is DisavowalStatus.OPEN
