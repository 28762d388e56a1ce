"""What entries about erasing change on a case."""

from __future__ import annotations

from degree_auth.domain.cases.attachment import AttachmentState
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.erasure import BY_RETENTION, Erasure
from degree_auth.domain.cases.events import Event
from degree_auth.domain.shared.replacing import replace


def with_proposed_erasure(case: Case, event: Event) -> Case:
    """Somebody asks for it."""
    return replace(case, erasure=Erasure(event.data["ground"], event.actor))


def without_erasure(case: Case, event: Event) -> Case:
    """It is not to be done."""
    return replace(case, erasure=None)


def with_approved_erasure(case: Case, event: Event) -> Case:
    """It is to be done."""
    return replace(case, erasure=(case.erasure or BY_RETENTION).approved())


def with_erasure(case: Case, event: Event) -> Case:
    """Nothing is left that was sealed, and nothing by which the person was found."""
    return replace(
        case,
        erasure=(case.erasure or BY_RETENTION).done(),
        sealed="",
        stated=None,
        comparison=None,
        attachments=(),
        request=None,
        asked=(),
        urgency_request=None,
        link_digest=None,
        disavowals=(),
        rechecks=tuple(replace(one, sealed="") for one in case.rechecks),
        register_changes=tuple(replace(one, sealed="") for one in case.register_changes),
    )


def without_files(case: Case, event: Event) -> Case:
    """Files whose time is over are gone; that they were there stays on record."""
    gone = set(event.data["attachment_ids"])
    files = tuple(
        replace(one, state=AttachmentState.REMOVED) if one.attachment_id in gone else one for one in case.attachments
    )
    return replace(case, attachments=files)
