"""What becomes of a case that its holder disavows (article 1): plain decisions, repeatable (N1).

The holder says "not by me", and the case is frozen at once. Staff decide. An impostor's case is annulled, and a report
that was issued in it is revoked. Any other case goes on where it stood, by way of what was recorded meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from degree_auth.domain.cases.application import revoke_link
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.register_change_decisions import close_register_change
from degree_auth.domain.cases.result import speak_against
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import TaskStatus, task_data
from degree_auth.domain.rechecks.decisions import revocation
from degree_auth.domain.rechecks.questioning import opening_for_a_flag
from degree_auth.domain.shared.actors import HOLDER, staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification.deadlines import deadline_data, running_due
from degree_auth.domain.verification.denials import supersede_notice
from degree_auth.domain.verification.tasks import waiting_task

LONGEST_DISAVOWAL = 500
"""Characters of what a holder says for a disavowal."""

IMPERSONATION = DisavowalStatus.IMPERSONATION.value


def disavow(
    case: Case, holder_key: str, sealed: str, disavowed_under: Sequence[str] = (), counts_under: str = ""
) -> list[NewEvent]:
    """The holder says that the case is not theirs: it is frozen, wherever it stands, and its link is void.

    `sealed` is the reason, `disavowed_under` are keyed digests by which other cases of the holder, or about the award,
    find this one; `counts_under` is that under which the disavowal counts while it is open.
    None while the case is frozen, and none of a case that is annulled.

    Raises:
        Conflict: staff have decided already that it is this holder's.
    """
    if case.disavowal is not None or case.stage is Stage.ANNULLED:
        return []
    if any(one.status is DisavowalStatus.UNFOUNDED and one.holder_key == holder_key for one in case.disavowals):
        raise Conflict("disavowal_decided")
    task = waiting_task(case)
    data = {"holder_key": holder_key, "sealed": sealed, "disavowed_under": list(disavowed_under)}
    data |= {"counts_under": counts_under} if counts_under else {}
    data |= {} if task is None else task_data(task)
    return [*revoke_link(case, HOLDER), NewEvent(EventType.CASE_DISAVOWED, HOLDER, data)]


def take_back(case: Case, calendar: Calendar, now: datetime) -> list[NewEvent]:
    """The holder takes the disavowal back before staff have decided, once. The case goes on.

    Empty when the disavowal is taken back already.

    Raises:
        Conflict: the case is not frozen, or the holder has taken a disavowal of it back before.
    """
    if case.disavowals and case.disavowals[-1].status is DisavowalStatus.TAKEN_BACK:
        return []
    _require_frozen(case)
    if _was_taken_back(case):
        raise Conflict("disavowal_stands")
    return [
        NewEvent(EventType.DISAVOWAL_TAKEN_BACK, HOLDER, _resumption_data(case, calendar, now)),
        *_recheck_for_flag(case),
    ]


def decide(
    case: Case,
    decision: DisavowalStatus,
    reviewer: str,
    reason: str,
    command: str,
    calendar: Calendar,
    now: datetime,
    *,
    issued_here: bool,
) -> list[NewEvent]:
    """Staff decide whether the application was an impersonation; `reason` goes to the holder.

    `issued_here` tells whether this case issued the report in force. Only then the report is revoked. A report that
    another case issued stays with that case, and this case loses it.

    Raises:
        Conflict: the case is not frozen.
    """
    _require_frozen(case)
    data: dict[str, Any] = {"decision": decision.value, "reason": reason, "command": command}
    actor = staff_actor(reviewer)
    if decision is DisavowalStatus.UNFOUNDED:
        data |= _resumption_data(case, calendar, now)
        return [NewEvent(EventType.DISAVOWAL_DECIDED, actor, data), *_recheck_for_flag(case)]
    if case.task is not None and case.task.takes_answer:
        data |= task_data(case.task)
    return [
        NewEvent(EventType.DISAVOWAL_DECIDED, actor, data),
        *([revocation(case, IMPERSONATION)] if case.report is not None and issued_here else []),
        *supersede_notice(case, None, IMPERSONATION),
        *close_register_change(case, IMPERSONATION),
    ]


def ends_a_denial(case: Case, decision: DisavowalStatus) -> bool:
    """Whether an annulled case leaves a denial that was never concluded."""
    against = speak_against(case.answers, in_recheck=case.recheck is not None)
    undecided = case.stood_at is not Stage.CONCLUDED and against
    return decision is DisavowalStatus.IMPERSONATION and undecided


def holder_actions(case: Case, holder_key: str) -> list[str]:
    """What the holder may say of the case now: `disavow`, or `take_back`."""
    if case.disavowal is not None:
        return [] if _was_taken_back(case) else ["take_back"]
    try:
        return ["disavow"] if disavow(case, holder_key, "") else []
    except Conflict:
        return []


def _was_taken_back(case: Case) -> bool:
    return any(one.status is DisavowalStatus.TAKEN_BACK for one in case.disavowals)


def _require_frozen(case: Case) -> None:
    if case.disavowal is None:
        raise Conflict("case_not_frozen")


def _resumption_data(case: Case, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """The task that goes on with the case, and its deadline; the pause does not count."""
    task = case.task
    if task is None or task.status is not TaskStatus.PAUSED:
        return {}
    return task_data(task) | (
        deadline_data(running_due(task.with_resumption(now), calendar), calendar) if task.routed else {}
    )


def _recheck_for_flag(case: Case) -> list[NewEvent]:
    """A change of the register that called the report of a concluded case into question while it was frozen."""
    return opening_for_a_flag(case) if case.stood_at is Stage.CONCLUDED else []
