"""How a case comes from its comparison to its report without a person (articles 2, 5). Repeatable (N1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        events.append(_parking("unprintable_character"))
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


def park(case: Case, reason: str, against: Mapping[str, str] | None = None) -> list[NewEvent]:
    """A case whose report cannot be made as it should waits for a person; `reason` is a message code, `against` names
    what stands against it: the `document`, a report or a written notice, and the `case` that it is of or waits in."""
    return [_parking(reason, against)] if case.stage is Stage.ISSUING else []


def issue_report(
    case: Case, report_number: str, version: int, sha256: str, object_key: str, superseding: Sequence[NewEvent] = ()
) -> list[NewEvent]:
    """The report is on record; the first one recorded is the only one (articles 2, 5; N1).

    `superseding` tells that the one in force gives way to it.
    """
    if case.stage is not Stage.ISSUING:
        return []
    data = {"report_number": report_number, "version": version, "sha256": sha256, "object_key": object_key}
    return [*superseding, NewEvent(EventType.REPORT_ISSUED, SYSTEM, data)]


def _parking(reason: str, against: Mapping[str, str] | None = None) -> NewEvent:
    return NewEvent(EventType.CASE_PARKED, SYSTEM, {"reason": reason, **(against or {})})
