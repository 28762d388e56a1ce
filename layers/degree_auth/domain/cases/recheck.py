"""A recheck (再次核查): a concluded case is verified a second time (articles 6 and 15).

A dispute is a recheck that the applicant asks for. A spot check, a report by the institution and a change of the
register cause the others. Each recheck has a clock of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cause(StrEnum):
    """Why a concluded case is looked at again."""

    DISPUTE = "dispute"
    SPOT_CHECK = "spot_check"
    INSTITUTION_STATEMENT = "institution_report"
    REGISTER_CHANGE = "register_change"


class RecheckStatus(StrEnum):
    """Where a recheck stands; the last six are its ends."""

    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    VOID = "void"


OPEN_STATUSES = frozenset({RecheckStatus.SUBMITTED, RecheckStatus.ADMITTED})

DECISIONS = frozenset({RecheckStatus.UPHELD, RecheckStatus.SUPERSEDED, RecheckStatus.REVOKED})
"""What the centre may decide once the institution has verified again."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """One recheck of a case, numbered from 1.

    `sealed` is what was said for it (a statement, base64, encrypted for the case), empty when nothing was; `evidence`
    are attachment ids; `draw_id` names the draw of a spot check; `notices` are the written notices of other cases that
    deny what the report says. `first_task` is the place of its first verification task among those of the case.
    `answer` is the result of the institution's answer on which it was decided, empty until then.
    """

    number: int
    cause: Cause
    opened_at: datetime
    opened_by: str
    status: RecheckStatus = RecheckStatus.SUBMITTED
    sealed: str = ""
    evidence: tuple[str, ...] = ()
    draw_id: str = ""
    notices: tuple[str, ...] = ()
    first_task: int = 0
    answer: str = ""

    @property
    def is_open(self) -> bool:
        """Whether its end has not been decided."""
        return self.status in OPEN_STATUSES
