"""An erasure and a case that ends in the same report, whichever comes between the other's steps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.review.personal_data_actions import parse_personal_data_action
from degree_auth.services.review.erasures import Erasures
from tests.doubles.interleaved import interleaved
from tests.doubles.memory import MemoryShares
from tests.doubles.notified import MemoryOutbox
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("N1", "N2", "N4")


def act(first: Case, action: str, reviewer: str, world: World) -> None:
    erasures = Erasures(
        store=world.cases,
        sealer=world.keyring,
        documents=world.documents,
        shares=MemoryShares(),
        outbox=MemoryOutbox(),
    )
    body = {"action": action, "case_number": first.case_number, "reviewer": reviewer, "reason": "经核实"}
    more = {"ground": "holder_request"} if action == "propose_erasure" else {}
    erasures.decide(parse_personal_data_action({**body, **more}), action, world.now)


def proposed() -> tuple[World, Case, Case]:
    """A reported case whose erasure is proposed, and another for the same award, which is about to be issued."""
    world = World()
    first = world.drive(world.submit(world.body()).case_number)
    body = world.body()
    body["contact"]["mobile"] = "13800138009"
    second = world.submit(body)
    if second.stage is Stage.RECEIVED:
        second = world.compare(second)
    assert second.stage is Stage.ISSUING
    act(first, "propose_erasure", "li.ming", world)
    return world, first, second


def everywhere(*, erasure_first: bool) -> Iterator[tuple[int, World, Case, Case, tuple[str, str]]]:
    """Every place in the one command, with the other done whole there."""
    at, made = 0, 1
    while at < made:
        at += 1
        world, first, second = proposed()
        erase = partial(act, first, "approve_erasure", "zhao.qi")

        def issue(world: World, second: Case = second) -> None:
            world.issue(second)

        one, other = (erase, issue) if erasure_first else (issue, erase)
        heard, between, made = interleaved(world, one, other, at)
        yield at, world, first, second, (heard, between) if erasure_first else (between, heard)
    assert made > 5


@pytest.mark.parametrize("erasure_first", [True, False])
def test_no_case_ends_in_a_report_that_is_erased(erasure_first: bool) -> None:
    outcomes = set()
    for at, world, first, second, (erasing, _) in everywhere(erasure_first=erasure_first):
        after, other = world.cases.load(first.case_number), world.drive(second.case_number)
        assert other.report is not None
        document = world.cases.report(other.report.report_number)
        assert document is not None
        assert document.erased_at is None, at
        is_erased = after.erasure is not None and after.erasure.status == "done"
        is_shared = first.report is not None and other.report.report_number == first.report.report_number
        assert (erasing, is_erased, is_shared) in {
            ("done", True, False),
            ("erasure_report_shared", False, True),
        }, at
        outcomes.add(erasing)
    assert outcomes == {"done", "erasure_report_shared"}
