"""The verification form (学位信息核查反馈表) as an institution fills it in (articles 4, 14): all its faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from degree_auth.domain.applications.fields import FIELDS, read_field
from degree_auth.domain.cases.result import DENIALS, Result
from degree_auth.domain.cases.stages import Outcome
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.identifiers import ATTACHMENT_ID
from degree_auth.domain.shared.reading import BrokenRule, Field, Fields, choice, items, optional, read_variant

MOST_FEEDBACK_ATTACHMENTS = 10


ARCHIVE_FIELDS = frozenset(
    field for field in FIELDS if field.startswith(("holder.", "degree.")) and field != "degree.institution_code"
)
"""What the archive may have another value for; another institution is an answer of its own."""

MATERIAL_FIELDS = ARCHIVE_FIELDS | {"degree.institution_code", "certificate_scan"}
"""What the applicant may be asked for."""

TEXT_LENGTHS = {
    "handler": 50,
    "archive_searched": 200,
    "archive_reference": 100,
    "remark": 1000,
    "reason": LONGEST_REASON,
}
"""Characters of each text of a form, as sent."""

COMMON: Fields = {
    "handler": prose(TEXT_LENGTHS["handler"], lines=False),
    "attachments": optional(items(ATTACHMENT_ID, MOST_FEEDBACK_ATTACHMENTS, "too_many_attachments"), ()),
    "remark": optional(prose(TEXT_LENGTHS["remark"]), "", blank=True),
}
_REFERENCE = prose(TEXT_LENGTHS["archive_reference"], lines=False)
_MATERIAL: Fields = {
    "fields": items(choice(sorted(MATERIAL_FIELDS), "field_name_unknown"), needed=True),
    "reason": prose(TEXT_LENGTHS["reason"], impersonal=True),
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """A filled-in form. `handler` is a person's name, `archive_values` and `remark` may hold personal data.

    It is stored sealed and never logged. `archive_values` are canonical text by dotted field; `fields` and
    `reason` say what the applicant is asked for. Of a denial, `archive_searched` and `archive_reference` say where was
    looked, and `reason` why nothing is confirmed; the applicant is told all three.
    """

    result: Result
    handler: str
    archive_searched: str
    archive_reference: str
    archive_values: Mapping[str, str]
    fields: tuple[str, ...]
    reason: str
    attachments: tuple[str, ...]
    remark: str


def parse_feedback(body: object, today: date) -> Feedback:
    """Read a form; `today` is the day in Shanghai.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    absent = {"archive_searched": "", "archive_values": {}, "fields": (), "reason": ""}
    given = read_variant(body, "result", feedback_fields(today), COMMON).complete()
    # Read, and so held against the outcome that follows; it is no part of the form.
    given.pop("confirmed_outcome", None)
    return Feedback(**{**absent, **given})


def feedback_fields(today: date) -> Mapping[Result, Fields]:
    """The fields that a form has by its result, beside those of every form; `today` is the day in Shanghai.

    What the archive was found to say is found again by its reference, which is required then. A denial says where was
    looked and why it denies, and its sender names the outcome that follows from it.
    """
    reference: Fields = {"archive_reference": optional(_REFERENCE, "", blank=True)}
    fields = dict.fromkeys(Result, reference)
    fields[Result.VERIFIED] = {"archive_reference": _REFERENCE}
    fields[Result.PARTLY_INCONSISTENT] = {"archive_reference": _REFERENCE, "archive_values": _archive_values(today)}
    for denial, outcome in DENIALS.items():
        fields[denial] = {
            "archive_searched": prose(TEXT_LENGTHS["archive_searched"], lines=False, impersonal=True),
            "archive_reference": _REFERENCE,
            "reason": prose(TEXT_LENGTHS["reason"], impersonal=True),
            "confirmed_outcome": _outcome_confirmation(outcome),
        }
    fields[Result.NEEDS_MATERIAL] = {**reference, **_MATERIAL}
    return fields


def _outcome_confirmation(outcome: Outcome) -> Field:
    """The outcome that follows from the answer; the sender has to name it."""
    any_outcome = choice(dict.fromkeys(DENIALS.values()))
    return replace(choice((outcome,), "confirmed_outcome_differs"), schema=any_outcome.schema)


def _archive_values(today: date) -> Field:
    """Canonical text by dotted field."""

    def read(raw: object) -> dict[str, str]:
        if not isinstance(raw, dict):
            raise BrokenRule("not_an_object")
        if not raw:
            raise BrokenRule("required")
        values: dict[str, str] = {}
        problems: list[Problem] = []
        for field, value in raw.items():
            if field not in ARCHIVE_FIELDS:
                problems.append(Problem("", "archive_field_unknown"))
                continue
            try:
                canonical = read_field(field, value, today)
            except BrokenRule as broken:
                problems += [Problem(field, one.code) for one in broken.problems]
            else:
                values[field] = canonical.isoformat() if isinstance(canonical, date) else str(canonical)
        if problems:
            raise Invalid(problems)
        return values

    return Field(read, {"type": "object"})
