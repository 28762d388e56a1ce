"""Concluding a case without a report (articles 4, 5): look at the register once more, then tell the applicant in
writing, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.verification import denials
from degree_auth.services.cases.advance import advance, open_submission, unless_changed
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.register.ports import Register
from degree_auth.services.shared.ports import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNotices:
    """Concludes cases whose institution confirmed nothing; `register` is read as it was last written."""

    store: CaseStore
    sealer: Sealer
    register: Register

    def conclude(self, case: Case, now: datetime) -> Case:
        """Conclude a case that stands in concluding, or give its denial to a reviewer when the register has awards of
        the person and nobody has decided yet. A case that changed meanwhile is left to the next look."""
        if denials.concludes_alone(case) and self._is_contradicted(case):
            return advance(self.store, case.case_number, unless_changed(case, denials.question), now)
        return advance(
            self.store, case.case_number, unless_changed(case, lambda now_case: denials.conclude(now_case, {})), now
        )

    def _is_contradicted(self, case: Case) -> bool:
        claim = open_submission(self.sealer, case).claim
        return bool(denials.contradicting(claim, self.register.of_person(claim)))
