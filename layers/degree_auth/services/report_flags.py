"""Finding the reports that a change of the register touches, and calling into question what it no longer bears out
(articles 11 and 15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.institutions import Institutions
from degree_auth.domain.matching import MatchResult, compare
from degree_auth.domain.recheck_decisions import flag_report
from degree_auth.services.cases import advance, open_submission
from degree_auth.services.ports import CaseStore, Register, Sealer


@dataclass(frozen=True, slots=True)
class ReportFlags:
    """Opens a recheck of every case whose report in force the register no longer matches."""

    store: CaseStore
    sealer: Sealer
    register: Register
    institutions: Institutions

    def flag(self, award_keys: Iterable[str], command: str, now: datetime, spared: str = "") -> int:
        """Look at the reports about these awards after the register was changed; gives how many do not match it.

        `command` names the change, so that a repetition opens nothing twice; `spared` is the case that made it.
        """
        reports = [one for key in sorted(set(award_keys)) for one in self.store.reports_of_award(key)]
        found = 0
        for number in sorted({one.case_number for one in reports if one.state == "valid"} - {spared}):
            claim = open_submission(self.sealer, self.store.load(number)).claim
            if compare(claim, self.register.candidates(claim), self.institutions).result is MatchResult.MATCHED:
                continue
            found += 1
            # Its machine is started by the reconciler: nobody waits for an admission by the second.
            advance(
                self.store, number, lambda case: flag_report(case, "register_changed", command), now, command=command
            )
        return found
