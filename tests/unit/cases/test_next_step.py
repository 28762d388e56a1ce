"""What applicant and staff are told to expect next."""

from __future__ import annotations

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.next_step import next_step
from tests.doubles.world import World


def shown(world: World, case: Case) -> dict[str, str]:
    following: dict[str, str] = world.own_case.status(case.case_number, world.now)["next"]
    return following


@pytest.mark.requirement("A10", "N6")
def test_the_certificate_scan_is_asked_for_until_it_is_there() -> None:
    world = World()
    case = world.compare(world.submit(world.body(discipline="园艺学")))
    assert "上传学位证书影印件" in shown(world, case)["zh"]
    world.attach(case)
    after = shown(world, world.cases.load(case.case_number))
    assert "上传" not in after["zh"]
    assert "nothing you need to do" in after["en"]


@pytest.mark.requirement("A12", "N6")
def test_the_institutions_days_are_those_of_the_task() -> None:
    world = World()
    case = world.asked()
    assert "10 个工作日" in next_step(case).zh
    case = world.staff("approve_urgency", case, reason="情况属实", command="u").case
    assert case.task is not None
    assert f"within {case.task.allowed_days} working days" in next_step(case).en
    assert case.task.allowed_days == 3
