"""What staff say when they send an annual report file (article 11), and what proves that they said it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.identifiers import SHA256
from degree_auth.domain.shared.reading import Fields, optional, text_of_form, whole_number

LOOKED_AT_ONLY = "incoming/check/"
"""Files under here are never imported."""

_ARRIVED, _LONGEST_SOURCE = "incoming/", 300
_MOST_ROWS = 100_000_000

PROOF_LASTS = timedelta(days=30)
"""How long an import may be begun as somebody's after they sent the file: an import that stopped may go on for 14 days,
and the name of an execution, which the proof is bound to, may be taken again after 90."""


class RegisterFileAction(StrEnum):
    """What staff can do with an annual report file."""

    SEND_REGISTER_FILE = "send_register_file"


def _is_source(text: str) -> bool:
    arrived = text.startswith(_ARRIVED) and not text.startswith(LOOKED_AT_ONLY)
    return arrived and len(_ARRIVED) < len(text) <= _LONGEST_SOURCE and text.isprintable()


REGISTER_FILE_ACTIONS: Mapping[RegisterFileAction, Fields] = {
    RegisterFileAction.SEND_REGISTER_FILE: {
        "source": text_of_form(_is_source, "register_source_format"),
        "rows": optional(whole_number(0, _MOST_ROWS, "register_row_number_format")),
        "sha256": SHA256,
    },
}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file under `incoming/`, who of the staff sent it, its digest, and how many rows it has, where that is said."""

    source: str
    sender: str
    sha256: str
    rows: int | None = None

    def claim(self, execution: str, sent_at: str) -> str:
        """What is proven of the file for one execution of the import, as text."""
        facts = [execution, self.source, self.sender, self.rows, self.sha256, sent_at]
        return json.dumps(facts, ensure_ascii=False)


def parse_sent_file(body: object) -> SentFile:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    values = read_action(body, REGISTER_FILE_ACTIONS).complete()
    return SentFile(values["source"], values["reviewer"], values["sha256"], values["rows"])
