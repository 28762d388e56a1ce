"""Tests of the running stack may run side by side: those that would disturb others say that they need it alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import OF_ANY_WORKER, USE_THE_STACK
from tools.environment import ROOT

FILES = [path for folder in USE_THE_STACK for path in sorted((ROOT / folder).rglob("test_*.py"))]
DISTURBS = re.compile(
    r"\.move_(?:clock|to)\(|\.stop_everything\(|platform_told\(|_function_concurrency\(|\.delete_state_machine\("
    r"|run_module\(\"bench\"|\.put_item\(|_stored_cases\("
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_whoever_disturbs_the_stack_has_it_alone(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ("pytest.mark.alone" in text) or not DISTURBS.search(text), DISTURBS.search(text)


@pytest.mark.parametrize("file", OF_ANY_WORKER)
def test_what_any_worker_may_run_needs_no_account_of_others_and_disturbs_nobody(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert not DISTURBS.search(text)
    assert not re.search(r"\bdef \w+\([^)]*\bsample\b", text)
