"""What every store of draws must do; both are held to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from degree_auth.adapters.spot_checks.table import DrawTable
from degree_auth.services.spot_checks.ports import Draws
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.draws import MemoryDraws
from tests.doubles.tables import create_table

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(params=["table", "memory"])
def draws(request: pytest.FixtureRequest) -> Iterator[Draws]:
    if request.param == "memory":
        yield MemoryDraws()
        return
    with cloud_in_memory():
        create_table("CasesTable", "contract-draws", "ap-southeast-1")
        yield DrawTable("contract-draws", "ap-southeast-1")


@pytest.mark.requirement("A15", "N1")
def test_a_draw_is_open_until_it_is_closed_and_no_repeat_opens_it_again(draws: Draws) -> None:
    draws.add("second", NOW + timedelta(days=1))
    draws.add("first", NOW)
    assert list(draws.open_draws()) == ["first", "second"]
    draws.close("first", NOW)
    draws.close("first", NOW)
    draws.add("first", NOW + timedelta(days=2))
    assert list(draws.open_draws()) == ["second"]


@pytest.mark.requirement("A15")
def test_draws_of_one_moment_come_by_their_ids(draws: Draws) -> None:
    for draw_id in ("b", "c", "a"):
        draws.add(draw_id, NOW)
    assert list(draws.open_draws()) == ["a", "b", "c"]
