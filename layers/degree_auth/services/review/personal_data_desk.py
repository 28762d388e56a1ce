"""What staff do about the personal data of one person, as a group of actions: export it, or erase it by two people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.review.personal_data_actions import PersonalDataAction, parse_personal_data_action
from degree_auth.services.review.erasures import Erasures
from degree_auth.services.review.person_exports import PersonExports
from degree_auth.services.shared.staff_desk import ActionResult


@dataclass(frozen=True, slots=True)
class PersonalDataDesk:
    """Carries the actions out."""

    erasures: Erasures
    exports: PersonExports

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Raises as `parse_personal_data_action`, `Erasures.decide` and `PersonExports.export` do."""
        decision = parse_personal_data_action(body)
        if decision.action is PersonalDataAction.EXPORT_PERSON:
            return self.exports.export(decision.case_number, decision.reviewer, decision.action, command, now)
        return self.erasures.decide(decision, command, now)
