"""What entries about disavowals change on a case (article 1)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import Disavowal, DisavowalStatus
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.reducers import rechecks, tasks
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.shared.replacing import replace


def with_disavowal(case: Case, event: Event) -> Case:
    """The holder says that the case is not theirs; the clock of a task that its institution has stands. The disavowal
    counts among those of its holder that wait for a decision."""
    data, counts = event.data, event.data.get("counts_under", "")
    under = tuple(data.get("disavowed_under", ()))
    # Entries from when only the holder could disavow a case name the holder.
    made_by = data["disavowed_by"] if "disavowed_by" in data else data["holder_key"]
    disavowal = Disavowal(event.at, made_by, data["sealed"], case.stage, counts, under)
    return replace(
        tasks.with_paused_task(case, event),
        disavowals=(*case.disavowals, disavowal),
        open_under=(*case.open_under, *([counts] if counts else [])),
    )


def with_disavowal_taken_back(case: Case, event: Event) -> Case:
    """The holder takes it back: the case goes on where it stood, unless somebody else has disavowed it, too."""
    after = _with_status(case, DisavowalStatus.TAKEN_BACK, event.data.get("disavowed_by"))
    return after if after.disavowal is not None else tasks.with_task_after_pause(after, event)


def with_decision(case: Case, event: Event) -> Case:
    """Unfounded: the case goes on where it stood. Impersonation: it has ended, and nothing that it came to is its
    own. The decision is on the application, so it ends every disavowal of it."""
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


def _with_status(case: Case, status: DisavowalStatus, made_by: str | None = None) -> Case:
    """The case with the end of its open disavowals, or of the one that somebody made."""
    ended = [one for one in case.disavowals if one.is_open and made_by in (None, one.made_by)]
    disavowals = tuple(replace(one, status=status) if one in ended else one for one in case.disavowals)
    counted = {one.counts_under for one in ended} - {one.counts_under for one in disavowals if one.is_open}
    open_under = tuple(one for one in case.open_under if one not in counted)
    return replace(case, disavowals=disavowals, open_under=open_under)
