"""Receivers of the webhooks that the stack sends, on this machine."""

from __future__ import annotations

import json
import threading
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.doubles.gateway import validator
from tests.doubles.platform_events import problems_of
from tests.e2e.client import Portal
from tests.samples.api_document import DOCUMENT
from tools.platform_simulator import Platform


class Receiver:
    """A receiver of webhooks on this machine; `answers` are the statuses still to be given before 200, by path.

    It answers challenges as whoever wants to be told does, except at the paths that are `unproven`; it counts them.
    """

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, list[int]] = {}
        self.unproven: set[str] = set()
        self.challenges: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                came = (self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                message = json.loads(body)
                if message["type"] == "watch.challenge":
                    outer.challenges.append(came)
                    self.send_response(200)
                    self.end_headers()
                    proof = {} if self.path in outer.unproven else {"challenge": message["data"]["challenge"]}
                    self.wfile.write(json.dumps(proof).encode())
                    return
                outer.heard.append(came)
                waiting = outer.answers.get(self.path, [])
                self.send_response(waiting.pop(0) if waiting else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def at(self, path: str) -> list[tuple[dict[str, str], dict[str, Any], bytes]]:
        """What came at a path: headers, the decoded body, and the body."""
        return [(headers, json.loads(body), body) for where, headers, body in list(self.heard) if where == path]


def platform_told(portal: Portal, url: str) -> AbstractContextManager[None]:
    """The stack with the platform's address."""
    return Platform(portal.aws, portal.stack).told_at(url)


def is_event(body: dict[str, Any]) -> bool:
    """Whether a body fits the schema of the platform's events."""
    return problems_of(body) == []


def is_documented(name: str, body: dict[str, Any]) -> bool:
    """Whether a body fits the schema that the OpenAPI document gives its webhook."""
    media = DOCUMENT["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]
    return list(validator(media["schema"]).iter_errors(body)) == []


def watch(portal: Portal, report: dict[str, str], url: str) -> requests.Response:
    asked = {"report_number": report["report_number"], "check_code": report["check_code"], "url": url}
    return portal.post("/v1/report-checks/watches", asked)
