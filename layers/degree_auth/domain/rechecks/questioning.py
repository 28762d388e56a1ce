"""How a conclusion is called into question (articles 6, 11, 15): what opens a recheck, and why. Repeatable (N1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_thawed
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.register_change_decisions import open_register_change
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.spot_checks.finding import is_checked
from degree_auth.domain.verification.tasks import next_task_id

_DENIED = "denied_in_another_case"


def open_recheck(case: Case, cause: Cause, actor: str, reason: str, command: str) -> list[NewEvent]:
    """The centre or a change of the register calls a conclusion into question (article 15).

    `reason` is shown to staff and holds no personal data.
    """
    require_concluded(case)
    return [opening_event(case, cause, actor, {"reason": reason, "command": command})]


def contest_report(case: Case, report_number: str, notice_number: str | None) -> list[NewEvent]:
    """Another case denies what this case's report says. The report is rechecked: at once, or after the open recheck.

    `notice_number` is the other case's written notice; None if that case ended without one. Empty where this case no
    longer has the report.
    """
    if case.report is None or case.report.report_number != report_number:
        return []
    if case.recheck is None and case.stage is Stage.CONCLUDED:
        return [_denied_elsewhere(case, [] if notice_number is None else [notice_number])]
    named = {} if notice_number is None else {"notice_number": notice_number}
    return [NewEvent(EventType.REPORT_FLAGGED, SYSTEM, {"reason": _DENIED, **named})]


def flag_report(case: Case, reason: str, command: str) -> list[NewEvent]:
    """The changed register contradicts a report, so the report is rechecked: at once, or after the open recheck.

    A case without a report in force is left unchanged. `command` is recorded for a later change too, so that its
    repetition is recognised.
    """
    if case.report is None:
        return []
    if case.recheck is None and case.stage is Stage.CONCLUDED:
        return open_recheck(case, Cause.REGISTER_CHANGE, SYSTEM, reason, command)
    return [NewEvent(EventType.REPORT_FLAGGED, SYSTEM, {"reason": reason, "command": command})]


def spot_check(case: Case, draw_id: str, command: str, institution_code: str, comparison: str) -> list[NewEvent]:
    """A drawn report is verified again (article 15).

    `comparison` is what the register says now. If the report rests on the register and the register still matches, the
    report is confirmed. Otherwise the institution is asked. A case without a report in force is left unchanged.
    """
    if case.stage is not Stage.CONCLUDED or case.report is None or is_checked(case, draw_id):
        return []
    if comparison == "matched" and case.basis is Basis.REGISTER:
        data = {"draw_id": draw_id, "result": "confirmed_by_register", "command": command}
        return [NewEvent(EventType.SPOT_CHECKED, SYSTEM, data)]
    opening = opening_event(case, Cause.SPOT_CHECK, SYSTEM, {"draw_id": draw_id, "register_result": comparison})
    named = {name: opening.data[name] for name in ("number", "cause")}
    return [opening, *admission_events(case, named, SYSTEM, comparison, institution_code, command)]


def opening_for_a_flag(case: Case, *, confirmed: bool = False) -> list[NewEvent]:
    """While a recheck was open, something else questioned the report. Open the next recheck for that.

    Another case's denial always opens one. A register change opens none if the institution has `confirmed` the report,
    because the report then does not rest on the register.
    """
    if case.contested_by:
        return [_denied_elsewhere(case, case.contested_by)]
    if case.flagged and not confirmed:
        return [opening_event(case, Cause.REGISTER_CHANGE, SYSTEM, {"reason": "register_changed"})]
    return []


def _denied_elsewhere(case: Case, notices: Sequence[str]) -> NewEvent:
    return opening_event(case, Cause.INSTITUTION_STATEMENT, SYSTEM, {"reason": _DENIED, "notices": list(notices)})


def opening_event(case: Case, cause: Cause, actor: str, more: Mapping[str, Any]) -> NewEvent:
    """A recheck opens, the next of its case, for this cause; `more` is what the cause brings with it."""
    data = {"number": len(case.rechecks) + 1, "cause": cause.value, **more}
    return NewEvent(EventType.RECHECK_OPENED, actor, data)


def admission_events(
    case: Case, named: Mapping[str, Any], actor: str, reason: str, institution_code: str, command: str
) -> list[NewEvent]:
    """The institution is asked once more, beside a register change; `named` is which recheck it is."""
    data = {
        **named,
        "reason": reason,
        "task_id": next_task_id(case),
        "institution_code": institution_code,
        "command": command,
    }
    return [NewEvent(EventType.RECHECK_ADMITTED, actor, data), *open_register_change(case, actor)]


def require_concluded(case: Case) -> None:
    """Only what is concluded is called into question. Raises `Conflict`: frozen, a recheck open, or not concluded."""
    require_thawed(case)
    if case.recheck is not None:
        raise Conflict("recheck_open")
    if case.stage is not Stage.CONCLUDED:
        raise Conflict("case_not_concluded")
