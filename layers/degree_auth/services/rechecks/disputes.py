"""Disputes, as applicants bring them (article 6). Staff decide on them: see `commands`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.rechecks import decisions as recheck_decisions
from degree_auth.domain.rechecks.dispute import parse_dispute
from degree_auth.services.applications.callers import Caller, wished_by
from degree_auth.services.cases.carry_out import carry_out
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import seal_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputes:
    """Takes disputes of the `caller`; `period` is how long after a conclusion it may be disputed."""

    sealer: Sealer
    nudge: Nudge
    period: timedelta
    caller: Caller

    def dispute(self, case_number: str, body: object, now: datetime) -> Case:
        """The applicant disputes the outcome. Repeating the same dispute changes nothing.

        Raises:
            NotFound: the case is not the caller's to see.
            Forbidden: the holder has to sign in.
            Malformed, Invalid: what is wrong with it, evidence that is not stored or not new included.
            Conflict: the case is not concluded, a recheck is open, or the period is over.
        """
        asked = parse_dispute(body)
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        command = "dispute:" + self.sealer.token("dispute", f"{case_number}\n{text}")
        sealed = seal_json(self.sealer, case_number, {"statement": asked.reason})

        def decide(case: Case) -> list[NewEvent]:
            if command in case.commands:
                return []
            return recheck_decisions.submit_dispute(case, sealed, asked.evidence, command, self.period, now)

        return carry_out(self.nudge, self.sealer, case_number, wished_by(self.caller, decide), now)
