"""What all tests share: the profile of the property tests, the running stack, and which worker runs what.

`make test` has two workers. One runs all tests of the stack in their order, which wait a lot; the other runs all else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings

# Importing what brings a stack up takes seconds, which tests without one shall not wait for.
if TYPE_CHECKING:
    from tools.environment import LocalAws
    from tools.sample_institutions import SampleInstitutions

SHARE_THE_STACK = (
    "tests/e2e/",
    "tests/browser/",
    "tests/template/test_layers.py",
    "tests/integration/shared/test_commands.py",
)
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


@pytest.fixture(scope="session")
def stack() -> Iterator[dict[str, Any]]:
    """The stack as this tree describes it: brought up or up to date, and stopped again if it was not running before.

    What .local/outputs.json holds: `api_url`, `check_url`, `aws_endpoint_url`, `sample_register`, `trust_root`,
    and the stack's outputs by their names.
    """
    from tools import local_aws
    from tools.up import bring_up

    was_running = local_aws.endpoint() is not None
    yield bring_up()
    if not was_running:
        local_aws.stop()


@pytest.fixture(scope="session")
def aws(stack: dict[str, Any]) -> LocalAws:
    """Clients of the local AWS with every permission."""
    from tools.environment import LocalAws

    return LocalAws(stack["aws_endpoint_url"])


@pytest.fixture(scope="session")
def sample(stack: dict[str, Any]) -> SampleInstitutions:
    """The sample institutions with the people who use their accounts."""
    from tools.sample_institutions import SampleInstitutions

    registrations = SampleInstitutions(stack)
    registrations.provide()
    return registrations
