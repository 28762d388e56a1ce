"""One award has one report in force, however many cases ask for it: what that means for each case (N1, N2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.reports.issued import IssuedReport
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.verification.denials import notice_superseded


def may_adopt(case: Case, present: IssuedReport | None, content_key: str) -> bool:
    """Whether a case that is to be reported ends in the report that is in force: it says the same, and it is not the
    case's own report, which a recheck found wanting."""
    if present is None or present.state is not ReportState.VALID or present.content_key != content_key:
        return False
    return case.report is None or case.report.report_number != present.report_number


def contradicts(present: IssuedReport | None, content_key: str, basis: Basis) -> bool:
    """Whether the register alone stands against what an institution confirmed: that is for a person, because nobody can
    tell which of the two is behind."""
    if basis is not Basis.REGISTER or present is None or present.state is not ReportState.VALID:
        return False
    return present.facts.get("basis") == Basis.INSTITUTION and present.content_key != content_key


def adopt(case: Case, present: IssuedReport) -> list[NewEvent]:
    """The case ends in the report in force; a report of its own gives way to it. None where nothing is to be issued."""
    if case.stage is not Stage.ISSUING:
        return []
    adopted = NewEvent(EventType.REPORT_ADOPTED, SYSTEM, _reference(present))
    return [*superseded(case, None, present.report_number), adopted]


def superseded(case: Case, present: IssuedReport | None, by: str) -> list[NewEvent]:
    """What is in force gives way to the report numbered `by`: the case's own report or written notice, and the report
    that another case has of the same award. To be recorded with that report."""
    cause = case.rechecks[-1].cause.value if case.rechecks else Cause.REGISTER_CHANGE.value
    ended: dict[str, dict[str, Any]] = {}
    for one in (case.report, present if present is not None and present.state is ReportState.VALID else None):
        if one is not None:
            named = {"report_number": one.report_number, "version": one.version, "sha256": one.sha256}
            ended[one.report_number] = {**named, "superseded_by": by, "cause": cause}
    reports = [NewEvent(EventType.REPORT_SUPERSEDED, SYSTEM, data) for data in ended.values()]
    return [*reports, *notice_superseded(case, by)]


def next_version(case: Case, present: IssuedReport | None) -> int:
    """The version of the next report: above all that the case has had, and above the one whose place it takes."""
    of_the_case: Sequence[int] = [one.version for one in (*case.former_reports, case.report) if one is not None]
    return 1 + max(*of_the_case, 0 if present is None else present.version, 0)


def follow(case: Case, found: IssuedReport | None, successor: IssuedReport | None) -> list[NewEvent]:
    """What a case learns of its report, which another case has corrected: `found` as it stands now, and the report in
    force that has taken its place. None while it stands, or where the case has no report."""
    if case.report is None or found is None or found.state is ReportState.VALID:
        return []
    data: dict[str, Any] = {
        "report_number": found.report_number,
        "version": found.version,
        "state": found.state.value,
        "cause": found.cause,
    }
    if successor is None:
        data["notice"] = "notice_report_revoked"
    else:
        data |= {"superseded_by": successor.report_number, "successor": _reference(successor)}
    return [NewEvent(EventType.REPORT_FOLLOWED, SYSTEM, data)]


def _reference(report: IssuedReport) -> dict[str, Any]:
    return {
        "report_number": report.report_number,
        "version": report.version,
        "sha256": report.sha256,
        "object_key": report.object_key,
        "issued_at": report.issued_at.isoformat(),
    }
