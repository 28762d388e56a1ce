"""A program of this repository that runs beside the local AWS, in the background, until the local AWS is stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.environment import LOCAL, ROOT

_STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """A module of tools/ that serves HTTP, or SMTP, on the port that is its last argument; `name` is the module's."""

    name: str

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Start it unless it runs already; its URL, without a slash at its end. A restart keeps the port, if it can."""
        noted = self._read_note()
        if noted and self._is_alive(int(noted["pid"])):
            return noted["url"]
        LOCAL.mkdir(parents=True, exist_ok=True)
        port = str(noted.get("port") or _free_port())
        with (LOCAL / f"{self.name}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
                [sys.executable, "-m", f"tools.{self.name}", *arguments, port],
                cwd=ROOT,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        url = f"http://127.0.0.1:{port}"
        self._state.write_text(json.dumps({"pid": str(process.pid), "port": port, "url": url}), encoding="utf-8")
        return url

    def stop(self) -> None:
        """Stop it, if it runs."""
        noted = self._read_note()
        self._state.unlink(missing_ok=True)
        if not noted or not self._is_alive(pid := int(noted["pid"])):
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while self._is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)

    @property
    def _state(self) -> Path:
        return LOCAL / f"{self.name}.json"

    def _read_note(self) -> dict[str, str]:
        if not self._state.exists():
            return {}
        noted: dict[str, str] = json.loads(self._state.read_text(encoding="utf-8"))
        return noted

    def _is_alive(self, pid: int) -> bool:
        """Whether the process is there and is this program; ids are reused."""
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
            command = Path(f"/proc/{pid}/cmdline")
            return self.name.encode() in command.read_bytes() if command.exists() else not Path("/proc/self").exists()
        except (ProcessLookupError, PermissionError):
            return False


TIME_AUTHORITY = Beside("time_authority")
IDENTITY_PROVIDER = Beside("identity_provider")
MAIL_RECEIVER = Beside("mail_receiver")


def stop_all() -> None:
    """Stop whatever runs beside the local AWS."""
    TIME_AUTHORITY.stop()
    IDENTITY_PROVIDER.stop()
    MAIL_RECEIVER.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
