"""Finding the task that an institution's account names, with its case."""

from __future__ import annotations

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import Task
from degree_auth.domain.verification.access import TaskAction, require_task
from degree_auth.domain.verification.tasks import case_number_of
from degree_auth.services.cases.ports import CaseStore


def load_task(store: CaseStore, asker: Principal, task_id: str, action: TaskAction | None = None) -> tuple[Case, Task]:
    """A task and its case, for the asker to look at (None) or to act on.

    Who acts is asked again, by `require_task`, on the case that the action is committed to: the lead department may
    have given the task away since.

    Raises:
        NotFound: no such task, or not the asker's to see; both alike.
        Forbidden: the asker sees it and may not do this.
    """
    case = store.load(case_number_of(task_id))
    return case, require_task(asker, case, task_id, action)
