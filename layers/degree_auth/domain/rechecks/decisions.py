"""What each command does to a recheck (articles 6 and 15): plain decisions, repeatable (N1).

Each gives the events to be recorded, none when its work is done already, or refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_thawed
from degree_auth.domain.cases.recheck import Cause, Recheck, RecheckStatus
from degree_auth.domain.cases.result import CONFIRMATIONS, Result, negative_conclusion
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import ANSWERED_STATUSES
from degree_auth.domain.rechecks.questioning import (
    admission_events,
    opening_event,
    opening_for_a_flag,
    require_concluded,
)
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.sharing import supersede_other_notices
from degree_auth.domain.shared.actors import APPLICANT, SYSTEM, staff_actor
from degree_auth.domain.shared.errors import Conflict, Invalid, Problem
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.tasks import find_task


def submit_dispute(
    case: Case, sealed: str, evidence: Sequence[str], command: str, period: timedelta, now: datetime
) -> list[NewEvent]:
    """The applicant disputes a report or a negative conclusion (article 6), within `period` of the conclusion.

    One dispute is open at a time. A further dispute needs new evidence.

    Raises:
        Conflict: the case is not concluded, a recheck is open, or the period is over.
        Invalid: evidence that is not stored on the case, or none that is new.
    """
    require_concluded(case)
    if case.concluded_at is not None and shanghai_day(now) > dispute_until(case.concluded_at, period):
        raise Conflict("dispute_period_over")
    stored = {one.attachment_id for one in case.stored_files(None)}
    if not set(evidence) <= stored:
        raise Invalid([Problem("evidence", "evidence_unknown")])
    used = {one for recheck in case.rechecks if recheck.cause is Cause.DISPUTE for one in recheck.evidence}
    if set(evidence) <= used:
        raise Invalid([Problem("evidence", "evidence_not_new")])
    data = {"sealed": sealed, "evidence": list(evidence), "command": command}
    return [opening_event(case, Cause.DISPUTE, APPLICANT, data)]


def dispute_until(concluded_at: datetime, period: timedelta) -> date:
    """The last day, in Shanghai, on which a conclusion of that moment may be disputed."""
    return shanghai_day(concluded_at + period)


def state_wrong_answer(case: Case, task_id: str, actor: str, sealed: str, command: str) -> list[NewEvent]:
    """The institution states that its answer to this task was wrong (article 15). `sealed` holds the statement.

    Raises:
        NotFound: the case has no such task.
        Conflict: the task has no answer, the case is not concluded, or a recheck is open.
    """
    if not find_task(case, task_id).is_answered:
        raise Conflict("task_not_answered")
    require_concluded(case)
    data = {"task_id": task_id, "sealed": sealed, "command": command}
    return [opening_event(case, Cause.INSTITUTION_STATEMENT, actor, data)]


def admit(case: Case, actor: str, reason: str, institution_code: str, command: str) -> list[NewEvent]:
    """The recheck is admitted: the institution's lead department verifies again (article 6)."""
    if case.recheck is None or case.stage is not Stage.RECHECK_ADMISSION:
        raise Conflict("no_recheck_to_admit")
    return admission_events(case, _recheck_data(case.recheck), actor, reason, institution_code, command)


def refuse(case: Case, reviewer: str, reason: str, command: str) -> list[NewEvent]:
    """The recheck is not admitted, or not pursued because the applicant did not supply what it needs."""
    recheck = case.recheck
    if recheck is None or case.stage not in (Stage.RECHECK_ADMISSION, Stage.AWAITING_APPLICANT):
        raise Conflict("no_recheck_to_admit")
    data = {**_recheck_data(recheck), "reason": reason, "command": command}
    return [NewEvent(EventType.RECHECK_REFUSED, staff_actor(reviewer), data), *opening_for_a_flag(case)]


def withdraw_dispute(case: Case) -> list[NewEvent]:
    """The applicant takes a dispute back, until an institution has answered; the conclusion stands as it was.

    Empty when the last dispute was taken back before.
    """
    require_thawed(case)
    recheck = case.recheck
    if recheck is None or recheck.cause is not Cause.DISPUTE:
        disputes = [one for one in case.rechecks if one.cause is Cause.DISPUTE]
        if disputes and disputes[-1].status is RecheckStatus.WITHDRAWN:
            return []
        raise Conflict("case_already_ended")
    if case.answers:
        raise Conflict("recheck_answered")
    return [NewEvent(EventType.RECHECK_WITHDRAWN, APPLICANT, _recheck_data(recheck)), *opening_for_a_flag(case)]


