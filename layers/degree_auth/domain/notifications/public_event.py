"""What the event bus learns of a log entry: identifiers, codes and times, from a list of what is allowed (N4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.domain.cases.events import EventType

_ALLOWED = (
    "report_number",
    "version",
    "state",
    "superseded_by",
    "cause",
    "decision",
    "task_id",
    "institution_code",
    "department_id",
    "due",
    "provisional",
    "result",
    "channel",
    "outcome",
    "attachment_id",
    "source",
    "fields",
    "still_frozen",
)


def public_event(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The event of a log entry: its case, number, type, time, hash, and the facts that everybody on the bus may know.

    `entry` has `case_number`, `seq`, `type`, `at`, `hash` and `data`. Whatever is not on the list stays behind, so a
    fact added to the log is private until somebody decides otherwise.
    """
    data = entry["data"]
    facts = {name: data[name] for name in _ALLOWED if name in data}
    # In `recheck_opened`, earlier versions wrote a string of this name.
    if entry["type"] == EventType.CLAIM_COMPARED:
        facts["comparison"] = data["comparison"]["result"]
    return {
        "case_number": entry["case_number"],
        "seq": entry["seq"],
        "type": entry["type"],
        "at": entry["at"],
        "hash": entry["hash"],
        "facts": facts,
    }
