"""One award has one report in force, however many cases ask for it: what that means for each case (N1, N2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from degree_auth.domain.applications.claim import Claim, Submission
from degree_auth.domain.cases.case import Case, DocumentReference, FormerReport
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.register_change import ChangeStatus
from degree_auth.domain.cases.register_change_decisions import close_register_change
from degree_auth.domain.cases.report_state import Basis, Objection, ReportState
from degree_auth.domain.cases.result import AGAINST_A_REPORT
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.reports.holding import (
    Denial,
    Standing,
    is_misused,
    is_report_in_force,
    notices_in_force,
)
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.verification.denials import supersede_notice

_VERIFICATION = "verification"
"""The cause of a correction by a case that the institution has verified for the first time."""

MOST_SHARING = 50
"""The most cases that may have a report which the register alone supersedes. The write checks each one's version."""


def to_adopt(standing: Standing, content_key: str) -> IssuedDocument | None:
    """The report in force that says the same. The case ends in it.

    It may be the case's own report, corrected by another case just as this case decided.
    """
    return next((one for one in standing.reports_in_force if one.content_key == content_key), None)


def objection(standing: Standing, content_key: str) -> tuple[Objection, dict[str, str]] | None:
    """Why the register alone may not make a report, nor end in one, and what stands against it; None where it may.

    Nobody can tell whether the register or an institution's answer is behind, so a person decides. Each of these stands
    against a report:

    - An institution denied the award in a case that has no report of it.
    - The latest report is no longer in force. A misused report does not count: what it says was not questioned.
    - The report in force has an open recheck with an answer that nobody has decided on.
    - The report in force says otherwise, and an institution confirmed it or too many cases have it (`MOST_SHARING`).
    """
    for denial in standing.denials:
        if denial.denies_award:
            return Objection.INSTITUTION_ANSWERED_OTHERWISE, _named_denial(denial)
    for report in standing.latest_reports:
        named = {"document": report.report_number}
        if not (is_report_in_force(report) or is_misused(report)):
            return Objection.INSTITUTION_ANSWERED_OTHERWISE, named
        differs = report.content_key != content_key
        undecided = next((one for one in standing.sharing if _is_undecided(one, report, differs=differs)), None)
        if undecided is not None:
            return Objection.RECHECK_UNDECIDED, {**named, "case": undecided.case_number}
        if differs and (standing.is_confirmed(report) or len(standing.sharing) > MOST_SHARING):
            return Objection.REPORT_IN_FORCE_DIFFERS, named
    return None


def _named_denial(denial: Denial) -> dict[str, str]:
    if denial.notice is None:
        return {"case": denial.case_number}
    return {"document": denial.notice.report_number, "case": denial.case_number}


def _is_undecided(case: Case, report: IssuedDocument, *, differs: bool) -> bool:
    """Whether the report has an open recheck with an answer that nobody has decided on. If the new report differs, any
    answer counts. If not, only one against the award."""
    if case.report is None or case.report.report_number != report.report_number or case.recheck is None:
        return False
    return bool(case.answers) if differs else not AGAINST_A_REPORT.isdisjoint(case.answers)


def adopt(case: Case, present: IssuedDocument, standing: Standing) -> list[NewEvent]:
    """The case ends in the report in force. Its own report and all other documents about the award give way to that.

    Empty where nothing is to be issued.
    """
    if case.stage is not Stage.ISSUING:
        return []
    data = _reference(present)
    if case.basis is Basis.INSTITUTION:
        data["confirmed_report"] = present.report_number
    adopted = NewEvent(EventType.REPORT_ADOPTED, SYSTEM, data)
    return [*supersede_standing(case, standing, present.report_number), adopted]


def supersede_standing(case: Case, standing: Standing, by: str) -> list[NewEvent]:
    """The documents in force give way to the report numbered `by`. To be recorded together with that report.

    These are the case's own report or written notice, and the reports that other cases have of the award. The written
    notices of other cases give way, too, if an institution has confirmed this report.
    """
    cause = _cause(case)
    ended: dict[str, dict[str, Any]] = {}
    for one in (case.report, *standing.reports_in_force):
        if one is not None and one.report_number != by:
            named = {"report_number": one.report_number, "version": one.version, "sha256": one.sha256}
            ended[one.report_number] = {**named, "superseded_by": by, "cause": cause}
            if case.basis is not Basis.INSTITUTION:
                # On condition that no institution confirms it at this moment.
                ended[one.report_number]["unconfirmed"] = True
    reports = [NewEvent(EventType.REPORT_SUPERSEDED, SYSTEM, data) for data in ended.values()]
    others = notices_in_force(standing.denials, case.case_number) if case.basis is Basis.INSTITUTION else ()
    return [*reports, *supersede_notice(case, by), *supersede_other_notices(others, by, cause)]


