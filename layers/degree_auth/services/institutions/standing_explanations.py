"""Standing explanations (口径, article 8) of an institution, read only for a case that a person handles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.institutions.institution import Explanation
from degree_auth.domain.institutions.standing_explanations import explaining_institution
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer


def explanations_of(registrations: Registrations, sealer: Sealer, case: Case, now: datetime) -> Sequence[Explanation]:
    """The explanations to be shown on a case today, none for an institution that is not registered."""
    institution_code = explaining_institution(case)
    if institution_code is None:
        return ()
    degree = open_submission(for_nobody(sealer, MachinePurpose.ROUTING), case).claim.degree
    return registrations.explanations(institution_code, degree, shanghai_day(now))
