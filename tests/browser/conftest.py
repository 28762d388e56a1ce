"""One browser for the session, the people who use it, and what became of their cases before they look."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser

from degree_auth.domain.accounts.session import SESSION_TIME
from degree_auth.domain.shared.words import Words
from tests.browser.visitor import HEIGHT, WIDTHS, Visitor, note_names
from tests.e2e.client import FOREIGN_DISCIPLINE, Applied, Portal, matching, until
from tests.e2e.machines import NAME as MACHINE_NAME
from tests.e2e.offices import DEPARTMENT, OPENED_DEPARTMENT, VERIFIED, Question, ask, asked_awards, office, routed
from tools import chromium as chromium_program
from tools.sample_institutions import INSTITUTIONS, SampleInstitutions, username_of

_WITHOUT = Words(
    f"本机没有 Chromium，浏览器测试未运行：{chromium_program.INSTALL}",
    f"browser tests were not run, this machine has no Chromium: {chromium_program.INSTALL}",
).lines

Visit = Callable[[], Visitor]


def pytest_runtest_setup() -> None:
    """Nothing here runs without a browser; where everything must run, that is a failure."""
    if chromium_program.program() is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(_WITHOUT)


_OPEN = ExitStack()


@pytest.fixture(scope="session")
def chromium() -> Browser:
    return _OPEN.enter_context(chromium_program.running())


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Close the browser behind its last test: while its driver runs, no later test can run an event loop of its own."""
    if nextitem is None or "tests/browser/" not in nextitem.nodeid:
        _OPEN.close()


@pytest.fixture(scope="session")
def names() -> set[str]:
    """Names of institutions, departments, people and degrees that may stand in a line of another language."""
    institutions = {name for one in INSTITUTIONS for name in (one.name, one.lead_department)}
    departments = {one.name for institution in INSTITUTIONS for one in institution.departments}
    return {*institutions, *departments, OPENED_DEPARTMENT, FOREIGN_DISCIPLINE, MACHINE_NAME, *VERIFIED.values()}


@pytest.fixture(scope="session")
def visit(chromium: Browser, stack: dict[str, Any], names: set[str]) -> Visit:
    """Gives somebody new, with a browser that remembers nothing."""

    def somebody() -> Visitor:
        context = chromium.new_context(
            viewport={"width": WIDTHS[0], "height": HEIGHT}, locale="zh-CN", reduced_motion="reduce"
        )
        return Visitor(context.new_page(), stack["api_url"], names)

    return somebody


@pytest.fixture
def visitor(visit: Visit) -> Iterator[Visitor]:
    """Somebody new, whose pages must not have had trouble by the end."""
    visitor = visit()
    yield visitor
    visitor.page.context.close()
    assert visitor.troubles == []


@pytest.fixture(scope="session")
def portal(stack: dict[str, Any], aws: Any) -> Portal:
    return Portal(stack, aws)


@pytest.fixture(scope="session")
def reported(portal: Portal, names: set[str]) -> Applied:
    """A case with its report."""
    applied = portal.apply(note_names(names, matching(asked_awards()[11])))
    applied.at_stage("concluded")
    return applied


def sign_in(visitor: Visitor, sample: SampleInstitutions, username: str) -> None:
    """Sign in as a person would."""
    visitor.open("portal")
    visitor.fill({"#username": username, "#password": sample.account(username).password})
    visitor.fill({"#one_time_code": sample.one_time_code(username)})
    visitor.page.click("#sign-in button")
    visitor.expect_visible("#views")
    visitor.settled()


@pytest.fixture(scope="session")
def signed_in(visit: Visit, sample: SampleInstitutions, portal: Portal) -> Callable[[str], Visitor]:
    """Gives whoever uses an account, at its portal. A session goes by the stack's clock, which other workers move
    between two tests: once half its time has passed, its user signs in anew."""
    present: dict[str, tuple[Visitor, datetime]] = {}

    def user(username: str) -> Visitor:
        visitor, ends_at = present.get(username, (None, portal.now()))
        if visitor is None or portal.now() >= ends_at:
            if visitor is not None:
                visitor.page.context.close()
            visitor = visit()
            sign_in(visitor, sample, username)
            present[username] = visitor, portal.now() + SESSION_TIME / 2
        return visitor

    return user


@pytest.fixture
def lead(signed_in: Callable[[str], Visitor]) -> Visitor:
    """The lead department at its portal."""
    return signed_in(username_of("10001"))


@pytest.fixture
def archive(signed_in: Callable[[str], Visitor]) -> Visitor:
    """A verifying department at its portal."""
    return signed_in(username_of("10001", DEPARTMENT))


@pytest.fixture(scope="session")
def asked(portal: Portal, sample: SampleInstitutions, names: set[str]) -> Callable[[int], Question]:
    """Asks the institution about one of its degrees."""

    def question(which: int) -> Question:
        note_names(names, matching(asked_awards()[which]))
        found = ask(portal, which)
        until(lambda: found.task_id in office(portal, sample, DEPARTMENT).numbers(), "the task is listed")
        return found

    return question


@pytest.fixture(scope="session")
def superseded(portal: Portal, sample: SampleInstitutions, names: set[str]) -> dict[str, str]:
    """A report that another has taken the place of after a dispute."""
    applied = portal.apply(note_names(names, matching(asked_awards()[18])))
    report: dict[str, str] = applied.at_stage("concluded")["report"]
    evidence = [applied.attach("evidence")]
    assert applied.post("disputes", {"reason": "专业名称与证书不符", "evidence": evidence}).status_code == 200
    portal.act("admit_recheck", applied.case_number, reason="符合受理条件")
    form = {"result": "partly_inconsistent", "archive_values": {"degree.discipline": FOREIGN_DISCIPLINE}}
    office(portal, sample).answer(routed(portal, applied).task_id, **form)
    applied.at_stage("recheck_decision")
    portal.act("decide_recheck", applied.case_number, reason="以档案为准", decision="superseded")
    applied.at_stage("concluded")
    return report
