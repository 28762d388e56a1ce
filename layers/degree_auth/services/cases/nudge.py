"""Making the machine of a case go on once a change of the case is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import ChangeStage, Machine, machine_for
from degree_auth.services.cases.ports import CaseStore, Standing, Wait, Workflows


@dataclass(frozen=True, slots=True)
class Nudge:
    """Makes the machine of a case's stage go on, after the commit. What fails here is reported and never an error for
    the caller: the change is stored, and the reconciler makes the nudge good."""

    store: CaseStore
    workflows: Workflows
    report_fault: Callable[[str], None]

    def __call__(self, case: Case) -> None:
        """Wake the machine that waits for the case, or start the one of its stage.

        The token is read after the commit: a machine that stored it before is woken, and one that comes
        to store it later finds the version changed and reads the case again.
        """
        try:
            wait = self.store.wait(case.case_number)
            if wait is None or not self.workflows.wake(wait.token, _told(case, wait)):
                self._start(case)
            self._nudge_change(case)
        except Exception as error:  # whatever it is, the case is safe
            self.report_fault(f"nudge failed: {type(error).__name__}")

    def new(self, case: Case) -> None:
        """Start the machine of a case that no machine can be waiting for yet."""
        try:
            self._start(case)
        except Exception as error:  # whatever it is, the case is safe
            self.report_fault(f"start failed: {type(error).__name__}")

    def _nudge_change(self, case: Case) -> None:
        """The machine of the register change is started with it, and woken when there is something for it to do."""
        if case.change_stage is None:
            return
        token = self.store.change_wait_token(case.case_number)
        something_to_do = case.change_stage in (ChangeStage.PROPOSAL, ChangeStage.WRITING)
        standing = Standing(case.change_stage.value, case.version)
        if token is None or (something_to_do and not self.workflows.wake(token, standing)):
            self._start_machine(Machine.REGISTER_CHANGE, case)

    def _start(self, case: Case) -> None:
        machine = machine_for(case.stage)
        if machine is not None:
            self._start_machine(machine, case)

    def _start_machine(self, machine: Machine, case: Case) -> None:
        # One change of the case can use a name once.
        self.workflows.start(machine, case.case_number, f"{case.case_number}-{case.version}")


def _told(case: Case, wait: Wait) -> Standing | None:
    """Where the case stands; nothing to a machine that has seen a later version, for it may have gone round since."""
    return Standing(case.stage.value, case.version) if wait.version <= case.version else None
