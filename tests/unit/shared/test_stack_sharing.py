"""Tests of a running stack may run side by side: those that would disturb others say that they need one alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import END_TO_END, IN_A_BROWSER, IN_TURN
from tools.environment import ROOT

FILES = [path for folder in (END_TO_END, IN_A_BROWSER) for path in sorted((ROOT / folder).rglob("test_*.py"))]
DISTURBS = re.compile(
    r"\.move_(?:clock|to)\(|\.stop_everything\(|platform_told\(|_function_concurrency\(|\.delete_state_machine\("
    r"|run_module\(\"bench\"|tools\.demo\.__main__|\.put_item\(|_stored_cases\("
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_whoever_disturbs_the_stack_has_it_alone(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ("pytest.mark.alone" in text) or not DISTURBS.search(text), DISTURBS.search(text)


CHANGES_AN_ACCOUNT = re.compile(r"approve_account_user|OF_AN_ACCOUNT|/v1/sessions/current\"")


@pytest.mark.parametrize("path", sorted((ROOT / END_TO_END).rglob("test_*.py")), ids=name)
def test_who_changes_or_ends_what_others_use_takes_turns_with_them(path: Path) -> None:
    text = path.read_text("utf-8")
    assert (name(path) in IN_TURN) or not CHANGES_AN_ACCOUNT.search(text), CHANGES_AN_ACCOUNT.search(text)
