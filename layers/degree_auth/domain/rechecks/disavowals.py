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
from degree_auth.domain.cases.disavowal import Disavowal, DisavowalStatus
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
    case: Case, disavowed_by: str, sealed: str, disavowed_under: Sequence[str] = (), counts_under: str = ""
) -> list[NewEvent]:
    """A holder says that the case is not theirs: it is frozen, wherever it stands, and its link is void.

    `disavowed_by` is the keyed digest of the person, `sealed` their name and reason. `disavowed_under` are keyed
    digests by which other cases of theirs, or about the award, find this one; `counts_under` is that under which the
    disavowal counts while it is open. Where an archive has made the case that of two people, each may say so, and what
    the second one says is recorded beside the first.
    None while the same person's is open, and none of a case that is annulled.

    Raises:
        Conflict: staff have decided already that it is this holder's.
    """
    own = _made_by(case, disavowed_by)
    if any(one.is_open for one in own) or case.stage is Stage.ANNULLED:
        return []
    if any(one.status is DisavowalStatus.UNFOUNDED for one in own):
        raise Conflict("disavowal_decided")
    # Of a case that is frozen already the institution is not told once more.
    task = waiting_task(case) if case.disavowal is None else None
    data = {"disavowed_by": disavowed_by, "sealed": sealed, "disavowed_under": list(disavowed_under)}
    data |= {"counts_under": counts_under} if counts_under else {}
    data |= {} if task is None else task_data(task)
    return [*revoke_link(case, HOLDER), NewEvent(EventType.CASE_DISAVOWED, HOLDER, data)]


def take_back(case: Case, disavowed_by: str, calendar: Calendar, now: datetime) -> list[NewEvent]:
    """A holder takes their own disavowal back before staff have decided, once. The case goes on, unless somebody else
    has disavowed it, too.

    Empty when the disavowal is taken back already.

    Raises:
        Conflict: the case is not frozen, or not by this holder; or the holder has taken a disavowal of it back before.
    """
    own = _made_by(case, disavowed_by)
    if own and own[-1].status is DisavowalStatus.TAKEN_BACK:
        return []
    _require_frozen(case)
    if not own or not own[-1].is_open:
        raise Conflict("disavowal_of_another")
    if _was_taken_back(own):
        raise Conflict("disavowal_stands")
    data = {"disavowed_by": disavowed_by}
    if any(one.is_open and one.made_by != disavowed_by for one in case.disavowals):
        return [NewEvent(EventType.DISAVOWAL_TAKEN_BACK, HOLDER, data | {"still_frozen": True})]
    return [
        NewEvent(EventType.DISAVOWAL_TAKEN_BACK, HOLDER, data | _resumption_data(case, calendar, now)),
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

    The decision is on the application, whoever of two people has disavowed it. `issued_here` tells whether this case
    issued the report in force. Only then the report is revoked. A report that another case issued stays with that case,
    and this case loses it.

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


def holder_actions(case: Case, disavowed_by: str) -> list[str]:
    """What a holder may say of the case now: `disavow`, or `take_back`."""
    own = _made_by(case, disavowed_by)
    if any(one.is_open for one in own):
        return [] if _was_taken_back(own) else ["take_back"]
    try:
        return ["disavow"] if disavow(case, disavowed_by, "") else []
    except Conflict:
        return []


def _made_by(case: Case, disavowed_by: str) -> list[Disavowal]:
    """The disavowals of one person."""
    return [one for one in case.disavowals if one.made_by == disavowed_by]


def _was_taken_back(own: Sequence[Disavowal]) -> bool:
    return any(one.status is DisavowalStatus.TAKEN_BACK for one in own)


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
