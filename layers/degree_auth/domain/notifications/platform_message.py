"""What the national government service platform is told: progress of applications, corrected reports (article 15).

A message is made of the public event alone (see `public_event`), and of that only what is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.domain.cases.report_state import STATE_AFTER

PROGRESS = frozenset(
    {
        "application_received",
        "identity_confirmed",
        "claim_compared",
        "material_confirmed",
        "claim_corrected",
        "returned_to_applicant",
        "application_supplemented",
        "application_rejected",
        "application_withdrawn",
        "case_parked",
        "case_released",
        "report_issued",
        "report_adopted",
        "report_followed",
        "conclusion_followed",
        "task_routed",
        "task_overdue",
        "extension_announced",
        "deadline_recounted",
        "urgency_approved",
        "feedback_received",
        "task_redirected",
        "denial_questioned",
        "case_concluded",
        "recheck_opened",
        "recheck_admitted",
        "recheck_refused",
        "recheck_withdrawn",
        "recheck_decided",
        "case_disavowed",
        "disavowal_taken_back",
        "disavowal_decided",
    }
)
"""Events that are progress to the platform."""

CORRECTIONS: Mapping[str, str] = {kind.value: state.value for kind, state in STATE_AFTER.items()}
"""Events that correct a report, and the state that they leave it in."""

_PROGRESS_FACTS = (
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
_CORRECTION_FACTS = ("report_number", "version", "superseded_by")


def message_id(event: Mapping[str, Any]) -> str:
    """The id of an event's message: case number and number of the log entry, the same however often it is sent."""
    return f"{event['case_number']}-{event['seq']}"


def platform_message(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message of a public event, or None when the platform is not told of it.

    `application.progressed` carries the event's name and its facts; `report.corrected` the state of the report now.
    """
    kind, facts = event["type"], event["facts"]
    told = {"case_number": event["case_number"], "seq": event["seq"]}
    if kind in CORRECTIONS:
        data = {**told, "state": CORRECTIONS[kind], **_facts_named(facts, _CORRECTION_FACTS)}
        return {"type": "report.corrected", "timestamp": event["at"], "data": data}
    if kind in PROGRESS:
        data = {**told, "event": kind, "facts": _facts_named(facts, _PROGRESS_FACTS)}
        return {"type": "application.progressed", "timestamp": event["at"], "data": data}
    return None


def _facts_named(facts: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: facts[name] for name in names if name in facts}
