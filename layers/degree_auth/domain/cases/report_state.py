"""What a report rests on and whether it is in force (articles 2, 5, 7)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from degree_auth.domain.cases.events import EventType


class Basis(StrEnum):
    """How the degree was proved (articles 2 and 5)."""

    REGISTER = "register"
    INSTITUTION = "institution"


class ReportState(StrEnum):
    """Whether a report is in force, and if not, how it ceased to be."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


STATE_AFTER: Mapping[EventType, ReportState] = {
    EventType.REPORT_SUPERSEDED: ReportState.SUPERSEDED,
    EventType.REPORT_REVOKED: ReportState.REVOKED,
}
"""The events that correct a report, and the state that each leaves it in."""
