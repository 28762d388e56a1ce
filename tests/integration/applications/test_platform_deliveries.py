"""Deliveries of the platform at the function: every application for itself, once, and the same answer again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.notifications.platform_delivery import MOST_APPLICATIONS
from degree_auth.domain.notifications.webhook import signed_headers
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.applications.deliveries import LONGEST_DELIVERY
from degree_auth.services.cases.applicant_deadlines import remind_applicants
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.register.matching import Matching
from degree_auth.wiring import applications, shared
from tests.doubles.applicant_desk import Answer, Desk, desk_over
from tests.doubles.world import World
from tools.platform_words import as_platform

pytestmark = pytest.mark.requirement("A1", "N1")
PATH = "/v1/platform/deliveries"


@pytest.fixture
def world() -> World:
    return World(records=4)


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    with desk_over(world) as opened:
        yield opened


def item(world: World, which: int, **changed: Any) -> dict[str, Any]:
    data = as_platform(world.body(which)) | changed.pop("data", {})
    return {"id": f"application-{which}", "proven_by": "public_security", "data": data} | changed


def delivered(desk: Desk, items: object, message_id: str = "msg_1", **changed: Any) -> Answer:
    told = {"type": "applications.submitted", "timestamp": shared.now().isoformat(), "applications": items} | changed
    raw = json.dumps(told, ensure_ascii=False)
    key = shared.platform_secrets()[0].key
    headers = signed_headers(key, message_id, raw.encode(), shared.now())
    return desk.ask("POST", PATH, headers=headers, raw=raw)


def test_each_application_becomes_a_case_or_is_refused_for_itself(desk: Desk, world: World) -> None:
    wrong = item(world, 1, data={"xm": None, "xb": "9"})
    answer = delivered(desk, [item(world, 0), wrong, "no object", item(world, 2, proven_by="somebody"), item(world, 3)])
    assert answer.status == 207
    results = answer.body["results"]
    assert [one["status"] for one in results] == [202, 422, 400, 422, 202]
    assert [one["id"] for one in results] == [
        *(f"application-{n}" for n in (0, 1)),
        None,
        "application-2",
        "application-3",
    ]
    assert {one["field"]: one["code"] for one in results[1]["error"]["details"]} == {
        "xm": "required",
        "xb": "unknown_choice",
    }
    assert {one["field"] for one in results[3]["error"]["details"]} == {"proven_by"}
    assert set(world.cases.cases) == {results[0]["case_number"], results[4]["case_number"]}
    case = world.cases.load(results[0]["case_number"])
    assert (case.source, case.proven_by) == ("platform", "public_security")


def test_the_same_delivery_again_has_the_same_answers_and_changes_nothing(desk: Desk, world: World) -> None:
    items = [item(world, 0), item(world, 1, data={"xb": "9"}), item(world, 2)]
    first = delivered(desk, items)
    before = dict(world.cases.logs)
    world.issue(world.cases.load(first.body["results"][0]["case_number"]))
    assert delivered(desk, items).body == first.body
    assert delivered(desk, items, message_id="msg_2").body == first.body
    assert set(world.cases.logs) == set(before)
    # One by one it is the same, too: the delivery is only how they came.
    assert [delivered(desk, [one]).body["results"][0] for one in items] == first.body["results"]


@pytest.mark.parametrize("ended", ["withdrawn", "rejected", "lapsed"])
def test_a_delivery_that_comes_again_after_its_case_ended_is_answered_with_that_case(
    desk: Desk, world: World, ended: str
) -> None:
    first = item(world, 0, data={"zymc": "园艺学"})
    answer = delivered(desk, [first])
    case = world.cases.load(answer.body["results"][0]["case_number"])
    if ended == "withdrawn":
        world.own_case_commands.withdraw(case.case_number, world.now)
    elif ended == "rejected":
        world.staff("reject", world.attach(case), command="r", reason="不符合受理条件")
    else:
        nudge = Nudge(world.cases, world.workflows, world.faults.append)
        for _ in range(31):
            world.now += timedelta(days=1)
            remind_applicants(world.cases, nudge, world.now)
    assert world.cases.load(case.case_number).is_final
    assert delivered(desk, [first]).body == answer.body
    anew = delivered(desk, [{**first, "id": "application-anew"}]).body["results"][0]
    assert anew["case_number"] != case.case_number, "another application of the same content is one"
    assert delivered(desk, [first]).body == answer.body


def test_a_delivery_that_is_too_slow_gets_further_each_time_it_comes_again(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [item(world, which) for which in range(4)]
    compare = Matching.outcome

    def slowly(matching: Matching, claim: Claim) -> Any:
        world.now += LONGEST_DELIVERY
        return compare(matching, claim)

    monkeypatch.setattr(Matching, "outcome", slowly)
    body = {"type": "applications.submitted", "timestamp": world.now.isoformat(), "applications": items}
    for taken in range(1, 3):
        answered = applications.deliveries().receive(body, lambda: world.now)
        assert len(world.cases.cases) == 2 * taken
        assert sum(isinstance(one.became, Unavailable) for one in answered) == 4 - 2 * taken


def test_an_id_that_was_used_for_something_else_is_refused(desk: Desk, world: World) -> None:
    delivered(desk, [item(world, 0)])
    again = delivered(
        desk, [item(world, 0, data={"zymc": "园艺学"}), item(world, 1), item(world, 2, id="application-1")]
    )
    assert [one["status"] for one in again.body["results"]] == [409, 422, 422]
    assert {one["error"]["details"][0]["code"] for one in again.body["results"][1:]} == {"delivery_id_twice"}
    assert len(world.cases.cases) == 1


@pytest.mark.requirement("N5")
def test_what_is_no_delivery_is_refused_as_a_whole(desk: Desk, world: World) -> None:
    one = item(world, 0)
    assert delivered(desk, [one] * (MOST_APPLICATIONS + 1)).code == "invalid_input"
    assert delivered(desk, []).code == "invalid_input"
    assert delivered(desk, one).code == "invalid_input"
    assert delivered(desk, [one], type="application.submitted").code == "invalid_input"
    raw = json.dumps({"applications": [one]})
    assert desk.ask("POST", PATH, headers={}, raw=raw).status == 401
    assert world.cases.cases == {}


def test_a_fault_of_one_keeps_no_other_from_its_answer(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = world.cases.commit
    failing = iter([True])

    def commit(*arguments: Any, **named: Any) -> None:
        if next(failing, False):
            raise RuntimeError
        compare(*arguments, **named)

    monkeypatch.setattr(world.cases, "commit", commit)
    items = [item(world, 0), item(world, 1)]
    assert [one["status"] for one in delivered(desk, items).body["results"]] == [503, 202]
    assert [one["status"] for one in delivered(desk, items).body["results"]] == [202, 202]
    assert len(world.cases.cases) == 2


def test_what_does_not_fit_into_the_time_is_to_be_sent_again(desk: Desk, world: World) -> None:
    moments = iter([world.now, world.now, world.now + LONGEST_DELIVERY + timedelta(seconds=1)])
    body = {"type": "applications.submitted", "timestamp": world.now.isoformat()}
    body["applications"] = [item(world, 0), item(world, 1)]
    taken = applications.deliveries().receive(body, lambda: next(moments))
    assert isinstance(taken[1].became, Unavailable)
    assert len(world.cases.cases) == 1
