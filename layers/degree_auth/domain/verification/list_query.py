"""Reading what an account asks of its lists of tasks (article 9): all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from degree_auth.domain.shared.identifiers import DEPARTMENT_ID
from degree_auth.domain.shared.reading import Fields, choice, mapped_field, optional, read_object, text_of_form
from degree_auth.domain.verification.listing import LEAD_DEPARTMENT

LARGEST_PAGE = 100
_USUAL_PAGE = 50
_LONGEST_CURSOR = 400


def _is_page_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 3 and text[0] != "0" and int(text) <= LARGEST_PAGE


TASK_QUERY: Fields = {
    "status": optional(choice(("open", "closed")), "open"),
    "department_id": optional(
        text_of_form(lambda text: text == LEAD_DEPARTMENT or DEPARTMENT_ID.fits(text), "department_id_format")
    ),
    "limit": optional(mapped_field(text_of_form(_is_page_size, "page_limit"), int), _USUAL_PAGE),
    "cursor": optional(text_of_form(lambda text: 0 < len(text) <= _LONGEST_CURSOR, "cursor_invalid")),
}


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """One page of open or closed tasks, of all departments (None) or of one; `cursor` is where it goes on."""

    is_unfinished: bool
    department_id: str | None
    limit: int
    cursor: str | None


def parse_task_query(asked: Mapping[str, str]) -> TaskQuery:
    """Read the query of an address: `status`, `department_id`, `limit`, `cursor`, each optional.

    Raises:
        Invalid: everything that is wrong with it, at once.
    """
    values = read_object(dict(asked), TASK_QUERY).complete()
    return TaskQuery(values.pop("status") == "open", **values)
