"""Asking for what waits (article 12): the input of an execution, and of a page of the dashboard."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from degree_auth.domain.review.work import WorkKind
from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.identifiers import LANGUAGE
from degree_auth.domain.shared.reading import Fields, Reading, choice, optional, pattern, read_object
from degree_auth.domain.shared.words import Language


class WorkAction(StrEnum):
    """What staff can ask of the lists."""

    LIST_WORK = "list_work"


_PLACE = re.compile(
    r"(?P<day>20[0-9]{2}-[0-9]{2}-[0-9]{2})\|"
    r"(?P<place>[01]#[0-9]{4}-[0-9]{2}-[0-9]{2}#[0-9T:.+-]{20,40}#RZ[0-9A-Z]{1,30})"
)
_ASKED: Fields = {
    "list": optional(choice(WorkKind), ""),
    "cursor": optional(pattern("[A-Za-z0-9_-]{1,200}", "cursor_invalid"), ""),
    "language": LANGUAGE,
}
WORK_ACTIONS: Mapping[WorkAction, Fields] = {WorkAction.LIST_WORK: _ASKED}


_MACHINE = pattern(
    r"arn:aws[a-z-]{0,20}:states:[a-z0-9-]{1,30}:[0-9]{12}:stateMachine:[A-Za-z0-9_-]{1,80}", "machine_arn_format"
)


@dataclass(frozen=True, slots=True)
class WorkQuery:
    """Which list is asked for, from where on; the beginning of each without one. `machine` is the ARN of the machine
    that carries out staff actions, for a page to link to."""

    kind: WorkKind | None
    cursor: str
    language: Language
    machine: str = ""


def parse_work_query(body: object) -> WorkQuery:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    return _query(read_action(body, WORK_ACTIONS))


def parse_page_query(body: object) -> WorkQuery:
    """Read what a page asks for, which no member of staff has signed. Raises as `parse_work_query` does."""
    return _query(read_object(body, {**_ASKED, "machine": optional(_MACHINE, "")}))


def page_place(day: date, place: str) -> str:
    """Behind what the next page begins: the day on which the first page was read, whose order holds for all, and the
    last entry's place."""
    return f"{day.isoformat()}|{place}"


def parse_page_place(text: str) -> tuple[date, str] | None:
    """The day and the place; None for a text that no page gave."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    try:
        return date.fromisoformat(found["day"]), found["place"]
    except ValueError:
        return None


def _query(reading: Reading) -> WorkQuery:
    if not reading.problems and reading.values["cursor"] and not reading.values["list"]:
        reading.refuse("cursor", "cursor_invalid")
    values = reading.complete()
    return WorkQuery(values["list"] or None, values["cursor"], values["language"], values.get("machine", ""))
