"""How every command changes a case: read, decide, commit against the version read; decide anew if it changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.claim import Holder, Submission
from degree_auth.domain.applications.person import person_key_source
from degree_auth.domain.applications.submission import submission_as_dict, submission_from_dict
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.cases.fold import record
from degree_auth.domain.cases.stages import ChangeStage, Machine, machine_for
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued import IssuedReport
from degree_auth.services.cases.ports import CaseStore, Workflows
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import KeyedDigest, Sealer
from degree_auth.services.shared.sealing import open_json, seal_json


def advance(
    store: CaseStore,
    case_number: str,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
    *,
    command: str | None = None,
) -> Case:
    """Carry out one command on a case and give the case as it is afterwards.

    `command` names the command; one of those that lately changed the case is not carried out again.

    Raises:
        NotFound: there is no such case.
        Conflict: the decision refuses.
        Unavailable: others kept changing the case; nothing was changed by this call.
    """
    return until_stored(lambda: advance_once(store, case_number, decide, now, command=command))


def advance_once(
    store: CaseStore,
    case_number: str,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
    *,
    command: str | None = None,
    report: IssuedReport | None = None,
    adopted: str | None = None,
    holdings: Sequence[Holding] = (),
    as_read: Sequence[Case] = (),
) -> Case:
    """`advance`, tried once. `report`, `adopted`, `holdings` and `as_read` are stored with the change, and only with
    it, as `CaseStore.commit` has them; they were decided by the caller, who looks at them anew.

    Raises:
        Stale: the case has changed meanwhile, or what the change rests on.
    """
    case = store.load(case_number)
    if command is not None and command in case.commands:
        return case
    events = decide(case)
    if not events:
        return case
    after, entries = record(case_number, case, events, now)
    store.commit(case, after, entries, report=report, adopted=adopted, holdings=holdings, as_read=as_read)
    return after


def unless_changed(seen: Case, decide: Callable[[Case], Sequence[NewEvent]]) -> Callable[[Case], Sequence[NewEvent]]:
    """A decision that gives events only while the case is as it was read; without events, the caller reads the case
    again."""
    return lambda case: decide(case) if case.version == seen.version else []


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
            token = self.store.wait_token(case.case_number)
            if token is None or not self.workflows.wake(token):
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
        something_to_do = case.change_stage in (ChangeStage.PROPOSAL, ChangeStage.APPLICATION)
        if token is None or (something_to_do and not self.workflows.wake(token)):
            self._start_machine(Machine.REGISTER_CHANGE, case)

    def _start(self, case: Case) -> None:
        machine = machine_for(case.stage)
        if machine is not None:
            self._start_machine(machine, case)

    def _start_machine(self, machine: Machine, case: Case) -> None:
        # One change of the case can use a name once.
        self.workflows.start(machine, case.case_number, f"{case.case_number}-{case.version}")


def seal_submission(sealer: Sealer, case_number: str, submission: Submission) -> str:
    """The submission as it stands on the case: encrypted for this case alone, base64."""
    return seal_json(sealer, case_number, submission_as_dict(submission))


def open_submission(sealer: Sealer, case: Case) -> Submission:
    """The submission, decrypted from the result of `seal_submission`."""
    return submission_from_dict(open_json(sealer, case.case_number, case.sealed))


def holder_key(sealer: KeyedDigest, holder: Holder) -> str:
    """The keyed digest by which a person finds the cases that name them."""
    return sealer.token("person", person_key_source(holder.identity_type, holder.identity_number))


def new_link_token() -> str:
    """The random token of a case's link: whoever has it follows the case, until it is renewed or revoked."""
    return secrets.token_urlsafe(32)


def link_digest(sealer: KeyedDigest, token: str) -> str:
    """What is kept of a link's token."""
    return sealer.token("access-link", token)


def recheck_statement(sealer: Sealer, case: Case) -> str:
    """What was said for the recheck opened last; empty when nothing was. Personal data."""
    sealed = case.rechecks[-1].sealed if case.rechecks else ""
    return str(open_json(sealer, case.case_number, sealed)["statement"]) if sealed else ""


def urgency_reason(sealer: Sealer, case: Case) -> str | None:
    """Why the applicant asked for urgent handling, in their words; None when they did not."""
    if case.urgency_request is None:
        return None
    return str(open_json(sealer, case.case_number, case.urgency_request["sealed"])["reason"])
