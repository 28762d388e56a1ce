"""Reading what an account asks of its lists of tasks, or looks for in them (article 9): all faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from degree_auth.domain.applications.fields import FIELDS
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.shared.identifiers import DEPARTMENT_ID
from degree_auth.domain.shared.reading import Fields, choice, mapped_field, optional, read_object, text_of_form
from degree_auth.domain.shared.text import code_form
from degree_auth.domain.verification.listing import LEAD_DEPARTMENT

LARGEST_PAGE = 100
_USUAL_PAGE = 50
_LONGEST_CURSOR = 400
_CERTIFICATE = "degree.certificate_number"
_NUMBER = re.compile(r"[^\W_]")


def _is_page_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 3 and text[0] != "0" and int(text) <= LARGEST_PAGE


CURSOR = text_of_form(
    lambda text: 0 < len(text) <= _LONGEST_CURSOR, "cursor_invalid", minLength=1, maxLength=_LONGEST_CURSOR
)
"""Where a list goes on, as its page before said."""

TASK_QUERY: Fields = {
    "status": optional(choice(("open", "closed")), "open"),
    "department_id": optional(
        text_of_form(lambda text: text == LEAD_DEPARTMENT or DEPARTMENT_ID.fits(text), "department_id_format")
    ),
    "limit": optional(mapped_field(text_of_form(_is_page_size, "page_limit"), int), _USUAL_PAGE),
    "cursor": optional(CURSOR),
}


TASK_SEARCH: Fields = {
    "number": mapped_field(
        text_of_form(
            lambda text: len(text) <= FIELDS[_CERTIFICATE].max_length and _NUMBER.search(text) is not None,
            "search_number_format",
            minLength=1,
            maxLength=FIELDS[_CERTIFICATE].max_length,
        ),
        code_form,
    )
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


@dataclass(frozen=True, slots=True)
class TaskSearch:
    """What an account looks for: a case by its number, or else the tasks about a certificate; personal data then."""

    case_number: str | None
    certificate_number: str | None


def parse_task_search(body: object) -> TaskSearch:
    """Read a search: `number` is a case's, a task's or a certificate's, as people write it.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    number: str = read_object(body, TASK_SEARCH).complete()["number"]
    for case_number in (number, number.rpartition("-")[0]):
        if is_case_number(case_number):
            return TaskSearch(case_number, None)
    return TaskSearch(None, number)
