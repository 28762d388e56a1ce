"""What entries about reports and conclusions change on a case (articles 2, 5, 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from degree_auth.domain.cases.case import Case, DocumentReference, FormerReport
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.reducers import rechecks, tasks
from degree_auth.domain.cases.report_state import REPORT_MISUSED, STATE_AFTER, Basis, ReportState
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.shared.replacing import replace


def with_issued_report(case: Case, event: Event) -> Case:
    """The case is concluded with a report in force."""
    return _with_report(case, event, _reference(event.data, event.at))


def with_adopted_report(case: Case, event: Event) -> Case:
    """The case is concluded with the report that another case of the same award has in force."""
    return _with_report(case, event, _reference(event.data, datetime.fromisoformat(event.data["issued_at"])))


def with_correction_elsewhere(case: Case, event: Event) -> Case:
    """The report of the case was corrected by another case that has it too: its successor takes its place, or none.

    A report that an impostor had obtained was revoked for that and not for what it says: the case waits for a reviewer
    to have it issued anew, unless a recheck is open, whose end comes first.

    With the successor the claim is what that report says, so that whatever is asked or disputed next is about it. An
    open question was about the former report: whether to ask again is decided anew.
    """
    data = event.data
    former = FormerReport(data["report_number"], data["version"], ReportState(data["state"]))
    return _with_successor(replace(_without_report(case, former), concluded_at=event.at), event)


def with_report_elsewhere(case: Case, event: Event) -> Case:
    """That the case ended without a report gave way to a report of another case: that is the report of this one, too,
    unless it is revoked by now. A written notice that is still to be issued here is issued all the same."""
    after = replace(case, written_notice=None, concluded_at=event.at)
    if "revoked" in event.data:
        revoked = event.data["revoked"]
        former = FormerReport(revoked["report_number"], revoked["version"], ReportState.REVOKED)
        after = _without_report(after, former)
    return after if case.stage is Stage.CONCLUDING else _with_successor(after, event)


def with_conclusion(case: Case, event: Event) -> Case:
    """The case is concluded without a report: a written notice says why."""
    data = event.data
    notice = DocumentReference(data["notice_number"], data["version"], data["sha256"], data["object_key"], event.at)
    return replace(
        case,
        stage=Stage.CONCLUDED,
        outcome=Outcome(data["outcome"]),
        reason=dict(data),
        concluded_at=event.at,
        written_notice=notice,
        notices=case.notices + 1,
    )


def without_written_notice(case: Case, event: Event) -> Case:
    """The written notice, of this case or another one, is no longer in force: a report, or a later notice, has taken
    its place."""
    own = case.written_notice is not None and case.written_notice.report_number == event.data["notice_number"]
    return replace(case, written_notice=None) if own else case


def without_report(case: Case, event: Event) -> Case:
    """The report is no longer in force: it gives way to its next version, or has no successor."""
    former = FormerReport(event.data["report_number"], event.data["version"], STATE_AFTER[event.type])
    return replace(_without_report(case, former), concluded_at=event.at)


def with_flag(case: Case, event: Event) -> Case:
    """A change of the register, or a written notice of another case, has called the report into question."""
    if "notice_number" in event.data:
        return replace(case, contested_by=(*case.contested_by, event.data["notice_number"]))
    return replace(case, flagged=True)


def with_spot_check(case: Case, event: Event) -> Case:
    """The register has confirmed the report after this draw."""
    return replace(case, spot_checks=(*case.spot_checks, event.data["draw_id"]))


def _without_report(case: Case, former: FormerReport) -> Case:
    """What called the report into question has no object any more."""
    reports = (*case.former_reports, former)
    return replace(case, report=None, former_reports=reports, flagged=False, contested_by=())


def _with_successor(case: Case, event: Event) -> Case:
    data, successor = event.data, event.data.get("successor")
    report = None if successor is None else _reference(successor, datetime.fromisoformat(successor["issued_at"]))
    after = replace(case, report=report)
    if case.stage in (Stage.ISSUING, Stage.PARKED):
        # What was decided of the claim here is still to be issued.
        return after
    if "misused" in data:
        misused = {"reason": REPORT_MISUSED, "document": data["misused"]}
        return rechecks.with_conclusion_or_parked(replace(after, outcome=None, reason=misused))
    if report is None:
        # Also while a recheck is open: its end may leave the conclusion as it is.
        return replace(after, outcome=Outcome.NOT_CONFIRMED, reason={"notice": data["notice"]})
    after = replace(
        tasks.with_stated_claim(after),
        sealed=data["sealed"],
        institution_code=data["institution_code"],
        basis=Basis(data["basis"]),
        outcome=Outcome.REPORTED,
        reason=None,
    )
    return after if case.recheck is None else rechecks.with_recheck_submitted_again(after, event)


def _with_report(case: Case, event: Event, report: DocumentReference) -> Case:
    return replace(
        case,
        stage=Stage.CONCLUDED,
        outcome=Outcome.REPORTED,
        report=report,
        reason=None,
        concluded_at=event.at,
    )


def _reference(data: Mapping[str, Any], issued_at: datetime) -> DocumentReference:
    return DocumentReference(data["report_number"], data["version"], data["sha256"], data["object_key"], issued_at)
