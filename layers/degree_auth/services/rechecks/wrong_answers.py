"""An institution states that an answer of its own was wrong (article 15): the conclusion is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.rechecks.decisions import state_wrong_answer
from degree_auth.domain.shared.free_text import LONGEST_REASON, parse_text
from degree_auth.domain.verification.access import TaskAction, require_task
from degree_auth.services.cases.carry_out import carry_out
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import seal_json
from degree_auth.services.verification.tasks import load_task


@dataclass(frozen=True, slots=True)
class WrongAnswerStatements:
    """Takes institutions' statements that an answer of their own was wrong."""

    store: CaseStore
    sealer: Sealer
    nudge: Nudge

    def receive(self, asker: Principal, task_id: str, body: object, now: datetime) -> Case:
        """Open a recheck for the reason given. Repeating the same statement changes nothing.

        The lead department may say so of any answer of its institution, a department of its own (article 9).

        Raises:
            NotFound: no such task, or not this account's to see.
            Malformed, Invalid: what is wrong with the statement.
            Conflict: the task has no answer, the case is not concluded, or a recheck is open.
        """
        case, _ = load_task(self.store, asker, task_id, TaskAction.WRONG_ANSWER)
        reason = parse_text(body, "reason", LONGEST_REASON)
        command = "correction:" + self.sealer.token("correction", f"{task_id}\n{reason}")
        sealed = seal_json(self.sealer, case.case_number, {"statement": reason})
        actor = asker.actor

        def decide(now_case: Case) -> list[NewEvent]:
            require_task(asker, now_case, task_id, TaskAction.WRONG_ANSWER)
            return state_wrong_answer(now_case, task_id, actor, sealed, command)

        return carry_out(self.nudge, self.sealer, case.case_number, decide, now, command)
