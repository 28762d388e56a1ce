"""Whatever happens to a case, it stays its holder's, unless its claim came to name another person (article 1, N4)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest

from degree_auth.domain.applications.claim import Holder
from degree_auth.domain.applications.submission import submission_from_dict
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.services.cases.sealed_parts import is_case_of
from degree_auth.services.shared.sealing import open_json
from tests.doubles.interleaved import Command
from tests.doubles.world import World
from tests.properties.cases.test_interleavings import BEGINNINGS, _asked, commands

HISTORIES, STEPS = 150, 12
NAMES = sorted(BEGINNINGS)


def steps(world: World, case: Case) -> dict[str, Command]:
    """What may happen, with archives and reviewers that name the holder otherwise."""
    number = case.case_number

    def renamed(world: World) -> Case:
        return world.answer(
            _asked(world.cases.load(number)), "partly_inconsistent", archive_values={"holder.name": "曾用名"}
        )

    def corrected(world: World) -> object:
        place = f"case-forms/{number}/correction.json"
        world.documents.put(place, json.dumps({"holder": world.body(1)["holder"]}).encode(), "application/json")
        return world.staff(
            "correct_claim", world.cases.load(number), command="another", reason="更正", correction_sheet=True
        )

    often = dict.fromkeys(("an archive renames", "an archive renames again"), renamed)
    stored = [one.attachment_id for one in case.attachments if one.kind == "evidence"]
    return {**commands(case, stored[-1] if stored else ""), **often, "a reviewer corrects": corrected}


def applicants(world: World) -> Iterator[tuple[Case, Holder, bool]]:
    """Every case, for whom it was made, and whether its claim came to name another person since."""
    for number, case in world.cases.cases.items():
        log = world.cases.logs[number]
        stated = submission_from_dict(open_json(world.keyring, number, log[0].data["sealed"])).claim.holder
        yield case, stated, any(entry.data.get("other_person") for entry in log)


@pytest.mark.requirement("A1", "N4", "N3")
def test_a_case_stays_its_holders_whatever_happens_but_another_person_in_its_claim() -> None:
    random = Random(0 if "CI" in os.environ else None)
    renamed = taken = 0
    for history in range(HISTORIES):
        world = World()
        # Few histories come to a correction by themselves.
        begins_with = ("reviewed", ["a reviewer corrects"]) if history % 10 == 0 else (random.choice(NAMES), [])
        case = BEGINNINGS[begins_with[0]](world)
        tried = steps(world, world.cases.load(case.case_number))
        for name in [*begins_with[1], *random.choices(list(tried), k=STEPS)]:
            with suppress(DegreeAuthError):
                tried[name](world)
            world.drive(case.case_number)
            for one, holder, is_anothers in applicants(world):
                assert is_case_of(world.keyring, holder, one) != is_anothers, name
                assert replay(world.cases.logs[one.case_number]) == one, name
                renamed, taken = renamed + (one.stated is not None), taken + is_anothers
    assert renamed
    assert taken
