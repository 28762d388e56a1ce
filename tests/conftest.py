"""What all tests share: the profile of the property tests, and the running stack for whoever asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

# Importing what brings a stack up takes seconds, which tests without one shall not wait for.
if TYPE_CHECKING:
    from tools.environment import LocalAws
    from tools.sample_organisation import SampleOrganisation

# A time limit would fail a sound property on a loaded machine. Under CI every run tries the same examples.
settings.register_profile(
    "degree_auth",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("degree_auth")


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
def sample(stack: dict[str, Any]) -> SampleOrganisation:
    """The sample institutions with the people who use their accounts."""
    from tools.sample_organisation import SampleOrganisation

    organisation = SampleOrganisation(stack)
    organisation.provide()
    return organisation
