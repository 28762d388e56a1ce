"""Whoever hands a case on puts a breach on record that nobody has looked at yet (article 12)."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.held_by_history import held_by_history
from degree_auth.domain.cases.ledger import CENTRE_DAYS, INSTITUTION_DAYS, ledger
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.working_days import beginning_of
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.review.centre_watch import CentreWatch
from tests.doubles.world import World
from tests.unit.verification.test_verification import written
from tools.environment import ROOT

BREACHES = (EventType.TASK_OVERDUE, EventType.CENTRE_OVERDUE)
CENTRE_DUE = date(2026, 12, 3)
"""The eighth working day after 2026-11-23, on which the world's cases are received."""


def types(world: World, case: Case) -> list[EventType]:
    return [one.type for one in world.cases.log(case.case_number)]


def breaches(world: World, case: Case) -> list[EventType]:
    return [one for one in types(world, case) if one in BREACHES]


def after_due(world: World, case: Case) -> Case:
    """Ten minutes past the midnight after the institution's last day: the look is still to come."""
    assert case.task is not None
    assert case.task.due is not None
    world.now = beginning_of(case.task.due + timedelta(days=1)) + timedelta(minutes=10)
    return case


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("result", ["verified", "needs_material", "not_this_institution", "cannot_verify"])
def test_an_answer_before_the_look_puts_the_breach_on_record_first(result: str) -> None:
    world = World()
    case = world.answer(after_due(world, world.asked()), result)
    at = types(world, case).index(EventType.FEEDBACK_RECEIVED)
    assert types(world, case)[at - 1] is EventType.TASK_OVERDUE
    world.now += timedelta(minutes=15)
    world.attend(case)
    assert breaches(world, case) == [EventType.TASK_OVERDUE]


@pytest.mark.requirement("A12")
def test_a_reminder_is_not_given_to_whoever_answers_that_moment() -> None:
    world = World()
    case = world.asked()
    assert case.task is not None
    assert case.task.due is not None
    world.now = beginning_of(case.task.due) + timedelta(hours=3)
    assert EventType.TASK_REMINDED not in types(world, world.answer(case, "verified"))


@pytest.mark.requirement("A12")
def test_a_breach_that_was_seen_in_time_stands_once() -> None:
    world = World()
    case = world.attend(after_due(world, world.asked()))
    assert breaches(world, world.answer(case, "verified")) == [EventType.TASK_OVERDUE]


@pytest.mark.requirement("A12")
def test_a_withdrawal_and_a_freeze_put_the_breach_on_record_first() -> None:
    world = World()
    case = after_due(world, world.asked())
    frozen = world.disavow(case)
    assert frozen.stage is Stage.FROZEN
    assert breaches(world, case) == [EventType.TASK_OVERDUE]
    world = World()
    case = after_due(world, world.asked())
    world.own_case_commands.withdraw(case.case_number, world.now)
    assert types(world, case)[-2:] == [EventType.TASK_OVERDUE, EventType.APPLICATION_WITHDRAWN]


@pytest.mark.requirement("A12", "A14")
@pytest.mark.parametrize(("days_late", "expected"), [(0, []), (1, [EventType.TASK_OVERDUE])])
def test_a_written_form_counts_by_the_day_of_its_receipt(days_late: int, expected: list[EventType]) -> None:
    world = World()
    case = world.asked()
    assert case.task is not None
    assert case.task.due is not None
    received = case.task.due + timedelta(days=days_late)
    world.registrations.letters.add((case.institution_code, "letter-7"))
    written(world, case, {"result": "verified", "handler": "经办人", "archive_reference": "档-1"})
    world.now = beginning_of(case.task.due + timedelta(days=1)) + timedelta(minutes=5)
    entered = {"exemption": "letter-7", "received_on": received.isoformat()}
    world.staff("record_written_feedback", case, command="record", **entered)
    world.now += timedelta(minutes=5)
    world.staff("confirm_written_feedback", case, command="second person", reviewer="reviewer-2")
    assert breaches(world, case) == expected


@pytest.mark.requirement("A12")
def test_staff_who_hand_on_before_the_round_leave_the_centres_breach_on_record() -> None:
    world = World()
    case = world.mismatched()
    world.now = beginning_of(CENTRE_DUE + timedelta(days=1)) + timedelta(minutes=1)
    world.staff("confirm_material", case, command="confirm")
    at = types(world, case).index(EventType.MATERIAL_CONFIRMED)
    assert types(world, case)[at - 1] is EventType.CENTRE_OVERDUE
    (entry,) = (one for one in world.cases.log(case.case_number) if one.type is EventType.CENTRE_OVERDUE)
    assert entry.data["due"] == CENTRE_DUE.isoformat()


