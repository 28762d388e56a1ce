"""Rechecks of concluded cases, and what sets them off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.services.applications.callers import Caller
from degree_auth.services.rechecks.commands import Rechecks
from degree_auth.services.rechecks.disavowals import Disavowals
from degree_auth.services.rechecks.disputes import Disputes
from degree_auth.services.rechecks.wrong_answers import WrongAnswerStatements
from degree_auth.wiring import cases, shared
from degree_auth.wiring.register import table as register


@cache
def commands() -> Rechecks:
    """Rechecks of concluded cases, as staff and draws decide on them."""
    return Rechecks(
        sealer=shared.keyring(),
        register=register.table(),
        institutions=shared.institutions(),
        nudge=cases.nudge(),
    )


@cache
def disputes() -> Callable[[Caller], Disputes]:
    """Disputes, by caller."""
    return lambda caller: Disputes(sealer=shared.keyring(), nudge=cases.nudge(), period=dispute_period(), caller=caller)


@cache
def disavowals() -> Disavowals:
    """Disavowals, as holders make them and staff decide on them."""
    return Disavowals(store=cases.table(), sealer=shared.keyring(), nudge=cases.nudge(), calendar=published_calendar())


@cache
def dispute_period() -> timedelta:
    """How long after a conclusion it may be disputed."""
    return timedelta(days=int(shared.setting("DISPUTE_DAYS")))


@cache
def wrong_answer_statements() -> WrongAnswerStatements:
    """Institutions' reports on their own answers."""
    return WrongAnswerStatements(cases.table(), shared.keyring(), cases.nudge())
