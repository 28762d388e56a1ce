"""What entries about the application change on a case: claim, review, way to the report (articles 1, 2, 10)."""

from __future__ import annotations

from datetime import date

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.reducers.register_changes import with_change_to_propose_anew
from degree_auth.domain.cases.reducers.tasks import with_resumed_task, with_tasks_without_question
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.shared.replacing import replace


def new_case(event: Event) -> Case:
    """The new case; its log begins with this entry."""
    data = event.data
    return Case(
        case_number=event.case_number,
        version=event.seq,
        head=event.hash,
        stage=Stage.IDENTITY_REVIEW if data["proven_by"] is None else Stage.RECEIVED,
        outcome=None,
        source=data["source"],
        institution_code=data["institution_code"],
        sealed=data["sealed"],
        received_at=event.at,
        changed_at=event.at,
        stage_since=event.at,
        proven_by=data["proven_by"],
        link_digest=data["link_digest"],
        open_under=tuple(data["open_under"]),
    )


def refuse_second_receipt(case: Case, event: Event) -> Case:
    """Raises `ValueError`: an application is received once."""
    raise ValueError("an application is received once")


def with_identity(case: Case, event: Event) -> Case:
    """The claim of a person whom a reviewer confirmed is compared. What an unproven applicant is bounded by must not
    depend on how that comes out, so the case no longer counts as open."""
    return replace(case, stage=Stage.RECEIVED, proven_by=Authority.REVIEWER, reason=None, open_under=())


def with_new_link(case: Case, event: Event) -> Case:
    """Another link opens the case."""
    return replace(case, link_digest=event.data["link_digest"])


def without_link(case: Case, event: Event) -> Case:
    """No link opens the case."""
    return replace(case, link_digest=None)


def with_comparison(case: Case, event: Event) -> Case:
    """A match goes on to its report; anything else to a reviewer."""
    comparison = event.data["comparison"]
    if comparison["result"] == "matched":
        return replace(case, comparison=comparison, stage=Stage.ISSUING, basis=Basis.REGISTER)
    return replace(case, comparison=comparison, stage=Stage.MATERIAL_REVIEW, basis=None)


def with_claim_to_compare(case: Case, event: Event) -> Case:
    """The changed claim is compared anew, once it is proven who applies; what rested on the former claim is void. A
    case that is another person's now no longer counts as open: its places were those of the person who applied."""
    data = event.data
    proven_by, stated, former_files, open_under = case.proven_by, case.stated, case.former_files, case.open_under
    urgency_request = case.urgency_request
    if data.get("other_person"):
        # Whoever applied has no right any more, also by what they stated, and what they wrote is for nobody else. What
        # was supplied with a supplement was
        # announced before it, since it was asked for.
        proven_by, stated, urgency_request, open_under = None, None, None, ()
        former_files = (case.request or {}).get("files", len(case.attachments))
    return replace(
        with_tasks_without_question(with_change_to_propose_anew(case), event),
        stage=Stage.IDENTITY_REVIEW if proven_by is None else Stage.RECEIVED,
        proven_by=proven_by,
        former_files=former_files,
        sealed=data["sealed"],
        stated=stated,
        open_under=open_under,
        urgency_request=urgency_request,
        institution_code=data["institution_code"],
        comparison=None,
        request=None,
        reason=None,
        basis=None,
        asked=(),
    )


def with_supplement(case: Case, event: Event) -> Case:
    """The task of the institution that asked goes on; without one the claim is compared anew."""
    if "resumes" not in event.data:
        return with_claim_to_compare(case, event)
    resumed = with_resumed_task(case, event)
    return replace(resumed, stage=Stage.VERIFICATION, sealed=event.data["sealed"], request=None)


def with_request(case: Case, event: Event) -> Case:
    """The case waits for what the applicant was asked for."""
    request = {"at": event.at.isoformat(), "files": len(case.attachments), **event.data}
    return replace(case, stage=Stage.AWAITING_APPLICANT, request=request, reason=None)


def with_rejection(case: Case, event: Event) -> Case:
    """The case has ended: not eligible for authentication."""
    ended = with_tasks_without_question(case, event)
    return replace(ended, stage=Stage.REJECTED, outcome=Outcome.INELIGIBLE, reason=dict(event.data))


def with_withdrawal(case: Case, event: Event) -> Case:
    """The case has ended at the applicant's wish."""
    return replace(with_tasks_without_question(case, event), stage=Stage.WITHDRAWN)


def with_reminder(case: Case, event: Event) -> Case:
    """The applicant was reminded of what is asked, and has until that day."""
    until = date.fromisoformat(event.data["due"])
    return replace(case, applicant_reminders=event.data["reminders"], asked_until=until)


def with_lapse(case: Case, event: Event) -> Case:
    """The case has ended as if withdrawn: what was asked for has not come."""
    return replace(with_withdrawal(case, event), reason={"lapsed": event.data["due"]})


def with_parking(case: Case, event: Event) -> Case:
    """The case waits for a person."""
    return replace(case, stage=Stage.PARKED, reason=dict(event.data))


def with_release(case: Case, event: Event) -> Case:
    """What the institution confirmed is issued; what rested on the register is compared anew."""
    case = replace(
        case,
        released_beside=(*case.released_beside, *event.data.get("released_beside", ())),
        same_holder_as=(*case.same_holder_as, *event.data.get("same_holder_as", ())),
    )
    if case.basis is Basis.INSTITUTION:
        return replace(case, stage=Stage.ISSUING, reason=None)
    return replace(case, stage=Stage.RECEIVED, comparison=None, reason=None, basis=None)


def with_urgency_request(case: Case, event: Event) -> Case:
    """The request waits for a decision of staff."""
    return replace(case, urgency_request={"at": event.at.isoformat(), "sealed": event.data["sealed"]})
