"""What auditors ask of the records of readings (N3): by person, or by reader and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.identifiers import LANGUAGE
from degree_auth.domain.shared.reading import DATE, Fields, optional, pattern, text_of_form
from degree_auth.domain.shared.words import Language


class ReadingAction(StrEnum):
    """What staff can ask of the records."""

    LIST_READINGS = "list_readings"


# As entries name them: an account of staff, an account of an institution, or a machine client.
_READER = pattern(r"staff:[a-z0-9][a-z0-9._-]{1,31}|account:([0-9a-f]{32}|[0-9]{5}\.[a-z0-9-]{1,40})", "reader_format")
_CURSOR = pattern("[A-Za-z0-9_-]{1,200}", "cursor_invalid")
READING_ACTIONS: Mapping[ReadingAction, Fields] = {
    ReadingAction.LIST_READINGS: {
        "case_number": optional(text_of_form(is_case_number, "case_number_format"), ""),
        "reader": optional(_READER, ""),
        "day": optional(DATE),
        "cursor": optional(_CURSOR, ""),
        "language": LANGUAGE,
    },
}


@dataclass(frozen=True, slots=True)
class ReadingQuery:
    """Whose readings are asked for: of all the cases of the person whom a case names, or by a reader on a day in
    Shanghai. `cursor` is where the page before ended."""

    action: ReadingAction
    reviewer: str
    case_number: str = ""
    reader: str = ""
    day: date | None = None
    cursor: str = ""
    language: Language = Language.CHINESE


def parse_reading_query(body: object) -> ReadingQuery:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    reading = read_action(body, READING_ACTIONS)
    if not reading.problems:
        case_number, reader, day = (reading.values[name] for name in ("case_number", "reader", "day"))
        if bool(case_number) == bool(reader):
            reading.refuse("reader", "reader_or_case")
        elif bool(reader) != (day is not None):
            reading.refuse("day", "reader_and_day")
    return ReadingQuery(**reading.complete())
