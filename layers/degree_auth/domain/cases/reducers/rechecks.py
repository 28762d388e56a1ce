"""What entries about rechecks change on a case (article 6)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.recheck import Cause, Recheck, RecheckStatus
from degree_auth.domain.cases.reducers import tasks
from degree_auth.domain.cases.report_state import REPORT_MISUSED, Basis
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.shared.replacing import replace


def with_new_recheck(case: Case, event: Event) -> Case:
    """The recheck waits for its admission. Urgency and what had called the report into question belonged to the former
    question and are cleared."""
    data = event.data
    recheck = Recheck(
        number=data["number"],
        cause=Cause(data["cause"]),
        opened_at=event.at,
        opened_by=event.actor,
        sealed=data.get("sealed", ""),
        evidence=tuple(data.get("evidence", ())),
        draw_id=data.get("draw_id", ""),
        notices=tuple(data.get("notices", ())),
        first_task=len(case.tasks),
    )
    return replace(
        case,
        stage=Stage.RECHECK_ADMISSION,
        rechecks=(*case.rechecks, recheck),
        request=None,
        flagged=False,
        contested_by=(),
        urgent=False,
        urgency_request=None,
        centre_reminded_for=None,
        centre_overdue_for=None,
    )


def with_admission(case: Case, event: Event) -> Case:
    """The institution is asked again."""
    return tasks.with_new_task(_with_status(case, RecheckStatus.ADMITTED), event)


def with_recheck_submitted_again(case: Case, event: Event) -> Case:
    """The recheck waits for its admission again: the question that was put, and any answer to it, is void."""
    asked = tasks.with_tasks_without_question(_with_status(case, RecheckStatus.SUBMITTED), event)
    recheck = replace(asked.rechecks[-1], first_task=len(case.tasks))
    return replace(asked, stage=Stage.RECHECK_ADMISSION, request=None, rechecks=(*asked.rechecks[:-1], recheck))


def with_refusal(case: Case, event: Event) -> Case:
    """The conclusion stands; nothing is asked."""
    return _with_end(case, event, RecheckStatus.REFUSED)


def with_withdrawn_dispute(case: Case, event: Event) -> Case:
    """The dispute is withdrawn and the conclusion stands."""
    return _with_end(case, event, RecheckStatus.WITHDRAWN)


def with_decision(case: Case, event: Event) -> Case:
    """Upheld: the conclusion stands. Superseded: a new report is to be issued. Revoked: no report is in force."""
    data, status = event.data, RecheckStatus(event.data["decision"])
    answer = "" if case.task is None or case.task.answer is None else case.task.answer.result
    ended = replace(_with_status(case, status, answer), flagged=False, contested_by=())
    if status is RecheckStatus.SUPERSEDED:
        return replace(
            tasks.with_changed_claim(ended, event), stage=Stage.ISSUING, basis=Basis.INSTITUTION, reason=None
        )
    if "outcome" in data:
        reason = {name: data[name] for name in ("outcome", "notice")} | {"confirmed": data.get("reason", "")}
        return replace(ended, stage=Stage.CONCLUDING, outcome=Outcome(data["outcome"]), reason=reason)
    # What the institution has confirmed by now no longer rests on the register alone.
    basis = Basis.INSTITUTION if answer == Result.VERIFIED else case.basis
    return replace(ended, stage=Stage.CONCLUDED, basis=basis)


def with_void_recheck(case: Case) -> Case:
    """The case without a recheck that is open: its end is that of the case."""
    return case if case.recheck is None else _with_status(case, RecheckStatus.VOID)


def _with_end(case: Case, event: Event, status: RecheckStatus) -> Case:
    ended = tasks.with_closed_task(_with_status(case, status), event)
    return with_conclusion_or_parked(replace(ended, stage=Stage.CONCLUDED, request=None))


def with_conclusion_or_parked(case: Case) -> Case:
    """A concluded case, waiting for a person if its report ended because an impostor had obtained it."""
    misused = case.report is None and (case.reason or {}).get("reason") == REPORT_MISUSED
    return replace(case, stage=Stage.PARKED) if case.stage is Stage.CONCLUDED and misused else case


def _with_status(case: Case, status: RecheckStatus, answer: str = "") -> Case:
    return replace(case, rechecks=(*case.rechecks[:-1], replace(case.rechecks[-1], status=status, answer=answer)))
