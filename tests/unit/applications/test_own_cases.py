"""A person who signed in has all the cases that name them, and no others (article 1, N4)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.person import ProvenPerson
from degree_auth.domain.shared.errors import Invalid, NotFound
from degree_auth.services.applications.own_cases import OwnCases
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N4")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def own(world: World) -> OwnCases:
    return OwnCases(world.cases, world.keyring)


def page_of(world: World, person: ProvenPerson, cursor: str | None = None) -> dict[str, Any]:
    return world.own_case_list.page(person, cursor, "192.0.2.1", world.now)


def numbers(world: World, person: ProvenPerson) -> list[str]:
    return [one["case_number"] for one in page_of(world, person)["applications"]]


def test_every_case_that_names_the_person_is_listed_whoever_made_it(world: World, own: OwnCases) -> None:
    first = world.submit(world.body(0))
    world.now += timedelta(days=1)
    body = world.body(0, discipline="园艺学")
    body["contact"]["email"] = "somebody.else@example.org"
    second = world.intake.submit(body, None, "platform", None, world.now).case
    stranger = world.submit(world.body(1))
    person = world.holder_of(first)
    assert numbers(world, person) == [second.case_number, first.case_number]
    own.authorise_holder(person, first.case_number)
    own.authorise_holder(person, second.case_number)
    with pytest.raises(NotFound):
        own.authorise_holder(person, stranger.case_number)


def test_a_case_says_whether_it_asks_something_of_the_applicant(world: World) -> None:
    case = world.mismatched()
    person = world.holder_of(case)
    assert [one["asks_applicant"] for one in page_of(world, person)["applications"]] == [False]
    world.staff("return_to_applicant", case, reason="影印件不清", fields=["certificate_scan"])
    (entry,) = page_of(world, person)["applications"]
    assert entry["asks_applicant"]
    assert entry["held_by"] == "applicant"


@pytest.mark.parametrize("number", ["RZ20261123K7Q2M9XD", "RZ1", "", "\x00", "report#1"])
def test_a_case_that_is_not_there_is_told_as_one_of_another(world: World, own: OwnCases, number: str) -> None:
    person = world.holder_of(world.submit(world.body(0)))
    with pytest.raises(NotFound) as refused:
        own.authorise_holder(person, number)
    assert refused.value.code == "not_found"


def test_whoever_shares_a_number_and_not_the_name_sees_that_there_is_a_case_and_nothing_of_it(
    world: World, own: OwnCases
) -> None:
    case = world.submit(world.body(0))
    other = replace(world.holder_of(case), name="另一·样例")
    # A resident's number is one person's, whatever they are called.
    assert numbers(world, other) == [case.case_number]
    with pytest.raises(NotFound):
        own.authorise_holder(other, case.case_number)


def test_a_case_whose_holder_was_corrected_is_the_new_holders_alone(world: World, own: OwnCases) -> None:
    case = world.mismatched()
    person = world.holder_of(case)
    renamed = replace(person, name="另一·样例")
    sheet = {"holder": {"name": renamed.name}}
    world.documents.put(
        f"case-forms/{case.case_number}/correction.json", json.dumps(sheet).encode(), "application/json"
    )
    world.staff("correct_claim", case, reason="姓名录入有误", correction_sheet=True)
    with pytest.raises(NotFound):
        own.authorise_holder(person, case.case_number)
    own.authorise_holder(renamed, case.case_number)
    # Whoever has the document knows of it.
    assert numbers(world, person) == numbers(world, renamed) == [case.case_number]


def test_many_cases_are_told_page_by_page(world: World) -> None:
    made = []
    for day in range(25):
        body = world.body(0)
        body["contact"]["email"] = f"{day}@example.org"
        made.append(world.drive(world.submit(body).case_number).case_number)
        world.now += timedelta(days=1)
    person = world.holder_of(world.cases.load(made[0]))
    page = page_of(world, person)
    assert len(page["applications"]) == 20
    rest = page_of(world, person, page["next_cursor"])
    assert rest["next_cursor"] is None
    listed = [one["case_number"] for one in [*page["applications"], *rest["applications"]]]
    assert listed == made[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "RZ1", "CASE"])
def test_a_cursor_that_no_page_gave_is_refused(world: World, cursor: str) -> None:
    person = world.holder_of(world.submit(world.body(0)))
    with pytest.raises(Invalid):
        page_of(world, person, cursor)
