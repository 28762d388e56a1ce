"""What somebody of the staff has in hand when they leave (article 13): plain looks at what still waits."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import ChangeStage, Stage

WAITS_FOR_STAFF = frozenset(
    {
        Stage.IDENTITY_REVIEW,
        Stage.MATERIAL_REVIEW,
        Stage.PARKED,
        Stage.RECHECK_ADMISSION,
        Stage.RECHECK_DECISION,
        Stage.FROZEN,
    }
)
"""Stages in which nothing moves until somebody of the staff decides."""


def waiting_of(case: Case, actor: str) -> list[str]:
    """What waits for staff in a case on which an actor has acted: the stage where it is one of those, a written form of
    the actor's that nobody has confirmed, a register change of the actor's that waits for its second person."""
    waits = [case.stage.value] if case.stage in WAITS_FOR_STAFF else []
    written = None if case.task is None else case.task.written
    if written is not None and written.recorded_by == actor:
        waits.append("written_feedback")
    change = case.register_change
    if case.change_stage is ChangeStage.SECOND_PERSON and change is not None and actor in change.first_persons:
        waits.append(ChangeStage.SECOND_PERSON.value)
    return waits
