"""What is known of an award and whose it is: the latest report about it, and the cases in which it was denied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.cases.result import AGAINST_THE_AWARD, speak_against
from degree_auth.domain.register.award_identity import certificate_key
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument
from degree_auth.domain.shared.text import name_key


@dataclass(frozen=True, slots=True)
class Holding:
    """An award of one holder, under a keyed digest of both.

    `latest` is the latest report about the award, in force or not. `denied_in` are the cases in which an institution
    has confirmed nothing. `version` counts the writes of this holding; 0 before the first.
    """

    key: str
    version: int = 0
    latest: IssuedDocument | None = None
    denied_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Denial:
    """An institution has confirmed nothing in this case, and the case has no report.

    `notice` is the written notice in force; None where there is none, or none yet. `denies_award` tells whether the
    answer was against the award itself.
    """

    case_number: str
    notice: IssuedDocument | None
    denies_award: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """All documents and answers about the award of a case that is to be reported.

    `holdings` are those of the confirmed claim and of the claims that institutions were asked about. `denials` are of
    this case and of others. `sharing` are the other cases that have a report in force of the award, or that issued a
    misused one.
    """

    holdings: tuple[Holding, ...]
    denials: tuple[Denial, ...] = ()
    sharing: tuple[Case, ...] = ()

    @property
    def latest_reports(self) -> tuple[IssuedDocument, ...]:
        """The latest report of each holding, each report once."""
        found = {one.latest.report_number: one.latest for one in self.holdings if one.latest is not None}
        return tuple(found.values())

    @property
    def reports_in_force(self) -> tuple[IssuedDocument, ...]:
        """Those of them that are in force."""
        return tuple(report for report in self.latest_reports if is_report_in_force(report))

    def overtaken_cases(self, *, by_institution: bool) -> tuple[Case, ...]:
        """Cases that must not change while their report is superseded. On the register's word: all that have it. On an
        institution's: the one that issued it."""
        issuing = {one.case_number for one in self.reports_in_force}
        return tuple(one for one in self.sharing if not by_institution or one.case_number in issuing)

    def is_confirmed(self, report: IssuedDocument) -> bool:
        """Whether an institution has confirmed a report.

        When a spot check upheld the report, only the case that issued it says so. The function that takes institutions'
        answers may write no report.
        """
        issuing = (one for one in self.sharing if one.case_number == report.case_number)
        return report.confirmed_by_institution or any(one.basis is Basis.INSTITUTION for one in issuing)


def holding_source(claim: Claim) -> str:
    """Text that is equal for two claims exactly when they are about one award of one holder; personal data.

    A number may stand on several people's certificates, and once on two degrees of one person. The identity document
    does not count: it is renewed, and no report shows it.
    """
    holder, degree = claim.holder, claim.degree
    certificate = certificate_key(degree.institution_code, degree.certificate_number)
    return f"{certificate}#{name_key(holder.name)}|{holder.birth_date.isoformat()}|{degree.level}"


def is_concluded_against(case: Case) -> bool:
    """Whether an institution denied the award in the chapter that led to the case's present conclusion.

    Every answer of that chapter counts, not only the last. The answers of an open recheck do not.
    """
    ended = [one.first_task for one in case.rechecks if not one.is_open]
    asked = case.tasks[ended[-1] if ended else 0 :]
    return any(task.answer.result in AGAINST_THE_AWARD for task in asked if task.answer is not None)


def is_last_answered_against(case: Case) -> bool:
    """Whether the last answer speaks against the case: in a first verification against the award, in a recheck against
    the report."""
    begun = (0, *(one.first_task for one in case.rechecks), len(case.tasks))
    for recheck, (first, last) in reversed([*enumerate(pairwise(begun))]):
        said = {task.answer.result for task in case.tasks[first:last] if task.answer is not None}
        if said:
            return speak_against(said, in_recheck=recheck > 0)
    return False


def is_report_in_force(report: IssuedDocument) -> bool:
    """Whether a document is a report that is in force; a written notice is none."""
    return report.kind is DocumentKind.REPORT and report.is_in_force


def is_misused(report: IssuedDocument) -> bool:
    """Whether a report was revoked because an impostor had obtained it. What the report says was not questioned."""
    return report.state is ReportState.REVOKED and report.cause == DisavowalStatus.IMPERSONATION


def notices_in_force(denials: Iterable[Denial], case_number: str) -> tuple[IssuedDocument, ...]:
    """The written notices in force of other cases than this one."""
    return tuple(one.notice for one in denials if one.notice is not None and one.case_number != case_number)
