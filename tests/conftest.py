"""What all tests share: the profile of the property tests, the running stacks, and which worker runs what.

Two stacks: the first worker has one of its own and begins with the tests that need a stack alone, because they move
its clock, stop what runs or count what everybody does. All other workers share the other stack, on which nobody does
such a thing. So no test waits for another, and nothing that one worker does ends what another has begun. A plain run
of pytest has one process and one stack.

A worker runs whole files, and of the longest one test function at a time. The browser's tests keep to one worker, which
starts a browser once. What takes longest is begun first; files that need no stack fill what is left.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import json
import os
import secrets
import subprocess
import sys
import uuid
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from hypothesis import HealthCheck, settings

# Importing what brings a stack up takes seconds, which tests without one shall not wait for.
if TYPE_CHECKING:
    from tools.environment import LocalAws
    from tools.sample_institutions import SampleInstitutions

ROOT = Path(__file__).parents[1]
END_TO_END, IN_A_BROWSER, PROPERTIES = "tests/e2e/", "tests/browser/", "tests/properties/"
LONGEST = "tests/e2e/shared/test_fuzz.py"

ALONE = "a stack alone"
IN_TURN = ("tests/e2e/institutions/test_registration.py", "tests/e2e/verification/test_who_sees_what.py")
"""Files that change and end the sessions of one account, which no two workers may do at once."""

# This process and the workers that it starts are one run of the tests.
RUN = os.environ.setdefault("DEGREE_AUTH_TEST_RUN", f"{os.getpid()}-{uuid.uuid4().hex}")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FIRST = "gw0"
SHARED, APART = ".local", ".local/apart"
"""The folders of the stack that workers share, and of the first worker's own."""

COLLECTED_ALONE = ROOT / APART / "collected-alone.json"
"""The ids of the tests that need a stack alone."""

if WORKER == FIRST:
    os.environ["DEGREE_AUTH_LOCAL"] = APART
LOCAL = ROOT / (APART if WORKER == FIRST else SHARED)
BROUGHT_UP = "brought-up-by-tests.json"
"""Which run has brought a stack up, and whether it is to stop it in the end."""

# A time limit would fail a sound property on a loaded machine. Under CI every run tries the same examples.
settings.register_profile(
    "degree_auth",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("degree_auth")

# Botocore looks for its models and decodes them anew for each session, of which tests open hundreds.
botocore.session.create_loader = cache(botocore.session.create_loader)


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist: a plain run of pytest has one process and no scheduler
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give each worker whole files in the order of `_turn`; those that keep to one worker count as one file."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def schedule(self) -> None:
            # What comes first goes to the first worker, which has a stack of its own.
            self.assigned_work = dict(sorted(self.assigned_work.items(), key=lambda one: one[0].gateway.id))
            self.alone = set(json.loads(COLLECTED_ALONE.read_text(encoding="utf-8")))
            super().schedule()

        def _assign_work_unit(self, node: Any) -> None:
            # The clock of the first worker's stack is weeks ahead in the end: the shared one is for others.
            if node.gateway.id == FIRST and len(self.nodes) > 1:
                fit = (scope for scope in self.workqueue if scope == ALONE or not _uses_a_stack(scope))
                if (scope := next(fit, None)) is None:
                    node.shutdown()
                    return
                self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

        def _split_scope(self, nodeid: str) -> str:
            if nodeid in self.alone:
                return ALONE
            if nodeid.startswith(IN_A_BROWSER):
                return IN_A_BROWSER
            if nodeid.startswith(LONGEST):
                return nodeid.partition("[")[0]
            return IN_TURN[0] if nodeid.startswith(IN_TURN) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection(session: pytest.Session) -> None:
    """Read the modules of all tests, each worker from a place of its own on.

    Who comes to a module first compiles it and keeps the byte code. In one order, each worker would compile each.
    """
    if not WORKER and session.config.getoption("numprocesses", None):
        return  # the workers collect
    # What collecting makes is kept to the end: looking through it for garbage takes a quarter of its time.
    gc.disable()
    if not WORKER or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    modules = sorted(ROOT.glob("tests/**/test_*.py"))
    first = len(modules) * int(WORKER.removeprefix("gw")) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for path in (*modules[first:], *modules[:first]):
        with contextlib.suppress(Exception):  # collecting it says what is wrong
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """From now on garbage is looked for among what the tests make."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first. Where there is one stack, what needs it alone comes last."""
    items.sort(key=_turn)
    if not WORKER:
        items.sort(key=_is_alone)
    if WORKER == FIRST:
        # The scheduler, in another process, learns of a test its id alone.
        LOCAL.mkdir(parents=True, exist_ok=True)
        COLLECTED_ALONE.write_text(json.dumps([item.nodeid for item in filter(_is_alone, items)]), encoding="utf-8")


def _uses_a_stack(place: str) -> bool:
    return place.startswith((END_TO_END, IN_A_BROWSER))


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def _turn(item: pytest.Item) -> int:
    if _is_alone(item):
        return 0
    order = (IN_A_BROWSER, PROPERTIES, LONGEST, END_TO_END)
    return next((turn for turn, files in enumerate(order, start=1) if item.nodeid.startswith(files)), len(order) + 1)


draw = secrets.token_bytes


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker that crashed is replaced by one that has no stack of its own.

    A test draws the same secrets in every run: a code made up once will never be the right one, and no two secrets are
    equal by chance. On a stack, which may have had a run before, each run draws its own.
    """
    if _is_alone(item) and WORKER not in ("", FIRST):
        pytest.fail("it needs a stack alone, and this worker shares one")
    drawn = Random(item.nodeid)
    secrets.token_bytes = (
        draw if _uses_a_stack(item.nodeid) else lambda size=None: drawn.randbytes(size or secrets.DEFAULT_ENTROPY)
    )


@pytest.fixture(scope="session")
def stack() -> dict[str, Any]:
    """This worker's stack as this tree describes it: brought up or up to date, once in a run.

    What outputs.json in its folder holds: `api_url`, `check_url`, `aws_endpoint_url`, `sample_register`, `trust_root`,
    and the stack's outputs by their names. The register has the sample, and awards that no run of the tests had.
    """
    from tests.e2e.client import bring_in_awards
    from tools import local_aws
    from tools.environment import outputs
    from tools.up import bring_up

    LOCAL.mkdir(parents=True, exist_ok=True)
    with (LOCAL / "stack-start.lock").open("w") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        if _brought_up(LOCAL)["run"] == RUN:
            found = outputs()
        else:
            starting = local_aws.endpoint() is None
            found = bring_up()
            (LOCAL / BROUGHT_UP).write_text(json.dumps({"run": RUN, "stop": starting}), encoding="utf-8")
        bring_in_awards(found)  # each worker has awards of its own
        return found


def _brought_up(folder: Path) -> dict[str, Any]:
    path = folder / BROUGHT_UP
    noted: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"run": ""}
    return noted


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Stop the stacks, unless they ran before; the process does that which began the run, once its workers are gone."""
    if not RUN.startswith(f"{os.getpid()}-"):
        return
    for folder in (SHARED, APART):
        if (noted := _brought_up(ROOT / folder))["run"] == RUN:
            (ROOT / folder / BROUGHT_UP).unlink()
            if noted["stop"]:
                subprocess.run(
                    [sys.executable, "-m", "tools.local_aws", "stop"],
                    cwd=ROOT,
                    env=os.environ | {"DEGREE_AUTH_LOCAL": folder, "PYTHONPATH": "layers:."},
                    stderr=subprocess.DEVNULL,
                    check=True,
                )


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
