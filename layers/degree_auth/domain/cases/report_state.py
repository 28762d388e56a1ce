"""What a report rests on and whether it is in force (articles 2, 5, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from degree_auth.domain.cases.events import Event, EventType


class Basis(StrEnum):
    """How the degree was proved (articles 2 and 5)."""

    REGISTER = "register"
    INSTITUTION = "institution"


class ReportState(StrEnum):
    """Whether a report is in force, and if not, how it ceased to be."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Objection(StrEnum):
    """What stands against a report on the register's word alone, each a message code; a person deals with it, and may
    ask the institution."""

    REPORT_IN_FORCE_DIFFERS = "report_in_force_differs"
    RECHECK_UNDECIDED = "recheck_undecided"
    INSTITUTION_ANSWERED_OTHERWISE = "institution_answered_otherwise"


REPORT_MISUSED = "report_misused"
"""The message code of a case that waits for a new report, because the one that it had was revoked in the case of an
impostor who had obtained it."""


HOLDER_DISAVOWED = "holder_disavowed_another"
"""The message code of a case that waits for a reviewer, because its holder has disavowed another application."""


HOLDER_UNSURE = "holder_unsure"
"""The message code of a case that waits for a reviewer, because another case with the same name, birth date and award
has another identity document, and nobody has proven the birth date."""


STATE_AFTER: Mapping[EventType, ReportState] = {
    EventType.REPORT_SUPERSEDED: ReportState.SUPERSEDED,
    EventType.REPORT_REVOKED: ReportState.REVOKED,
}
"""The events that correct a report, and the state that each leaves it in."""


def upheld_reports(entries: Iterable[Event]) -> frozenset[str]:
    """The numbers of the reports that were upheld with an institution's answer by itself."""
    return frozenset(entry.data["upheld_report"] for entry in entries if "upheld_report" in entry.data)


def confirmed_reports(entries: Iterable[Event]) -> frozenset[str]:
    """The numbers of the reports that an institution has confirmed by these entries, whatever they were made on: a
    recheck upheld them, or a case that the institution had verified ended in them."""
    return frozenset(entry.data["confirmed_report"] for entry in entries if "confirmed_report" in entry.data)
