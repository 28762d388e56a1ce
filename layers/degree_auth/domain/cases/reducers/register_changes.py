"""What entries about register changes change on a case (article 11)."""

from __future__ import annotations

from dataclasses import replace

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus, RegisterChange

_SHAPE_THE_CHANGE = frozenset(
    {
        EventType.MATERIAL_CONFIRMED,
        EventType.FEEDBACK_RECEIVED,
        EventType.WRITTEN_FEEDBACK_RECORDED,
        EventType.ARCHIVE_VALUES_ACCEPTED,
        EventType.DENIAL_CONFIRMED,
        EventType.RECHECK_ADMITTED,
        EventType.RECHECK_DECIDED,
    }
)
"""Decisions that a register change rests on."""


def resting_on(case: Case, event: Event) -> Case:
    """The case whose live register change records who decided on it, so that the second person is another one."""
    change = case.shapeable_change
    if change is None or event.type not in _SHAPE_THE_CHANGE:
        return case
    return _with_change(case, change.resting_on(event.actor))


def opened(case: Case, event: Event) -> Case:
    """One more register change, beside a manual verification."""
    change = RegisterChange(event.data["change_id"], event.at).resting_on(event.actor)
    return replace(case, register_changes=(*case.register_changes, change))


def proposed(case: Case, event: Event) -> Case:
    """What the register is to say waits for the second person."""
    data = event.data
    change = replace(
        _named_change(case, event).resting_on(event.actor),
        status=ChangeStatus.PROPOSED,
        kind=ChangeKind(data["kind"]),
        fields=tuple(data["fields"]),
        sealed=data["sealed"],
        approved_by="",
    )
    return _with_change(case, change)


def approved(case: Case, event: Event) -> Case:
    """The change is to be applied to the register."""
    return _with_change(
        case, replace(_named_change(case, event), status=ChangeStatus.APPROVED, approved_by=event.actor)
    )


def begun(case: Case, event: Event) -> Case:
    """From now on the register may say what was approved."""
    return _with_change(case, replace(_named_change(case, event), status=ChangeStatus.APPLYING))


def applied(case: Case, event: Event) -> Case:
    """The register says what was approved."""
    return _with_change(case, replace(_named_change(case, event), status=ChangeStatus.APPLIED))


def closed(case: Case, event: Event) -> Case:
    """The register stays as it is."""
    return _with_change(case, replace(_named_change(case, event), status=ChangeStatus.CLOSED))


def reopened(case: Case, event: Event) -> Case:
    """What the register is to say is proposed anew."""
    return _with_change(case, _named_change(case, event).reopened())


def with_reopened_change(case: Case) -> Case:
    """The case whose live register change, if there is one, is proposed anew."""
    return case if case.shapeable_change is None else _with_change(case, case.shapeable_change.reopened())


def _named_change(case: Case, event: Event) -> RegisterChange:
    """The change that the entry is about. Raises `ValueError`: the case has no such live change."""
    for change in case.register_changes:
        if change.change_id == event.data["change_id"] and change.is_live:
            return change
    raise ValueError("the case has no such live register change")


def _with_change(case: Case, changed: RegisterChange) -> Case:
    changes = tuple(changed if one.change_id == changed.change_id else one for one in case.register_changes)
    return replace(case, register_changes=changes)
