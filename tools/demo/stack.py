"""The running stack as the chapters meet it: HTTP, staff's actions, its clock; and what should be, asked of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import requests

from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import SHANGHAI
from tools import clock
from tools.demo.words import action_words
from tools.environment import LocalAws, say
from tools.sample_staff import SampleStaff

SECONDS = 60
"""How long anything may take that must come."""

SECOND_PERSON = "reviewer-2"
"""Who approves what others decided; those act as anyone else of the sample staff."""

_SAY_AFTER_SECONDS = 5
# Functions that start may keep a caller waiting too long, and the stage limits the rate: ask again, as clients do.
_ASK_AGAIN = frozenset({429, 500, 502, 503, 504})

_Found = TypeVar("_Found")


class Unexpected(Exception):
    """Something did not become what it should."""


def expect(is_so: bool, what: str) -> None:
    """Raises `Unexpected` when it is not so."""
    if not is_so:
        raise Unexpected(what)


def until(look: Callable[[], _Found | None], chinese: str, english: str) -> _Found:
    """What `look` finds, as soon as it finds something; says every few seconds what is waited for.

    Raises:
        Unexpected: it did not come within a minute.
    """
    began = said = time.monotonic()
    while (now := time.monotonic()) - began < SECONDS:
        if found := look():
            return found
        if now - said >= _SAY_AFTER_SECONDS:
            said = now
            seconds = f"{now - began:.0f}"
            tell(f"  等待 {chinese}（{seconds} 秒）", f"  waiting for {english} ({seconds} s)")
        time.sleep(0.2)
    raise Unexpected(Words(f"没有等到 {chinese}", f"it did not come: {english}").lines)


def tell(chinese: str, english: str) -> None:
    """Print the progress of one step, a line in each language."""
    say(f"    {chinese}", f"    {english}")


def answer_of(response: requests.Response, *statuses: int) -> Any:
    """The JSON of an answer. Raises `Unexpected`: it has none of these statuses."""
    asked = response.request
    expect(response.status_code in statuses, f"{asked.method} {asked.url}: {response.status_code} {response.text}")
    return response.json()


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack that `found` holds the outputs of."""

    found: Mapping[str, Any]
    aws: LocalAws

    @property
    def now(self) -> datetime:
        """What it takes the time to be."""
        return clock.now_of(self.aws, self.found)

    def move_to(self, moment: datetime) -> None:
        """Move its clock forward; nothing is done when that moment is past there."""
        if moment > self.now:
            clock.move_to(self.aws, self.found, moment)
        there = f"{self.now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        tell(f"拨快时钟到 {there}", f"the clock is moved forward to {there}")

    def ask(self, method: str, path: str, token: str = "", status: int = 200, **options: Any) -> Any:
        """The JSON of an answer; `path` below the API, or a whole address.

        Raises:
            Unexpected: the answer has another status.
        """
        return answer_of(self.send(method, path, token, **options), status)

    def send(self, method: str, path: str, token: str = "", **options: Any) -> requests.Response:
        """The answer to a request, whatever it says. What is sent here may all be sent twice."""
        address = path if path.startswith("http") else f"{self.found['api_url']}{path}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        deadline = time.monotonic() + SECONDS
        while True:
            response = requests.request(method, address, headers=headers, timeout=SECONDS, **options)
            if response.status_code not in _ASK_AGAIN or time.monotonic() > deadline:
                return response
            time.sleep(0.5)

    def act(self, action: str, case_number: str, reviewer: str = "", **more: Any) -> dict[str, Any]:
        """Start a staff action, as the console does; its output.

        Raises:
            Unexpected: it was refused.
        """
        given = {"action": action, "case_number": case_number, **({"reviewer": reviewer} if reviewer else {}), **more}
        output = self.start(given, f"{case_number}-{action}")
        done = action_words(action)
        tell(f"工作人员{done.zh}：{case_number}", f"a member of staff {done.en}: {case_number}")
        return output

    def start(self, given: dict[str, Any], name: str) -> dict[str, Any]:
        """The output of a staff action that was started under a name. Raises `Unexpected`: it was refused."""
        ended = SampleStaff(self.found).act(given, name)
        expect(ended["status"] == "SUCCEEDED", f"{name}: {ended['error']} {ended['cause']}")
        output: dict[str, Any] = ended["output"]
        return output

    def check(self, report: Mapping[str, Any]) -> dict[str, Any]:
        """What the online check says of a report's number and code."""
        asked = {name: report[name] for name in ("report_number", "check_code")}
        answer: dict[str, Any] = self.ask("POST", "/v1/report-checks", json=asked)
        return answer

    def check_link(self, report: Mapping[str, Any]) -> str:
        """The page that checks a report; number and code stand in the fragment."""
        return f"{self.found['check_url']}#n={report['report_number']}&c={report['check_code']}"
