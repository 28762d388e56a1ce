"""Who of the staff works on a case, so that two do not (article 10), and what somebody has in hand who leaves (article
13)."""

from __future__ import annotations

from collections.abc import Callable

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.stages import ChangeStage, Stage
from degree_auth.domain.review.work import work_of
from degree_auth.domain.shared.actors import staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.working_days import Calendar

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


def take(case: Case, reviewer: str, command: str, calendar: Calendar, *, take_over: bool) -> list[NewEvent]:
    """A reviewer takes the case in hand; whoever has it already changes nothing.

    Raises:
        Conflict: another has it and it is not to be taken over; or nothing of it waits for staff.
    """
    if has_in_hand(case, reviewer):
        return []
    if not take_over:
        require_free(case, reviewer)
    if not work_of(case, calendar):
        raise Conflict("nothing_waits")
    return [NewEvent(EventType.TAKEN_IN_HAND, staff_actor(reviewer), {"command": command})]


def give_back(case: Case, by: str, command: str, of: str) -> list[NewEvent]:
    """The case that the account `of` has in hand is free again; `by` says so. Another's stays with them."""
    if not has_in_hand(case, of) or case.is_being_erased:
        return []
    return [NewEvent(EventType.GIVEN_BACK, staff_actor(by), {"command": command})]


def release_case(case: Case, reviewer: str, command: str) -> list[NewEvent]:
    """The reviewer gives back what they have in hand. Raises `Conflict`: another has it."""
    require_free(case, reviewer)
    return give_back(case, reviewer, command, reviewer)


def has_in_hand(case: Case, reviewer: str) -> bool:
    """Whether this account has the case in hand."""
    return case.in_hand is not None and case.in_hand.by == staff_actor(reviewer)


def require_free(case: Case, reviewer: str) -> None:
    """Raises `Conflict`: the case is in another's hands."""
    if case.in_hand is not None and not has_in_hand(case, reviewer):
        raise Conflict("case_in_other_hands")


def unless_in_other_hands(decide: Callable[[Case], list[NewEvent]], reviewer: str) -> Callable[[Case], list[NewEvent]]:
    """The decision, refused while the case is in another's hands."""

    def decide_if_free(case: Case) -> list[NewEvent]:
        require_free(case, reviewer)
        return decide(case)

    return decide_if_free


def read_messages(case: Case, reviewer: str, command: str) -> list[NewEvent]:
    """A member of staff has read what institutions wrote; nothing where nothing was unread."""
    if case.unread_since is None or case.is_being_erased:
        return []
    return [NewEvent(EventType.MESSAGES_READ, staff_actor(reviewer), {"command": command})]
