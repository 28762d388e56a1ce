"""What entries about the work of the centre itself change on a case: who has it in hand, and the eight days (article
12)."""

from __future__ import annotations

from datetime import date

from degree_auth.domain.cases.case import Case, InHand
from degree_auth.domain.cases.events import Event
from degree_auth.domain.shared.replacing import replace


def with_hand(case: Case, event: Event) -> Case:
    """A member of staff works on the case."""
    return replace(case, in_hand=InHand(event.actor, event.at))


def without_hand(case: Case, event: Event) -> Case:
    """Nobody has the case in hand."""
    return replace(case, in_hand=None)


def with_messages_read(case: Case, event: Event) -> Case:
    """Staff have read what institutions wrote."""
    return replace(case, unread_since=None)


def with_centre_reminder(case: Case, event: Event) -> Case:
    """The centre was reminded of this deadline of its own."""
    return replace(case, centre_reminded_for=date.fromisoformat(event.data["due"]))


def with_centre_breach(case: Case, event: Event) -> Case:
    """The centre has used up its days; that is on record."""
    return replace(case, centre_overdue_for=date.fromisoformat(event.data["due"]))