def supersede_other_notices(notices: Iterable[IssuedDocument], by: str, cause: str) -> list[NewEvent]:
    """Written notices of other cases give way to the report numbered `by`."""
    return [
        NewEvent(
            EventType.NOTICE_SUPERSEDED,
            SYSTEM,
            {
                "notice_number": notice.report_number,
                "version": notice.version,
                "sha256": notice.sha256,
                "superseded_by": by,
                "cause": cause,
                "of_case": notice.case_number,
            },
        )
        for notice in notices
    ]


def _cause(case: Case) -> str:
    """Why a case corrects a report: the recheck that decided so, or what confirmed the claim."""
    if case.rechecks and case.rechecks[-1].status is RecheckStatus.SUPERSEDED:
        return case.rechecks[-1].cause.value
    return _VERIFICATION if case.basis is Basis.INSTITUTION else Cause.REGISTER_CHANGE.value


def next_version(case: Case, standing: Standing) -> int:
    """The version of the next report. It is above every version of this case and of the reports that it replaces."""
    of_the_case = (one.version for one in (*case.former_reports, case.report) if one is not None)
    return 1 + max((*of_the_case, *(one.version for one in standing.latest_reports)), default=0)


def document_of(case: Case) -> str | None:
    """The number of what a case ended in: its report, its written notice, or the report that was revoked. A case that
    came to nothing has none."""
    if case.stage in (Stage.ANNULLED, Stage.WITHDRAWN, Stage.REJECTED):
        return None
    has: DocumentReference | FormerReport | None = case.report or case.written_notice
    revoked = bool(case.former_reports) and case.former_reports[-1].state is ReportState.REVOKED
    if has is None and revoked and case.stood_at is not Stage.CONCLUDING:
        has = case.former_reports[-1]
    return None if has is None else has.report_number


def claim_of_report(own: Submission, issued: Claim) -> Submission:
    """A case's application with the claim of the case that issued its report. The identity document stays the case's
    own, because no report shows it. Personal data."""
    holder = replace(
        issued.holder,
        identity_type=own.claim.holder.identity_type,
        identity_number=own.claim.holder.identity_number,
    )
    return replace(own, claim=replace(issued, holder=holder))


def follow(
    case: Case, found: IssuedDocument, latest: IssuedDocument, sealed: str, institution_code: str
) -> list[NewEvent]:
    """Another case has corrected this case's report or notice. Record that. If a new report is in force, take over its
    claim.

    `found` is the document in which this case ended, as it stands now. `latest` is the report that has taken its place.
    `sealed` is the application that says what that report says; `institution_code` names its institution. Both are
    empty unless `latest` is in force.

    The register change of this case rested on the former conclusion and is closed. The case that corrected it has a
    register change of its own. A report that an impostor had obtained has no successor; a reviewer releases the case
    for a new report.
    """
    data: dict[str, Any] = {}
    if is_report_in_force(latest):
        data |= {
            "superseded_by": latest.report_number,
            "successor": _reference(latest),
            "sealed": sealed,
            "institution_code": institution_code,
            "basis": latest.facts["basis"],
        }
    elif is_misused(latest):
        data["misused"] = latest.report_number
    else:
        data["notice"] = "notice_report_revoked"
    if case.report is not None:
        data |= {"report_number": found.report_number, "version": found.version}
        data |= {"state": found.state.value, "cause": found.cause}
        followed = NewEvent(EventType.REPORT_FOLLOWED, SYSTEM, data)
    else:
        if not is_report_in_force(latest):
            data["revoked"] = {"report_number": latest.report_number, "version": latest.version}
        followed = NewEvent(EventType.CONCLUSION_FOLLOWED, SYSTEM, {"document": found.report_number, **data})
    # What a misused report said was not called into question, so what the case proposed for the register stays.
    return [followed] if "misused" in data else [*_closed_change(case), followed]


def _closed_change(case: Case) -> list[NewEvent]:
    """The register change of a case that followed is closed, unless an outcome of the case's own is still to shape
    it."""
    change = case.shapeable_change
    if change is None or case.stood_at in (Stage.ISSUING, Stage.PARKED):
        return []
    if change.status is ChangeStatus.OPEN and case.stood_at is not Stage.CONCLUDED:
        return []
    return close_register_change(case, "report_followed")


def _reference(report: IssuedDocument) -> dict[str, Any]:
    return {
        "report_number": report.report_number,
        "version": report.version,
        "sha256": report.sha256,
        "object_key": report.object_key,
        "issued_at": report.issued_at.isoformat(),
    }
