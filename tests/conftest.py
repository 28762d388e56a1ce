"""What all tests share: the profile of the property tests, models of AWS that are read once, and who runs what.

`make test` has two workers. One runs all tests of the stack in their order, which wait a lot; the other runs all else.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings

SHARE_THE_STACK = ("tests/e2e/", "tests/template/test_layers.py", "tests/integration/shared/test_commands.py")
"""Tests that use the stack, or build the layers that its start builds."""

# A time limit would fail a sound property on a loaded machine. Under CI every run tries the same examples.
settings.register_profile(
    "degree_auth",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("degree_auth")

# Botocore decodes its models anew for each session, of which tests open hundreds.
read_once = cache(JSONFileLoader().load_file)
JSONFileLoader.load_file = lambda _, path: read_once(path)


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist: a plain run of pytest has one process and no scheduler
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give each worker whole files; the tests that share the stack count as one file."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "the stack" if nodeid.startswith(SHARE_THE_STACK) else nodeid.partition("::")[0]

    return Scheduling(config, log)
