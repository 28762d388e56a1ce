"""The examples for the platform run as they stand: deliveries against the applicants' function, receivers against the
system's own sender."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from degree_auth.adapters.notifications import webhook_sender
from degree_auth.adapters.notifications.webhook_sender import WebhookSender
from degree_auth.domain.notifications.webhook import CLOUD_EVENT, Secret, headers_signed_by_all, secret_text
from degree_auth.services.notifications.platform_delivery import PlatformDelivery
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.wiring import shared
from tests.doubles.applicant_desk import NoQueue, desk_over
from tests.doubles.memory import MemoryPlatform
from tests.doubles.platform_events import told_of_log
from tests.doubles.world import World
from tools.environment import ROOT

pytestmark = pytest.mark.requirement("A1", "A15", "N1", "N6")
EXAMPLES = ROOT / "docs" / "examples"
DELIVERIES = {
    "python": (sys.executable, str(EXAMPLES / "platform_delivery.py")),
    "curl": (str(EXAMPLES / "platform_delivery.sh"),),
}
FORMER, NEXT = Secret("former", b"the former secret, synthetic"), Secret("next", b"the next secret, synthetic..")
_PATIENCE = 120  # seconds
STRANGER = Secret("stranger", b"a secret of somebody else...")


@pytest.fixture
def world() -> World:
    return World(records=4)


@contextmanager
def served(take: Callable[[Mapping[str, str], bytes], tuple[int, Mapping[str, str], str]]) -> Iterator[str]:
    """The address of a server that answers each POST as `take` does."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, headers, text = take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Sender:
    """The platform's sending side as an example plays it, with the secret that it was handed."""

    example: str
    address: str

    def deliver(self, secret: Secret, file: Path = EXAMPLES / "platform_applications.json") -> tuple[int, str]:
        """Exit status and what is printed."""
        ran = subprocess.run(  # noqa: S603 - our own examples
            [*DELIVERIES[self.example], self.address, str(file)],
            env={**os.environ, "PLATFORM_SECRET": secret_text(secret.key)},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture(params=list(DELIVERIES))
def sender(request: pytest.FixtureRequest, world: World) -> Iterator[Sender]:
    """An example, at the applicants' function, for which both secrets are in force."""
    # The desk puts in a clock as well: what is put in last has to be taken out first.
    with desk_over(world) as desk, pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "now", lambda: datetime.now(UTC))
        patch.setattr(shared, "platform_secrets", lambda: (NEXT, FORMER))

        def take(headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], str]:
            answer = desk.ask("POST", "/v1/platform/deliveries", headers=headers, raw=body.decode())
            return answer.status, answer.headers, answer.text

        with served(take) as address:
            yield Sender(request.param, address)


def test_an_example_delivers_and_tells_what_became_of_each_application(sender: Sender, world: World) -> None:
    status, printed = sender.deliver(FORMER)
    assert status == 0, printed
    (number,) = world.cases.cases
    assert number in printed
    assert "synthetic-0002" in printed
    assert "unknown_choice" in printed
    assert world.cases.load(number).proven_by == "public_security"


def test_while_the_secret_changes_either_is_taken_and_the_same_again_is_no_second_case(
    sender: Sender, world: World
) -> None:
    assert [sender.deliver(secret)[0] for secret in (FORMER, NEXT, NEXT)] == [0, 0, 0]
    assert len(world.cases.cases) == 1


def test_who_has_another_secret_delivers_nothing(sender: Sender, world: World) -> None:
    status, printed = sender.deliver(STRANGER)
    assert status != 0
    assert "signature_invalid" in printed
    assert world.cases.cases == {}


# The receivers.


@dataclass(frozen=True)
class Receiver:
    """The platform's receiving side as an example plays it; `kept` are the events that it has, by their ids."""

    url: str
    kept: Callable[[], dict[str, Any]]


