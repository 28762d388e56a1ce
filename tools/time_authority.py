"""The local timestamp authority (RFC 3161): TEST timestamps, and the list of certificates that the TEST root revoked.

It goes by the local stack's clock. Key and certificate are those that tools/signing_certificate.py left in the folder.

python -m tools.time_authority FOLDER PORT
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tools.environment import LOCAL, OUTPUTS, ROOT, LocalAws

_STATE = LOCAL / "time-authority.json"
_LOG = LOCAL / "time-authority.log"
_CLOCK_SECONDS = 1
_LARGEST_REQUEST = 4096
_STOP_SECONDS = 5


def start(folder: Path) -> str:
    """Start the authority in the background unless it runs already; return its URL, without a slash at its end.

    It answers once the folder has its key, and keeps its address as long as it is not stopped.
    """
    noted = json.loads(_STATE.read_text(encoding="utf-8")) if _STATE.exists() else {}
    if noted and _alive(noted["pid"]):
        return str(noted["url"])
    port = noted.get("port") or _free_port()
    with _LOG.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            [sys.executable, "-m", "tools.time_authority", str(folder), str(port)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    _STATE.write_text(json.dumps({"pid": process.pid, "port": port, "url": url}), encoding="utf-8")
    return url


def stop() -> None:
    """Stop it, if it runs."""
    if not _STATE.exists():
        return
    pid = int(json.loads(_STATE.read_text(encoding="utf-8"))["pid"])
    _STATE.unlink()
    if not _alive(pid):
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)


def server(folder: Path, port: int, ahead: Callable[[], timedelta] = timedelta) -> ThreadingHTTPServer:
    """The authority, ready to serve; `ahead` is by how much its clock is before the real one."""
    # Loading it takes a second, which who only starts or stops the authority shall not wait for.
    from asn1crypto import pem, tsp, x509
    from asn1crypto.keys import PrivateKeyInfo
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko.sign.timestamps.common_utils import set_tsp_headers

    from tools.signing_certificate import AUTHORITY_FILE, REVOKED_FILE

    def answer(request: bytes) -> bytes:
        key, certificate = pem.unarmor((folder / AUTHORITY_FILE).read_bytes(), multiple=True)
        authority = DummyTimeStamper(
            x509.Certificate.load(certificate[2]),
            PrivateKeyInfo.load(key[2]),
            fixed_dt=(datetime.now(UTC) + ahead()).replace(microsecond=0),
        )
        said: bytes = authority.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return said

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 < length <= _LARGEST_REQUEST:
                self.send_error(413)
                return
            self._send(set_tsp_headers({})["Accept"], answer(self.rfile.read(length)))

        def do_GET(self) -> None:
            if self.path != f"/{REVOKED_FILE}":
                self.send_error(404)
                return
            self._send("application/pkix-crl", (folder / REVOKED_FILE).read_bytes())

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return ThreadingHTTPServer(("127.0.0.1", port), Answering)


class _StackClock:
    """By how much the local stack's clock is ahead; nothing before the stack is up."""

    def __init__(self) -> None:
        self._read_at = float("-inf")
        self._ahead = timedelta(0)

    def __call__(self) -> timedelta:
        if time.monotonic() - self._read_at > _CLOCK_SECONDS and OUTPUTS.exists():
            stack = json.loads(OUTPUTS.read_text(encoding="utf-8"))
            ssm = LocalAws(stack["aws_endpoint_url"]).client("ssm")
            found = ssm.get_parameter(Name=stack["ClockParameter"])["Parameter"]["Value"]
            self._ahead, self._read_at = timedelta(seconds=int(found)), time.monotonic()
        return self._ahead


def _alive(pid: int) -> bool:
    """Whether the process is there and is this program; ids are reused."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
        command = Path(f"/proc/{pid}/cmdline")
        return b"time_authority" in command.read_bytes() if command.exists() else not Path("/proc/self").exists()
    except (ProcessLookupError, PermissionError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Serve until stopped."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    server(folder, port, _StackClock()).serve_forever()


if __name__ == "__main__":
    main()
