"""The contracts of tables hold under load as well: each is run once more with every trouble that an adapter has to make
good by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doubles.troubled_aws import Conflicts, Parts, troubled

TROUBLES = {"conflicts": Conflicts, "parts": Parts}


@pytest.fixture(autouse=True, params=["", *TROUBLES], ids=lambda name: name or "calm")
def aws_trouble(request: pytest.FixtureRequest) -> Iterator[None]:
    """What befalls the calls of DynamoDB in this test."""
    if not request.param:
        yield
        return
    with troubled(TROUBLES[request.param]()):
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Troubles are for what asks a table."""
    kept = [item for item in items if not _is_troubled(item) or _asks_a_table(item)]
    if dropped := set(items) - set(kept):
        config.hook.pytest_deselected(items=list(dropped))
        items[:] = kept


def _is_troubled(item: pytest.Item) -> bool:
    return _parameters(item).get("aws_trouble", "") != ""


def _asks_a_table(item: pytest.Item) -> bool:
    return "table" in _parameters(item).values()


def _parameters(item: pytest.Item) -> dict[str, object]:
    callspec = getattr(item, "callspec", None)
    return {} if callspec is None else callspec.params
