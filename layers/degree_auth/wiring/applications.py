"""Applications: their receipt, and applicants' cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from degree_auth.adapters.applications.platform_fields import published_platform_fields
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.observability import logger
from degree_auth.services.applications.callers import Caller
from degree_auth.services.applications.deliveries import Deliveries
from degree_auth.services.applications.intake import Intake
from degree_auth.services.applications.own_case import OwnCase
from degree_auth.services.applications.own_case_commands import OwnCaseCommands
from degree_auth.services.applications.own_case_list import OwnCaseList
from degree_auth.services.applications.own_cases import OwnCases
from degree_auth.services.applications.own_notifications import OwnNotifications
from degree_auth.services.applications.own_readings import OwnReadings
from degree_auth.wiring import cases, readings, rechecks, shared
from degree_auth.wiring.institutions import table as institutions
from degree_auth.wiring.notifications import wishes as notified
from degree_auth.wiring.register import matching

INSTANT_WAIT_SECONDS = 8.0
"""How long the answer to a submission waits for a report that is on its way."""


@cache
def intake() -> Intake:
    """Receiving applications."""
    return Intake(
        store=cases.table(),
        sealer=shared.keyring(),
        matching=matching.matching(),
        nudge=cases.nudge(),
        report_fault=logger.error,
        wait_seconds=INSTANT_WAIT_SECONDS,
    )


@cache
def deliveries() -> Deliveries:
    """Receiving deliveries of the platform."""
    return Deliveries(replace(intake(), wait_seconds=0), published_platform_fields(), logger.error)


@cache
def own_case() -> Callable[[Caller], OwnCase]:
    """What a caller sees of a case, by caller."""
    return lambda caller: OwnCase(
        store=cases.table(),
        sealer=shared.keyring(),
        documents=shared.documents(),
        calendar=published_calendar(),
        registrations=institutions.registrations(),
        dispute_period=rechecks.dispute_period(),
        readings=readings.readings(),
        caller=caller,
    )


@cache
def own_case_commands() -> Callable[[Caller], OwnCaseCommands]:
    """Commands on a case, by caller."""
    return lambda caller: OwnCaseCommands(
        store=cases.table(),
        sealer=shared.keyring(),
        documents=shared.documents(),
        nudge=cases.nudge(),
        dispute_period=rechecks.dispute_period(),
        caller=caller,
    )


@cache
def own_readings() -> Callable[[Caller], OwnReadings]:
    """Who has viewed a case, by caller."""
    return lambda caller: OwnReadings(
        store=cases.table(),
        readings=readings.table(),
        checks=readings.table(),
        institution_name=lambda code, now: next(iter(shared.institutions().names(code, shanghai_day(now))), None),
        caller=caller,
    )


@cache
def own_case_list() -> OwnCaseList:
    """A proven person's cases as a list."""
    return OwnCaseList(own_cases(), readings.readings())


@cache
def own_notifications() -> Callable[[Caller], OwnNotifications]:
    """How the applicant of a case is told, by caller."""
    return lambda caller: OwnNotifications(
        store=cases.table(), outbox=notified.table(), sealer=shared.keyring(), caller=caller
    )


@cache
def own_cases() -> OwnCases:
    """Who may see a case."""
    return OwnCases(cases.table(), shared.keyring())
