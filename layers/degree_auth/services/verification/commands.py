"""What institutions and staff do with verification tasks (articles 4, 5, 9, 12, 14)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.cases.task import Task
from degree_auth.domain.fees.fee import with_fee
from degree_auth.domain.fees.rates import RateTable
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.rechecks.decisions import add_upholding
from degree_auth.domain.register.matching import same_value
from degree_auth.domain.review.staff_actions import Action, StaffAction
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification import answering, archive_values, assignment, deadlines, denials, urgency
from degree_auth.domain.verification.access import TaskAction, require_task
from degree_auth.domain.verification.feedback import Feedback, parse_feedback
from degree_auth.domain.verification.task_inputs import parse_extension, parse_reassignment
from degree_auth.domain.verification.tasks import require_answerable_task
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.carry_out import carry_out
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import seal_json
from degree_auth.services.verification.archive_values import (
    asked_claim,
    asked_mark,
    claim_with_archive_values,
    merge_values,
    open_form,
)
from degree_auth.services.verification.tasks import load_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Carries out what institutions' accounts and staff decide on tasks."""

    store: CaseStore
    sealer: Sealer
    nudge: Nudge
    calendar: Calendar
    registrations: Registrations
    rates: RateTable

    def receive_feedback(
        self, asker: Principal, task_id: str, body: object, now: datetime, asked: str | None = None
    ) -> Case:
        """The institution's answer; the same form again gives the same case. With `asked`, the check mark of what the
        asker has seen, the task has to ask that still.

        Raises:
            NotFound: no such task, or not this account's to see.
            Forbidden: another department has the task.
            Malformed, Invalid: what is wrong with the form.
            Conflict: the task does not wait for an answer.
        """
        case, task = load_task(self.store, asker, task_id, TaskAction.FEEDBACK)
        if case.report is not None:
            # What an answer upholds by itself is the report as it stands, whichever case corrected it.
            ReportFollowing(self.store, self.sealer).catch_up(case.case_number, now)
            case, task = load_task(self.store, asker, task_id, TaskAction.FEEDBACK)
        feedback = parse_feedback(body, shanghai_day(now))
        sealed, fingerprint = self._seal_form(case, task_id, feedback)
        if task.takes_answer:
            _require_acceptable(feedback, self._asked_claim(case, task), shanghai_day(now))
            _require_stored(feedback, case, task)

        def decide(now_case: Case) -> list[NewEvent]:
            # The lead department may have given the task away since it was looked at.
            now_task = require_task(asker, now_case, task_id, TaskAction.FEEDBACK)
            if not now_task.has_answered(fingerprint) and not self._asks(now_case, now_task, asked):
                raise Conflict("task_changed")
            events = answering.receive_feedback(now_case, task_id, feedback, sealed, fingerprint, asker.actor, now)
            return self._with_what_follows(now_case, events)

        return carry_out(self.nudge, self.sealer, case.case_number, decide, now)

    def examine_feedback(
        self, asker: Principal, task_id: str, body: object, now: datetime, asked: str | None = None
    ) -> tuple[bool, list[Problem]]:
        """Everything that `receive_feedback` would refuse at this moment, and whether this very answer was given
        before. Changes nothing."""
        problems: list[Problem] = []
        form, found = _parsed(body, now, problems), None
        try:
            found = load_task(self.store, asker, task_id, TaskAction.FEEDBACK)
        except (NotFound, Forbidden) as refused:
            problems.append(Problem("task_id", refused.code))
        if found is None:
            return False, problems
        case, task = found
        if form is not None and task.has_answered(self._seal_form(case, task_id, form)[1]):
            return True, []
        try:
            require_answerable_task(case, task_id)
        except Conflict as refused:
            return False, [*problems, Problem("task_id", refused.code)]
        if not self._asks(case, task, asked):
            problems.append(Problem("asked", "task_changed"))
        if form is not None:
            try:
                _require_acceptable(form, self._asked_claim(case, task), shanghai_day(now))
            except Invalid as refused:
                problems += refused.problems
            try:
                _require_stored(form, case, task)
            except Invalid as refused:
                problems += refused.problems
        return False, problems

    def announce_extension(self, asker: Principal, task_id: str, body: object, now: datetime) -> Case:
        """A later deadline, announced in time. Raises as `receive_feedback` does."""
        case, _ = load_task(self.store, asker, task_id, TaskAction.EXTENSION)
        extension = parse_extension(body)

        def decide(now_case: Case) -> list[NewEvent]:
            require_task(asker, now_case, task_id, TaskAction.EXTENSION)
            return deadlines.announce_extension(
                now_case, task_id, extension.due, extension.reason, asker.actor, self.calendar, now
            )

        return self._carry_out(case.case_number, decide, now)

    def reassign(self, asker: Principal, task_id: str, body: object, now: datetime) -> Case:
        """The lead department gives the task to a department. Raises as `receive_feedback` does."""
        case, _ = load_task(self.store, asker, task_id, TaskAction.REASSIGNMENT)
        wanted = parse_reassignment(body)
        department = wanted.department_id
        if department is not None and not self.registrations.has_department(asker.institution_code, department):
            raise Invalid([Problem("department_id", "department_unknown")])

        def decide(now_case: Case) -> list[NewEvent]:
            require_task(asker, now_case, task_id, TaskAction.REASSIGNMENT)
            return assignment.reassign(now_case, task_id, department, wanted.reason, asker.actor)

        return self._carry_out(case.case_number, decide, now)

    def staff_decision(self, case: Case, action: StaffAction, command: str, now: datetime) -> list[NewEvent]:
        """What one of staff's actions on a task does to its case."""
        reviewer, reason = action.reviewer, action.reason
        match action.action:
            case Action.ACCEPT_ARCHIVE_VALUES:
                return self._acceptance(case, action, command, now)
            case Action.CONFIRM_DENIAL:
                return denials.confirm_denial(case, reviewer, reason, command)
            case Action.APPROVE_URGENCY:
                return urgency.approve_urgency(case, reviewer, reason, command, self.calendar, now)
            case Action.CONFIRM_WRITTEN_FEEDBACK:
                return self._confirmation(case, action, command)
            case other:
                raise ValueError(f"not a decision on a task: {other}")

    def _acceptance(self, case: Case, action: StaffAction, command: str, now: datetime) -> list[NewEvent]:
        archive_values.require_acceptance(case)
        facts = claim_with_archive_values(self.sealer, case, now)
        return archive_values.accept_archive_values(case, action.reviewer, action.reason, facts, command)

    def read_written_form(self, case: Case, task: Task, body: object, now: datetime) -> tuple[str, str]:
        """A form that staff enter for an institution, sealed, and its fingerprint.

        Raises:
            Malformed, Invalid: what is wrong with the form.
        """
        feedback = parse_feedback(body, shanghai_day(now))
        _require_acceptable(feedback, self._asked_claim(case, task), shanghai_day(now))
        _require_stored(feedback, case, task)
        return self._seal_form(case, task.task_id, feedback)

    def _confirmation(self, case: Case, action: StaffAction, command: str) -> list[NewEvent]:
        opener = for_nobody(self.sealer, MachinePurpose.DECISION)
        form = open_form(opener, case, answering.require_written_form(case).sealed)
        confirmed = answering.confirm_written_form(case, action.reviewer, form, command, action.version)
        return self._with_what_follows(case, confirmed)

    def _with_what_follows(self, case: Case, events: list[NewEvent]) -> list[NewEvent]:
        """The answer with the fee that it earns by the level of the degree that was asked about (article 7), and with
        what it decides by itself."""
        if not events:
            return events
        degree = open_submission(for_nobody(self.sealer, MachinePurpose.FEE), case).claim.degree
        earning = with_fee(events, degree.level, self.rates)
        return add_upholding(case, earning)

    def _carry_out(self, case_number: str, decide: Callable[[Case], list[NewEvent]], now: datetime) -> Case:
        case = advance(self.store, case_number, decide, now)
        self.nudge(case)
        return case

    def _asked_claim(self, case: Case, task: Task) -> Claim:
        return asked_claim(for_nobody(self.sealer, MachinePurpose.DECISION), case, task)

    def _asks(self, case: Case, task: Task, asked: str | None) -> bool:
        """Whether the task still asks what the caller has seen; without its check mark, or without a question that
        takes an answer, there is nothing to hold it against."""
        if asked is None or not task.takes_answer:
            return True
        return asked == asked_mark(self.sealer, task, self._asked_claim(case, task))

    def _seal_form(self, case: Case, task_id: str, feedback: Feedback) -> tuple[str, str]:
        """The form sealed for its case, and the fingerprint that tells the same form again."""
        form = as_data(feedback)
        text = json.dumps(form, ensure_ascii=False, sort_keys=True)
        return seal_json(self.sealer, case.case_number, form), self.sealer.token("feedback", f"{task_id}\n{text}")


