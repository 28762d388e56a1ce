"""Reading a request to check a report (article 15)."""

from __future__ import annotations

import re
from datetime import date

from degree_auth.domain.applications.fields import BrokenRule, read_field
from degree_auth.domain.reports.printed import COMPARED_FIELDS
from degree_auth.domain.reports.report import normalise_check_code, normalise_report_number
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key

_SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")
LONGEST_CODE = 64


def parse_check_request(body: object) -> dict[str, str]:
    """`{"report_number", "check_code"}` in their printed form, or `{"sha256"}` in lower case.

    With number and code may come `holder_name`, `birth_date` and `certificate_number` as they are printed, all three:
    in their canonical form, the date in ISO 8601.

    Raises:
        Malformed: not an object.
        Invalid: fields are missing, unknown or misspelt; all are named.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    wanted: tuple[str, ...] = ("sha256",) if "sha256" in body else ("report_number", "check_code")
    if "sha256" not in body and body.keys() & COMPARED_FIELDS.keys():
        wanted += tuple(COMPARED_FIELDS)
    problems = [Problem(shown_key(field), "unknown_field") for field in body if field not in wanted]
    read: dict[str, str] = {}
    for field in wanted:
        value = body.get(field)
        if field not in body:
            problems.append(Problem(field, "required"))
        elif field in COMPARED_FIELDS:
            try:
                # Whatever day it is: a date that nobody printed yet only fits no report.
                read[field] = str(read_field(COMPARED_FIELDS[field], value, date.max))
            except BrokenRule as broken:
                problems.append(Problem(field, broken.code))
        elif not isinstance(value, str):
            problems.append(Problem(field, "not_text"))
        elif len(value) > LONGEST_CODE:
            problems.append(Problem(field, "too_long"))
        elif field == "sha256":
            if not _SHA256.match(value):
                problems.append(Problem(field, "sha256_format"))
            read[field] = value.lower()
        else:
            try:
                normalise = normalise_report_number if field == "report_number" else normalise_check_code
                read[field] = normalise(value)
            except Invalid as error:
                problems += error.problems
    if problems:
        raise Invalid(problems)
    return read
