"""Denials: answers that confirm nothing (articles 4, 5, 11). A person decides when the register contradicts one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.person import is_known_holder
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.result import DENIALS, Result, negative_conclusion
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task, TaskStatus, task_data
from degree_auth.domain.register.award import AwardRecord, claim_of
from degree_auth.domain.register.matching import names_holder
from degree_auth.domain.shared.actors import SYSTEM, staff_actor
from degree_auth.domain.shared.errors import Conflict


def contradicting_records(claim: Claim, records: Iterable[AwardRecord]) -> list[AwardRecord]:
    """The records that speak against a denial of this claim: every award of the same person, whatever it is.

    Which of them is the one that was asked about, a person decides.
    """
    return [record for record in records if names_holder(record, claim)]


def denies_the_person(case: Case) -> bool:
    """Whether the institution that was asked last does not know the person: it has awarded nothing under any number."""
    answer = None if case.task is None else case.task.answer
    return answer is not None and answer.result is Result.NO_SUCH_PERSON


def records_denied(case: Case, claim: Claim, records: Iterable[AwardRecord]) -> list[AwardRecord]:
    """The records of the person that the institution which was asked last denies by not knowing the person; none that
    may be a namesake's."""
    if case.task is None or not denies_the_person(case):
        return []
    asked = claim.degree.institution_code if case.task.named_instead is None else case.task.named_instead.code
    codes = (case.task.institution_code, asked)
    return [
        record
        for record in contradicting_records(claim, records)
        if record.institution_code in codes and is_known_holder([claim.holder], [claim_of(record).holder])
    ]


def awaits_reviewer(case: Case) -> bool:
    """Whether a denial waits for the reviewer: because the register contradicts it, or because the institution says
    that the degree is not its own."""
    waits = case.stage is Stage.VERIFICATION and case.recheck is None
    return waits and (_is_denied(case.task) or (case.task is not None and case.task.status is TaskStatus.NOT_ITS_OWN))


def is_concluded_without_person(case: Case) -> bool:
    """Whether a denial is to be concluded without a person's decision."""
    return case.stage is Stage.CONCLUDING and "confirmed" not in (case.reason or {})


def question_denial(case: Case) -> list[NewEvent]:
    """The register has awards of the person: the denial goes to a reviewer, who asks again or concludes."""
    if not is_concluded_without_person(case):
        return []
    return [NewEvent(EventType.DENIAL_QUESTIONED, SYSTEM, task_data(_denied_task(case)))]


def confirm_denial(case: Case, reviewer: str, reason: str, command: str) -> list[NewEvent]:
    """The reviewer has looked at both sides and concludes as the institution answered; `reason` goes to the applicant.

    Raises:
        Conflict: no denial waits for a decision.
    """
    if not awaits_reviewer(case):
        raise Conflict("no_denial_to_confirm")
    data = {**task_data(_last_task(case)), "reason": reason, "command": command}
    return [NewEvent(EventType.DENIAL_CONFIRMED, staff_actor(reviewer), data)]


def conclude_without_report(
    case: Case, notice_number: str, version: int, sha256: str, object_key: str
) -> list[NewEvent]:
    """The case ends without a report, and a written notice says so; the first one recorded is the only one. A former
    notice gives way to it."""
    if case.stage is not Stage.CONCLUDING:
        return []
    document = {"notice_number": notice_number, "version": version, "sha256": sha256, "object_key": object_key}
    data = {**task_data(_last_task(case)), **conclusion(case), **document}
    return [*supersede_notice(case, notice_number), NewEvent(EventType.CASE_CONCLUDED, SYSTEM, data)]


def supersede_notice(case: Case, superseded_by: str | None, cause: str = "") -> list[NewEvent]:
    """The written notice in force gives way to what is issued with this number, or ends with its case; none when none
    is in force."""
    if case.written_notice is None:
        return []
    notice = case.written_notice
    data = {
        "notice_number": notice.report_number,
        "version": notice.version,
        "sha256": notice.sha256,
        "superseded_by": superseded_by,
        "cause": cause or (case.rechecks[-1].cause.value if case.rechecks else ""),
    }
    return [NewEvent(EventType.NOTICE_SUPERSEDED, SYSTEM, data)]


def conclusion(case: Case) -> dict[str, str]:
    """The outcome and the code of the notice that a case in the stage concluding comes to."""
    decided = case.reason or {}
    if "outcome" in decided:
        return {name: decided[name] for name in ("outcome", "notice")}
    return negative_conclusion(_result(_last_task(case)))


def task_asked_again(case: Case, task: Task) -> Task | None:
    """The task that the same institution answered before this one, where this one asks a second time: in a recheck, or
    after a denial that the register contradicts. None for a first question."""
    former = [one for one in case.tasks[: case.tasks.index(task)] if one.institution_code == task.institution_code]
    answered = [one for one in former if one.status is TaskStatus.ANSWERED and one.answer is not None]
    if not answered:
        return None
    return answered[-1] if case.recheck is not None or _is_denied(answered[-1]) else None


def is_second_question(case: Case, task: Task) -> bool:
    """Whether the institution is asked once more what was answered before: its lead department answers then, and no
    department that has answered (article 6)."""
    return case.recheck is not None or task_asked_again(case, task) is not None


def _is_denied(task: Task | None) -> bool:
    return task is not None and task.status is TaskStatus.ANSWERED and _result(task) in DENIALS


def _denied_task(case: Case) -> Task:
    if case.task is None or not _is_denied(case.task):
        raise ValueError("the last answer is no denial")
    return case.task


def _last_task(case: Case) -> Task:
    if case.task is None:
        raise ValueError("no institution was asked")
    return case.task


def _result(task: Task) -> Any:
    return None if task.answer is None else task.answer.result
