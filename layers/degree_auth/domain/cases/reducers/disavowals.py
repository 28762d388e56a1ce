"""What entries about disavowals change on a case (article 1)."""

from __future__ import annotations

from dataclasses import replace

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import Disavowal, DisavowalStatus
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.reducers import rechecks, tasks
from degree_auth.domain.cases.stages import Outcome, Stage


def with_disavowal(case: Case, event: Event) -> Case:
    """The holder says that the case is not theirs; the clock of a task that its institution has stands.

    What counted as the holder's own does so no longer, or an impostor would use up how many cases they may have open.
    """
    freed = () if case.proven_by is None else case.open_under
    disavowal = Disavowal(event.at, event.data["holder_key"], event.data["sealed"], case.stage, freed)
    paused = tasks.with_paused_task(case, event)
    return replace(paused, disavowals=(*case.disavowals, disavowal), open_under=() if freed else case.open_under)


def with_disavowal_taken_back(case: Case, event: Event) -> Case:
    """The holder takes it back: the case goes on where it stood."""
    return _with_end_of_freeze(_with_status(case, DisavowalStatus.TAKEN_BACK), event)


def with_decision(case: Case, event: Event) -> Case:
    """Unfounded: the case goes on where it stood. Impersonation: it has ended, and nothing that it came to is its
    own."""
    status = DisavowalStatus(event.data["decision"])
    after = _with_status(case, status)
    if status is DisavowalStatus.UNFOUNDED:
        return _with_end_of_freeze(after, event)
    return replace(
        rechecks.with_void_recheck(tasks.with_tasks_without_question(after, event)),
        stage=Stage.ANNULLED,
        outcome=Outcome.IMPERSONATION,
        report=None,
        request=None,
        flagged=False,
        reason=dict(event.data),
    )


def _with_end_of_freeze(case: Case, event: Event) -> Case:
    """The case as it stood, and counted as it was, however many are open by now."""
    counted = case.disavowals[-1].open_under or case.open_under
    return replace(tasks.with_task_after_pause(case, event), open_under=counted)


def _with_status(case: Case, status: DisavowalStatus) -> Case:
    return replace(case, disavowals=(*case.disavowals[:-1], replace(case.disavowals[-1], status=status)))
