"""Reminders, breaches and extensions on the running stack, whose clock is moved forward (article 12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.shared.working_days import beginning_of, shanghai_day
from degree_auth.domain.verification.deadlines import LOOKS_APART, REMINDER_DAYS
from tests.e2e.client import Applied, Portal, mismatching, until
from tests.e2e.offices import asked_awards, office
from tools import clock
from tools.recount_deadlines import recount
from tools.up import bring_up

pytestmark = pytest.mark.alone

CALENDAR = published_calendar()
TOLD = ("task_reminded", "task_overdue", "extension_announced")


def asked(portal: Portal, which: int) -> Applied:
    """A case whose institution was asked, and whose machine waits for it."""
    applied = portal.apply(mismatching(asked_awards()[which])).with_scan()
    assert portal.act("confirm_material", applied.case_number)["status"] == "SUCCEEDED"
    until(lambda: waits(portal, applied), "the machine waits for the institution")
    return applied


def waits(portal: Portal, applied: Applied) -> bool:
    """Whether a machine waits with all that the case has come to, and until when stands beside its token."""
    item = item_of(portal, applied)
    return "wait_until" in item and item["wait_version"] == item["version"]


def item_of(portal: Portal, applied: Applied) -> dict[str, Any]:
    (item,) = portal.items(applied.case_number, "CASE")
    return item


def due_of(portal: Portal, applied: Applied) -> date:
    return date.fromisoformat(item_of(portal, applied)["due"])


def told(portal: Portal, applied: Applied) -> list[tuple[str, date, str]]:
    """What was recorded of the deadline: the event, its day, and the deadline that it names."""
    return [
        (entry["type"], shanghai_day(datetime.fromisoformat(entry["at"])), entry["data"]["due"])
        for entry in portal.log(applied.case_number)
        if entry["type"] in TOLD
    ]


def reminder_day(due: date) -> date:
    """A day after which so many working days are left as a reminder is sent at."""
    day = due
    while CALENDAR.working_days_between(day, due) < REMINDER_DAYS:
        day -= timedelta(days=1)
    return day


@pytest.mark.requirement("A12", "N1", "N6")
def test_reminder_and_breach_are_recorded_once_each_on_their_day_and_an_extension_moves_both(portal, sample):
    silent, extending = asked(portal, 8), asked(portal, 23)
    due = due_of(portal, silent)
    assert due == CALENDAR.add_working_days(shanghai_day(portal.now()), 10) == due_of(portal, extending)
    later = CALENDAR.add_working_days(due, 5)
    announced = shanghai_day(portal.now())
    body = {"due": later.isoformat(), "reason": "档案在外地"}
    answered = office(portal, sample).post(f"tasks/{extending.case_number}-1/extension", body)
    assert answered.status_code == 200, answered.text
    until(lambda: waits(portal, extending), "the machine waits for the new deadline")

    day = reminder_day(due)
    portal.move_clock(beginning_of(day) + timedelta(hours=9))
    reminded = [("task_reminded", day, due.isoformat())]
    until(lambda: told(portal, silent) == reminded, "the reminder is recorded")
    until(lambda: waits(portal, silent), "the machine waits on")
    portal.reconcile()

    past = due + timedelta(days=1)
    portal.move_clock(beginning_of(past) + LOOKS_APART)
    overdue = [*reminded, ("task_overdue", past, due.isoformat())]
    until(lambda: told(portal, silent) == overdue, "the breach is recorded")
    until(lambda: waits(portal, silent), "the machine waits on after the breach")
    portal.reconcile()
    assert told(portal, silent) == overdue

    moved = told(portal, extending)
    assert moved[0] == ("extension_announced", announced, later.isoformat())
    assert "task_overdue" not in {kind for kind, *_ in moved}
    portal.move_clock(beginning_of(later + timedelta(days=1)) + LOOKS_APART)
    until(lambda: told(portal, extending)[-1][0] == "task_overdue", "the breach of the later deadline is recorded")
    assert told(portal, extending)[-1] == ("task_overdue", later + timedelta(days=1), later.isoformat())
    assert told(portal, silent) == overdue
    assert silent.status()["clock"]["institution"]["used"] > 10
    for applied in (silent, extending):
        assert portal.broken_link(applied.case_number) is None


@pytest.mark.requirement("A12")
def test_a_recount_makes_every_open_task_look_again_and_changes_no_deadline_that_stays(portal):
    applied = asked(portal, 9)
    version, tokens = item_of(portal, applied)["version"], {item_of(portal, applied)["wait_token"]}
    for _ in range(2):
        assert recount(portal.client("lambda"), portal.stack["ReconcileCasesFunctionName"])["woken"] > 0
        until(lambda: item_of(portal, applied)["wait_token"] not in tokens, "the machine looked again")
        tokens.add(item_of(portal, applied)["wait_token"])
    assert item_of(portal, applied)["version"] == version


@pytest.mark.requirement("A12", "N3")
def test_the_clock_is_never_put_back_and_stays_moved_when_the_stack_is_deployed_again(portal, aws):
    now = portal.now()
    with pytest.raises(ValueError, match="the clock goes forward only"):
        clock.move_to(aws, portal.stack, now - timedelta(seconds=1))
    clock.move_to(aws, portal.stack, now + timedelta(minutes=5))
    bring_up()
    assert portal.now() >= now + timedelta(minutes=5)
