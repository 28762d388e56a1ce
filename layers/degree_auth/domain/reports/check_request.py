"""Reading a request to check a report (article 15)."""

from __future__ import annotations

from collections.abc import Callable

from degree_auth.domain.reports.report import normalise_check_code, normalise_report_number
from degree_auth.domain.shared.errors import Invalid
from degree_auth.domain.shared.identifiers import SHA256
from degree_auth.domain.shared.reading import BrokenRule, Field, Fields, read_object, required_text

LONGEST_CODE = 64


def _printed(normalise: Callable[[str], str]) -> Field:
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
    "report_number": _printed(normalise_report_number),
    "check_code": _printed(normalise_check_code),
}
FILE_CHECK: Fields = {"sha256": SHA256}


def parse_check_request(body: object) -> dict[str, str]:
    """`{"report_number", "check_code"}` in their printed form, or `{"sha256"}` in lower case.

    Raises:
        Malformed: not an object.
        Invalid: fields are missing, unknown or misspelt; all are named.
    """
    by_file = isinstance(body, dict) and body.get("sha256") is not None
    return read_object(body, FILE_CHECK if by_file else CODE_CHECK).complete()
