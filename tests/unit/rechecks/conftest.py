"""What the tests of rechecks begin from."""

from __future__ import annotations

import pytest

from tests.doubles.world import World


@pytest.fixture
def world() -> World:
    """A centre without a case."""
    return World()
