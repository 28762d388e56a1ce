"""What the outcome of a comparison does to a case (article 2). Repeatable (N1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.actors import SYSTEM


def enter_comparison(case: Case, comparison: Mapping[str, Any], printable: bool) -> list[NewEvent]:
    """The comparison's outcome is recorded (article 2); a match that no shipped font can print waits for a person."""
    if case.stage is not Stage.RECEIVED:
        return []
    events = [NewEvent(EventType.CLAIM_COMPARED, SYSTEM, {"comparison": dict(comparison)})]
    if comparison["result"] == "matched" and not printable:
        events.append(parking_event("unprintable_character"))
    return events


def replace_comparison(case: Case, comparison: Mapping[str, Any]) -> list[NewEvent]:
    """The register no longer says what the case was matched with: nothing is issued, the new comparison counts.

    What the institution confirmed does not rest on the register.
    """
    if case.stage is not Stage.ISSUING or case.basis is Basis.INSTITUTION:
        return []
    return [
        NewEvent(EventType.CASE_RELEASED, SYSTEM, {"reason": "register_changed"}),
        NewEvent(EventType.CLAIM_COMPARED, SYSTEM, {"comparison": dict(comparison)}),
    ]


def parking_event(reason: str, against: Mapping[str, str] | None = None) -> NewEvent:
    """The case waits for a person; `reason` is a message code, `against` names what stands against its report."""
    return NewEvent(EventType.CASE_PARKED, SYSTEM, {"reason": reason, **(against or {})})
