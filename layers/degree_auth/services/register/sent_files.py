"""Who of the staff sent an annual report file (article 11): proven by their code, and told to the import so that nobody
else can tell it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from degree_auth.domain.register.sent_file import PROOF_LASTS, SentFile, parse_sent_file
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.words import Words
from degree_auth.services.shared.ports import KeyedDigest
from degree_auth.services.shared.staff_desk import ActionResult

_PURPOSE = "register-file-sender"


class ImportMachine(Protocol):
    """The machine that imports annual report files."""

    def start(self, name: str, content: Mapping[str, Any]) -> None:
        """Start an execution under this name with this input; of one name there is one."""
        ...


@dataclass(frozen=True, slots=True)
class SentFiles:
    """Starts the import of a file as one that a member of staff sent."""

    digests: KeyedDigest
    machine: ImportMachine

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Start the import; a repeat of the same command starts nothing more. Raises `Malformed`, `Invalid`."""
        sent = parse_sent_file(body)
        name = f"sent-{hashlib.sha256(command.encode()).hexdigest()[:32]}"
        sent_at = now.isoformat()
        content = {
            "source": sent.source,
            "sender": sent.sender,
            "rows": sent.rows,
            "sha256": sent.sha256,
            "sent_at": sent_at,
            "sender_proof": self.digests.token(_PURPOSE, sent.claim(name, sent_at)),
        }
        self.machine.start(name, {field: value for field, value in content.items() if value is not None})
        words = Words(
            f"已以送交人身份启动该文件的导入，执行名为 {name}。",
            f"The import is started with you as the file's sender, as execution {name}.",
        )
        return ActionResult(words, {"source": sent.source, "import_execution": name})


def proven_sender(digests: KeyedDigest, execution: str, given: Mapping[str, Any], now: datetime) -> str | None:
    """The member of staff who sent the file that an execution of the import was started with; None when nobody did, and
    nobody is named.

    Raises:
        Invalid: somebody is named, and `send_register_file` did not start this execution with this input, or did so
            longer ago than a proof lasts.
    """
    if "sender" not in given:
        return None
    sender, sha256, sent_at, proof = (str(given.get(one)) for one in ("sender", "sha256", "sent_at", "sender_proof"))
    claim = SentFile(given["source"], sender, sha256, given.get("rows")).claim(execution, sent_at)
    if not hmac.compare_digest(digests.token(_PURPOSE, claim).encode(), proof.encode()):
        raise Invalid([Problem("sender", "register_sender_not_proven")])
    if now - datetime.fromisoformat(sent_at) > PROOF_LASTS:
        raise Invalid([Problem("sent_at", "register_sending_too_old")])
    return sender
