"""What a verification task needs without anybody asking: its routing, reminders and breaches (articles 3, 12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.institutions.routing import ROUTE_OF_A_RECHECK
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification import assignment, deadlines, denials, tasks
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.verification.forecasts import Forecasts


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClock:
    """Attends to the task of a case whenever its machine comes round."""

    store: CaseStore
    sealer: Sealer
    registrations: Registrations
    calendar: Calendar
    forecasts: Forecasts

    def attend(self, case_number: str, now: datetime) -> tuple[Case, datetime]:
        """Route a new task, and record what time alone has brought; gives the case and when to look again.

        A repeat changes nothing; a case that is no longer with the institution is left as it is.
        """
        case = self._route(self.store.load(case_number), now)
        if deadlines.deadline_events(case, now, self.calendar):
            case = advance(
                self.store, case_number, lambda now_case: deadlines.deadline_events(now_case, now, self.calendar), now
            )
        return case, deadlines.next_look(case, now, self.calendar)

    def _route(self, case: Case, now: datetime) -> Case:
        task = tasks.waiting_task(case)
        if task is None or task.routed:
            return case
        degree = open_submission(for_nobody(self.sealer, MachinePurpose.ROUTING), case).claim.degree
        department, reason = (
            (ROUTE_OF_A_RECHECK.department_id, ROUTE_OF_A_RECHECK.reason)
            if denials.is_second_question(case, task)
            else self.registrations.route(task.institution_code, degree, shanghai_day(now))
        )
        expectation = self.forecasts.expect(task.institution_code, degree, now)
        return advance(
            self.store,
            case.case_number,
            lambda now_case: (
                assignment.route_task(now_case, department, reason, self.calendar, expectation)
                if now_case.task_id == task.task_id
                else []
            ),
            now,
        )
