"""What staff say when they send an annual report file (article 11), and what proves that they said it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.identifiers import SHA256
from degree_auth.domain.shared.reading import Fields, optional, text_of_form, whole_number

LOOKED_AT_ONLY = "incoming/check/"
"""Files under here are never imported."""

_ARRIVED, _LONGEST_SOURCE = "incoming/", 300
_MOST_ROWS = 100_000_000


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
    """A file under `incoming/`, who of the staff sent it, and how many rows and which digest it has, where that is
    said."""

    source: str
    sender: str
    rows: int | None = None
    sha256: str | None = None

    def claim(self, execution: str) -> str:
        """What is proven of the file for one execution of the import, as text."""
        return json.dumps([execution, self.source, self.sender, self.rows, self.sha256], ensure_ascii=False)


def parse_sent_file(body: object) -> SentFile:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    values = read_action(body, REGISTER_FILE_ACTIONS).complete()
    return SentFile(values["source"], values["reviewer"], values["rows"], values["sha256"])
