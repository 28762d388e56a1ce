"""Who sends the same content meets cases of their own kind alone: who signed in, the platform's users, the unproven."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from degree_auth.domain.applications.person import PLATFORM_AUTHORITIES, Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.applications.callers import ByLink
from degree_auth.services.applications.intake import Received
from tests.doubles.applicant_desk import desk_over
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N4")

KEY = "key-00000001"


def signed_in(world: World, body: dict[str, Any]) -> Received:
    return world.received(body, KEY)


def platform(world: World, body: dict[str, Any]) -> Received:
    return world.intake.submit(body, KEY, "platform", Authority.PUBLIC_SECURITY, world.now)


def unproven(world: World, body: dict[str, Any]) -> Received:
    return world.unproven(body, KEY)


KINDS: dict[str, Callable[[World, dict[str, Any]], Received]] = {
    "signed in": signed_in,
    "platform": platform,
    "unproven": unproven,
}
WHEN = ("before", "while", "after")
"""Before, while, and after the holder's disavowal: open, and found an impersonation."""

MISMATCHED, MATCHED = {"discipline": "园艺学"}, dict[str, str]()


@pytest.fixture
def world() -> World:
    return World()


def stood(world: World, case: Case, when: str) -> Case:
    """The case, as its holder has said that it is not theirs."""
    world.drive(case.case_number)
    if when != "before":
        world.disavow(case)
    if when == "after":
        world.decide_disavowal(case, "impersonation")
    return world.cases.load(case.case_number)


@pytest.mark.parametrize("degree", [MISMATCHED, MATCHED], ids=["mismatched", "matched"])
@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(("maker", "sender"), list(permutations(KINDS, 2)))
def test_another_kind_of_applicant_never_meets_the_case(
    world: World, maker: str, sender: str, when: str, degree: dict[str, str]
) -> None:
    body = world.body(**degree)
    first = stood(world, KINDS[maker](world, body).case, when)
    other = KINDS[sender](world, body)
    assert other.case.case_number != first.case_number
    assert other.access_token is not None
    assert KINDS[sender](world, body).case.case_number == other.case.case_number


@pytest.mark.parametrize("degree", [MISMATCHED, MATCHED], ids=["mismatched", "matched"])
@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("maker", list(KINDS))
def test_the_same_kind_meets_its_case_and_no_link_but_the_holder_whose_case_was_annulled_begins_anew(
    world: World, maker: str, when: str, degree: dict[str, str]
) -> None:
    body = world.body(**degree)
    first = stood(world, KINDS[maker](world, body).case, when)
    again = KINDS[maker](world, body)
    anew = maker == "signed in" and when == "after"
    assert (again.case.case_number != first.case_number) == anew
    assert (again.access_token is not None) == anew


@pytest.mark.parametrize("authority", PLATFORM_AUTHORITIES)
def test_the_platform_is_one_kind_by_whatever_authority_its_user_was_proven(world: World, authority: Authority) -> None:
    first = platform(world, world.body())
    again = world.intake.submit(world.body(), None, "platform", authority, world.now)
    assert again.case.case_number == first.case.case_number


@pytest.mark.parametrize("when", ["while", "after"])
def test_an_impostor_at_the_platform_is_not_given_the_report_of_the_holder_who_sent_the_same(
    world: World, when: str
) -> None:
    body = world.body()
    stood(world, platform(world, {**body, "contact": {**body["contact"], "mobile": "13900001111"}}).case, when)
    mine = world.drive(signed_in(world, body).case.case_number)
    assert mine.report is not None
    with desk_over(world) as desk:
        answer = desk.delivered(body, message_id="msg_new")
        assert answer.status == 202
        assert answer.body["case_number"] != mine.case_number
        world.drive(answer.body["case_number"])
        again = desk.delivered(body, message_id="msg_newer")
    told = str((answer.body, again.body))
    assert mine.case_number not in told
    assert mine.report.report_number not in told
    case = world.cases.load(answer.body["case_number"])
    assert (case.stage, (case.reason or {})["reason"], case.report) == (Stage.PARKED, "holder_disavowed_another", None)


def test_the_holder_who_signs_in_gets_a_case_that_an_impostors_link_does_not_open(world: World) -> None:
    body = world.body()
    impostor = platform(world, body)
    theirs = world.drive(impostor.case.case_number)
    mine = signed_in(world, body)
    assert impostor.access_token is not None
    with pytest.raises(NotFound):
        ByLink(world.own_cases, impostor.access_token).require(mine.case)
    # One award has one report in force: the holder's case ends in it.
    assert world.drive(mine.case.case_number).report == theirs.report
    world.decide_disavowal(world.disavow(theirs), "impersonation")
    assert world.cases.load(mine.case.case_number).stage is not Stage.ANNULLED
