"""Where things lie in this repository, how the tools speak, and how they reach the local AWS."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3

from degree_auth.domain.shared.words import Words

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ROOT / "build" / "layers"
JAVASCRIPT = ROOT / ".local" / "javascript"
LOCAL = ROOT / os.environ.get("DEGREE_AUTH_LOCAL", ".local")
"""The folder of a local stack: what it stores, its log, and who has accounts there. Each folder has one of its own."""

OUTPUTS = LOCAL / "outputs.json"

STACK = "degree-auth"
REGION = "ap-southeast-1"


def say(chinese: str, english: str) -> None:
    """Print progress to the standard error, a line in each language."""
    print(Words(chinese, english).lines, file=sys.stderr, flush=True)


def outputs() -> dict[str, Any]:
    """What `make up` wrote: `api_url`, `check_url`, `aws_endpoint_url`, `sample_register`, `region`, and the
    stack's own outputs by their names.

    Raises:
        SystemExit: nothing was brought up yet.
    """
    try:
        found: dict[str, Any] = json.loads(OUTPUTS.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SystemExit(Words("系统未启动，请先 make up", "the stack is not up: make up").lines) from None
    return found


class LocalAws:
    """Clients of the local AWS; the credentials are the emulator's own fixed administrator."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._session: Any = boto3.Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 -- not a secret
            region_name=REGION,
        )

    def client(self, service: str) -> Any:
        """A client of one AWS service."""
        return self._session.client(service, endpoint_url=self.endpoint_url)

    def resource(self, service: str) -> Any:
        """A resource of one AWS service."""
        return self._session.resource(service, endpoint_url=self.endpoint_url)
