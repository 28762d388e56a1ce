"""The result of re-verifying one drawn report, read from its case (article 15)."""

from __future__ import annotations

from enum import StrEnum

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Recheck, RecheckStatus
from degree_auth.domain.cases.result import Result


class Finding(StrEnum):
    """The result of re-verifying a report: right, wrong, or undecidable."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDECIDED = "undecided"


_CORRECTED = frozenset({RecheckStatus.SUPERSEDED, RecheckStatus.REVOKED})


def is_checked(case: Case, draw_id: str) -> bool:
    """Whether the case was re-verified for the draw, with any result."""
    return draw_id in case.spot_checks or any(one.draw_id == draw_id for one in case.rechecks)


def awaits_finding(case: Case, draw_id: str, report_number: str) -> bool:
    """Whether a finding can still come. A recheck that the centre did not pursue stays undecided for good, and so does
    a report whose case is erased."""
    ended = case.is_being_erased or any(one.draw_id == draw_id and not one.is_open for one in case.rechecks)
    return not ended and finding_of(case, draw_id, report_number) is Finding.UNDECIDED


def finding_of(case: Case, draw_id: str, report_number: str) -> Finding:
    """Right: the register or the institution confirmed the report. Wrong: the report was corrected since it was drawn,
    for whatever reason. Undecided: neither is known yet, or nobody can tell."""
    if any(one.report_number == report_number for one in case.former_reports):
        return Finding.WRONG
    if draw_id in case.spot_checks:
        return Finding.RIGHT
    for recheck in case.rechecks:
        if recheck.draw_id == draw_id:
            return _finding_of_recheck(recheck)
    return Finding.UNDECIDED


def _finding_of_recheck(recheck: Recheck) -> Finding:
    if recheck.status in _CORRECTED:
        return Finding.WRONG
    confirmed = recheck.status is RecheckStatus.UPHELD and recheck.answer == Result.VERIFIED
    return Finding.RIGHT if confirmed else Finding.UNDECIDED
