"""The reconciler: what died is started, what sleeps on an answer is woken, what lives is left alone."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.restarts import LOOKS_AGAIN
from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.shared.working_days import SHANGHAI, beginning_of
from degree_auth.domain.verification.deadlines import LOOKS_APART
from degree_auth.services.cases import reconciliation
from degree_auth.services.cases.ports import OpenCase
from degree_auth.services.cases.reconciliation import LookAgain, Pace, reconcile
from tests.doubles.memory import MemoryWorkflows
from tests.doubles.world import World

RUNS = timedelta(minutes=5)
PATIENT = Pace(patient=True)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


def asked_of(world: World, number: int) -> Case:
    """A case of another person that waits for its institution."""
    case = world.attach(world.submit(world.body(number, discipline="园艺学")))
    return world.attend(world.staff("confirm_material", case, command=f"confirm {number}").case)


class DeadCases:
    """`OpenCases` whose machines all died, so many of each."""

    def __init__(self, of_each: int) -> None:
        self.cases = [
            OpenCase(f"RZ{machine.value[:3].upper()}{number:04d}", machine, 1, NOW - timedelta(minutes=2), None, None)
            for machine in Machine
            for number in range(of_each)
        ]

    def open_cases(self, _changed_before: datetime) -> list[OpenCase]:
        return self.cases


@pytest.mark.requirement("N1")
def test_a_dead_machine_is_started_once_and_a_live_one_left_alone() -> None:
    world = World()
    case = world.mismatched()
    assert world.reconcile().started == 0
    world.workflows.running[Machine.MATCHING].clear()
    assert world.reconcile().started == 1
    assert world.reconcile().started == 0
    assert set(world.workflows.started.values()) == {case.case_number}


@pytest.mark.requirement("N1")
def test_two_reconcilers_in_the_same_minute_start_one_machine() -> None:
    world = World()
    world.mismatched()
    world.workflows.running[Machine.MATCHING].clear()
    first = world.reconcile()
    world.workflows.running[Machine.MATCHING].clear()
    world.now -= timedelta(minutes=1)
    second = world.reconcile()
    assert (first.started, second.started) == (1, 0)


@pytest.mark.requirement("N1")
def test_a_machine_that_sleeps_on_a_recorded_answer_is_woken() -> None:
    world = World()
    case = world.mismatched()
    world.cases.tokens[case.case_number] = ("token", case.version)
    world.workflows.waiting.add("token")
    assert world.reconcile().woken == 0
    world.workflows.refuse = True
    world.staff("return_to_applicant", case, reason="补交", fields=["certificate_scan"])
    world.workflows.refuse = False
    assert world.faults
    assert world.reconcile().woken == 1
    assert world.workflows.woken == ["token"]


@pytest.mark.requirement("N1")
def test_a_nudge_that_fails_is_no_error_and_a_stale_token_starts_a_machine() -> None:
    world = World()
    case = world.mismatched()
    world.cases.tokens[case.case_number] = ("nobody waits with it", case.version)
    before = len(world.workflows.started)
    world.staff("reject", case, reason="非学位证书")
    assert len(world.workflows.started) == before
    other = world.attach(world.submit(world.body(1, discipline="园艺学")))
    world.cases.tokens[other.case_number] = ("nobody waits with it", other.version)
    world.staff("correct_claim", other, reason="更正", degree={"discipline": world.records[1].discipline_name})
    assert f"{other.case_number}-{other.version + 1}" in {name for _, name in world.workflows.started}


@pytest.mark.requirement("N1")
def test_one_case_that_cannot_be_brought_back_does_not_keep_back_the_others() -> None:
    world = World()
    bad, good = world.mismatched(), world.submit(world.body(1, discipline="园艺学"))
    world.workflows.running[Machine.MATCHING].clear()
    start = world.workflows.start

    def failing(machine: Machine, case_number: str, name: str) -> bool:
        if case_number == bad.case_number:
            raise ConnectionError
        return start(machine, case_number, name)

    world.workflows.start = failing  # type: ignore[method-assign]
    done = world.reconcile()
    assert (done.open, done.started, done.failed) == (2, 1, 1)
    assert world.workflows.live_cases(Machine.MATCHING) == {good.case_number}


@pytest.mark.requirement("N1")
def test_an_execution_that_died_under_its_name_is_started_again_a_minute_later() -> None:
    world = World()
    world.mismatched()
    for _ in range(3):
        world.workflows.running[Machine.MATCHING].clear()
        assert world.reconcile().started == 1


@pytest.mark.requirement("N1")
def test_a_token_that_nobody_waits_with_any_more_is_made_good_by_a_new_machine() -> None:
    world = World()
    case = world.mismatched()
    world.cases.tokens[case.case_number] = ("overwritten", case.version - 1)
    world.workflows.running[Machine.MATCHING] = {case.case_number}
    assert world.reconcile().started == 1


@pytest.mark.requirement("N1")
def test_a_case_that_just_changed_is_left_to_its_machine() -> None:
    world = World()
    world.mismatched()
    world.workflows.running[Machine.MATCHING].clear()
    assert world.reconcile(grace=timedelta(minutes=5)).open == 0


@pytest.mark.requirement("N6")
def test_the_longest_wait_for_a_report_is_told_in_seconds() -> None:
    world = World()
    world.submit(world.body())
    world.mismatched()
    world.now += timedelta(minutes=9)
    assert world.reconcile().oldest_issuing_seconds == 600


def recorded(world: World, case: Case, kind: EventType) -> list[datetime]:
    return [event.at.astimezone(SHANGHAI) for event in world.cases.log(case.case_number) if event.type is kind]


@pytest.mark.requirement("A12", "N1")
def test_a_machine_whose_time_limit_was_lost_is_woken_when_it_has_to_look_again() -> None:
    world = World()
    case = world.asked()
    look = world.wait(case, "token")
    world.now = look - timedelta(minutes=2)
    assert world.reconcile().woken == 0
    assert world.reconcile().woken == 1
    assert world.workflows.woken == ["token"]


@pytest.mark.requirement("A12", "N1")
def test_with_every_time_limit_lost_reminder_and_breach_are_recorded_in_time_and_once() -> None:
    world = World()
    case = world.asked()
    woken = 0
    world.wait(case, "0")
    while world.now < beginning_of(date(2026, 12, 10)):
        world.now += timedelta(minutes=4)
        woken += world.reconcile().woken
        if len(world.workflows.woken) == woken and not world.workflows.waiting:
            world.wait(case, str(woken))
    within = LOOKS_APART + timedelta(minutes=5)
    (reminded,) = recorded(world, case, EventType.TASK_REMINDED)
    (overdue,) = recorded(world, case, EventType.TASK_OVERDUE)
    assert timedelta(0) <= reminded - beginning_of(date(2026, 12, 3)) <= within
    assert timedelta(0) <= overdue - beginning_of(date(2026, 12, 8)) <= within
    assert woken <= 6  # once a week and after each midnight that matters, not every round


@pytest.mark.requirement("N1")
def test_a_machine_that_wakes_by_itself_at_that_moment_is_not_doubled_and_one_that_never_does_is_replaced() -> None:
    world = World()
    case = world.asked()
    world.now = world.wait(case, "token")
    world.workflows.waiting.clear()
    before = dict(world.workflows.started)
    world.now -= timedelta(seconds=30)
    assert (world.reconcile().started, world.workflows.started) == (0, before)
    assert world.reconcile().started == 1


@pytest.mark.requirement("N1")
def test_what_a_case_waited_for_is_forgotten_once_it_has_changed() -> None:
    world = World()
    case = world.asked()
    look = world.wait(case, "token")
    world.answer(case, "not_this_institution")
    assert {one.wait_until for one in world.cases.open_cases(look + timedelta(days=9))} == {None}


@pytest.mark.requirement("A12")
def test_after_a_notice_every_verification_machine_looks_again_and_only_those() -> None:
    world = World()
    asked, reviewed = world.asked(), world.submit(world.body(1, discipline="园艺学"))
    for which in range(2):
        world.wait(asked, f"token-{which}")
        world.cases.tokens[reviewed.case_number] = ("another", reviewed.version)
        world.workflows.waiting.add("another")
        assert world.reconcile(look_again=LookAgain(Machine.VERIFICATION)).woken == 1
    assert world.workflows.woken == ["token-0", "token-1"]
    assert world.reconcile(look_again=LookAgain(Machine.VERIFICATION)).started == 0


@pytest.mark.requirement("A12", "N6")
def test_the_institution_that_is_most_overdue_is_told_in_days() -> None:
    world = World()
    case = world.asked()
    assert world.reconcile().oldest_overdue_days == 0
    world.now = datetime(2026, 12, 7, 23, 50, tzinfo=SHANGHAI)
    assert world.reconcile().oldest_overdue_days == 0
    world.now = datetime(2026, 12, 17, 10, 0, tzinfo=SHANGHAI)
    assert world.reconcile().oldest_overdue_days == 10
    world.answer(case, "not_this_institution")
    assert world.reconcile().oldest_overdue_days == 0


@pytest.mark.requirement("N1", "N6")
def test_a_machine_whose_executions_cannot_be_listed_does_not_keep_back_the_others() -> None:
    world = World()
    world.mismatched()
    world.workflows.running[Machine.MATCHING].clear()
    live_cases = world.workflows.live_cases

    def throttled(machine: Machine) -> set[str]:
        if machine is Machine.VERIFICATION:
            raise ConnectionError
        return live_cases(machine)

    world.workflows.live_cases = throttled  # type: ignore[method-assign]
    asked = asked_of(world, 1)
    world.workflows.running[Machine.VERIFICATION].clear()
    before = len(world.workflows.started)
    done = world.reconcile()
    assert (done.started, done.failed) == (1, 1)
    assert len(world.workflows.started) == before + 1
    assert asked.case_number not in list(world.workflows.started.values())[before:]


@pytest.mark.requirement("N1")
def test_what_dies_again_and_again_is_started_after_pauses_that_double_up_to_six_hours() -> None:
    world = World()
    world.mismatched()
    begun, started = world.now, []
    for _ in range(24 * 12):
        world.workflows.running[Machine.MATCHING].clear()
        if world.reconcile(pace=PATIENT, after=RUNS).started:
            started.append((world.now - begun) // timedelta(minutes=1))
    assert started == [5, 10, 20, 40, 80, 160, 320, 640, 1000, 1360]


@pytest.mark.requirement("N1")
def test_what_was_about_to_be_started_is_started_although_some_runs_were_lost() -> None:
    world = World()
    world.mismatched()
    world.workflows.running[Machine.MATCHING].clear()
    assert world.reconcile(pace=PATIENT, after=timedelta(minutes=95)).started == 1
    world.workflows.running[Machine.MATCHING].clear()
    assert world.reconcile(pace=PATIENT, after=timedelta(minutes=35)).started == 0
    assert world.reconcile().started == 1  # by hand: now


@pytest.mark.requirement("A12", "N1")
def test_a_machine_that_waited_for_weeks_and_died_at_its_waking_is_started_at_the_next_run() -> None:
    world = World()
    case = world.asked()
    look = world.wait(case, "token")
    while look - case.changed_at < timedelta(days=3):
        world.now = look
        look = world.wait(case, "token")
    world.now = look
    world.workflows.running[Machine.VERIFICATION].clear()
    assert world.reconcile(pace=PATIENT, after=RUNS).started == 1


@pytest.mark.requirement("N1")
def test_a_machine_that_waited_for_a_person_and_died_at_a_look_is_started_at_the_next_run_and_then_pauses() -> None:
    world = World()
    case = world.mismatched()
    world.cases.tokens[case.case_number] = ("token", case.version)
    world.now = case.changed_at + 3 * LOOKS_AGAIN
    begun, started = world.now, []
    for _ in range(2 * 12):
        world.workflows.running[Machine.MATCHING].clear()
        if world.reconcile(pace=PATIENT, after=RUNS).started:
            started.append((world.now - begun) // timedelta(minutes=1))
    assert started == [5, 10, 20, 40, 80]


@pytest.mark.requirement("N1", "N6")
def test_a_round_without_time_for_all_has_brought_back_some_of_each_machine_and_says_how_many_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconciliation, "BETWEEN_LOOKS", len(Machine))
    workflows, looks = MemoryWorkflows(), iter([True, True, True, False])
    done = reconcile(DeadCases(10), workflows, NOW, pace=Pace(patient=True, has_time=lambda: next(looks)))
    assert Counter(machine for machine, _ in workflows.started) == dict.fromkeys(Machine, 3)
    of_all = len(Machine) * 10
    assert (done.open, done.started, done.left) == (of_all, 3 * len(Machine), of_all - 3 * len(Machine))


@pytest.mark.requirement("A12", "N6")
def test_a_recount_without_time_for_all_says_where_to_go_on_and_wakes_each_case_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconciliation, "BETWEEN_LOOKS", 1)
    world = World()
    asked = [asked_of(world, number) for number in range(3)]
    behind: str | None = ""
    for case in sorted(asked, key=lambda case: case.case_number):
        for one in asked:
            world.wait(one, f"token of {one.case_number}")
        assert behind is not None
        looks = iter([True, False])
        pace = Pace(has_time=lambda looks=looks: next(looks, False))
        done = world.reconcile(look_again=LookAgain(Machine.VERIFICATION, behind), pace=pace)
        assert world.workflows.woken[-1] == f"token of {case.case_number}"
        behind = done.behind
    assert behind is None
    assert len(world.workflows.woken) == 3
