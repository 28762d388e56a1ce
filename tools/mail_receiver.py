"""The local mail relay: takes every mail by SMTP and writes it to a folder, one file a mail. It sends nothing on.

A file is named by the moment, to the microsecond, so that the names are in order. Mail readers open `.eml`.

python -m tools.mail_receiver FOLDER PORT
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tools.environment import LOCAL

FOLDER = LOCAL / "mails"


class Keeping:
    """What aiosmtpd hands each mail to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        """Write one mail; who it is for stands in it."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
        begun = self._folder / f"{name}.part"
        begun.write_bytes(envelope.content)
        begun.rename(self._folder / f"{name}.eml")
        return "250 kept"


def mails(folder: Path = FOLDER, to: str | None = None) -> list[EmailMessage]:
    """The mails of a folder, in the order they came; those to one address."""
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
    return [one for one in found if isinstance(one, EmailMessage) and to in (None, one["To"])]


def main() -> None:
    """Serve until stopped."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    Controller(Keeping(folder), hostname="127.0.0.1", port=port).start()
    asyncio.new_event_loop().run_forever()


if __name__ == "__main__":
    main()
