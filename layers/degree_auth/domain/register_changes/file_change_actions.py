"""Reading what staff decide on a register change that a file asks for (article 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.identifiers import LANGUAGE, VERSION
from degree_auth.domain.shared.reading import Fields, pattern
from degree_auth.domain.shared.words import Language


class FileChangeAction(StrEnum):
    """What staff can do with a change that a file asks for."""

    LIST_FILE_CHANGES = "list_file_changes"
    OPEN_FILE_CHANGE = "open_file_change"
    APPROVE_FILE_CHANGE = "approve_file_change"
    CLOSE_FILE_CHANGE = "close_file_change"


FILE_CHANGE = pattern("[A-Za-z0-9_-]{22}", "file_change_format")
_REASON = prose(LONGEST_REASON, impersonal=True)
FILE_CHANGE_ACTIONS: Mapping[FileChangeAction, Fields] = {
    FileChangeAction.LIST_FILE_CHANGES: {"language": LANGUAGE},
    FileChangeAction.OPEN_FILE_CHANGE: {"change": FILE_CHANGE, "language": LANGUAGE},
    FileChangeAction.APPROVE_FILE_CHANGE: {"change": FILE_CHANGE, "reason": _REASON, "proposal": VERSION},
    FileChangeAction.CLOSE_FILE_CHANGE: {"change": FILE_CHANGE, "reason": _REASON},
}


@dataclass(frozen=True, slots=True)
class FileChangeDecision:
    """One decision on a change, or the wish to see what is open (no `change`); `reason` holds no personal data,
    `proposal` is the number on the page that an approver saw, `language` is that of the page."""

    action: FileChangeAction
    reviewer: str
    change: str = ""
    reason: str = ""
    proposal: int = 0
    language: Language = Language.CHINESE


def parse_file_change_action(body: object) -> FileChangeDecision:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    return FileChangeDecision(**read_action(body, FILE_CHANGE_ACTIONS).complete())
