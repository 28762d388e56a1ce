"""How often somebody may apply: counted once a case, by person and by record, anew each day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.bounds import (
    MOST_APPLICATIONS,
    MOST_FAILED_COMPARISONS,
    MOST_OPEN_CASES,
    MOST_OPEN_CASES_OF_A_RECORD,
    tomorrow,
)
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import TooMany
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N1", "N4")


@pytest.fixture
def world() -> World:
    return World()


def numbered(body: dict[str, Any], number: int) -> dict[str, Any]:
    """The same application from another address, which makes it another case."""
    return {**body, "contact": {**body["contact"], "email": f"{number}@example.org"}}


def wrong(world: World, which: int = 0) -> dict[str, Any]:
    """An application that a person must look at."""
    return world.body(which, discipline="园艺学")


def test_a_person_has_so_many_applications_a_day_and_repeats_do_not_count(world: World) -> None:
    for number in range(MOST_APPLICATIONS):
        for _ in range(2):
            # What matches waits for nobody, so it never counts as open.
            world.submit(numbered(world.body(), number))
    with pytest.raises(TooMany) as refused:
        world.submit(numbered(world.body(), MOST_APPLICATIONS))
    assert (refused.value.code, refused.value.until) == ("too_many_applications", tomorrow(world.now))
    assert len(world.cases.cases) == MOST_APPLICATIONS
    # Another person is not held up, nor is a repeat of what was taken.
    world.submit(world.body(1))
    world.submit(numbered(world.body(), 0))
    world.now += timedelta(seconds=refused.value.retry_after)
    world.submit(numbered(world.body(), MOST_APPLICATIONS))


def test_strangers_in_a_holders_name_are_bounded_by_themselves_and_do_not_hold_the_holder_up(world: World) -> None:
    for number in range(MOST_APPLICATIONS):
        case = world.unproven(numbered(world.body(), number)).case
        world.own_case_commands.withdraw(case.case_number, world.now)
    with pytest.raises(TooMany) as refused:
        world.unproven(numbered(world.body(), MOST_APPLICATIONS))
    assert refused.value.code == "too_many_applications"
    assert world.submit(world.body()).proven_by == "identity_provider"


def test_comparisons_that_fail_are_bounded_by_certificate_number_whoever_makes_them(world: World) -> None:
    """Many people who each guess at one record."""
    victim = world.body(0)["degree"]
    for number in range(MOST_FAILED_COMPARISONS):
        guess = world.body(1 + number % 4)
        guess["degree"] |= {name: victim[name] for name in ("certificate_number", "institution_code")}
        guess["degree"]["discipline"] = f"学科{'甲乙丙丁'[number % 4]}"
        world.submit(numbered(guess, number))
    again = world.body(1)
    again["degree"] |= {name: victim[name] for name in ("certificate_number", "institution_code")}
    with pytest.raises(TooMany):
        world.submit(numbered(again, 1000))
    # The holder's own claim matches, so it is none of these.
    assert world.submit(world.body(0)).comparison is not None


def open_cases(world: World, most: int = MOST_OPEN_CASES) -> list[Case]:
    """As many open cases of a person as there may be; one more is refused."""
    cases = [world.submit(numbered(wrong(world), number)) for number in range(most)]
    assert_full(world)
    return cases


def assert_full(world: World) -> None:
    with pytest.raises(TooMany) as refused:
        world.submit(numbered(wrong(world), 1000))
    assert (refused.value.code, refused.value.until) == ("too_many_open_cases", tomorrow(world.now))


def test_a_person_has_so_many_open_cases_and_repeats_and_matches_do_not_count(world: World) -> None:
    cases = open_cases(world)
    assert world.submit(numbered(wrong(world), 0)) == cases[0]
    assert world.drive(world.submit(world.body()).case_number).stage is Stage.CONCLUDED
    world.submit(wrong(world, 1))
    # A day changes nothing: they are open still.
    world.now += timedelta(days=1)
    assert_full(world)


def ended(world: World, how: str, case: Case) -> Case:
    """The same case after its end."""
    if how == "withdrawn":
        return world.own_case_commands.withdraw(case.case_number, world.now)
    if how == "rejected":
        return world.staff("reject", case, reason="不符合受理条件").case
    asked = world.attend(world.staff("confirm_material", world.attach(case), command="confirm").case)
    if how == "denied":
        return world.denied(asked=asked)
    return world.issue(world.answer(asked, "verified"))


@pytest.mark.parametrize("how", ["withdrawn", "rejected", "denied", "reported"])
def test_a_case_that_ends_makes_room_for_one_other_however_often_it_ends(world: World, how: str) -> None:
    case = ended(world, how, open_cases(world)[0])
    assert case.open_under == ()
    if how == "reported":
        world.now += timedelta(days=1)
        evidence = world.attach(case, kind="evidence").attachments[-1].attachment_id
        world.disputes.dispute(case.case_number, {"reason": "与证书不符", "evidence": [evidence]}, world.now)
        # A dispute is bounded by itself, and ends once more.
        world.own_case_commands.withdraw(case.case_number, world.now)
    world.submit(numbered(wrong(world), 999))
    assert_full(world)


@pytest.mark.parametrize("how", ["taken back", "unfounded", "impersonation"])
def test_what_an_impostor_opened_in_the_holders_name_does_not_hold_the_holder_up(world: World, how: str) -> None:
    """A disavowed case counts no longer; one that was the holder's after all counts again."""
    case = open_cases(world)[0]
    assert world.disavow(case).open_under == ()
    world.submit(numbered(wrong(world), 999))
    assert_full(world)
    after = world.take_back(case) if how == "taken back" else world.decide_disavowal(case, how)
    assert after.open_under == (() if how == "impersonation" else case.open_under)
    other = next(one for one in world.cases.cases.values() if one.open_under and one != after)
    world.own_case_commands.withdraw(other.case_number, world.now)
    if how == "impersonation":
        world.submit(numbered(wrong(world), 998))
    assert_full(world)


