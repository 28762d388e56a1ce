"""What the national government service platform is told: every change of stage, deadline, conclusion and report, as an
event after CloudEvents 1.0 (articles 12 and 15).

An event is made of the public event of one entry (see `public_event`), of that only what is named here, and of where
the case stands after the entry. Its schema is `docs/schemas/platform-event.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from degree_auth.domain.cases.applicant_deadline import asked_until
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.report_state import STATE_AFTER
from degree_auth.domain.cases.stages import HeldBy

CORRECTIONS: Mapping[str, str] = {kind.value: state.value for kind, state in STATE_AFTER.items()}
"""Events that correct a report, and the state that they leave it in."""

_PROGRESS = "application.progressed"
MESSAGES: Mapping[str, str] = {
    "application_received": "application.received",
    "identity_confirmed": _PROGRESS,
    "claim_compared": _PROGRESS,
    "material_confirmed": _PROGRESS,
    "claim_corrected": _PROGRESS,
    "returned_to_applicant": _PROGRESS,
    "application_supplemented": _PROGRESS,
    "application_rejected": "conclusion.reached",
    "application_withdrawn": "conclusion.reached",
    "applicant_reminded": _PROGRESS,
    "application_lapsed": "conclusion.reached",
    "case_parked": _PROGRESS,
    "case_released": _PROGRESS,
    "feedback_received": _PROGRESS,
    "archive_values_accepted": _PROGRESS,
    "task_redirected": _PROGRESS,
    "denial_questioned": _PROGRESS,
    "denial_confirmed": _PROGRESS,
    "task_routed": "deadline.set",
    "deadline_recounted": "deadline.set",
    "urgency_approved": "deadline.set",
    "extension_announced": "deadline.extended",
    "task_overdue": "deadline.missed",
    "report_issued": "conclusion.reached",
    "report_adopted": "conclusion.reached",
    "case_concluded": "conclusion.reached",
    "report_followed": "conclusion.changed",
    "conclusion_followed": "conclusion.changed",
    "notice_superseded": "conclusion.changed",
    "recheck_opened": "recheck.progressed",
    "recheck_admitted": "recheck.progressed",
    "recheck_refused": "recheck.progressed",
    "recheck_withdrawn": "recheck.progressed",
    "recheck_decided": "recheck.progressed",
    "case_disavowed": "disavowal.progressed",
    "disavowal_taken_back": "disavowal.progressed",
    "disavowal_decided": "disavowal.progressed",
    **dict.fromkeys(CORRECTIONS, "report.corrected"),
}
"""The entries of a case's log of which the platform is told, and the type of the event that tells it."""

EVENT_TYPE_PREFIX = "degree-auth."
SOURCE = "/v1/applications"
"""Of what the events tell: a reference to this system's own applications."""

_FACTS = (
    "report_number",
    "version",
    "state",
    "superseded_by",
    "institution_code",
    "due",
    "provisional",
    "outcome",
    "comparison",
    "cause",
    "decision",
    "still_frozen",
)


def event_id(case_number: str, seq: int) -> str:
    """The id of an event: case number and number of the log entry, the same however often it is sent."""
    return f"{case_number}-{seq}"


def platform_event(event: Mapping[str, Any], case: Case, expected: date | None = None) -> dict[str, Any] | None:
    """The CloudEvent of a public event, or None when the platform is not told of it; `case` is as that entry leaves it,
    `expected` by when its institution usually answers.

    `sequence` (the extension of that name) grows within a case, and its order is that of its letters.
    """
    kind, facts = event["type"], event["facts"]
    if kind not in MESSAGES:
        return None
    told = {name: facts[name] for name in _FACTS if name in facts}
    if kind in CORRECTIONS:
        told["state"] = CORRECTIONS[kind]
    until = asked_until(case)
    return {
        "specversion": "1.0",
        "id": event_id(event["case_number"], event["seq"]),
        "source": SOURCE,
        "type": EVENT_TYPE_PREFIX + MESSAGES[kind],
        "subject": event["case_number"],
        "time": event["at"],
        "datacontenttype": "application/json",
        "sequence": f"{event['seq']:06d}",
        "data": {
            "case_number": event["case_number"],
            "seq": event["seq"],
            "event": kind,
            "stage": case.stage.value,
            "held_by": case.held_by.value,
            "outcome": None if case.outcome is None else case.outcome.value,
            "due": institution_due(case),
            "asked_until": None if until is None else until.isoformat(),
            "expected": None if expected is None else expected.isoformat(),
            "facts": told,
        },
    }


def institution_due(case: Case) -> str | None:
    """The deadline of the institution that holds the case (ISO 8601); None while none does, or none is set."""
    task = case.task
    if case.held_by is not HeldBy.INSTITUTION or task is None or task.due is None:
        return None
    return task.due.isoformat()
