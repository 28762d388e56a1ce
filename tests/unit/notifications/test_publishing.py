"""The outbox: many events in one call, those of one case in their order, and nothing is lost (N1, N6)."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from degree_auth.adapters.notifications.event_bus import LARGEST_CALL, EventBus


class Bus:
    """EventBridge's client; refuses the events of these numbers once each."""

    def __init__(self, *refused: int) -> None:
        self.refused = set(refused)
        self.calls: list[list[dict[str, Any]]] = []
        self.taken: list[dict[str, Any]] = []

    def put_events(self, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - the service's name
        told, answers = [json.loads(one["Detail"]) for one in Entries], []
        self.calls.append(told)
        for event in told:
            if event["number"] in self.refused:
                self.refused.discard(event["number"])
                answers.append({"ErrorCode": "ThrottlingException"})
            else:
                self.taken.append(event)
                answers.append({"EventId": "1"})
        return {"FailedEntryCount": len([one for one in answers if "ErrorCode" in one]), "Entries": answers}


def events_of(*cases: str) -> list[dict[str, Any]]:
    """An event of each of these cases, numbered as they come."""
    return [{"case_number": case, "type": "case_received", "number": number} for number, case in enumerate(cases)]


def numbers(events: list[dict[str, Any]], case: str) -> list[int]:
    return [one["number"] for one in events if one["case_number"] == case]


def delivered(bus: Bus, events: list[dict[str, Any]]) -> None:
    """As the stream does it: from the first that was not taken on, all come again."""
    while (place := EventBus(bus, "bus").publish(events)) is not None:  # type: ignore[arg-type]
        events = events[place:]


@pytest.mark.requirement("N6")
def test_a_hundred_events_of_as_many_cases_take_ten_calls() -> None:
    bus = Bus()
    delivered(bus, events_of(*(f"RZ{number}" for number in range(100))))
    assert [len(call) for call in bus.calls] == [LARGEST_CALL] * 10


@pytest.mark.requirement("N1", "N6")
def test_events_of_one_case_are_never_in_one_call_for_a_call_may_be_taken_in_part() -> None:
    bus = Bus()
    delivered(bus, events_of("RZ1", "RZ1", "RZ1", "RZ2", "RZ2", "RZ3"))
    assert [[one["number"] for one in call] for call in bus.calls] == [[0, 3, 5], [1, 4], [2]]


@pytest.mark.requirement("N1")
def test_the_place_to_go_on_from_leaves_out_nothing_that_was_not_taken() -> None:
    bus = Bus(3)
    assert EventBus(bus, "bus").publish(events_of("RZ1", "RZ1", "RZ2", "RZ3")) == 1  # type: ignore[arg-type]
    assert len(bus.calls) == 1


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_refused_every_event_comes_and_those_of_a_case_come_first_in_their_order(seed: int) -> None:
    draw = random.Random(seed)
    events = events_of(*(f"RZ{draw.randrange(12)}" for _ in range(80)))
    bus = Bus(*draw.sample(range(80), 25))
    delivered(bus, events)
    for case in {one["case_number"] for one in events}:
        first = list(dict.fromkeys(numbers(bus.taken, case)))
        assert first == numbers(events, case)
