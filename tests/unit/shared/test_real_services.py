"""Every finding about the real services, and every rule of a scanner that stays, names a check that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools.environment import ROOT

GUIDES = {
    guide: re.findall(
        r"^(\d+)\. (.*?)(?=^\d+\. |^#|^\*|\Z)", (ROOT / "docs" / guide).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    for guide in ("real-services.md", "adr/0078-what-a-general-scanner-finds.md")
}


def named_in(path: Path) -> list[str]:
    """The names of the tests of a file."""
    return [
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("guide", GUIDES)
def test_findings_are_numbered_without_a_gap(guide: str) -> None:
    assert [int(number) for number, _ in GUIDES[guide]] == list(range(1, len(GUIDES[guide]) + 1))


@pytest.mark.requirement("N6")
@pytest.mark.parametrize(("guide", "number"), [(guide, number) for guide in GUIDES for number, _ in GUIDES[guide]])
def test_a_finding_is_held_by_one_test_that_is_there(guide: str, number: str) -> None:
    ((path, part),) = re.findall(r"Held by `(\S+?)` `(\w+)`", dict(GUIDES[guide])[number])
    assert len([name for name in named_in(ROOT / path) if part in name]) == 1
