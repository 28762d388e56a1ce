"""What all tests share: the profile of the property tests, the running stack, and which worker runs what.

`make test` has one stack, and a worker more than the two processors that it counts on: tests of the stack wait most of
their time. The end-to-end tests share accounts and an order and keep to one worker; it begins with those that need the
stack alone. The browser's tests keep to one worker too, which starts a browser once. Whoever is free runs all that
needs no stack, and then the rest. A lock keeps everybody out while a test has the stack alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings

# Importing what brings a stack up takes seconds, which tests without one shall not wait for.
if TYPE_CHECKING:
    from tools.environment import LocalAws
    from tools.sample_institutions import SampleInstitutions

END_TO_END, IN_A_BROWSER = "tests/e2e/", "tests/browser/"
USE_THE_STACK = (END_TO_END, IN_A_BROWSER)
BUILD_LAYERS = ("tests/template/test_layers.py", "tests/integration/shared/test_commands.py")
"""Tests that build the layers which the start of the stack builds."""

OF_ANY_WORKER = ("tests/e2e/shared/test_fuzz.py",)
"""Tests of the stack that share nothing with other files: any worker may run such a file, as a whole."""

# This process and the workers that it starts are one run of the tests.
RUN = os.environ.setdefault("DEGREE_AUTH_TEST_RUN", f"{os.getpid()}-{uuid.uuid4().hex}")
LOCAL = Path(__file__).parents[1] / ".local"
BROUGHT_UP = LOCAL / "brought-up-by-tests.json"
"""Which run has brought the stack up, and whether it is to stop it in the end."""

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
    """Give each worker whole files in the order of `_turn`; those that keep to one worker count as one file."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(OF_ANY_WORKER):
                return nodeid.partition("::")[0]
            if nodeid.startswith((END_TO_END, *BUILD_LAYERS)):
                return "the stack"
            return "a browser" if nodeid.startswith(IN_A_BROWSER) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stack alone first, because it takes longest; last what shares the stack with it."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.nodeid.startswith((IN_A_BROWSER, *OF_ANY_WORKER)):
        return 3
    if not item.nodeid.startswith((END_TO_END, *BUILD_LAYERS)):
        return 2
    return 0 if item.get_closest_marker("alone") else 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Nobody else uses the stack while a test has it alone."""
    if not item.nodeid.startswith(USE_THE_STACK):
        return (yield)
    with _using_the_stack(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@contextmanager
def _using_the_stack(*, alone: bool) -> Iterator[None]:
    """Use it beside others, or alone; whoever waits to have it alone comes before those who ask later."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "stack-turn.lock").open("w") as turn, (LOCAL / "stack-use.lock").open("w") as use:
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(use, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield


@pytest.fixture(scope="session")
def stack() -> dict[str, Any]:
    """The stack as this tree describes it: brought up or up to date, once in a run.

    What .local/outputs.json holds: `api_url`, `check_url`, `aws_endpoint_url`, `sample_register`, `trust_root`,
    and the stack's outputs by their names. The register has the sample, and awards that no run of the tests had.
    """
    from tests.e2e.client import bring_in_awards
    from tools import local_aws
    from tools.environment import outputs
    from tools.up import bring_up

    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "stack-start.lock").open("w") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        if _brought_up()["run"] == RUN:
            found = outputs()
        else:
            starting = local_aws.endpoint() is None
            found = bring_up()
            BROUGHT_UP.write_text(json.dumps({"run": RUN, "stop": starting}), encoding="utf-8")
        bring_in_awards(found)  # each worker has awards of its own
        return found


def _brought_up() -> dict[str, Any]:
    noted: dict[str, Any] = json.loads(BROUGHT_UP.read_text(encoding="utf-8")) if BROUGHT_UP.exists() else {"run": ""}
    return noted


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Stop the stack, unless it ran before; the process does that which began the run, once its workers are gone."""
    if RUN.startswith(f"{os.getpid()}-") and (noted := _brought_up())["run"] == RUN:
        BROUGHT_UP.unlink()
        if noted["stop"]:
            from tools import local_aws

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
