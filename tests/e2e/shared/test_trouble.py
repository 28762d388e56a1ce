"""The whole journey on a stack that makes trouble as AWS does under load, beside the one that the other tests use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tools.environment import ROOT
from tools.ministack_process import TROUBLE

pytestmark = pytest.mark.alone

FOLDER = ".local/troubled"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run() -> Iterator[Run]:
    """Runs a program of this repository on a stack in trouble, which is stopped in the end."""
    environment = os.environ | {"DEGREE_AUTH_LOCAL": FOLDER, TROUBLE: "1", "PYTHONPATH": "layers:."}

    def program(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 -- our own interpreter
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    yield program
    assert program("tools.local_aws", "stop").returncode == 0


@pytest.mark.requirement("N1", "N4")
@pytest.mark.skipif(
    not os.environ.get("DEGREE_AUTH_JOURNEY_IN_TROUBLE"),
    reason="a third stack, three minutes more: make test TROUBLE=1",
)
def test_the_whole_journey_ends_as_expected_in_trouble(run: Run) -> None:
    up = run("tools.up")
    assert up.returncode == 0, up.stderr
    journey = run("tools.demo")
    assert journey.returncode == 0, f"{journey.stdout}\n{journey.stderr}"
    asked = run("tools.permissions")
    assert asked.returncode == 0, asked.stdout
