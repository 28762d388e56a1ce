"""One award has one report in force, however many cases ask for it: what that means for each case (N1, N2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from degree_auth.domain.applications.claim import Claim, Submission
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.register_change import ChangeStatus
from degree_auth.domain.cases.report_state import Basis, Objection, ReportState
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Result
from degree_auth.domain.reports.issued import DocumentKind, IssuedReport
from degree_auth.domain.reports.written_notice import NoticeContent
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.verification.denials import supersede_notice

_VERIFICATION = "verification"
"""The cause of a correction by a case that the institution has verified for the first time."""


def may_adopt(present: IssuedReport | None, content_key: str) -> bool:
    """Whether a case that is to be reported ends in the report that is in force, because it says the same; its own
    report, too, where another case has corrected it as this one decided."""
    return present is not None and _is_in_force(present) and present.content_key == content_key


def objection(present: IssuedReport | None, content_key: str, basis: Basis) -> Objection | None:
    """Why the register alone may not make a report; None where it may.

    Nobody can tell whether the register or an institution's answer is behind, so that is for a person. An answer has
    spoken where the report in force says otherwise and an institution confirmed it, where the latest report is no
    longer in force, and where a written notice stands in its place: only an answer brings that about.
    """
    if basis is not Basis.REGISTER or present is None:
        return None
    if present.kind is not DocumentKind.REPORT or present.state is not ReportState.VALID:
        return Objection.INSTITUTION_ANSWERED_OTHERWISE
    differs = present.confirmed_by_institution and present.content_key != content_key
    return Objection.REPORT_IN_FORCE_DIFFERS if differs else None


def denies_the_award(content: NoticeContent, latest: IssuedReport | None) -> bool:
    """Whether a written notice becomes what is latest about an award: it says that there was none, and no report has
    been there. Where one has been, that report says enough: in force, or no longer."""
    return content.result is not Result.CANNOT_VERIFY and (latest is None or latest.kind is DocumentKind.WRITTEN_NOTICE)


def adopt(case: Case, present: IssuedReport) -> list[NewEvent]:
    """The case ends in the report in force; a report of its own gives way to it. None where nothing is to be issued."""
    if case.stage is not Stage.ISSUING:
        return []
    data = _reference(present)
    if case.basis is Basis.INSTITUTION:
        data["confirmed_report"] = present.report_number
    adopted = NewEvent(EventType.REPORT_ADOPTED, SYSTEM, data)
    return [*superseded(case, None, present.report_number), adopted]


def superseded(case: Case, present: IssuedReport | None, by: str) -> list[NewEvent]:
    """What is in force gives way to the report numbered `by`: the case's own report or written notice, and the report
    that another case has of the same award. To be recorded with that report."""
    cause = _cause(case)
    ended: dict[str, dict[str, Any]] = {}
    for one in (case.report, present if _is_in_force(present) else None):
        if one is not None and one.report_number != by:
            named = {"report_number": one.report_number, "version": one.version, "sha256": one.sha256}
            ended[one.report_number] = {**named, "superseded_by": by, "cause": cause}
            if case.basis is not Basis.INSTITUTION:
                # On condition that no institution confirms it at this moment.
                ended[one.report_number]["unconfirmed"] = True
    reports = [NewEvent(EventType.REPORT_SUPERSEDED, SYSTEM, data) for data in ended.values()]
    return [*reports, *supersede_notice(case, by)]


def _cause(case: Case) -> str:
    """Why a case that is to be reported corrects a report: the recheck that was decided so, or what confirmed its
    claim."""
    if case.rechecks and case.rechecks[-1].status is RecheckStatus.SUPERSEDED:
        return case.rechecks[-1].cause.value
    return _VERIFICATION if case.basis is Basis.INSTITUTION else Cause.REGISTER_CHANGE.value


def next_version(case: Case, present: IssuedReport | None) -> int:
    """The version of the next report: above all that the case has had, and above the one whose place it takes."""
    of_the_case: Sequence[int] = [one.version for one in (*case.former_reports, case.report) if one is not None]
    former = present.version if present is not None and present.kind is DocumentKind.REPORT else 0
    return 1 + max(*of_the_case, former, 0)


def has_news(case: Case, found: IssuedReport | None) -> bool:
    """Whether the report of a case, `found` as it stands now, was corrected by another case."""
    return case.report is not None and found is not None and found.state is not ReportState.VALID


def claim_of_report(own: Submission, issued: Claim) -> Submission:
    """A case's application with the claim of the case that issued its report; the identity document, which no report
    shows, stays its own. Personal data."""
    holder = replace(
        issued.holder,
        identity_type=own.claim.holder.identity_type,
        identity_number=own.claim.holder.identity_number,
    )
    return replace(own, claim=replace(issued, holder=holder))


def follow(
    case: Case, found: IssuedReport, successor: IssuedReport | None, sealed: str, institution_code: str
) -> list[NewEvent]:
    """What a case learns of its report, which another case has corrected: `found` as it stands now, and the report in
    force that has taken its place, with the application that says the same, sealed, and its institution.

    What the case proposed for the register rested on the former report and is closed; the case that corrected it has
    its own.
    """
    data: dict[str, Any] = {
        "report_number": found.report_number,
        "version": found.version,
        "state": found.state.value,
        "cause": found.cause,
    }
    if successor is None:
        data["notice"] = "notice_report_revoked"
    else:
        data |= {
            "superseded_by": successor.report_number,
            "successor": _reference(successor),
            "sealed": sealed,
            "institution_code": institution_code,
            "basis": successor.facts["basis"],
        }
    return [*_void_change(case), NewEvent(EventType.REPORT_FOLLOWED, SYSTEM, data)]


def _void_change(case: Case) -> list[NewEvent]:
    """The register change of a case that followed is closed, unless an outcome of the case's own is still to shape
    it."""
    change = case.shapeable_change
    if change is None or case.stage in (Stage.ISSUING, Stage.PARKED):
        return []
    if change.status is ChangeStatus.OPEN and case.stage is not Stage.CONCLUDED:
        return []
    data = {"change_id": change.change_id, "reason": "report_followed"}
    return [NewEvent(EventType.REGISTER_CHANGE_CLOSED, SYSTEM, data)]


def _is_in_force(present: IssuedReport | None) -> bool:
    """Whether a report is in force; a written notice is none."""
    return present is not None and present.kind is DocumentKind.REPORT and present.state is ReportState.VALID


def _reference(report: IssuedReport) -> dict[str, Any]:
    return {
        "report_number": report.report_number,
        "version": report.version,
        "sha256": report.sha256,
        "object_key": report.object_key,
        "issued_at": report.issued_at.isoformat(),
    }
