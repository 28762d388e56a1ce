"""Reading a request to check a report (article 15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from degree_auth.domain.applications.fields import FIELDS, read_field
from degree_auth.domain.reports.codes import normalise_check_code, normalise_report_number
from degree_auth.domain.reports.printed import COMPARED_FIELDS
from degree_auth.domain.shared.errors import Invalid
from degree_auth.domain.shared.identifiers import SHA256
from degree_auth.domain.shared.reading import BrokenRule, Field, Fields, read_object, required_text

LONGEST_CODE = 64


def _code_field(normalise: Callable[[str], str]) -> Field:
    """A number or code as people type it, in its printed form."""

    def read(raw: object) -> str:
        typed = required_text(raw)
        if len(typed) > LONGEST_CODE:
            raise BrokenRule("too_long")
        try:
            return normalise(typed)
        except Invalid as refused:
            raise BrokenRule(*(one.code for one in refused.problems)) from None

    return Field(read, {"type": "string", "minLength": 1, "maxLength": LONGEST_CODE})


CODE_CHECK: Fields = {
    "report_number": _code_field(normalise_report_number),
    "check_code": _code_field(normalise_check_code),
}
FILE_CHECK: Fields = {"sha256": SHA256}


def _compared_field(name: str) -> Field:
    """A value that is compared with the print, as an application would state it."""
    path = COMPARED_FIELDS[name]
    # Whatever day it is: a date that nobody printed yet only fits no report.
    return Field(
        lambda raw: str(read_field(path, raw, date.max)),
        {"type": "string", "minLength": 1, "maxLength": FIELDS[path].max_length},
    )


PRINT_CHECK: Fields = {**CODE_CHECK, **{name: _compared_field(name) for name in COMPARED_FIELDS}}


def parse_check_request(body: object) -> dict[str, str]:
    """`{"report_number", "check_code"}` in their printed form, or `{"sha256"}` in lower case.

    With number and code may come `holder_name`, `birth_date` and `certificate_number` as they are printed, all three:
    in their canonical form, the date in ISO 8601.

    Raises:
        Malformed: not an object.
        Invalid: fields are missing, unknown or misspelt; all are named.
    """
    given = body.keys() if isinstance(body, dict) else frozenset()
    if "sha256" in given:
        return read_object(body, FILE_CHECK).complete()
    return read_object(body, PRINT_CHECK if given & COMPARED_FIELDS.keys() else CODE_CHECK).complete()
