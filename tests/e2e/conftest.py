"""The running stack that the end-to-end tests talk to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tools import local_aws
from tools.environment import LocalAws
from tools.sample_organisation import SampleOrganisation
from tools.up import bring_up


@pytest.fixture(scope="session")
def stack() -> Iterator[dict[str, Any]]:
    """The stack as this tree describes it: brought up or up to date, and stopped again if it was not running before.

    What .local/outputs.json holds: `api_url`, `check_url`, `aws_endpoint_url`, `sample_register`, `trust_root`,
    and the stack's outputs by their names.
    """
    was_running = local_aws.endpoint() is not None
    yield bring_up()
    if not was_running:
        local_aws.stop()


@pytest.fixture(scope="session")
def aws(stack: dict[str, Any]) -> LocalAws:
    """Clients of the local AWS with every permission."""
    return LocalAws(stack["aws_endpoint_url"])


@pytest.fixture(scope="session")
def sample(stack: dict[str, Any]) -> SampleOrganisation:
    """The sample institutions with the people who use their accounts."""
    organisation = SampleOrganisation(stack)
    organisation.provide()
    return organisation
