"""The centre's own eight working days (article 12): reminded of, their breach on record once, told in days, listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.held_by_history import held_by_history
from degree_auth.domain.cases.ledger import CENTRE_DAYS, ledger
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.cases.timeline import timeline
from degree_auth.domain.review.work import WorkKind, stretches
from degree_auth.domain.shared.working_days import SHANGHAI, Calendar, beginning_of
from degree_auth.domain.verification.centre_deadline import centre_due
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.review import centre_watch
from degree_auth.services.review.centre_watch import CentreWatch, Watched
from degree_auth.services.shared.ports import Stale
from tests.doubles.world import World

TOLD = (EventType.CENTRE_REMINDED, EventType.CENTRE_OVERDUE)
DUE = date(2026, 12, 3)
"""The eighth working day after 2026-11-23, on which the world's cases are received."""


def watch(world: World, calendar: Calendar | None = None) -> CentreWatch:
    nudge = Nudge(world.cases, world.workflows, print)
    return CentreWatch(store=world.cases, nudge=nudge, calendar=calendar or world.calendar)


def told(world: World, case: Case) -> list[tuple[EventType, datetime]]:
    return [(one.type, one.at) for one in world.cases.log(case.case_number) if one.type in TOLD]


def go_on_until(world: World, day: date) -> None:
    """Rounds every six hours until that day is over."""
    end = beginning_of(day + timedelta(days=1))
    world.now = beginning_of(world.now.astimezone(SHANGHAI).date() + timedelta(days=1))
    while world.now < end:
        watch(world).round(world.now)
        world.now += timedelta(hours=6)


@pytest.mark.requirement("A12")
def test_the_centre_is_reminded_two_working_days_before_and_its_breach_is_on_record_once() -> None:
    world = World()
    case = world.mismatched()
    go_on_until(world, date(2026, 12, 30))
    assert told(world, case) == [
        (EventType.CENTRE_REMINDED, beginning_of(date(2026, 12, 1))),
        (EventType.CENTRE_OVERDUE, beginning_of(date(2026, 12, 4))),
    ]
    entries = [one for one in world.cases.log(case.case_number) if one.type in TOLD]
    assert [one.data for one in entries] == [{"due": DUE.isoformat()}] * 2
    shown = [one["event"] for one in timeline(entries)]
    assert shown == ["centre_overdue"], "a reminder of the centre is its own affair"


@pytest.mark.requirement("A12")
def test_what_the_ledger_says_and_when_the_centre_is_late_are_one() -> None:
    world = World()
    case = world.mismatched()
    used = 0
    for _ in range(20):
        world.now += timedelta(days=1)
        watch(world).round(world.now)
        log = world.cases.log(case.case_number)
        used = ledger(held_by_history(log, world.now), world.now, world.calendar).used(HeldBy.CENTRE)
        assert (EventType.CENTRE_OVERDUE in [one.type for one in log]) is (used > CENTRE_DAYS)
    assert used > CENTRE_DAYS


@pytest.mark.requirement("A12")
def test_days_of_the_institution_are_not_the_centres_and_the_clock_goes_on_where_it_stood() -> None:
    world = World()
    case = world.mismatched()
    world.now = beginning_of(date(2026, 11, 27)) + timedelta(hours=10)
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    assert centre_due(case, world.calendar) is None
    world.now = beginning_of(date(2026, 12, 9)) + timedelta(hours=10)
    watch(world).round(world.now)
    case = world.answer(world.cases.load(case.case_number), "not_this_institution")
    # Four days were used by 27 November; four more from 10 December on.
    assert centre_due(case, world.calendar) == date(2026, 12, 15)
    go_on_until(world, date(2026, 12, 20))
    assert [kind for kind, _ in told(world, case)] == [EventType.CENTRE_REMINDED, EventType.CENTRE_OVERDUE]


@pytest.mark.requirement("A10", "A12")
def test_while_only_the_applicant_can_go_on_nothing_is_recorded_until_the_scan_comes() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    go_on_until(world, date(2026, 12, 10))
    assert told(world, case) == []
    world.attach(case)
    watch(world).round(world.now)
    assert [kind for kind, _ in told(world, case)] == [EventType.CENTRE_OVERDUE]


@pytest.mark.requirement("A12")
def test_a_late_case_is_listed_first_of_all_and_told_in_days_until_it_is_handed_on() -> None:
    world = World()
    case = world.mismatched()
    go_on_until(world, date(2026, 12, 6))
    today = date(2026, 12, 7)
    world.now = beginning_of(today) + timedelta(hours=1)
    assert watch(world).round(world.now).oldest_late_days == (today - DUE).days
    (late,) = world.cases.list_work(WorkKind.LATE, stretches(WorkKind.LATE, today)[1], 10)
    assert (late.case_number, late.due, late.held_by) == (case.case_number, DUE, HeldBy.CENTRE)
    world.staff("confirm_material", case, command="confirm")
    assert watch(world).round(world.now).oldest_late_days == 0


