"""What an applicant does with an application (articles 1, 10, 12): plain decisions, repeatable (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_first_conclusion, require_stage, require_thawed
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.shared.actors import APPLICANT
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, Problem


def receive(
    source: str,
    institution_code: str,
    sealed: str,
    holder_key: str,
    proven_by: str | None,
    link_digest: str | None,
    open_under: Sequence[str] = (),
) -> list[NewEvent]:
    """An application is received (article 1); `source` is api or platform.

    `holder_key`, here and where a claim changes, is a keyed digest by which the holder's cases are found. `proven_by`
    is by whose authority the applicant is the holder; None waits for a reviewer. `link_digest` is the keyed digest of
    the token in the case's link. `open_under` are keyed digests under which it counts as open.
    """
    data = {
        "source": source,
        "institution_code": institution_code,
        "sealed": sealed,
        "holder_key": holder_key,
        "proven_by": proven_by,
        "link_digest": link_digest,
        "open_under": list(open_under),
    }
    return [NewEvent(EventType.APPLICATION_RECEIVED, APPLICANT if source == "api" else source, data)]


def renew_link(case: Case, link_digest: str) -> list[NewEvent]:
    """The case gets another link; the former one is void."""
    require_thawed(case)
    return [NewEvent(EventType.ACCESS_LINK_RENEWED, APPLICANT, {"link_digest": link_digest})]


def revoke_link(case: Case, actor: str = APPLICANT) -> list[NewEvent]:
    """The case's link is void; who signs in as the holder still sees the case."""
    return [] if case.link_digest is None else [NewEvent(EventType.ACCESS_LINK_REVOKED, actor, {})]


def may_be_made_anew(case: Case, proven_by: Authority | None) -> bool:
    """Whether the same application, sent again, becomes a new case.

    It does when this case was withdrawn or found ineligible. It also does when this case was an impostor's and the
    holder has signed in; `proven_by` is who proves the new applicant.
    """
    if case.stage is Stage.ANNULLED:
        return proven_by is Authority.IDENTITY_PROVIDER
    return case.stood_at is Stage.WITHDRAWN or case.outcome is Outcome.INELIGIBLE


def require_request(case: Case, *, with_changes: bool) -> None:
    """Something is asked of the applicant. Looked at before a supplement is read: what is wrong with a change would
    tell what the claim holds. A claim that is shown to nobody takes no changes at all, files alone (article 1).

    Raises:
        Conflict: nothing was asked; or the claim can no longer be changed; or the person whom it has come to name is
            not confirmed yet.
    """
    require_stage(case, {Stage.AWAITING_APPLICANT}, "nothing_was_asked")
    if not with_changes:
        return
    if case.names_another:
        raise Conflict("person_not_confirmed")
    require_first_conclusion(case)
    _require_unanswered(case)


def supplement(
    case: Case,
    changed: ChangedClaim,
    command: str,
    *,
    other_person: bool = False,
) -> list[NewEvent]:
    """The applicant supplies what was asked for.

    A changed claim is compared again. So is an unchanged one that staff asked about. An unchanged claim that an
    institution asked about goes back to that institution.

    A claim that now names an `other_person` is unproven: the proof was of somebody else. The case of somebody who
    signed in never becomes another person's, because whoever has a shared link supplies, too. While an answer against
    the claim is undecided, the claim cannot be changed; files may be supplied.

    Raises:
        Conflict: nothing was asked, or the claim can no longer be changed.
        Forbidden: the claim would name somebody else than who signed in.
        Invalid: something that was asked for is missing; all of it is named.
    """
    require_stage(case, {Stage.AWAITING_APPLICANT}, "nothing_was_asked")
    if changed.fields:
        require_first_conclusion(case)
        _require_unanswered(case)
    if other_person and case.holder_signed_in:
        raise Forbidden("not_the_holder")
    if missing := missing_from_supplement(case, changed.fields):
        raise Invalid([Problem(field, "supplement_missing") for field in missing])
    data: dict[str, Any] = {
        **changed.as_dict(),
        "command": command,
        "other_person": other_person,
    }
    asked_by_institution = case.task is not None and case.task.status is TaskStatus.WAITING_APPLICANT
    if asked_by_institution and not changed.fields:
        # The claim is what the institution was asked about, so its task goes on.
        data["resumes"] = case.task_id
    return [NewEvent(EventType.APPLICATION_SUPPLEMENTED, APPLICANT, data)]


def missing_from_supplement(case: Case, changed: Sequence[str]) -> list[str]:
    """The fields that the applicant was asked for and has not supplied, neither by a change nor by a file received
    since."""
    if case.request is None:
        return []
    since = case.attachments[case.request.get("files", 0) :]
    if any(one.task_id is None and one.is_stored for one in since):
        return []
    return [field for field in case.request["fields"] if field not in changed]


def withdraw(case: Case) -> list[NewEvent]:
    """The applicant withdraws the application.

    A concluded case can no longer be withdrawn. Nor can one in which the institution has answered otherwise than
    claimed."""
    require_thawed(case)
    if case.stage is Stage.WITHDRAWN:
        return []
    if case.is_final or case.stage is Stage.CONCLUDING:
        raise Conflict("case_already_ended")
    _require_unanswered(case)
    return [NewEvent(EventType.APPLICATION_WITHDRAWN, APPLICANT, {})]


def _require_unanswered(case: Case) -> None:
    """What an institution has said against a claim is decided by a person, whatever its applicant would rather do."""
    if case.is_answered_otherwise:
        raise Conflict("institution_has_answered")
