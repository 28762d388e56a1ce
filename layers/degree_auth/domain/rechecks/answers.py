"""What the applicant is shown of the rechecks of a case (article 6)."""

from __future__ import annotations

from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.names import CAUSE_NAMES, RECHECK_NAMES
from degree_auth.domain.shared.working_days import shanghai_time


def rechecks_for_applicant(case: Case) -> list[dict[str, Any]]:
    """The rechecks of a case, the first one first, as the applicant sees them."""
    return [
        {
            "number": one.number,
            "cause": one.cause.value,
            "cause_name": CAUSE_NAMES[one.cause]._asdict(),
            "status": one.status.value,
            "status_name": RECHECK_NAMES[one.status]._asdict(),
            "opened_at": shanghai_time(one.opened_at),
        }
        for one in case.rechecks
    ]
