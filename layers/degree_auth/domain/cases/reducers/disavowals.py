"""What entries about disavowals change on a case (article 1)."""

from __future__ import annotations

from dataclasses import replace

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import Disavowal, DisavowalStatus
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.reducers import rechecks, tasks
from degree_auth.domain.cases.stages import Outcome, Stage


def with_disavowal(case: Case, event: Event) -> Case:
    """The holder says that the case is not theirs; the clock of a task that its institution has stands. The disavowal
    counts among those of its holder that wait for a decision."""
    data, under = event.data, event.data.get("counts_under", "")
    disavowal = Disavowal(event.at, data["holder_key"], data["sealed"], case.stage, under)
    return replace(
        tasks.with_paused_task(case, event),
        disavowals=(*case.disavowals, disavowal),
        open_under=(*case.open_under, *([under] if under else [])),
    )


def with_disavowal_taken_back(case: Case, event: Event) -> Case:
    """The holder takes it back: the case goes on where it stood."""
    return tasks.with_task_after_pause(_with_status(case, DisavowalStatus.TAKEN_BACK), event)


def with_decision(case: Case, event: Event) -> Case:
    """Unfounded: the case goes on where it stood. Impersonation: it has ended, and nothing that it came to is its
    own."""
    status = DisavowalStatus(event.data["decision"])
    after = _with_status(case, status)
    if status is DisavowalStatus.UNFOUNDED:
        return tasks.with_task_after_pause(after, event)
    return replace(
        rechecks.with_void_recheck(tasks.with_tasks_without_question(after, event)),
        stage=Stage.ANNULLED,
        outcome=Outcome.IMPERSONATION,
        report=None,
        request=None,
        flagged=False,
        reason=dict(event.data),
    )


def _with_status(case: Case, status: DisavowalStatus) -> Case:
    ended = replace(case.disavowals[-1], status=status)
    open_under = tuple(one for one in case.open_under if one != ended.counts_under)
    return replace(case, disavowals=(*case.disavowals[:-1], ended), open_under=open_under)
