"""What is asked of applicants has a last day: reminders before it, and an application that nobody supplied ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from degree_auth.domain.cases.applicant_deadline import asked_until
from degree_auth.domain.cases.attachment import ScannedFile
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.next_step import next_step
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.applicant_deadlines import Swept, remind_applicants
from degree_auth.services.cases.attachments import withdraw_upload
from degree_auth.services.cases.nudge import Nudge
from tests.doubles.world import World


def returned(world: World) -> Case:
    return world.staff(
        "return_to_applicant", world.mismatched(), command="return", reason="请补正", fields=["certificate_scan"]
    ).case


def sweep(world: World, days: int = 0) -> Swept:
    world.now += timedelta(days=days)
    return remind_applicants(world.cases, Nudge(world.cases, world.workflows, world.faults.append), world.now)


def counted(world: World, case: Case, kind: EventType) -> list[str]:
    return [one.data["due"] for one in world.cases.log(case.case_number) if one.type is kind]


@pytest.mark.requirement("A10", "A12", "N1")
def test_a_request_is_reminded_of_twice_and_then_the_application_counts_as_withdrawn() -> None:
    world = World()
    case = returned(world)
    until = asked_until(case)
    assert until == shanghai_day(world.now) + timedelta(days=30)
    told = {}
    for day in range(1, 40):
        swept = sweep(world, 1)
        assert sweep(world) in (Swept(swept.looked_at, 0, 0, 0), Swept(0, 0, 0, 0)), "a repeat changes nothing"
        if swept.reminded or swept.lapsed:
            told[day] = (swept.reminded, swept.lapsed)
    assert told == {16: (1, 0), 27: (1, 0), 31: (0, 1)}
    after = world.cases.load(case.case_number)
    assert after == replay(world.cases.log(case.case_number))
    assert (after.stage, after.is_final) == (Stage.WITHDRAWN, True)
    assert counted(world, case, EventType.APPLICATION_LAPSED) == [until.isoformat()]
    assert "视为撤回" in next_step(after).zh
    assert not world.faults


@pytest.mark.requirement("A10", "A12")
def test_what_is_supplied_in_time_does_not_lapse_and_the_next_request_has_a_day_of_its_own() -> None:
    world = World()
    case = returned(world)
    sweep(world, 16)
    world.supplied(case)
    assert sweep(world, 30).lapsed == 0
    assert asked_until(world.cases.load(case.case_number)) is None
    compared = world.compare(case)
    again = world.staff("return_to_applicant", compared, command="2", reason="请补正", fields=["degree.level"]).case
    assert (again.applicant_reminders, asked_until(again)) == (0, shanghai_day(world.now) + timedelta(days=30))


@pytest.mark.requirement("A12", "N1")
def test_nobody_loses_an_application_unreminded_however_long_the_sweep_was_dead() -> None:
    world = World()
    case = returned(world)
    assert sweep(world, 90) == Swept(1, 1, 0, 0)
    last_day = shanghai_day(world.now) + timedelta(days=3)
    assert asked_until(world.cases.load(case.case_number)) == last_day
    assert counted(world, case, EventType.APPLICANT_REMINDED) == [last_day.isoformat()]
    assert sweep(world, 3).lapsed == 0
    assert sweep(world, 1).lapsed == 1


@pytest.mark.requirement("A10", "A1")
@pytest.mark.parametrize("unproven", [True, False])
def test_a_scan_or_identity_document_that_never_comes_ends_the_application_too(*, unproven: bool) -> None:
    world = World()
    body = world.body(discipline="园艺学")
    case = world.unproven(body).case if unproven else world.submit(body)
    assert case.stage is (Stage.IDENTITY_REVIEW if unproven else Stage.MATERIAL_REVIEW)
    for _ in range(31):
        sweep(world, 1)
    assert world.cases.load(case.case_number).stage is Stage.WITHDRAWN
    assert world.submit(body).case_number != case.case_number


@pytest.mark.requirement("A10", "A12", "N1")
def test_a_file_that_is_withdrawn_after_the_reminders_leads_to_new_ones_before_the_application_lapses() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    sweep(world, 27)
    case = world.attach(case)
    assert sweep(world, 13) == Swept(1, 0, 0, 0)
    scan = case.attachments[-1]
    found = ScannedFile(case.case_number, scan.attachment_id, scan.sha256 or "")
    assert withdraw_upload(world.cases, world.documents, found, world.now)
    after = world.cases.load(case.case_number)
    assert after == replay(world.cases.log(case.case_number))
    assert asked_until(after) == shanghai_day(world.now) + timedelta(days=30)
    told = {}
    for day in range(1, 40):
        swept = sweep(world, 1)
        if swept.reminded or swept.lapsed:
            told[day] = (swept.reminded, swept.lapsed)
    assert told == {16: (1, 0), 27: (1, 0), 31: (0, 1)}


@pytest.mark.requirement("A12")
def test_a_file_that_waits_for_a_reviewer_is_no_debt_of_the_applicant() -> None:
    world = World()
    case = world.mismatched()
    for _ in range(60):
        assert sweep(world, 1).reminded == 0
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A4", "A6", "A12")
def test_what_an_institution_asks_lapses_closes_its_task_and_never_touches_a_conclusion() -> None:
    world = World()
    case = world.answer(world.asked(), "needs_material")
    for _ in range(31):
        sweep(world, 1)
    lapsed = world.cases.load(case.case_number)
    assert (lapsed.stage, [one.status.value for one in lapsed.tasks]) == (Stage.WITHDRAWN, ["closed"])

    world = World()
    concluded = world.denied()
    shown = world.attach(concluded, kind="evidence").attachments[-1].attachment_id
    said = {"reason": "档案有误", "evidence": [shown]}
    disputed = world.disputes.dispute(concluded.case_number, said, world.now)
    admitted = world.attend(world.staff("admit_recheck", disputed, command="a", reason="受理").case)
    asked = world.answer(admitted, "needs_material")
    assert asked.stage is Stage.AWAITING_APPLICANT
    for _ in range(60):
        assert sweep(world, 1).lapsed == 0
    assert world.cases.load(case_number := asked.case_number).stage is Stage.AWAITING_APPLICANT
    assert len(counted(world, world.cases.load(case_number), EventType.APPLICANT_REMINDED)) == 2


@pytest.mark.requirement("A12", "N6")
def test_the_applicant_sees_until_when_and_what_happens_then() -> None:
    world = World()
    case = returned(world)
    status = world.own_case.status(case.case_number, world.now)
    assert status["asked_until"] == {"due": date(2026, 12, 23).isoformat(), "lapses": True}
    assert world.own_case_list.entry(world.holder_of(case), case, "", world.now)["asked_until"] == status["asked_until"]


@pytest.mark.requirement("N1")
def test_one_case_that_fails_keeps_no_other_back() -> None:
    world = World()
    bad, good = returned(world), world.submit(world.body(1, discipline="园艺学"))
    load = world.cases.load

    def failing(number: str) -> Case:
        if number == bad.case_number:
            raise ConnectionError
        return load(number)

    world.cases.load = failing  # type: ignore[method-assign]
    assert sweep(world, 16) == Swept(2, 1, 0, 1)
    assert load(good.case_number).applicant_reminders == 1
