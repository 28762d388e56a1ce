"""The local AWS: one MiniStack process in the background, IAM policies enforced, its state under .local/.

python -m tools.local_aws start|stop|status

With DEGREE_AUTH_TROUBLE set, one that makes trouble as AWS does under load (tools/ministack_process.py).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from degree_auth.domain.shared.words import Words
from tools import beside, ministack_process
from tools.environment import LOCAL, OUTPUTS, REGION, ROOT, say

PYTHON = ROOT / ".venv-local-aws" / "bin" / "python"
LOG = LOCAL / "local-aws.log"
ASKED = LOCAL / "local-aws-asked.jsonl"
"""What was asked of each role since it started, an entry the first time: see tools/permissions.py."""

_STATE = LOCAL / "local-aws.json"
# The layers and the stored documents lie there: in memory where there is plenty, or a function waits for a disk.
_MEMORY = Path("/dev/shm")  # noqa: S108 -- the folder made in it is this user's alone
_MEMORY_BYTES = 2 * 1024**3
_START_SECONDS = 60
_STOP_SECONDS = 10


def start() -> str:
    """Start the local AWS unless it runs already; return its endpoint URL.

    Raises:
        RuntimeError: it did not come up; the message names the log. Or one runs that makes other trouble.
    """
    trouble = os.environ.get(ministack_process.TROUBLE, "")
    if running := endpoint():
        if _state().get("trouble", "") != trouble:
            raise RuntimeError(
                Words("正在运行的是另一种方式，请先 make down", "it runs in another mode: make down first").lines
            )
        return running
    stop()
    LOCAL.mkdir(parents=True, exist_ok=True)
    ASKED.unlink(missing_ok=True)
    scratch = _new_scratch()
    with LOG.open("wb") as log:
        port = _free_port()
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            [str(PYTHON), "-P", ministack_process.__file__],
            cwd=LOCAL,
            env=_process_environment(port, scratch, trouble),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    noted = {"pid": process.pid, "endpoint_url": url, "scratch": str(scratch), "trouble": trouble}
    _STATE.write_text(json.dumps(noted), encoding="utf-8")
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _healthy(url):
            say(f"本地 AWS 已启动：{url}", f"local AWS is up: {url}")
            return url
        time.sleep(0.1)
    stop()
    raise RuntimeError(Words(f"本地 AWS 未能启动，见 {LOG}", f"the local AWS did not start, see {LOG}").lines)


def stop() -> bool:
    """Stop the local AWS and what runs beside it, and remove its scratch folder and the written outputs.

    False when none was running.
    """
    beside.stop_all()
    pid = _pid()
    if pid:
        _end(pid)
    if _STATE.exists():
        shutil.rmtree(_state()["scratch"], ignore_errors=True)
    _STATE.unlink(missing_ok=True)
    OUTPUTS.unlink(missing_ok=True)
    return pid is not None


def endpoint() -> str | None:
    """The endpoint URL of the local AWS, or None when it is not running."""
    if _pid() is None:
        return None
    url = str(_state()["endpoint_url"])
    return url if _healthy(url) else None


def log_size() -> int:
    """How long the log of the local AWS is now, in bytes."""
    return LOG.stat().st_size if LOG.exists() else 0


def function_errors(since: int) -> int:
    """How many errors the functions logged behind a place in the log; in all of it when it has begun anew since."""
    if not LOG.exists():
        return 0
    with LOG.open("rb") as log:
        log.seek(since if since <= log_size() else 0)
        return sum(_is_error(line) for line in log)


def _is_error(line: bytes) -> bool:
    """Whether it is a record of a function's logger at level ERROR or above."""
    if not line.startswith(b"{"):
        return False
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and record.get("level") in ("ERROR", "CRITICAL")


def unpacked_layers() -> Path:
    """Where the layers of the local AWS that runs are laid out for its functions."""
    return Path(_state()["scratch"]) / "layers"


def _new_scratch() -> Path:
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _MEMORY_BYTES:
        return Path(tempfile.mkdtemp(prefix="degree-auth-", dir=_MEMORY))
    return Path(tempfile.mkdtemp(prefix="scratch-", dir=LOCAL))


def _state() -> dict[str, Any]:
    """What `start` noted: `pid`, `endpoint_url`, `scratch`, `trouble`."""
    noted: dict[str, Any] = json.loads(_STATE.read_text(encoding="utf-8"))
    return noted


def _process_environment(port: int, scratch: Path, trouble: str) -> dict[str, str]:
    """Nothing of the caller's environment but what a process needs: functions inherit it from the emulator."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ") if name in os.environ}
    return kept | {
        ministack_process.ASKED: str(ASKED),
        ministack_process.TROUBLE: trouble,
        "TMPDIR": str(scratch),
        "STATE_DIR": str(scratch / "state"),
        "S3_DATA_DIR": str(scratch / "s3"),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # One worker process serves one call at a time: bound their number. Each takes some 150 MB while it is idle,
        # and a second of a processor to start.
        "LAMBDA_ACCOUNT_CONCURRENCY": "40",
        "LAMBDA_WARM_TTL_SECONDS": "300",
        "LOG_LEVEL": "WARNING",
        # The functions inherit the emulator's level otherwise, and say less than on AWS.
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def _pid() -> int | None:
    """The emulator's process id, if that process is alive and is the emulator."""
    try:
        pid = int(_state()["pid"])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, KeyError, ProcessLookupError, PermissionError):
        return None
    return pid if _is_emulator(pid) else None


def _is_emulator(pid: int) -> bool:
    """Process ids are reused; where /proc can tell, believe it."""
    status = Path(f"/proc/{pid}/stat")
    try:
        if status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return False
        return b"ministack" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def _end(pid: int) -> None:
    """End the emulator and the workers of its process group."""
    _signal_group(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline and _pid() is not None:
        _reap(pid)
        time.sleep(0.05)
    _signal_group(pid, signal.SIGKILL)
    _reap(pid)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _reap(pid: int) -> None:
    """Collect it when it is our own child, so that it does not stay as a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2) as answer:  # noqa: S310 -- a local URL
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Start, stop or ask for the local AWS."""
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action == "start":
        print(start())
    elif action == "stop":
        if stop():
            say("本地 AWS 已停止", "local AWS stopped")
        else:
            say("本地 AWS 未在运行", "local AWS was not running")
    elif action == "status":
        print(endpoint() or "down")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
