"""How every command changes a case: read, decide, commit against the version read; decide anew if it changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from degree_auth.domain.case import Case, Event, EventType, NewEvent, machine_for, record
from degree_auth.domain.claim import Submission
from degree_auth.domain.errors import Unavailable
from degree_auth.domain.submission import submission_as_dict, submission_from_dict
from degree_auth.services.ports import CaseStore, IssuedReport, Sealer, Stale, VerificationTask, Workflows

_TRIES = 8


def advance(
    store: CaseStore,
    case_number: str,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
    *,
    command: str | None = None,
    report: IssuedReport | None = None,
) -> Case:
    """Carry out one command on a case and give the case as it is afterwards.

    `command` names the command; one that was the last to change the case is not carried out again.
    `report` is stored with the change, and only with it; so is the verification task that
    the change opens.

    Raises:
        NotFound: there is no such case.
        Conflict: the decision refuses.
        Unavailable: others kept changing the case; nothing was changed by this call.
    """
    for _ in range(_TRIES):
        case = store.load(case_number)
        if command is not None and case.last_command == command:
            return case
        events = decide(case)
        if not events:
            return case
        after, entries = record(case_number, case, events, now)
        try:
            store.commit(case, after, entries, task=_opened_task(entries), report=report)
        except Stale:
            continue
        return after
    raise Unavailable("try_again")


def _opened_task(entries: Sequence[Event]) -> VerificationTask | None:
    for entry in entries:
        if entry.type in (EventType.MATERIAL_CONFIRMED, EventType.TASK_REDIRECTED):
            data = entry.data
            return VerificationTask(data["task_id"], entry.case_number, data["institution_code"], entry.at)
    return None


def nudge(store: CaseStore, workflows: Workflows, case: Case) -> None:
    """Make the machine of the case's stage go on: wake the one that waits, or start one.

    The token is read after the commit: a machine that stored it before is woken, and one that comes
    to store it later finds the version changed and reads the case again.
    """
    token = store.wait_token(case.case_number)
    if token is not None and workflows.wake(token):
        return
    start(workflows, case)


def start(workflows: Workflows, case: Case) -> None:
    """Start the machine of the case's stage, if there is one, under a name that one change of the case can use once."""
    machine = machine_for(case.stage)
    if machine is not None:
        workflows.start(machine, case.case_number, f"{case.case_number}-{case.version}")


def seal_submission(sealer: Sealer, case_number: str, submission: Submission) -> str:
    """The submission as it stands on the case: encrypted for this case alone, base64."""
    return seal_json(sealer, case_number, submission_as_dict(submission))


def open_submission(sealer: Sealer, case: Case) -> Submission:
    """What `seal_submission` made."""
    return submission_from_dict(json.loads(sealer.open(base64.b64decode(case.sealed), case.case_number)))


def seal_json(sealer: Sealer, case_number: str, content: object) -> str:
    """JSON encrypted for one case, base64."""
    return base64.b64encode(sealer.seal(json.dumps(content, ensure_ascii=False).encode(), case_number)).decode()
