"""The national platform as this machine plays it: signed deliveries in, and a receiver of events that may stumble."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import requests

from degree_auth.domain.notifications.webhook import secret_key, signed_headers, verify_signature
from degree_auth.domain.shared.errors import NotSignedIn
from tools import clock
from tools.environment import LocalAws

PATH = "/v1/platform/deliveries"
_SECONDS = 60


@dataclass(slots=True)
class Behaviour:
    """How the receiver stumbles. `refuses` is the share of events that it answers 500; of those that it takes,
    `forgets` is the share whose answer is 500 nevertheless; with `once` it refuses no event twice. `slow` is how many
    seconds an answer takes. While it is `down` it answers 503, once it is `gone` 410."""

    refuses: float = 0
    forgets: float = 0
    once: bool = False
    slow: float = 0
    down: bool = False
    gone: bool = False


@dataclass(slots=True)
class Inbox:
    """What the platform does with an event: it proves the signature, keeps each id once, and looks at the order.

    `events` has the events of each case as they first came; `attempts` counts what came of each id, `repeats` what came
    again after it was taken, `unsigned` what was not signed by the secret.
    """

    secret: bytes
    now: Callable[[], datetime]
    behaviour: Behaviour = field(default_factory=Behaviour)
    random: Random = field(default_factory=lambda: Random(20261130))  # noqa: S311 -- a simulation
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    came_at: dict[str, datetime] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    unsigned: int = 0

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer to one POST."""
        behaviour = self.behaviour
        time.sleep(behaviour.slow)
        if behaviour.gone:
            return 410
        try:
            event_id = verify_signature(headers, body, self.secret, self.now())
        except NotSignedIn:
            self.unsigned += 1
            return 401
        self.attempts[event_id] += 1
        if behaviour.down:
            return 503
        again = behaviour.once and self.attempts[event_id] > 1
        if not again and self.random.random() < behaviour.refuses:
            return 500
        if event_id in self.came_at:
            self.repeats += 1
        else:
            event = json.loads(body)
            self.came_at[event_id] = self.now()
            self.events.setdefault(event["subject"], []).append(event)
        return 500 if not again and self.random.random() < behaviour.forgets else 200

    @property
    def out_of_order(self) -> int:
        """How many events first came after one of the same case that follows them."""
        late = 0
        for events in self.events.values():
            highest = ""
            for event in events:
                late += event["sequence"] < highest
                highest = max(highest, event["sequence"])
        return late


class Receiver:
    """An inbox behind HTTP on this machine, until `stop`."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(inbox.take({name.lower(): value for name, value in self.headers.items()}, body))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/events"

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform's sending side against a running stack, whose outputs `stack` holds."""

    aws: LocalAws
    stack: Mapping[str, Any]

    @property
    def secret(self) -> bytes:
        """The secret shared with it."""
        store = self.aws.client("secretsmanager")
        return secret_key(store.get_secret_value(SecretId=self.stack["PlatformWebhookSecretArn"])["SecretString"])

    def deliver(self, applications: Sequence[Mapping[str, Any]], *, wrong: bool = False) -> requests.Response:
        """The answer to a delivery of these applications, each with `id`, `proven_by` and `data`; `wrong` signs it with
        another secret."""
        now = clock.now_of(self.aws, self.stack)
        told = {"type": "applications.submitted", "timestamp": now.isoformat(), "applications": list(applications)}
        body = json.dumps(told, ensure_ascii=False).encode()
        key = b"another secret, of 24 bytes" if wrong else self.secret
        headers = signed_headers(key, f"msg_{uuid.uuid4().hex}", body, now)
        return requests.post(f"{self.stack['api_url']}{PATH}", data=body, headers=headers, timeout=_SECONDS)

    def inbox(self) -> Inbox:
        """An inbox with its secret and the stack's clock as it goes now."""
        ahead = clock.now_of(self.aws, self.stack) - datetime.now(UTC)
        return Inbox(self.secret, lambda: datetime.now(UTC) + ahead)

    @contextmanager
    def told_at(self, url: str) -> Iterator[None]:
        """The stack with the platform's address, which it has no other way to learn while it runs."""
        bus, rules, functions = self.stack["EventBusName"], self.aws.client("events"), self.aws.client("lambda")
        rule = next(
            one["Name"] for one in rules.list_rules(EventBusName=bus)["Rules"] if "PlatformIsTold" in one["Name"]
        )
        pages = functions.get_paginator("list_functions").paginate()
        names = [one["FunctionName"] for page in pages for one in page["Functions"]]
        function = next(name for name in names if "DeliverWebhooksFunction" in name)
        before = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        variables = {**before, "PLATFORM_WEBHOOK_URL": url}
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": variables})
        functions.get_waiter("function_updated_v2").wait(FunctionName=function, WaiterConfig={"Delay": 1})
        rules.enable_rule(Name=rule, EventBusName=bus)
        try:
            yield
        finally:
            rules.disable_rule(Name=rule, EventBusName=bus)
            functions.update_function_configuration(FunctionName=function, Environment={"Variables": before})
