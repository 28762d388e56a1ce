"""A supplement answers what was asked, and the applicant sees what they stated."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import Invalid
from tests.doubles.world import World


def returned(world: World, *fields: str) -> Case:
    return world.staff(
        "return_to_applicant", world.mismatched(), command="return", reason="请补正", fields=list(fields)
    ).case


@pytest.mark.requirement("A10", "N5")
@pytest.mark.parametrize(
    ("asked", "body", "missing"),
    [
        (["certificate_scan"], {}, {"certificate_scan"}),
        (["degree.award_date", "degree.discipline"], {}, {"degree.award_date", "degree.discipline"}),
        (["degree.award_date", "degree.discipline"], {"degree": {"discipline": "园林"}}, {"degree.award_date"}),
        (["certificate_scan", "degree.discipline"], {"degree": {"discipline": "园林"}}, {"certificate_scan"}),
    ],
)
def test_a_supplement_without_what_was_asked_is_refused_and_all_that_is_missing_is_named(
    asked: list[str], body: dict[str, Any], missing: set[str]
) -> None:
    world = World()
    case = returned(world, *asked)
    with pytest.raises(Invalid) as refused:
        world.own_case_commands.supplement(case.case_number, body, world.now)
    assert {(one.field, one.code) for one in refused.value.problems} == {
        (field, "supplement_missing") for field in missing
    }
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A10")
def test_what_was_asked_is_supplied_by_the_change_or_by_a_file_since_then() -> None:
    world = World()
    case = returned(world, "degree.discipline")
    changed = world.own_case_commands.supplement(case.case_number, {"degree": {"discipline": "园林"}}, world.now)
    assert changed.stage is Stage.RECEIVED
    other = World()
    case = returned(other, "degree.discipline", "certificate_scan")
    assert other.supplied(case).stage is Stage.RECEIVED


@pytest.mark.requirement("A10")
def test_a_file_from_before_the_request_is_no_answer_to_it() -> None:
    world = World()
    case = world.attach(world.mismatched(), kind="supplement")
    world.now = world.now.replace(minute=5)
    case = world.staff("return_to_applicant", case, command="r", reason="请补正", fields=["certificate_scan"]).case
    with pytest.raises(Invalid):
        world.own_case_commands.supplement(case.case_number, {}, world.now)
    announced = {"kind": "supplement", "content_type": "application/pdf", "size": 3}
    world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    with pytest.raises(Invalid):
        world.own_case_commands.supplement(case.case_number, {}, world.now)


@pytest.mark.requirement("N6", "A10")
def test_the_case_shows_its_applicant_what_they_stated() -> None:
    world = World()
    body = world.body(discipline="园艺学")
    case = world.submit(body)
    status = world.own_case.status(case.case_number, world.now)
    assert status["claim"]["degree"]["discipline"] == "园艺学"
    assert status["claim"]["holder"]["identity_number"] == body["holder"]["identity_number"]
    assert "contact" not in status["claim"]
