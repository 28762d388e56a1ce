"""What staff and draws decide on a second look at a conclusion (articles 6 and 15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.rechecks import decisions as recheck_decisions
from degree_auth.domain.rechecks import questioning
from degree_auth.domain.register.matching import compare_claim
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.review.staff_actions import Action, StaffAction
from degree_auth.domain.shared.actors import staff_actor
from degree_auth.services.cases.carry_out import carry_out
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.register.ports import Register
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.verification.archive_values import archive_values, claim_with_archive_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecks:
    """Carries out what staff and draws decide on concluded cases; disputes themselves come by `Disputes`."""

    sealer: Sealer
    register: Register
    institutions: Institutions
    nudge: Nudge

    def staff_decision(self, case: Case, action: StaffAction, command: str, now: datetime) -> list[NewEvent]:
        """What one of staff's actions on a recheck does to its case."""
        reviewer, reason, actor = action.reviewer, action.reason, staff_actor(action.reviewer)
        match action.action:
            case Action.OPEN_RECHECK:
                return questioning.open_recheck(case, Cause(action.cause), actor, reason, command)
            case Action.ADMIT_RECHECK:
                return recheck_decisions.admit(case, actor, reason, self._institution_to_ask(case, now), command)
            case Action.REFUSE_RECHECK:
                return recheck_decisions.refuse(case, reviewer, reason, command)
            case Action.DECIDE_RECHECK:
                decision = RecheckStatus(action.decision)
                changed = self._changed_claim(case, decision, now)
                contested_by = [] if case.recheck is None else self._in_force(case.recheck.notices)
                return recheck_decisions.decide(case, actor, decision, reason, command, changed, contested_by)
            case other:
                raise ValueError(f"not a decision on a recheck: {other}")

    def spot_check(self, case_number: str, draw_id: str, report_number: str, now: datetime) -> Case:
        """Verify a drawn report again, by the register or, if the register does not confirm it, by the institution. A
        repeat changes nothing. A report that has taken the place of the drawn one is not checked, nor one whose case is
        erased."""
        command = f"spot-check:{draw_id}"

        def decide(case: Case) -> list[NewEvent]:
            if case.is_being_erased or case.report is None or case.report.report_number != report_number:
                return []
            claim = open_submission(for_nobody(self.sealer, MachinePurpose.COMPARISON), case).claim
            compared = compare_claim(claim, self.register.candidates(claim), self.institutions)
            return questioning.spot_check(
                case, draw_id, command, self._institution_to_ask(case, now), compared.result.value
            )

        return carry_out(self.nudge, self.sealer, case_number, decide, now, command)

    def _changed_claim(self, case: Case, decision: RecheckStatus, now: datetime) -> ChangedClaim | None:
        """The archive's values, where the answer has some and the decision is to report them."""
        if decision is not RecheckStatus.SUPERSEDED or case.stage is not Stage.RECHECK_DECISION:
            return None
        return claim_with_archive_values(self.sealer, case, now) if archive_values(self.sealer, case) else None

    def _in_force(self, notices: Iterable[str]) -> list[IssuedDocument]:
        """Those of these written notices that nothing has taken the place of."""
        found = (self.nudge.store.report(number) for number in notices)
        return [one for one in found if one is not None and one.is_in_force]

    def _institution_to_ask(self, case: Case, now: datetime) -> str:
        """The institution that verifies again: the one that answered, or was claimed, or today's successor of it."""
        answered = [one.institution_code for one in case.tasks if one.status is TaskStatus.ANSWERED]
        code = answered[-1] if answered else case.institution_code
        return self.institutions.answering(code, now)
