"""What entries about reports and conclusions change on a case (articles 2, 5, 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from degree_auth.domain.cases.case import Case, FormerReport, ReportReference
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.report_state import STATE_AFTER, ReportState
from degree_auth.domain.cases.stages import Outcome, Stage


def issued(case: Case, event: Event) -> Case:
    """The case is concluded with a report in force."""
    return _reported(case, event, _reference(event.data, event.at))


def adopted(case: Case, event: Event) -> Case:
    """The case is concluded with the report that another case of the same award has in force."""
    return _reported(case, event, _reference(event.data, datetime.fromisoformat(event.data["issued_at"])))


def followed(case: Case, event: Event) -> Case:
    """The report of the case was corrected by another case that has it too: its successor takes its place, or none."""
    data, successor = event.data, event.data.get("successor")
    former = FormerReport(data["report_number"], data["version"], ReportState(data["state"]))
    report = None if successor is None else _reference(successor, datetime.fromisoformat(successor["issued_at"]))
    after = replace(
        case, report=report, former_reports=(*case.former_reports, former), concluded_at=event.at, flagged=False
    )
    if "notice" in data and case.stage is Stage.CONCLUDED:
        return replace(after, outcome=Outcome.NOT_CONFIRMED, reason={"notice": data["notice"]})
    return after


def concluded(case: Case, event: Event) -> Case:
    """The case is concluded without a report: a written notice says why."""
    data = event.data
    notice = ReportReference(data["notice_number"], data["version"], data["sha256"], data["object_key"], event.at)
    return replace(
        case,
        stage=Stage.CONCLUDED,
        outcome=Outcome(data["outcome"]),
        reason=dict(data),
        concluded_at=event.at,
        written_notice=notice,
        notices=case.notices + 1,
    )


def notice_ended(case: Case, event: Event) -> Case:
    """The written notice is no longer in force: a report, or a later notice, has taken its place."""
    return replace(case, written_notice=None)


def ended(case: Case, event: Event) -> Case:
    """The report is no longer in force: it gives way to its next version, or has no successor."""
    former = FormerReport(event.data["report_number"], event.data["version"], STATE_AFTER[event.type])
    return replace(case, report=None, former_reports=(*case.former_reports, former), concluded_at=event.at)


def flagged(case: Case, event: Event) -> Case:
    """A change of the register has called the report into question."""
    return replace(case, flagged=True)


def spot_checked(case: Case, event: Event) -> Case:
    """The register has confirmed the report after this draw."""
    return replace(case, spot_checks=(*case.spot_checks, event.data["draw_id"]))


def _reported(case: Case, event: Event, report: ReportReference) -> Case:
    return replace(
        case,
        stage=Stage.CONCLUDED,
        outcome=Outcome.REPORTED,
        report=report,
        reason=None,
        concluded_at=event.at,
    )


def _reference(data: Mapping[str, Any], issued_at: datetime) -> ReportReference:
    return ReportReference(data["report_number"], data["version"], data["sha256"], data["object_key"], issued_at)
