"""Verification tasks."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.fees.rates import published_fee_rates
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.adapters.verification.answer_times import AnswerTimesTable
from degree_auth.observability import logger
from degree_auth.services.verification.answer_files import AnswerFiles
from degree_auth.services.verification.commands import Verification
from degree_auth.services.verification.deadlines import TaskClock
from degree_auth.services.verification.forecasts import AnswerCounting, Forecasts
from degree_auth.services.verification.messages import TaskMessages
from degree_auth.services.verification.seen_marks import SeenMarks
from degree_auth.services.verification.task_lists import TaskDesk
from degree_auth.services.verification.task_view import TaskForms
from degree_auth.services.verification.written_forms import WrittenForms
from degree_auth.wiring import cases, readings, shared
from degree_auth.wiring.institutions import table as institutions


@cache
def commands() -> Verification:
    """Verification tasks, for functions that start and wake machines and read sheets."""
    return Verification(
        store=cases.table(),
        sealer=shared.keyring(),
        nudge=cases.nudge(),
        calendar=published_calendar(),
        registrations=institutions.registrations(),
        rates=published_fee_rates(),
    )


@cache
def written_forms() -> WrittenForms:
    """Written forms, for the function of staff's actions alone: it may have files examined."""
    return WrittenForms(verification=commands(), documents=shared.documents(), examiner=cases.examiner())


@cache
def deadlines() -> TaskClock:
    """Routing, reminders and breaches of verification tasks."""
    return TaskClock(
        store=cases.table(),
        sealer=shared.keyring(),
        registrations=institutions.registrations(),
        calendar=published_calendar(),
        forecasts=Forecasts(answer_times()),
    )


@cache
def answer_times() -> AnswerTimesTable:
    """How long answers took."""
    return AnswerTimesTable(shared.client("dynamodb"), shared.setting("CASES_TABLE"))


@cache
def answer_counting() -> AnswerCounting:
    """Counting answers."""
    return AnswerCounting(cases.table(), answer_times(), published_calendar())


@cache
def task_lists() -> TaskDesk:
    """Lists of tasks for institutions' accounts."""
    return TaskDesk(cases.table(), cases.table(), shared.keyring(), published_calendar())


@cache
def task_view() -> TaskForms:
    """Tasks in full for institutions' accounts."""
    return TaskForms(
        store=cases.table(),
        sealer=shared.keyring(),
        calendar=published_calendar(),
        registrations=institutions.registrations(),
        readings=readings.readings(),
        seen=seen_marks(),
    )


@cache
def messages() -> TaskMessages:
    """Messages on tasks."""
    return TaskMessages(cases.table(), shared.keyring(), cases.nudge(), readings.readings(), seen_marks())


@cache
def seen_marks() -> SeenMarks:
    """What accounts have seen of tasks."""
    return SeenMarks(cases.table(), logger.error)


@cache
def answer_files() -> AnswerFiles:
    """Files that institutions give with their answers."""
    return AnswerFiles(cases.table(), shared.documents())
