"""The deployed system as the tests of a module meet it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.client import Portal
from tests.e2e.offices import DEPARTMENT, Office, office
from tools import permissions
from tools.environment import LocalAws
from tools.sample_institutions import SampleInstitutions


@pytest.fixture(scope="module")
def portal(stack: dict[str, Any], aws: Any) -> Portal:
    return Portal(stack, aws)


@pytest.fixture(scope="module")
def lead(portal: Portal, sample: SampleInstitutions) -> Office:
    return office(portal, sample)


@pytest.fixture(scope="module")
def archive(portal: Portal, sample: SampleInstitutions) -> Office:
    """The department that covers every degree that is asked about."""
    return office(portal, sample, DEPARTMENT)


@pytest.fixture(scope="session", autouse=True)
def nothing_is_denied(stack: dict[str, Any], aws: LocalAws) -> Iterator[None]:
    """Whatever the tests did, no function and no machine asked for what its role does not allow (N4)."""
    yield
    assert [one for one in permissions.asked(permissions.roles(aws)) if one.denied] == []
