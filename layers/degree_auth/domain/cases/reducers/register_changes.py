"""What entries about register changes change on a case (article 11)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus, RegisterChange
from degree_auth.domain.shared.replacing import replace

_SHAPE_THE_CHANGE = frozenset(
    {
        EventType.CLAIM_CORRECTED,
        EventType.MATERIAL_CONFIRMED,
        EventType.TASK_REDIRECTED,
        EventType.FEEDBACK_RECEIVED,
        EventType.WRITTEN_FEEDBACK_RECORDED,
        EventType.ARCHIVE_VALUES_ACCEPTED,
        EventType.DENIAL_CONFIRMED,
        EventType.RECHECK_ADMITTED,
        EventType.RECHECK_DECIDED,
    }
)
"""Decisions that a register change rests on: what the institution is asked, which one is, and what follows."""


def with_first_person(case: Case, event: Event) -> Case:
    """The case whose live register change records who decided on it, so that the second person is another one.

    The claim may be corrected before a change is opened: who did so counts for each that is opened later.
    """
    if event.type not in _SHAPE_THE_CHANGE:
        return case
    if event.type is EventType.CLAIM_CORRECTED and event.actor not in case.corrected_by:
        case = replace(case, corrected_by=(*case.corrected_by, event.actor))
    change = case.shapeable_change
    return case if change is None else _with_change(case, change.with_first_person(event.actor))


def with_new_change(case: Case, event: Event) -> Case:
    """One more register change, beside a manual verification."""
    change = RegisterChange(event.data["change_id"], event.at)
    for actor in (*case.corrected_by, event.actor):
        change = change.with_first_person(actor)
    return replace(case, register_changes=(*case.register_changes, change))


def with_proposal(case: Case, event: Event) -> Case:
    """What the register is to say waits for the second person."""
    data = event.data
    change = replace(
        _named_change(case, event).with_first_person(event.actor),
        status=ChangeStatus.PROPOSED,
        kind=ChangeKind(data["kind"]),
        fields=tuple(data["fields"]),
        sealed=data["sealed"],
        approved_by="",
    )
    return _with_change(case, change)


def with_approval(case: Case, event: Event) -> Case:
    """The change is to be applied to the register."""
    return _with_change(
        case, replace(_named_change(case, event), status=ChangeStatus.APPROVED, approved_by=event.actor)
    )


def with_begun_writing(case: Case, event: Event) -> Case:
    """From now on the register may say what was approved."""
    return _with_change(case, replace(_named_change(case, event), status=ChangeStatus.APPLYING))


def with_applied_change(case: Case, event: Event) -> Case:
    """The register says what was approved."""
    return _with_change(case, replace(_named_change(case, event), status=ChangeStatus.APPLIED))


def with_closed_change(case: Case, event: Event) -> Case:
    """The register stays as it is."""
    return _with_change(case, replace(_named_change(case, event), status=ChangeStatus.CLOSED))


def with_reopened_change(case: Case, event: Event) -> Case:
    """What the register is to say is proposed anew."""
    return _with_change(case, _named_change(case, event).without_proposal())


def with_change_to_propose_anew(case: Case) -> Case:
    """The case whose live register change, if there is one, is proposed anew."""
    return case if case.shapeable_change is None else _with_change(case, case.shapeable_change.without_proposal())


def _named_change(case: Case, event: Event) -> RegisterChange:
    """The change that the entry is about. Raises `ValueError`: the case has no such live change."""
    for change in case.register_changes:
        if change.change_id == event.data["change_id"] and change.is_live:
            return change
    raise ValueError("the case has no such live register change")


def _with_change(case: Case, changed: RegisterChange) -> Case:
    changes = tuple(changed if one.change_id == changed.change_id else one for one in case.register_changes)
    return replace(case, register_changes=changes)
