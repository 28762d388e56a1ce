"""The verification form (学位信息核查反馈表) as an institution fills it in (articles 4, 14): all its faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from degree_auth.domain.applications.fields import FIELDS, BrokenRule, read_field
from degree_auth.domain.cases.task import Result
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.shared.free_text import free_text
from degree_auth.domain.shared.personal_numbers import holds_personal_number

MOST_FEEDBACK_ATTACHMENTS = 10
_ATTACHMENT_ID = re.compile(r"[0-9a-f]{32}\Z", re.ASCII)


ARCHIVE_FIELDS = frozenset(
    field for field in FIELDS if field.startswith(("holder.", "degree.")) and field != "degree.institution_code"
)
"""What the archive may have another value for; another institution is an answer of its own."""

MATERIAL_FIELDS = ARCHIVE_FIELDS | {"degree.institution_code", "certificate_scan"}
"""What the applicant may be asked for."""

# Required and allowed beside result, handler, archive_reference, attachments and remark.
_OWN = {Result.PARTLY_INCONSISTENT: ("archive_values",), Result.NEEDS_MATERIAL: ("fields", "reason")}
# What the archive was found to say is found again by its reference.
_FROM_ARCHIVE = frozenset({Result.VERIFIED, Result.PARTLY_INCONSISTENT})
_TEXTS = {"handler": 50, "archive_reference": 100, "remark": 1000, "reason": 500}
_SEVERAL_LINES = frozenset({"remark", "reason"})


@dataclass(frozen=True, slots=True)
class Feedback:
    """A filled-in form. `handler` is a person's name, `archive_values` and `remark` may hold personal data.

    It is stored sealed and never logged. `archive_values` are canonical text by dotted field; `fields` and
    `reason` say what the applicant is asked for.
    """

    result: Result
    handler: str
    archive_reference: str
    archive_values: Mapping[str, str]
    fields: tuple[str, ...]
    reason: str
    attachments: tuple[str, ...]
    remark: str

    def as_dict(self) -> dict[str, Any]:
        """The form as JSON-able data, to be sealed; equal forms give equal data."""
        return {
            "result": self.result.value,
            "handler": self.handler,
            "archive_reference": self.archive_reference,
            "archive_values": dict(sorted(self.archive_values.items())),
            "fields": list(self.fields),
            "reason": self.reason,
            "attachments": list(self.attachments),
            "remark": self.remark,
        }


def feedback_from_dict(data: Mapping[str, Any]) -> Feedback:
    """What `Feedback.as_dict` made, read back without checking it again."""
    return Feedback(
        **{
            **data,
            "result": Result(data["result"]),
            "fields": tuple(data["fields"]),
            "attachments": tuple(data["attachments"]),
        }
    )


def parse_feedback(body: object, today: date) -> Feedback:
    """Read a form; `today` is the day in Shanghai.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    problems: list[Problem] = []
    result = _result(body, problems)
    texts = {field: _text(body, field, problems) for field in _TEXTS}
    own = () if result is None else _OWN.get(result, ())
    known = {"result", "handler", "archive_reference", "remark", "attachments", *own}
    if result is not None:
        problems += [Problem(shown_key(key), "unknown_field") for key in body if key not in known]
        required = ["handler", *own, *(["archive_reference"] if result in _FROM_ARCHIVE else [])]
        problems += [Problem(field, "required") for field in required if body.get(field) in (None, "")]
    if holds_personal_number(texts["reason"]):
        problems.append(Problem("reason", "personal_data_in_input"))
    archive_values = _archive_values(body.get("archive_values"), today, problems)
    fields = _fields(body.get("fields"), problems)
    attachments = _attachments(body.get("attachments"), problems)
    if problems or result is None:
        raise Invalid(list(dict.fromkeys(problems)))
    return Feedback(
        result=result,
        handler=texts["handler"],
        archive_reference=texts["archive_reference"],
        archive_values=archive_values,
        fields=fields,
        reason=texts["reason"],
        attachments=attachments,
        remark=texts["remark"],
    )


def _result(body: Mapping[str, Any], problems: list[Problem]) -> Result | None:
    value = body.get("result")
    if value is None:
        problems.append(Problem("result", "required"))
        return None
    try:
        return Result(value)
    except ValueError:
        problems.append(Problem("result", "unknown_choice"))
        return None


def _text(body: Mapping[str, Any], field: str, problems: list[Problem]) -> str:
    value = body.get(field)
    if value is None or value == "":
        return ""
    text, codes = free_text(value, _TEXTS[field], lines=field in _SEVERAL_LINES)
    problems += [Problem(field, code) for code in codes]
    return text


def _archive_values(value: object, today: date, problems: list[Problem]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        problems.append(Problem("archive_values", "not_an_object"))
        return {}
    if not value:
        problems.append(Problem("archive_values", "required"))
    read = {}
    for field, raw in value.items():
        if field not in ARCHIVE_FIELDS:
            problems.append(Problem("archive_values", "archive_field_unknown"))
            continue
        try:
            canonical = read_field(field, raw, today)
        except BrokenRule as broken:
            problems.append(Problem(f"archive_values.{field}", broken.code))
        else:
            read[field] = canonical.isoformat() if isinstance(canonical, date) else str(canonical)
    return read


def _fields(value: object, problems: list[Problem]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not (
        value and isinstance(value, list) and all(isinstance(one, str) and one in MATERIAL_FIELDS for one in value)
    ):
        problems.append(Problem("fields", "field_name_unknown"))
        return ()
    return tuple(dict.fromkeys(value))


def _attachments(value: object, problems: list[Problem]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not (isinstance(value, list) and all(isinstance(one, str) and _ATTACHMENT_ID.match(one) for one in value)):
        problems.append(Problem("attachments", "attachment_id_format"))
        return ()
    if len(value) > MOST_FEEDBACK_ATTACHMENTS:
        problems.append(Problem("attachments", "too_many_attachments"))
    return tuple(dict.fromkeys(value))