def decide(
    case: Case,
    actor: str,
    decision: RecheckStatus,
    reason: str,
    command: str,
    changed: ChangedClaim | None = None,
    contested_by: Sequence[IssuedDocument] = (),
) -> list[NewEvent]:
    """The centre upholds, supersedes or revokes what was concluded, in keeping with the institution's answer (N2).

    `changed` is the claim with the archive's values that the new report is to carry, after a partly inconsistent
    answer. `contested_by` are the written notices in force that caused this recheck. If the institution has verified
    the report, it supersedes them.

    Raises:
        Conflict: nothing is to be decided, or the answer says something else.
    """
    recheck, result = case.recheck, recheck_answer(case)
    if recheck is None or result is None or case.stage not in (Stage.RECHECK_DECISION, Stage.VERIFICATION):
        raise Conflict("no_recheck_to_decide")
    if decision not in allowed_decisions(case):
        raise Conflict("decision_against_answer")
    data: dict[str, Any] = {**_recheck_data(recheck), "decision": decision.value, "reason": reason, "command": command}
    if decision is RecheckStatus.SUPERSEDED and changed is not None:
        data |= changed.as_dict()
    confirmed = decision is RecheckStatus.UPHELD and result is Result.VERIFIED and case.report is not None
    if confirmed:
        data["confirmed_report"] = _report_data(case)["report_number"]
    negative = case.report is None or decision is RecheckStatus.REVOKED
    if negative and decision is not RecheckStatus.SUPERSEDED:
        data |= negative_conclusion(result)
    decided = NewEvent(EventType.RECHECK_DECIDED, actor, data)
    if decision is RecheckStatus.REVOKED:
        return [decided, revocation(case, recheck.cause.value)]
    if decision is RecheckStatus.SUPERSEDED or case.report is None:
        return [decided]
    ended = supersede_other_notices(contested_by, data["confirmed_report"], recheck.cause.value) if confirmed else []
    return [decided, *ended, *opening_for_a_flag(case, confirmed=confirmed)]


def add_upholding(case: Case, answer: Sequence[NewEvent]) -> list[NewEvent]:
    """The events of an institution's answer, with the decision to uphold the report where no person is needed.

    That is the answer `verified` to a spot check: it says what the report says. A person decides if a written notice
    contests the report, or if the case is frozen.
    """
    recheck, report, task = case.recheck, case.report, case.task
    verified = any(event.data.get("result") == Result.VERIFIED for event in answer)
    as_reported = verified and task is not None and task.named_instead is None
    if recheck is None or recheck.cause is not Cause.SPOT_CHECK or report is None or not as_reported:
        return [*answer]
    if case.contested_by or case.disavowal is not None:
        return [*answer]
    # On condition that the report is in force at this moment.
    data = {**_recheck_data(recheck), "decision": "upheld", "upheld_report": report.report_number}
    return [*answer, NewEvent(EventType.RECHECK_DECIDED, SYSTEM, data)]


def allowed_decisions(case: Case) -> frozenset[RecheckStatus]:
    """What may be decided after the institution's answer: a report stands, or is made, only on what was confirmed."""
    result = recheck_answer(case)
    if result is None:
        return frozenset()
    if case.report is None:
        return frozenset({RecheckStatus.SUPERSEDED if result in CONFIRMATIONS else RecheckStatus.UPHELD})
    if case.task is not None and case.task.named_instead is not None:
        # The report names an institution that said the degree is not its own.
        return frozenset({RecheckStatus.SUPERSEDED if result in CONFIRMATIONS else RecheckStatus.REVOKED})
    match result:
        case Result.VERIFIED:
            return frozenset({RecheckStatus.UPHELD})
        case Result.PARTLY_INCONSISTENT:
            return frozenset({RecheckStatus.SUPERSEDED})
        case Result.CANNOT_VERIFY:
            # Nothing shows that what the register or an earlier answer confirmed is wrong.
            return frozenset({RecheckStatus.UPHELD, RecheckStatus.REVOKED})
        case _:
            return frozenset({RecheckStatus.REVOKED})


def recheck_answer(case: Case) -> Result | None:
    """The institution's answer to the open recheck; None before it is admitted and answered.

    The answer may be that the degree is not the institution's own. Staff then decide the recheck or send the task on.
    """
    task = case.task
    if case.recheck is None or case.stage is Stage.RECHECK_ADMISSION:
        return None
    if task is None or task.status not in ANSWERED_STATUSES or task.answer is None:
        return None
    return Result(task.answer.result)


def revocation(case: Case, cause: str) -> NewEvent:
    """The report in force is revoked, for everybody to see."""
    return NewEvent(EventType.REPORT_REVOKED, SYSTEM, {**_report_data(case), "cause": cause})


def _report_data(case: Case) -> dict[str, Any]:
    if case.report is None:
        raise ValueError("no report is in force")
    report = case.report
    return {"report_number": report.report_number, "version": report.version, "sha256": report.sha256}


def _recheck_data(recheck: Recheck) -> dict[str, Any]:
    return {"number": recheck.number, "cause": recheck.cause.value}
