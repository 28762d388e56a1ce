"""The guide for developers names what is there: every path exists, and every name after a path is defined in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools.environment import ROOT

GUIDE = (ROOT / "docs" / "development.md").read_text("utf-8")
LAYER = ROOT / "layers" / "degree_auth"
FOLDERS = {folder.name for folder in ROOT.iterdir() if folder.is_dir()}
PATH = re.compile(r"(?:[a-z_]+/)+[\w.-]*|[a-z_]+\.(?:py|toml|yaml)")


def place(path: str) -> Path:
    """Where a path of the guide leads: from the root when its first folder or file is there, else in the layer."""
    return ROOT / path if path.split("/")[0] in FOLDERS or (ROOT / path).exists() else LAYER / path


def paths() -> set[str]:
    """The paths in backticks, whatever follows them."""
    return {text for text in re.findall(r"`([^`\n]+)`", GUIDE) if PATH.fullmatch(text)}


def names() -> list[tuple[str, str]]:
    """Each file of an entry with each name that follows it there, up to the next path."""
    pairs = []
    entries = GUIDE[GUIDE.index("## Where a rule stands") :].split("\n- **")[1:]
    assert all("\n  Held by `tests/" in entry for entry in entries)
    for entry in entries:
        path: str | None = None
        for text in re.findall("`([^`]+)`", entry.partition("Held by")[0]):
            if PATH.fullmatch(text):
                path = text
            elif path is not None and path.endswith(".py"):
                pairs.append((path, text))
    return pairs


def defined(path: Path) -> set[str]:
    """The functions, classes and constants that a module defines itself; what it imports does not count."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("path", sorted(paths()))
def test_a_path_of_the_guide_exists(path: str) -> None:
    assert place(path).exists()


@pytest.mark.requirement("N6")
@pytest.mark.parametrize(("path", "name"), names())
def test_a_name_of_the_guide_is_defined_in_its_file(path: str, name: str) -> None:
    assert name in defined(place(path))