def test_strangers_cases_in_the_holders_name_count_on_when_they_are_disavowed(world: World) -> None:
    cases = [world.unproven(numbered(wrong(world), number)).case for number in range(MOST_OPEN_CASES)]
    frozen = world.disavow(cases[0])
    assert frozen.open_under == cases[0].open_under != ()
    with pytest.raises(TooMany):
        world.unproven(numbered(wrong(world), 999))
    assert world.decide_disavowal(frozen, "impersonation").open_under == ()
    world.unproven(numbered(wrong(world), 999))


def test_strangers_cases_count_apart_and_only_until_the_identity_is_confirmed(world: World) -> None:
    """Otherwise their number would tell strangers how comparisons came out."""
    for guess in (world.body(), wrong(world)):
        world.now += timedelta(days=1)
        cases = [world.unproven(numbered(guess, number)).case for number in range(MOST_OPEN_CASES)]
        with pytest.raises(TooMany) as refused:
            world.unproven(numbered(guess, 1000))
        assert refused.value.code == "too_many_open_cases"
        for case in cases:
            world.attach(case, kind="identity_document")
            world.drive(world.staff("confirm_identity", case).case.case_number)
    world.unproven(numbered(wrong(world), 1001))
    world.submit(wrong(world))


@pytest.mark.parametrize("proven", [True, False])
def test_a_certificate_number_has_so_many_open_cases_whoever_made_them(proven: bool) -> None:
    world = World(1 + MOST_OPEN_CASES_OF_A_RECORD // MOST_OPEN_CASES)
    victim = world.body()["degree"]
    for number in range(MOST_OPEN_CASES_OF_A_RECORD):
        body = wrong(world, 1 + number // MOST_OPEN_CASES)
        body["degree"] |= {name: victim[name] for name in ("certificate_number", "institution_code")}
        if number % MOST_FAILED_COMPARISONS == 0:
            world.now += timedelta(days=1)
        (world.submit if proven else world.unproven)(numbered(body, number))
    with pytest.raises(TooMany) as refused:
        (world.submit if proven else world.unproven)(wrong(world))
    assert refused.value.code == "too_many_open_cases"
    assert world.submit(world.body()).stage is Stage.ISSUING


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), 86400),
        (datetime(2026, 11, 23, 15, 59, 59, 999999, tzinfo=UTC), 1),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(now: datetime, seconds: int) -> None:
    assert TooMany("too_many_applications", tomorrow(now), now).retry_after == seconds
