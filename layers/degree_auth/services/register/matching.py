"""Comparing a case's claim with the award register (article 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases import comparing
from degree_auth.domain.cases.case import Case
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.matching import Comparison, MatchResult, compare_claim
from degree_auth.domain.reports.printable import Coverage, unprintable_characters
from degree_auth.services.cases.advance import advance, unless_changed
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.register.failed_comparisons import record_failed_comparison
from degree_auth.services.register.ports import Register
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer


@dataclass(frozen=True, slots=True)
class Matching:
    """Compares claims; `coverage` is what the report's fonts can print."""

    register: Register
    institutions: Institutions
    coverage: Coverage

    def outcome(self, claim: Claim) -> tuple[Comparison, bool]:
        """The comparison, and whether the report of a match could be printed with the shipped fonts."""
        candidates = self.register.candidates(claim)
        comparison = compare_claim(claim, candidates, self.institutions)
        if comparison.result is not MatchResult.MATCHED:
            return comparison, True
        record = next(one for one in candidates if one.record_id == comparison.record_id)
        return comparison, not unprintable_characters("".join(self._printed_texts(claim, record)), self.coverage)

    def _printed_texts(self, claim: Claim, record: AwardRecord) -> tuple[str, ...]:
        return (
            record.name,
            printed_institution(claim, record, self.institutions),
            record.category_name,
            record.discipline_name,
            record.certificate_number,
        )


def compare_case(store: CaseStore, sealer: Sealer, matching: Matching, case_number: str, now: datetime) -> Case:
    """Compare the claim of a received case and commit the outcome; a case in another stage is left as it is."""
    case = store.load(case_number)
    claim = open_submission(for_nobody(sealer, MachinePurpose.COMPARISON), case).claim
    comparison, printable = matching.outcome(claim)
    # A claim that changed since must be compared as it is now: the machine comes back for it.
    enter = unless_changed(case, lambda now_case: comparing.enter_comparison(now_case, comparison.as_dict(), printable))
    if comparison.result is MatchResult.MATCHED:
        return advance(store, case_number, enter, now)
    return record_failed_comparison(store, sealer, case, claim, enter, now)


def printed_institution(claim: Claim, record: AwardRecord, institutions: Institutions) -> str:
    """The institution's name as a report prints it: the record's, or where the record has none the listed one that the
    claim was found equal to."""
    degree = claim.degree
    return (
        record.institution_name
        or institutions.listed_name(record.institution_code, degree.institution_name, record.award_date)
        or ""
    )
