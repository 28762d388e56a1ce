"""Every finding about the real services names a check that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools.environment import ROOT

GUIDE = (ROOT / "docs" / "real-services.md").read_text("utf-8")
FOUND = re.findall(r"^(\d+)\. \*\*(.+?)\*\*(.*?)(?=^\d+\. |^#|\Z)", GUIDE, re.MULTILINE | re.DOTALL)


def named_in(path: Path) -> list[str]:
    """The names of the tests of a file."""
    return [
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.requirement("N6")
def test_findings_are_numbered_without_a_gap() -> None:
    assert [int(number) for number, _, _ in FOUND] == list(range(1, len(FOUND) + 1))


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("number", [number for number, _, _ in FOUND])
def test_a_finding_is_held_by_one_test_that_is_there(number: str) -> None:
    (told,) = [text for found, _, text in FOUND if found == number]
    ((path, part),) = re.findall(r"Held by `(\S+?)` `(\w+)`", told)
    assert len([name for name in named_in(ROOT / path) if part in name]) == 1