@pytest.mark.requirement("A12")
def test_a_report_that_is_issued_by_itself_leaves_the_centres_breach_on_record() -> None:
    world = World()
    case = world.answer(world.asked(), "verified")
    assert case.stage is Stage.ISSUING
    world.now += timedelta(days=30)
    case = world.issue(case)
    assert case.is_final
    assert breaches(world, case) == [EventType.CENTRE_OVERDUE]


@pytest.mark.requirement("A10", "A12")
def test_nothing_is_recorded_of_days_on_which_only_the_applicant_could_go_on() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    world.now += timedelta(days=20)
    world.own_case_commands.withdraw(case.case_number, world.now)
    assert breaches(world, case) == []


def random_history(seed: int) -> tuple[World, Case]:
    """A case whose machines, and whose reconciler, come round by chance while people hand it on."""
    world, random = World(), Random(seed)
    case = world.mismatched()
    for step in range(14):
        world.now += timedelta(hours=random.choice((1, 20, 24, 49, 96)), minutes=random.randrange(60))
        if random.random() < 0.3:
            nudge = Nudge(world.cases, world.workflows, print)
            CentreWatch(store=world.cases, nudge=nudge, calendar=world.calendar).round(world.now)
        case = world.cases.load(case.case_number)
        if case.stage is Stage.VERIFICATION and random.random() < 0.3:
            case = world.attend(case)
        if case.is_final or random.random() < 0.6:
            continue
        try:
            case = hand_on(world, case, random, step)
        except Conflict:
            continue
    return world, case


def hand_on(world: World, case: Case, random: Random, step: int) -> Case:
    """Whoever holds the case does something about it; now and then its applicant withdraws it."""
    if random.random() < 0.1:
        world.own_case_commands.withdraw(case.case_number, world.now)
    elif case.stage is Stage.MATERIAL_REVIEW:
        case = world.attend(world.staff("confirm_material", case, command=f"confirm-{step}").case)
    elif case.stage is Stage.ISSUING:
        case = world.issue(case)
    elif case.held_by is HeldBy.INSTITUTION:
        case = world.answer(case, random.choice(("verified", "needs_material", "not_this_institution")))
    return case


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("seed", range(60))
def test_a_breach_stands_in_the_log_exactly_when_the_days_were_exceeded(seed: int) -> None:
    world, case = random_history(seed)
    case = world.cases.load(case.case_number)
    log = world.cases.log(case.case_number)
    used = ledger(held_by_history(log, world.now), world.now, world.calendar)
    found = breaches(world, case)
    assert len(found) == len(set(found))
    for party, limit, breach in (
        (HeldBy.CENTRE, CENTRE_DAYS, EventType.CENTRE_OVERDUE),
        (HeldBy.INSTITUTION, INSTITUTION_DAYS, EventType.TASK_OVERDUE),
    ):
        if case.held_by is not party and used.used(party) > limit:
            assert breach in found, "days were exceeded, and the case handed on"
        for entry in log:
            if entry.type is breach:
                then = ledger(held_by_history(log, entry.at), entry.at, world.calendar)
                assert then.used(party) >= limit
                assert date.fromisoformat(entry.data["due"]) < then.today


@pytest.mark.requirement("A12")
def test_what_changes_a_case_goes_through_the_place_where_breaches_are_recorded() -> None:
    calling = {
        path.name
        for path in (ROOT / "layers" / "degree_auth").rglob("*.py")
        if "append_events(" in path.read_text(encoding="utf-8")
    }
    # A new case has no days, and `with_missing_entries` stores nothing.
    assert calling == {"fold.py", "advance.py", "intake.py", "report_following.py"}


@pytest.mark.requirement("A12", "N1")
def test_a_clock_that_is_behind_that_of_whoever_took_the_case_hinders_nobody() -> None:
    world = World()
    case = world.attach(world.submit(world.body(discipline="园艺学")))
    world.now -= timedelta(seconds=2)
    confirmed = world.staff("confirm_material", case, command="confirm").case
    assert confirmed.stage is Stage.VERIFICATION
