"""Handlers read, call a service and answer: they know the wiring, services and domain, and no adapter or client."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.environment import ROOT

HANDLERS = sorted((ROOT / "functions").rglob("*.py"))
KNOWN = (
    "degree_auth.wiring",
    "degree_auth.http",
    "degree_auth.observability",
    "degree_auth.domain",
    "degree_auth.services",
)
OF_AWS = {"boto3", "botocore", "pynamodb"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a file imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "degree_auth":
            yield from (f"degree_auth.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def strangers(source: str) -> list[str]:
    """The modules that a handler imports and may not know."""
    names = list(imported(ast.parse(source)))
    own = [name for name in names if name.partition(".")[0] == "degree_auth"]
    unknown = [name for name in own if not any(f"{name}.".startswith(f"{known}.") for known in KNOWN)]
    return unknown + [name for name in names if name.partition(".")[0] in OF_AWS]


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: str(path.relative_to(ROOT / "functions")))
def test_a_handler_knows_no_adapter_and_no_client(path: Path) -> None:
    assert strangers(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "from degree_auth.adapters.cases.table import CaseTable",
        "from degree_auth import adapters",
        "import degree_auth.adapters.cases.table",
        "def late():\n    import boto3",
        "from botocore.config import Config",
    ],
)
def test_what_a_handler_may_not_know_is_found(line: str) -> None:
    assert len(strangers(line)) == 1
