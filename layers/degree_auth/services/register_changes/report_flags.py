"""Finding the reports about a changed award, and opening a recheck of those that the register no longer matches
(articles 11 and 15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.rechecks.questioning import flag_report
from degree_auth.domain.register.matching import MatchResult, compare_claim
from degree_auth.domain.register_changes.plan import RegisterPlan
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.register.award_keys import certificate_digest
from degree_auth.services.register.ports import Register
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFlags:
    """Opens a recheck of every case whose report in force the register no longer matches."""

    store: CaseStore
    sealer: Sealer
    register: Register
    institutions: Institutions

    def flag(self, award_keys: Iterable[str], now: datetime, spared: str = "") -> int:
        """Look at the reports about these awards after the register was changed; gives how many do not match it.

        A report has one recheck for one change, however often this runs. `spared` is the case that made the change.
        """
        reports = [one for key in sorted(set(award_keys)) for one in self.store.reports_of_award(key)]
        valid = {one.case_number: one.report_number for one in reports if one.is_in_force}
        return sum(self._flag(valid[number], number, now) for number in sorted(valid.keys() - {spared}))

    def flag_after(self, plan: RegisterPlan, now: datetime, spared: str = "") -> None:
        """Look at the reports about the award that a plan has changed, as it was and as it is now."""
        records = [one for one in (plan.before, plan.after) if one is not None]
        digests = (certificate_digest(self.sealer, one.institution_code, one.certificate_number) for one in records)
        self.flag(digests, now, spared)

    def _flag(self, report_number: str, case_number: str, now: datetime) -> bool:
        """Whether the register no longer matches the report of this case, which is called into question then."""
        case = self.store.load(case_number)
        if case.is_being_erased:
            return False
        claim = open_submission(for_nobody(self.sealer, MachinePurpose.COMPARISON), case).claim
        if compare_claim(claim, self.register.candidates(claim), self.institutions).result is MatchResult.MATCHED:
            return False
        # Read after the records: a change in between is named here, and its own look finds the report flagged.
        fault = f"{report_number}#{self.register.certificate_version(claim)}"
        command = f"register-fault:{self.sealer.token('register-fault', fault)}"
        # The machine need not start at once: the reconciler starts it within five minutes.
        advance(
            self.store, case_number, lambda case: flag_report(case, "register_changed", command), now, command=command
        )
        return True