@contextmanager
def in_python(secret: Secret, folder: Path) -> Iterator[Receiver]:
    file = folder / "events.sqlite"
    ran = subprocess.Popen(  # noqa: S603 - our own example
        [sys.executable, str(EXAMPLES / "platform_receiver.py"), "0", str(file)],
        env={**os.environ, "PLATFORM_SECRET": secret_text(secret.key)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert ran.stdout is not None
    url = ran.stdout.readline().split()[-1]

    def kept() -> dict[str, Any]:
        with sqlite3.connect(file) as database:
            return {name: json.loads(event) for name, event in database.execute("SELECT id, event FROM events")}

    try:
        yield Receiver(url, kept)
    finally:
        ran.terminate()
        ran.wait(30)
        ran.stdout.close()


@contextmanager
def in_shell(secret: Secret, folder: Path) -> Iterator[Receiver]:
    events = folder / "events"
    events.mkdir()

    def take(headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], str]:
        """As a web server runs a CGI program."""
        given = {"PATH": os.environ["PATH"], "PLATFORM_SECRET": secret_text(secret.key), "EVENTS": str(events)}
        names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        ran = subprocess.run(  # noqa: S603 - our own example
            [str(EXAMPLES / "platform_receiver.sh")],
            env={**given, **names}, input=body, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        said = ran.stdout.decode()
        return (int(said.split()[1]), {}, "") if said.startswith("Status: ") else (500, {}, "")

    def kept() -> dict[str, Any]:
        return {one.stem: json.loads(one.read_bytes()) for one in events.glob("*.json")}

    with served(take) as url:
        yield Receiver(f"{url}/", kept)
    assert [one.name for one in events.iterdir() if one.suffix != ".json"] == []


RECEIVERS = {"python": in_python, "shell": in_shell}


@pytest.fixture(params=list(RECEIVERS))
def receiver(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """An example, at an address of this machine; it was handed the next secret, and has all the time it needs."""
    monkeypatch.setattr(webhook_sender, "_STEP_SECONDS", _PATIENCE)
    monkeypatch.setattr(webhook_sender, "_ATTEMPT_SECONDS", _PATIENCE)
    with RECEIVERS[request.param](NEXT, tmp_path) as opened:
        yield opened


def answer_to(receiver: Receiver, event: Mapping[str, Any], *secrets: Secret, when: datetime | None = None) -> str:
    """How the receiver answers an event that is signed by these secrets: `taken`, or the status of its refusal."""
    body = json.dumps(event, ensure_ascii=False).encode()
    headers = headers_signed_by_all(secrets, event["id"], body, when or datetime.now(UTC), CLOUD_EVENT)
    try:
        return WebhookSender(anywhere=True, local=True).post(receiver.url, headers, body).value
    except Undelivered as refused:
        return str(refused)


def test_an_example_takes_the_events_of_a_case_and_keeps_each_once(receiver: Receiver, world: World) -> None:
    case = world.issue(world.submit(world.body()))
    told = told_of_log(world.cases.log(case.case_number))
    delivery = PlatformDelivery(
        store=MemoryPlatform(), logs=world.cases, sender=WebhookSender(anywhere=True, local=True),
        queue=NoQueue(), url=receiver.url, secrets=lambda: (NEXT, FORMER), calendar=world.calendar,
    )  # fmt: skip
    now = datetime.now(UTC)
    assert delivery.deliver(case.case_number, lambda: now).taken == len(told)
    assert receiver.kept() == {one["id"]: one for one in told}
    # A sender that died after an event was taken sends it again.
    assert {answer_to(receiver, one, NEXT, FORMER) for one in told} == {"taken"}
    assert len(receiver.kept()) == len(told)


def test_an_example_takes_nothing_that_is_not_signed_by_its_secret_now(receiver: Receiver, world: World) -> None:
    (event, *_) = told_of_log(world.cases.log(world.submit(world.body()).case_number))
    assert answer_to(receiver, event, STRANGER) == "401"
    assert answer_to(receiver, event, FORMER) == "401"
    assert answer_to(receiver, event, NEXT, when=datetime(2026, 1, 1, tzinfo=UTC)) == "401"
    assert receiver.kept() == {}
    assert answer_to(receiver, event, FORMER, NEXT) == "taken"
