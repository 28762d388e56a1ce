"""What entries about disavowals change on a case (article 1)."""

from __future__ import annotations

from dataclasses import replace

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import Disavowal, DisavowalStatus
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.reducers import rechecks, tasks
from degree_auth.domain.cases.stages import Outcome, Stage


def disavowed(case: Case, event: Event) -> Case:
    """The holder says that the case is not theirs; the clock of a task that its institution has stands."""
    disavowal = Disavowal(event.at, event.data["holder_key"], event.data["sealed"], case.stage)
    return replace(tasks.with_paused_task(case, event), disavowals=(*case.disavowals, disavowal))


def taken_back(case: Case, event: Event) -> Case:
    """The holder takes it back: the case goes on where it stood."""
    return tasks.with_resumed_task(_with_status(case, DisavowalStatus.TAKEN_BACK), event)


def decided(case: Case, event: Event) -> Case:
    """Unfounded: the case goes on where it stood. Impersonation: it has ended, and nothing that it came to is its
    own."""
    status = DisavowalStatus(event.data["decision"])
    after = _with_status(case, status)
    if status is DisavowalStatus.UNFOUNDED:
        return tasks.with_resumed_task(after, event)
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
    return replace(case, disavowals=(*case.disavowals[:-1], replace(case.disavowals[-1], status=status)))
