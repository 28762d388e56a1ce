"""What each release stored is read by the present code, shown, and gone on with (N1).

A release adds its fixture: see CONTRIBUTING.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import replay
from degree_auth.services.cases.sealed_parts import open_submission
from tests.doubles.world import World
from tests.samples.stored import CASES, releases, stored_world, write
from tools.environment import ROOT

RELEASES = releases()
STORED = [(release, name) for release, found in RELEASES.items() for name in found["cases"]]


def _without_counts(case: Case) -> Case:
    """The case without what was counted on it since the release 0.1.0, and is until the reconciler has been there."""
    return replace(case, charged=(), sheet_version=None, unread_since=None)


def _denied(world: World, case: Case) -> Case:
    world.forget([*CASES].index("concluding"))
    return world.issue(case)


NEXT: dict[str, tuple[Callable[[World, Case], Any], str]] = {
    "identity_review": (lambda world, case: world.own_case_commands.withdraw(case.case_number, world.now), "withdrawn"),
    "material_review": (lambda world, case: world.staff("confirm_material", case, "upgraded"), "verification"),
    "awaiting_applicant": (lambda world, case: world.supplied(case), "received"),
    "verification": (lambda world, case: world.answer(case, "not_awarded"), "concluding"),
    "issuing": (lambda world, case: world.issue(case), "concluded"),
    "concluding": (_denied, "concluded"),
    "concluded": (lambda world, case: world.disavow(case), "frozen"),
    "recheck_admission": (
        lambda world, case: world.staff("admit_recheck", case, "upgraded", reason="符合条件"),
        "verification",
    ),
    "recheck": (lambda world, case: world.answer(case, "verified"), "recheck_decision"),
    "frozen": (lambda world, case: world.take_back(case), "material_review"),
}
"""The next command of each kind of case that is not at its end, and the stage that it leads to."""


def test_the_present_release_has_its_fixture_with_every_kind_of_case() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert RELEASES[version]["cases"].keys() == CASES.keys()


@pytest.mark.requirement("N1", "N3")
@pytest.mark.parametrize(("release", "name"), STORED)
def test_a_case_of_every_release_is_read_opened_shown_and_gone_on_with(release: str, name: str) -> None:
    with stored_world(RELEASES[release]) as world:
        number, stage = RELEASES[release]["cases"][name]
        case = world.cases.load(number)
        assert _without_counts(case) == _without_counts(replay(world.cases.log(number)))
        assert case.stage == stage
        assert open_submission(world.keyring, case).claim.holder.name
        assert world.own_case.status(number, world.now)["case_number"] == number
        if name in NEXT:
            command, leads_to = NEXT[name]
            command(world, case)
            after = world.cases.load(number)
            assert (after.stage, after.version > case.version) == (leads_to, True)
            assert _without_counts(after) == _without_counts(replay(world.cases.log(number)))
        # What an earlier release did not keep, the reconciler counts.
        whole = replay(world.cases.log(number))
        world.cases.relist(world.cases.load(number), whole)
        assert world.cases.load(number) == whole


def test_the_present_code_writes_a_fixture_with_a_case_of_each_kind() -> None:
    written = write()
    stages = {name: stage for name, (_, stage) in written["cases"].items()}
    assert stages == {name: name for name in CASES} | {"recheck": "verification"}
    assert json.loads(json.dumps(written)) == written
