"""Keeping the register right (article 11): the change beside a manual verification, from outcome to register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.cases.register_change import RegisterChange
from degree_auth.domain.cases.stages import CHANGE_DONE, CHOICE_OF_RECORD, ChangeStage
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.register_changes import decisions as register_changes
from degree_auth.domain.register_changes.decisions import plan_change
from degree_auth.domain.register_changes.plan import RecordChoiceNeeded, RegisterPlan, plan_from_dict
from degree_auth.domain.review.staff_actions import Action, StaffAction
from degree_auth.domain.shared.actors import SYSTEM, staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.services.cases.advance import advance, unless_changed
from degree_auth.services.cases.ports import CaseStore, Standing
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.register.ports import Register
from degree_auth.services.register_changes.ports import RegisterKeeper
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.sealing import open_json, seal_json


@dataclass(frozen=True, slots=True)
class Attended:
    """The case after its register change was attended to, and whether a person has to choose the record.

    A change that still waits for its proposal, without a choice to be made, was not decided: the case changed
    meanwhile.
    """

    case: Case
    needs_choice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChanges:
    """Attends to the register change of a case whenever its machine comes round, and carries out staff's decisions."""

    store: CaseStore
    sealer: Sealer
    register: Register
    keeper: RegisterKeeper
    institutions: Institutions

    def go_on(self, case_number: str, now: datetime) -> Standing:
        """Attend to the register change of a case; gives what its machine is told.

        What is told is read after the attending. A choice is waited for only where nothing has changed since.
        """
        attended = self.attend(case_number, now)
        standing = self.store.change_standing(case_number) or Standing(CHANGE_DONE, attended.case.version)
        if attended.needs_choice and standing.version <= attended.case.version:
            return standing._replace(stage=CHOICE_OF_RECORD)
        return standing

    def attend(self, case_number: str, now: datetime) -> Attended:
        """Do what the register change of a case waits for, if that is not a person; a repeat changes nothing. What
        rested on a report that another case has corrected is closed instead."""
        case = ReportFollowing(self.store, self.sealer).catch_up(case_number, now)
        if case.change_stage is ChangeStage.PROPOSAL:
            return self._settle(case, now)
        if case.change_stage is ChangeStage.WRITING and case.register_change is not None:
            return self._apply(case_number, case.register_change.change_id, now)
        return Attended(case)

    def staff_decision(self, case: Case, action: StaffAction, command: str) -> list[NewEvent]:
        """What one of staff's actions on a register change does to its case."""
        actor = staff_actor(action.reviewer)
        match action.action:
            case Action.APPROVE_REGISTER_CHANGE:
                return register_changes.approve(case, action.reviewer, action.reason, command, action.version)
            case Action.CLOSE_REGISTER_CHANGE:
                return register_changes.close(case, actor, action.reason, command)
            case Action.PROPOSE_REGISTER_CHANGE:
                if case.change_stage is not ChangeStage.PROPOSAL:
                    raise Conflict("no_register_change")
                plan = self._plan(case, action.record)
                if plan is None:
                    raise Conflict("change_unneeded")
                sealed = seal_json(self.sealer, case.case_number, plan.as_dict())
                return register_changes.propose(case, plan, sealed, actor, command)
            case other:
                raise ValueError(f"not a decision on a register change: {other}")

    def _apply(self, case_number: str, change_id: str, now: datetime) -> Attended:
        # On record before the register is touched: whatever opens beside it leaves this change to its end.
        case = advance(self.store, case_number, lambda now_case: register_changes.begin(now_case, change_id), now)
        change = case.register_change
        if change is None or not register_changes.is_being_applied(case, change_id):
            return Attended(case)
        plan = _open_plan(for_nobody(self.sealer, MachinePurpose.REGISTER_CHANGE), case, change)
        if not self.keeper.revise(plan.before, plan.after, change_id, now):
            return self._settle(case, now)
        # Before the change counts as applied: a crash in between flags again, and finds it done.
        flags = ReportFlags(
            store=self.store, sealer=self.sealer, register=self.register, institutions=self.institutions
        )
        flags.flag_after(plan, now, spared=case.case_number)
        return Attended(
            advance(self.store, case_number, lambda now_case: register_changes.mark_applied(now_case, change_id), now)
        )

    def _settle(self, case: Case, now: datetime) -> Attended:
        """Propose a change, close what is not needed, or leave the choice to a person.

        Where the case has moved meanwhile, nothing is settled, so that it is looked at again.
        """
        events = register_changes.resolve_unapplied(case)
        needs_choice = False
        if events is None:
            try:
                events = self._proposal_or_closing(case)
            except RecordChoiceNeeded:
                events, needs_choice = register_changes.reopen(case), True
        after = self._advance(case, events, now)
        return Attended(after, needs_choice and after.version == case.version + len(events))

    def _proposal_or_closing(self, case: Case) -> list[NewEvent]:
        plan = self._plan(case)
        if plan is None:
            return register_changes.close(case, SYSTEM, "change_unneeded")
        return register_changes.propose(case, plan, seal_json(self.sealer, case.case_number, plan.as_dict()))

    def _plan(self, case: Case, choice: str = "") -> RegisterPlan | None:
        claim = open_submission(for_nobody(self.sealer, MachinePurpose.REGISTER_CHANGE), case).claim
        records = self.register.of_person if register_changes.calls_for_removal(case) else self.register.candidates
        return plan_change(case, claim, records(claim), self.institutions, choice)

    def _advance(self, case: Case, events: list[NewEvent], now: datetime) -> Case:
        if not events:
            return case
        return advance(self.store, case.case_number, unless_changed(case, lambda _: events), now)


def proposed_plan(opener: Opener, case: Case) -> RegisterPlan | None:
    """What the live register change of a case proposes, for staff to look at."""
    change = case.register_change
    return None if change is None or not change.sealed else _open_plan(opener, case, change)


def _open_plan(opener: Opener, case: Case, change: RegisterChange) -> RegisterPlan:
    return plan_from_dict(open_json(opener, case.case_number, change.sealed))
