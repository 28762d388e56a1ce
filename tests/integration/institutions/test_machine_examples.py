"""The examples for machine clients run as they stand, against the institutions' function behind HTTP."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from degree_auth.wiring import shared
from degree_auth.wiring.institutions import machine_clients
from tests.doubles.gateway import event
from tests.doubles.institution_function import LEAD, institution_function
from tools.environment import ROOT

pytestmark = pytest.mark.requirement("A9", "N6")
EXAMPLES = ROOT / "docs" / "examples"


class Gateway(BaseHTTPRequestHandler):
    """Hands requests on to the function, as API Gateway does."""

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """Without a body."""
        self._answer(None)

    def do_POST(self) -> None:
        """With its body."""
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, raw: str | None) -> None:
        app = importlib.import_module("functions.institution_api.handler").app
        headers = {name.lower(): value for name, value in self.headers.items()}
        answered = app(event(self.command, urlsplit(self.path).path, headers=headers, raw=raw), None)
        self.send_response(answered["statusCode"])
        for name, value in answered["headers"].items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answered["body"].encode())


@pytest.fixture
def address() -> Iterator[str]:
    """Where the function is reached."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    url = f"http://127.0.0.1:{server.server_port}"
    with institution_function(url):
        Thread(target=server.serve_forever, daemon=True).start()
        yield url
        server.shutdown()


def run(folder: Path, *command: str) -> str:
    """What a command says."""
    ran = subprocess.run(  # noqa: S603 - our own examples
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def register(printed: str) -> str:
    """Register the public key that an example printed; the client's id."""
    keys = [json.loads(printed)]
    body = {"name": "对接系统", "scopes": ["read"], "keys": keys, "version": 0, "one_time_code": "492039"}
    machine_clients.machine_clients().put(LEAD, "system", body, lambda _: None, shared.now())
    return "10001.system"


def test_the_example_in_python_signs_in_and_lists_the_tasks(address: str, tmp_path: Path) -> None:
    example = (sys.executable, str(EXAMPLES / "machine_client.py"))
    client_id = register(run(tmp_path, *example, "key"))
    assert (tmp_path / "private-key.json").stat().st_mode & 0o777 == 0o600
    for _ in range(2):
        assert json.loads(run(tmp_path, *example, address, client_id)) == []


def test_the_example_with_curl_signs_in_and_lists_the_tasks(address: str, tmp_path: Path) -> None:
    script = EXAMPLES / "machine_client.sh"
    making = next(line for line in script.read_text().splitlines() if "genpkey" in line)
    run(tmp_path, *making.removeprefix("#").split())
    client_id = register(run(tmp_path, str(script), "key"))
    for _ in range(2):
        assert json.loads(run(tmp_path, str(script), address, client_id))["tasks"] == []
