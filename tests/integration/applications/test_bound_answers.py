"""What a bound answers, whoever meets it: 429 and when it makes sense to ask again."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.domain.applications.bounds import MOST_APPLICATIONS, MOST_OPEN_CASES, MOST_OPEN_DISAVOWALS, tomorrow
from degree_auth.domain.shared.working_days import shanghai_time
from tests.doubles.applicant_desk import Answer, Desk, desk_over
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N1", "N4", "N5")

DISAVOWAL = "/v1/me/applications/{case_number}/disavowal"
A_DAY = "86400"


def bearer(desk: Desk, body: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {desk.session(body)}"}


def apply(desk: Desk, by: str, body: dict[str, Any], number: int) -> Answer:
    """One more application of the same person, as another case."""
    body = {**body, "contact": {**body["contact"], "email": f"{number}@example.org"}}
    if by == "platform":
        return desk.delivered(body, message_id=f"msg_{number}")
    return desk.ask("POST", "/v1/applications", body, bearer(desk, body) if by == "holder" else {})


@pytest.mark.parametrize("by", ["holder", "platform", "nobody"])
def test_open_cases_are_429_with_a_day_to_wait_and_no_moment(by: str) -> None:
    """A place is free when a case ends: nobody knows when, and a withdrawal frees one at once."""
    world = World()
    with desk_over(world) as desk:
        body = world.body(discipline="园艺学")
        for number in range(MOST_OPEN_CASES):
            assert apply(desk, by, body, number).status == 202
        full = apply(desk, by, body, MOST_OPEN_CASES)
        assert (full.status, full.code, full.headers["retry-after"]) == (429, "too_many_open_cases", A_DAY)
        assert "retry_at" not in full.body["error"]
        assert len(world.cases.cases) == MOST_OPEN_CASES
        # What was taken is answered as before, also now.
        assert apply(desk, by, body, 0).status == 202


@pytest.mark.parametrize("by", ["holder", "platform"])
def test_applications_of_a_day_are_429_until_the_next_day(by: str) -> None:
    world = World()
    with desk_over(world) as desk:
        for number in range(MOST_APPLICATIONS):
            taken = apply(desk, by, world.body(), number)
            assert taken.status in (201, 202)
            world.drive(taken.body["case_number"])
        full = apply(desk, by, world.body(), MOST_APPLICATIONS)
        seconds = int((tomorrow(world.now) - world.now).total_seconds())
        assert (full.status, full.code, full.headers["retry-after"]) == (429, "too_many_applications", str(seconds))
        assert full.body["error"]["retry_at"] == shanghai_time(tomorrow(world.now))


def test_open_disavowals_are_429_with_a_day_to_wait_and_no_moment() -> None:
    world = World()
    with desk_over(world) as desk:
        body = world.body()
        # Of what matches, a person who signed in and one whom the platform vouches for have a day's number each.
        numbers = []
        for number in range(MOST_APPLICATIONS):
            numbers.append(apply(desk, "holder", body, number).body["case_number"])
            world.drive(numbers[-1])
        numbers.append(apply(desk, "platform", body, 1000).body["case_number"])

        def disavow(number: str) -> Answer:
            return desk.ask("POST", DISAVOWAL, {"reason": "不是我申请的"}, bearer(desk, body), number=number)

        assert [disavow(number).status for number in numbers[:MOST_OPEN_DISAVOWALS]] == [200] * MOST_OPEN_DISAVOWALS
        full = disavow(numbers[MOST_OPEN_DISAVOWALS])
        assert (full.status, full.code, full.headers["retry-after"]) == (429, "too_many_disavowals", A_DAY)
        assert "retry_at" not in full.body["error"]
        assert disavow(numbers[0]).status == 200