def _parsed(body: object, now: datetime, problems: list[Problem]) -> Feedback | None:
    """The form, or None once its faults were added to the problems."""
    try:
        return parse_feedback(body, shanghai_day(now))
    except Malformed as refused:
        problems.append(Problem("", refused.code))
    except Invalid as refused:
        problems += refused.problems
    return None


def _require_stored(feedback: Feedback, case: Case, task: Task) -> None:
    """A form names files of its own task that have been taken, and no others."""
    stored = {one.attachment_id for one in case.stored_files(task.task_id)}
    if not stored.issuperset(feedback.attachments):
        raise Invalid([Problem("attachments", "attachment_unknown")])


def _require_acceptable(feedback: Feedback, claim: Claim, today: date) -> None:
    """Archive values differ from what the applicant said, and a report can carry them."""
    if not feedback.archive_values:
        return
    claimed = {
        f"{section}.{name}": value for section, fields in as_data(claim).items() for name, value in fields.items()
    }
    problems = [
        Problem(f"archive_values.{field}", "archive_values_same")
        for field, value in feedback.archive_values.items()
        if same_value(field, claimed[field], value, claim.holder.identity_type)
    ]
    try:
        merge_values(claim, feedback.archive_values, today)
    except Invalid as broken:
        problems += [Problem(f"archive_values.{one.field}", one.code) for one in broken.problems if one.field]
    if problems:
        raise Invalid(problems)
