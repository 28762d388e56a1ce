"""Each function has the settings that the services are made of for which its code asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from degree_auth import wiring
from tests.template.model import FUNCTIONS, SOURCE, properties
from tools.environment import ROOT

NOT_MADE_HERE = {
    "now": "a moment",
    "client": "takes a name",
    "queue": "takes a name",
    "setting": "takes a name",
    "issuance": "loads the press, which the integration tests of the press and the end-to-end tests do",
}


@pytest.fixture(autouse=True)
def nothing_made_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Services are made anew, with secrets and parameters that need no network."""
    monkeypatch.setattr(wiring.parameters, "get_secret", lambda _name: "a master secret of thirty-two bytes or more")
    monkeypatch.setattr(wiring.parameters, "get_parameter", lambda _name: "https://example.org/")
    made = [one for one in vars(wiring).values() if hasattr(one, "cache_clear") and one.__module__ == wiring.__name__]
    for one in made:
        one.cache_clear()
    yield
    for one in made:
        one.cache_clear()


def asked_for(function: str) -> set[str]:
    """The services that a function's code names."""
    folder = ROOT / SOURCE["Resources"][function]["Properties"]["CodeUri"]
    return {
        node.attr
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "wiring"
    } - NOT_MADE_HERE.keys()


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_a_function_asks_for_is_made_of_its_own_settings(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in wiring.os.environ.keys() - {"PATH", "HOME"}:
        monkeypatch.delenv(name)
    given = {"AWS_REGION": "ap-southeast-1", "AWS_DEFAULT_REGION": "ap-southeast-1"}
    for name in properties(function).get("Environment", {}).get("Variables", {}):
        given[name] = "7" if name in ("DISPUTE_DAYS", "SPOT_CHECK_SIZE") else "set"
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for name in sorted(asked_for(function)):
        made = getattr(wiring, name)()
        for _, group in getattr(made, "groups", ()):
            group()
