"""The verification form's questions, as the institution that has the task sees them (articles 3, 4, 12; N4, N6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.applications.person import proves_birth_date
from degree_auth.domain.cases.attachment import Attachment
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.names import CAUSE_NAMES, attachment_json, named_field
from degree_auth.domain.cases.task import Task
from degree_auth.domain.institutions.standing_explanations import shown_explanations
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import of_institution
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.working_days import Calendar, shanghai_day, shanghai_time
from degree_auth.domain.verification.access import require_task, shows_claim
from degree_auth.domain.verification.deadlines import overdue_days
from degree_auth.domain.verification.denials import is_second_question, task_asked_again
from degree_auth.domain.verification.history import STATUS_NAMES, task_history
from degree_auth.domain.verification.listing import question_of
from degree_auth.domain.verification.task_actions import allowed_actions
from degree_auth.domain.verification.tasks import case_number_of, find_task
from degree_auth.services.cases.attachment_keys import shown_key
from degree_auth.services.cases.attachments import DOWNLOAD_SECONDS
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import recheck_statement
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.institutions.standing_explanations import explanations_of
from degree_auth.services.readings.readings import Reading, Readings
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import open_json
from degree_auth.services.verification.archive_values import asked_claim
from degree_auth.services.verification.seen_marks import SeenMarks


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForms:
    """Shows tasks to institutions' accounts, each by one query of its case's log."""

    store: CaseStore
    sealer: Sealer
    calendar: Calendar
    registrations: Registrations
    readings: Readings
    seen: SeenMarks

    def form(self, asker: Principal, task_id: str, now: datetime) -> dict[str, Any]:
        """One task in full. Raises `NotFound` alike for one that does not exist and one that is not this account's."""
        log = self._log(task_id)
        case = replay(log)
        return self._form(asker, case, require_task(asker, case, task_id), log, now)

    def form_after_command(self, asker: Principal, task_id: str, now: datetime) -> dict[str, Any]:
        """The task after this account's own command on it, even if others have taken it away meanwhile."""
        log = self._log(task_id)
        case = replay(log)
        return self._form(asker, case, find_task(case, task_id), log, now)

    def _log(self, task_id: str) -> list[Event]:
        return self.store.log(case_number_of(task_id))

    def _form(self, asker: Principal, case: Case, task: Task, log: Sequence[Event], now: datetime) -> dict[str, Any]:
        shows = shows_claim(case, task)
        reading = self.readings.begin(case.case_number, of_institution(asker), Purpose.VERIFICATION, now)
        claim = asked_claim(reading, case, task) if shows else None
        explanations = explanations_of(self.registrations, self.sealer, case, now) if shows else ()
        self.seen.saw(asker, task.task_id, asked=question_of(case, task).asked)
        sent = [one for one in log if one.type is EventType.MESSAGE_SENT and one.data["task_id"] == task.task_id]
        return {
            "task_id": task.task_id,
            "case_number": case.case_number,
            "status": task.status.value,
            "status_name": STATUS_NAMES[task.status]._asdict(),
            "urgent": case.urgent,
            "department_id": task.department_id,
            "opened_at": shanghai_time(task.spans[0][0]),
            "deadline": self._deadline(task, now),
            "claim": None if claim is None else as_data(claim),
            "birth_date_self_stated": None if claim is None else not proves_birth_date(claim.holder),
            "comparison": _comparison(case.comparison) if shows else None,
            "explanations": shown_explanations(explanations),
            "scans": _files(reading, case, None) if shows else [],
            "evidence": _files(reading, case, task.task_id),
            "messages": {"count": len(sent), "latest_at": shanghai_time(sent[-1].at) if sent else None},
            "second_question": _second_question(reading, case, task, log) if shows and asker.is_lead else None,
            "answer": _answer(reading, case, task, log),
            "history": task_history(log, task.task_id),
            "allowed_actions": [one.value for one in allowed_actions(asker, case, task, self.calendar, now)],
        }

    def _deadline(self, task: Task, now: datetime) -> dict[str, Any]:
        due = task.counted_due(self.calendar) if task.is_with_institution else None
        last = due or shanghai_day(task.spans[-1][1] or now)
        years = range(shanghai_day(task.spans[0][0]).year, last.year + 1)
        return {
            "due": None if due is None else due.isoformat(),
            "working_day": task.used_days(self.calendar, now),
            "of": task.allowed_days,
            "provisional": any(self.calendar.is_provisional(year) for year in years),
            "overdue": overdue_days(due, task.received_on, shanghai_day(now)) > 0,
            "reminded": due is not None and task.reminded_for == due,
        }


def _files(reading: Reading, case: Case, task_id: str | None) -> list[dict[str, Any]]:
    """The applicant's files (None) as far as they were taken, or the task's own in whatever state."""
    return [
        {**attachment_json(one), "url": _link(reading, case, one)}
        for one in case.attachments
        if one.is_given_by(task_id) and (task_id is not None or one.is_stored)
    ]


def _link(reading: Reading, case: Case, file: Attachment) -> str | None:
    key = shown_key(case.case_number, file)
    return None if key is None else reading.link(key, file.attachment_id, DOWNLOAD_SECONDS)


def _second_question(reading: Reading, case: Case, task: Task, log: Sequence[Event]) -> dict[str, Any] | None:
    """Why the institution is asked a second time, and what it answered first; for its lead department alone.

    None for a first question.
    """
    if not is_second_question(case, task):
        return None
    recheck, before = case.recheck, task_asked_again(case, task)
    asked = [one for one in log if one.type is EventType.TASK_REDIRECTED and one.data["task_id"] == task.task_id]
    evidence = () if recheck is None else recheck.evidence
    return {
        "cause": None if recheck is None else {"code": recheck.cause.value, **CAUSE_NAMES[recheck.cause]._asdict()},
        "reason": str(asked[-1].data["reason"]) if asked else "",
        "statement": "" if recheck is None else recheck_statement(reading, case),
        "evidence": [one for one in _files(reading, case, None) if one["attachment_id"] in evidence],
        "first_answer": None if before is None else _answer(reading, case, before, log),
    }


def _answer(reading: Reading, case: Case, task: Task, log: Sequence[Event]) -> dict[str, Any] | None:
    given = [one for one in log if one.type is EventType.FEEDBACK_RECEIVED and one.data["task_id"] == task.task_id]
    if task.answer is None or not given:
        return None
    form = open_json(reading, case.case_number, task.answer.sealed)
    return {
        **form,
        "channel": given[-1].data["channel"],
        "received_at": shanghai_time(datetime.fromisoformat(given[-1].data["received_at"])),
    }


def _comparison(comparison: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the register said: the result and which fields differ. Its values stay behind: the archive decides."""
    if comparison is None:
        return None
    fields = [named_field(one["field"]) for one in comparison["differences"]]
    return {"result": comparison["result"], "fields": fields}
