"""Telling the platform: in order within a case, at least once, nothing lost, whatever its endpoint does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.platform_line import HOLD, WAITS, LineState, wait_after
from degree_auth.domain.notifications.webhook import Secret, verify_signature
from degree_auth.domain.shared.errors import Invalid
from degree_auth.services.notifications.platform_delivery import LONGEST_RUN, Delivery, PlatformDelivery, PlatformDesk
from degree_auth.services.notifications.ports import Sent
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.services.shared.ports import Stale
from tests.doubles.memory import MemoryPlatform
from tests.doubles.platform_events import told_of_log
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A15", "N1")
URL = "https://platform.example.org/events"
SECRETS = (Secret("new", b"n" * 24), Secret("old", b"o" * 24))


@dataclass
class Platform:
    """The platform's endpoint, and the delivery to it; `answer` says what becomes of each POST."""

    world: World
    answer: Callable[[str], Sent | None] = lambda _: Sent.TAKEN
    seconds_each: int = 0
    posts: list[tuple[dict[str, str], dict[str, Any], bytes]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    nudges: list[str] = field(default_factory=list)
    store: MemoryPlatform = field(default_factory=MemoryPlatform)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
        assert url == URL
        self.world.now += timedelta(seconds=self.seconds_each)
        self.posts.append((dict(headers), json.loads(body), body))
        answer = self.answer(headers["webhook-id"])
        if answer is None:
            raise Undelivered("500")
        if answer is Sent.TAKEN:
            self.taken.append(headers["webhook-id"])
        return answer

    def send(self, messages: Any) -> None:
        self.nudges += [one["case_number"] for one in messages]

    def delivery(self, url: str = URL) -> PlatformDelivery:
        return PlatformDelivery(
            store=self.store,
            logs=self.world.cases,
            sender=self,
            queue=self,
            url=url,
            secrets=lambda: SECRETS,
            calendar=self.world.calendar,
        )

    def nudge(self, case: Case) -> Delivery:
        return self.delivery().deliver(case.case_number, lambda: self.world.now)

    def sweep(self) -> None:
        self.delivery().sweep(self.world.now)
        nudged, self.nudges = self.nudges, []
        for case_number in nudged:
            self.delivery().deliver(case_number, lambda: self.world.now)

    def first_taken(self, case: Case) -> list[str]:
        return [one for one in dict.fromkeys(self.taken) if one.startswith(f"{case.case_number}-")]


@pytest.fixture
def platform() -> Platform:
    return Platform(World())


def ids_of(world: World, case: Case) -> list[str]:
    return [one["id"] for one in told_of_log(world.cases.log(case.case_number))]


def test_a_case_is_told_whole_and_in_order_by_whichever_nudge_comes_first(platform: Platform) -> None:
    case = platform.world.asked(discipline="园艺学")
    assert platform.nudge(case).taken == len(ids_of(platform.world, case))
    assert platform.nudge(case) == Delivery()
    assert platform.taken == ids_of(platform.world, case)
    assert [body for _, body, _ in platform.posts] == told_of_log(platform.world.cases.log(case.case_number))


def test_an_event_keeps_its_id_and_is_signed_anew_with_every_secret_in_force(platform: Platform) -> None:
    case = platform.world.issue(platform.world.submit(platform.world.body()))
    answers = iter([None, Sent.TAKEN])
    platform.answer = lambda _: next(answers, Sent.TAKEN)
    platform.nudge(case)
    platform.world.now += timedelta(minutes=1)
    platform.nudge(case)
    (first, again) = platform.posts[:2]
    assert first[0]["webhook-id"] == again[0]["webhook-id"] == again[1]["id"]
    assert first[0]["webhook-timestamp"] != again[0]["webhook-timestamp"]
    assert first[2] == again[2]
    for secret in SECRETS:
        assert verify_signature(again[0], again[2], secret.key, platform.world.now) == again[1]["id"]
    assert again[0]["webhook-secret-versions"] == "new old"
    assert again[0]["content-type"].startswith("application/cloudevents+json")


def test_an_event_that_is_not_taken_holds_up_its_own_case_alone_and_comes_again_later(platform: Platform) -> None:
    world = platform.world
    stuck = world.issue(world.submit(world.body()))
    other = world.issue(world.submit(world.body(1)))
    second = ids_of(world, stuck)[1]
    platform.answer = lambda event_id: None if event_id == second else Sent.TAKEN
    refused = platform.nudge(stuck)
    assert (refused.taken, refused.refused) == (1, "500")
    assert refused.lag == timedelta(0)
    assert refused.come_again is not None
    assert timedelta(seconds=5) <= refused.come_again <= timedelta(seconds=6)
    assert platform.nudge(other).taken == len(ids_of(world, other))
    # Before its time nobody tries, however many nudges come.
    assert platform.nudge(stuck) == Delivery()
    attempts = len(platform.posts)
    world.now += timedelta(seconds=6)
    assert platform.nudge(stuck).taken == 0
    assert len(platform.posts) == attempts + 1
    platform.answer = lambda _: Sent.TAKEN
    world.now += timedelta(minutes=1)
    assert platform.nudge(stuck).taken == len(ids_of(world, stuck)) - 1
    assert platform.first_taken(stuck) == ids_of(world, stuck)


def test_waits_grow_spread_over_the_cases_and_end_after_a_week() -> None:
    every = [[wait_after(attempts, f"RZ{case}") for attempts in range(1, len(WAITS) + 1)] for case in range(50)]
    for waits in every:
        assert all(wait is not None for wait in waits)
        assert waits == sorted(waits, key=lambda wait: wait or timedelta(0))
        assert timedelta(days=7) < sum((wait or timedelta(0) for wait in waits), timedelta(0)) < timedelta(days=9)
    assert len({tuple(map(str, waits)) for waits in every}) > 40
    assert wait_after(len(WAITS) + 1, "RZ1") is None


def test_a_line_is_given_up_in_the_end_and_tried_again_when_staff_say_so(platform: Platform) -> None:
    world = platform.world
    case = world.issue(world.submit(world.body()))
    platform.answer = lambda _: None
    platform.nudge(case)
    for _ in range(len(WAITS)):
        look_at = platform.store.line(case.case_number).look_at
        assert look_at is not None
        world.now = look_at
        platform.sweep()
    assert platform.store.line(case.case_number).state is LineState.GIVEN_UP
    assert len(platform.posts) == len(WAITS) + 1
    assert platform.delivery().sweep(world.now).given_up == 1
    # What happens to the case meanwhile waits behind it.
    platform.answer = lambda _: Sent.TAKEN
    assert platform.nudge(case) == Delivery()
    world.now += timedelta(days=3)
    platform.sweep()
    assert platform.taken == []
    PlatformDesk(platform.store).carry_out(
        {"action": "resume_platform", "reviewer": "li.ming", "reason": "平台已恢复"}, "staff:x", world.now
    )
    platform.sweep()
    assert platform.first_taken(case) == ids_of(world, case)
    platform.sweep()
    assert not platform.store.endpoint().resuming


def test_resuming_tries_what_waits_once_and_does_not_go_on_for_ever_while_it_is_refused(platform: Platform) -> None:
    world = platform.world
    case = world.issue(world.submit(world.body()))
    platform.answer = lambda _: None
    for _ in range(8):
        platform.nudge(case)
        world.now = platform.store.line(case.case_number).look_at or world.now
    platform.nudge(case)
    attempts = len(platform.posts)
    world.now += timedelta(minutes=1)
    PlatformDesk(platform.store).carry_out(
        {"action": "resume_platform", "reviewer": "li.ming", "reason": "再试"}, "staff:x", world.now
    )
    for _ in range(2):
        platform.sweep()
    assert len(platform.posts) == attempts + 1
    assert not platform.store.endpoint().resuming
    assert platform.store.endpoint().history[-1].actor == "li.ming"


def test_an_endpoint_that_is_gone_is_switched_off_and_told_everything_once_it_is_back(platform: Platform) -> None:
    world = platform.world
    case, later = (world.issue(world.submit(world.body(which))) for which in (0, 1))
    platform.answer = lambda _: Sent.GONE
    assert platform.nudge(case).is_gone
    assert platform.nudge(later) == Delivery()
    assert len(platform.posts) == 1
    endpoint = platform.store.endpoint()
    assert (endpoint.is_on, endpoint.off_since) == (False, world.now)
    assert [(one.on, one.actor) for one in endpoint.history] == [(False, "platform")]
    platform.answer = lambda _: Sent.TAKEN
    world.now += timedelta(days=30)
    platform.sweep()
    assert platform.delivery().sweep(world.now).is_on is False
    assert len(platform.posts) == 1
    with pytest.raises(Invalid):
        PlatformDesk(platform.store).carry_out({"action": "resume_platform"}, "staff:x", world.now)
    PlatformDesk(platform.store).carry_out(
        {"action": "resume_platform", "reviewer": "li.ming", "reason": "地址已更换"}, "staff:x", world.now
    )
    platform.sweep()
    for one in (case, later):
        assert platform.first_taken(one) == ids_of(world, one)


def test_a_sender_that_dies_leaves_its_line_to_the_next_and_what_it_sent_keeps_its_id(platform: Platform) -> None:
    world = platform.world
    case = world.issue(world.submit(world.body()))

    def die(_: str) -> Sent:
        raise RuntimeError

    platform.answer = die
    with pytest.raises(RuntimeError):
        platform.nudge(case)
    platform.answer = lambda _: Sent.TAKEN
    assert platform.nudge(case) == Delivery()
    world.now += HOLD
    platform.sweep()
    assert platform.taken == ids_of(world, case)
    assert len(platform.posts) == len(platform.taken) + 1


def test_a_long_line_is_continued_by_the_next_sender(platform: Platform) -> None:
    case = platform.world.asked(discipline="园艺学")
    platform.seconds_each = int(LONGEST_RUN.total_seconds())
    assert platform.nudge(case) == Delivery(1, come_again=timedelta(0))
    platform.seconds_each = 0
    platform.nudge(case)
    assert platform.taken == ids_of(platform.world, case)


def test_what_is_committed_while_a_line_is_sent_is_told_by_whoever_has_the_line(platform: Platform) -> None:
    world = platform.world
    case = world.asked(discipline="园艺学")
    once = iter([True])

    def answering(_: str) -> Sent:
        if next(once, False):
            world.answer(case, "verified")
            # Its nudge meets a line that somebody has, and leaves it.
            assert platform.nudge(case) == Delivery()
        return Sent.TAKEN

    platform.answer = answering
    platform.nudge(case)
    assert platform.taken == ids_of(world, case)


def test_of_two_senders_at_once_one_sends(platform: Platform) -> None:
    case = platform.world.issue(platform.world.submit(platform.world.body()))
    once = iter([True])

    def overtaken() -> None:
        if next(once, False):
            platform.nudge(case)

    platform.store.before_replace = overtaken
    platform.nudge(case)
    assert platform.taken == ids_of(platform.world, case)


def test_without_an_address_the_platform_is_told_nothing(platform: Platform) -> None:
    case = platform.world.issue(platform.world.submit(platform.world.body()))
    assert platform.delivery("").deliver(case.case_number, lambda: platform.world.now) == Delivery()
    assert (platform.posts, platform.store.lines) == ([], {})


@given(st.integers(0, 2**32))
def test_nothing_is_lost_or_out_of_order_whatever_the_endpoint_and_the_senders_do(seed: int) -> None:
    """Nudges late, twice or never; refusals, answers lost after the event was taken, senders that die, lost races."""
    rng = Random(seed)
    platform = Platform(World())
    world = platform.world
    asked = [world.asked(discipline="园艺学"), world.issue(world.submit(world.body(1)))]

    def answering(event_id: str) -> Sent | None:
        fate = rng.random()
        if fate < 0.15:
            raise RuntimeError
        if fate < 0.25:
            # Taken, but the answer does not arrive.
            platform.taken.append(event_id)
            return None
        return Sent.TAKEN if fate > 0.5 else None

    def racing() -> None:
        if rng.random() < 0.1:
            raise Stale

    platform.answer, platform.store.before_replace = answering, racing
    for step in range(60):
        if step == 20:
            world.answer(asked[0], "verified")
        case = rng.choice(asked)
        try:
            if rng.random() < 0.5:
                platform.nudge(case)
            else:
                platform.sweep()
        except RuntimeError:
            pass
        world.now += timedelta(seconds=rng.choice([1, 60, 3600]))
    platform.answer, platform.store.before_replace = lambda _: Sent.TAKEN, lambda: None
    world.now += timedelta(days=1)
    for case in asked:
        platform.nudge(case)
        assert platform.first_taken(case) == ids_of(world, case)
        assert all(
            platform.store.line(case.case_number).sent >= int(one.rsplit("-", 1)[1]) for one in ids_of(world, case)
        )
    assert set(Counter(platform.taken)) == {one for case in asked for one in ids_of(world, case)}