@pytest.mark.requirement("A6", "A12")
def test_a_recheck_has_eight_days_of_its_own() -> None:
    world = World()
    case = world.mismatched()
    go_on_until(world, date(2026, 12, 6))
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    case = world.denied(asked=case)
    assert case.centre_overdue_for == DUE
    case = world.answer_wrong(case)
    assert case.centre_overdue_for is None
    due = centre_due(case, world.calendar)
    assert due is not None
    assert due > world.now.date()


@pytest.mark.requirement("A12", "N1")
def test_a_round_that_is_repeated_or_late_records_the_same() -> None:
    world = World()
    case = world.mismatched()
    world.now = beginning_of(date(2026, 12, 20))
    assert watch(world).round(world.now) == Watched(0, 1, 0, 0, (date(2026, 12, 20) - DUE).days)
    assert watch(world).round(world.now) == Watched(0, 0, 0, 0, (date(2026, 12, 20) - DUE).days)
    assert [kind for kind, _ in told(world, case)] == [EventType.CENTRE_OVERDUE]


@pytest.mark.requirement("N1")
def test_one_case_that_fails_keeps_no_other_from_being_watched() -> None:
    world = World()
    world.mismatched()
    world.cases.looks["RZ9"] = date(2026, 11, 24)
    world.now = beginning_of(date(2026, 12, 20))
    done = watch(world).round(world.now)
    assert (done.breached, done.failed) == (1, 1)


@pytest.mark.requirement("A12", "N1")
def test_cases_of_an_earlier_release_are_looked_through_some_a_round_and_then_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(centre_watch, "MOST_RELISTED", 2)
    world = World()
    cases = [world.attach(world.submit(world.body(which, discipline="园艺学"))) for which in range(3)]
    for case in cases:
        former = replace(world.cases.load(case.case_number), charged=(), sheet_version=None)
        world.cases.cases[case.case_number] = former
        assert centre_due(former, world.calendar) is None
    world.cases.work.clear()
    world.cases.looks.clear()
    world.now += timedelta(minutes=5)
    assert [watch(world).round(world.now).relisted for _ in range(4)] == [2, 1, 0, 0]
    for case in cases:
        assert world.cases.load(case.case_number) == case
    assert len(world.cases.work[WorkKind.REVIEW]) == 3


@pytest.mark.requirement("A12")
def test_after_a_notice_on_holidays_every_stored_case_is_looked_through_again() -> None:
    world = World()
    world.mismatched()
    watch(world).round(world.now)
    assert world.cases.relisted() == (f"{centre_watch.RULES}/{world.calendar.version}/2026-11-23", None)
    later = replace(world.calendar, version="2027-01-01")
    watch(world, later).round(world.now)
    assert world.cases.relisted() == (f"{centre_watch.RULES}/2027-01-01/2026-11-23", None)


@pytest.mark.requirement("A12", "N1")
@pytest.mark.parametrize("missed", ["failed", "written by a function of an earlier release"])
def test_a_case_that_was_missed_is_listed_and_watched_the_day_after(
    missed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    case = world.mismatched()
    world.now += timedelta(minutes=5)
    if missed == "failed":
        world.cases.work.clear()
        world.cases.looks.clear()
        with monkeypatch.context() as patch:
            patch.setattr(world.cases, "relist", lambda *_: 1 / 0)
            assert watch(world).round(world.now).failed == 1
    else:
        watch(world).round(world.now)
        world.cases.cases[case.case_number] = replace(world.cases.load(case.case_number), charged=())
        world.cases.work.clear()
        world.cases.looks.clear()
    world.now += timedelta(days=1)
    assert watch(world).round(world.now).relisted == 1
    assert world.cases.load(case.case_number) == case
    world.now = beginning_of(DUE + timedelta(days=1))
    assert watch(world).round(world.now).breached == 1


@pytest.mark.requirement("N1")
def test_a_case_that_others_change_this_moment_is_read_anew_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    case = world.mismatched()
    world.cases.work.clear()
    world.now += timedelta(minutes=5)
    relist, tried = world.cases.relist, []

    def overtaken(before: Case, after: Case) -> bool:
        tried.append(before.case_number)
        if len(tried) == 1:
            raise Stale
        return relist(before, after)

    monkeypatch.setattr(world.cases, "relist", overtaken)
    done = watch(world).round(world.now)
    assert (done.relisted, done.failed) == (1, 0)
    assert tried == [case.case_number] * 2


@pytest.mark.requirement("N1", "N6")
def test_a_round_without_time_goes_on_with_the_next_one() -> None:
    world = World()
    for which in range(3):
        world.attach(world.submit(world.body(which, discipline="园艺学")))
    world.cases.work.clear()
    world.now += timedelta(minutes=5)
    found = []
    for _ in range(4):
        # Time for one case a round: one look before it, and one after which it ends.
        looks = iter([True])
        found.append(watch(world).round(world.now, lambda looks=looks: next(looks, False)).relisted)
    assert found == [1, 1, 1, 0]
    world.now = beginning_of(date(2026, 12, 20))
    assert watch(world).round(world.now, lambda: False).breached == 0
    assert watch(world).round(world.now).breached == 3
