"""Whose a case stays: nothing that others do to its claim takes it from the holder, and no link wins by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.applications.person import Authority, ProvenPerson
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import Forbidden, NotFound
from degree_auth.services.applications.callers import ByHolder, ByLink, Caller
from degree_auth.services.applications.intake import Received
from degree_auth.services.applications.own_case_commands import OwnCaseCommands
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N4")


@pytest.fixture
def world() -> World:
    return World()


def by(world: World, caller: Caller) -> OwnCaseCommands:
    return replace(world.own_case_commands, caller=caller)


def link_of(world: World, received: Received) -> ByLink:
    assert received.access_token is not None
    return ByLink(world.own_cases, received.access_token)


def listed(world: World, person: ProvenPerson) -> list[str]:
    return [one["case_number"] for one in world.own_cases.list_page(person, None)["applications"]]


# Another holder.


def returned(world: World, received: Received) -> None:
    world.attach(received.case)
    world.staff("return_to_applicant", received.case, command="return", reason="请更正", fields=["degree.discipline"])


@pytest.mark.parametrize("asks", ["link", "holder"])
@pytest.mark.parametrize(
    "holder",
    [lambda world: {"name": "另一人"}, lambda world: world.body(1)["holder"]],
    ids=["another name", "another person"],
)
def test_a_case_of_somebody_who_signed_in_is_never_supplemented_into_another_holders(
    world: World, holder: Callable[[World], dict[str, Any]], asks: str
) -> None:
    received = world.received(world.body(discipline="园艺学"))
    me, number = world.person(world.body()), received.case.case_number
    returned(world, received)
    caller = link_of(world, received) if asks == "link" else ByHolder(world.own_cases, me)
    before = world.cases.load(number)
    changed = {"holder": holder(world), "degree": {"discipline": "园艺"}}
    with pytest.raises(Forbidden) as refused:
        by(world, caller).supplement(number, changed, world.now)
    assert (refused.value.code, refused.value.problems) == ("not_the_holder", ())
    assert world.cases.load(number) == before
    assert listed(world, me) == [number]
    after = by(world, caller).supplement(number, {"degree": {"discipline": "园艺"}}, world.now)
    assert (after.stage, after.proven_by) == (Stage.RECEIVED, Authority.IDENTITY_PROVIDER)


def corrected(world: World, case: Case, **holder: Any) -> Case:
    """A reviewer puts the holder right, by the sheet."""
    place = f"review/{case.case_number}/correction.json"
    world.documents.put(place, json.dumps({"holder": holder}).encode(), "application/json")
    return world.staff("correct_claim", case, command="correct", reason="与影印件不符", correction_sheet=True).case


def test_a_correction_to_another_holder_voids_the_link_and_frees_the_places_of_the_first(world: World) -> None:
    body = world.body(discipline="园艺学")
    received = world.received(body)
    me, number, other = world.person(body), received.case.case_number, world.person(world.body(1))
    after = corrected(world, world.attach(received.case), **world.body(1)["holder"])
    assert (after.stage, after.link_digest, after.open_under) == (Stage.IDENTITY_REVIEW, None, ())
    assert replay(world.cases.log(number)) == after
    with pytest.raises(NotFound):
        by(world, link_of(world, received)).withdraw(number, world.now)
    assert (listed(world, me), listed(world, other)) == ([], [number])
    # The one place of their own with this certificate number is theirs again.
    again = world.submit({**body, "contact": {**body["contact"], "mobile": "13900001111"}})
    assert len(again.open_under) == 2
    assert world.cases.open[again.open_under[1]] == {again.case_number}


@pytest.mark.parametrize("proven_by", [Authority.PUBLIC_SECURITY, None])
def test_who_has_nothing_but_a_link_keeps_it_when_a_mistyped_person_is_corrected(
    world: World, proven_by: Authority | None
) -> None:
    received = world.intake.submit(world.body(discipline="园艺学"), "msg_1", "platform", proven_by, world.now)
    case = world.attach(received.case, kind="identity_document")
    if proven_by is None:
        world.staff("confirm_identity", case, command="identity")
        world.drive(case.case_number)
    after = corrected(world, world.attach(case), name="另一人")
    assert (after.stage, after.open_under) == (Stage.IDENTITY_REVIEW, ())
    link_of(world, received).require(after)
