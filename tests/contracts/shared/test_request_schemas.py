"""The OpenAPI document says of every request body what the table says by which it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from degree_auth.adapters.institutions.client_keys import JoseClientKeys
from degree_auth.domain.accounts.sign_in import PASSWORD_SETTING, REFRESH, SIGN_IN
from degree_auth.domain.applications.submission import claim_fields, submission_fields
from degree_auth.domain.cases.attachment import ANNOUNCEMENT, EVIDENCE_ANNOUNCEMENT
from degree_auth.domain.cases.result import Result
from degree_auth.domain.institutions.machine_client import machine_client_fields
from degree_auth.domain.institutions.own_institution_inputs import DEPARTMENT, EXPLANATION
from degree_auth.domain.notifications.own_inputs import CODE_REQUEST, PROOF, WISHES
from degree_auth.domain.notifications.watch import WATCH_REMOVAL, watch_fields
from degree_auth.domain.rechecks.disavowals import LONGEST_DISAVOWAL
from degree_auth.domain.rechecks.dispute import DISPUTE
from degree_auth.domain.reports.check_request import CODE_CHECK, FILE_CHECK, PRINT_CHECK
from degree_auth.domain.reports.share import SHARE_REQUEST, SHARE_VIEW
from degree_auth.domain.shared.free_text import LONGEST_MESSAGE, LONGEST_REASON, LONGEST_URGENCY_REASON, prose
from degree_auth.domain.shared.reading import REQUIRED, Field, Fields, Section
from degree_auth.domain.verification.answer_sheet import FILLED_SHEET, SHEET_REQUEST
from degree_auth.domain.verification.feedback import COMMON, feedback_fields
from degree_auth.domain.verification.list_query import TASK_SEARCH
from degree_auth.domain.verification.task_inputs import EXTENSION, REASSIGNMENT
from tests.doubles.gateway import resolved
from tests.samples.api_document import DOCUMENT

TODAY = date(2026, 11, 23)
TABLES: dict[str, tuple[Fields, ...]] = {
    "POST /v1/applications": (submission_fields(TODAY),),
    "POST /v1/applications/{case_number}/attachments": (ANNOUNCEMENT,),
    "POST /v1/applications/{case_number}/disputes": (DISPUTE,),
    "POST /v1/applications/{case_number}/urgency": ({"reason": prose(LONGEST_URGENCY_REASON)},),
    "PUT /v1/applications/{case_number}/notifications": (WISHES,),
    "POST /v1/applications/{case_number}/notifications/codes": (CODE_REQUEST,),
    "POST /v1/applications/{case_number}/notifications/proofs": (PROOF,),
    "PUT /v1/notifications": (WISHES,),
    "POST /v1/notifications/codes": (CODE_REQUEST,),
    "POST /v1/notifications/proofs": (PROOF,),
    "POST /v1/me/applications/{case_number}/disavowal": ({"reason": prose(LONGEST_DISAVOWAL)},),
    "POST /v1/report-checks": (CODE_CHECK, PRINT_CHECK, FILE_CHECK),
    "POST /v1/applications/{case_number}/shares": (SHARE_REQUEST,),
    "POST /v1/report-shares": (SHARE_VIEW,),
    "POST /v1/report-checks/watches": (watch_fields(local=False),),
    "POST /v1/report-checks/watches/removal": (WATCH_REMOVAL,),
    "POST /v1/sessions": (SIGN_IN,),
    "POST /v1/sessions/password": (PASSWORD_SETTING,),
    "POST /v1/sessions/refresh": (REFRESH,),
    "PUT /v1/departments/{department_id}": (DEPARTMENT,),
    "PUT /v1/explanations/{explanation_id}": (EXPLANATION,),
    "PUT /v1/machine-clients/{machine_id}": (machine_client_fields(JoseClientKeys().read),),
    "POST /v1/task-searches": (TASK_SEARCH,),
    "POST /v1/task-sheets": (SHEET_REQUEST,),
    "POST /v1/task-sheets/preview": (FILLED_SHEET,),
    "POST /v1/tasks/{task_id}/feedback": tuple(
        {"result": Field(Result, {"type": "string", "enum": [*Result]}), **COMMON, **own}
        for own in feedback_fields(TODAY).values()
    ),
    "POST /v1/tasks/{task_id}/extension": (EXTENSION,),
    "POST /v1/tasks/{task_id}/reassignment": (REASSIGNMENT,),
    "POST /v1/tasks/{task_id}/correction": ({"reason": prose(LONGEST_REASON)},),
    "POST /v1/tasks/{task_id}/messages": ({"text": prose(LONGEST_MESSAGE)},),
    "POST /v1/tasks/{task_id}/attachments": (EVIDENCE_ANNOUNCEMENT,),
}
ELSEWHERE = {
    # Each answer is told of by itself, as the form of one task is.
    "POST /v1/task-answers",
    # A form, as RFC 6749 has it.
    "POST /v1/token",
    # Any part of a claim may be left out: the parts are those of a submission.
    "POST /v1/applications/{case_number}/supplements",
    # The message around a submission carries a signature and no limits of its own.
    "POST /v1/platform/applications",
    # What it holds under the platform's own names is read by the table of a submission.
    "POST /v1/platform/deliveries",
}
HELD = ("type", "const", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")


def bodies() -> dict[str, Mapping[str, Any]]:
    """The schema of every request body, by operation."""
    return {
        f"{verb.upper()} {path}": resolved(content["schema"])
        for path, item in DOCUMENT["paths"].items()
        for verb, operation in item.items()
        if isinstance(operation, dict)
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }


def documented(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a schema of the document limits, in the shape of `limits`."""
    schema = resolved(schema)
    held = {keyword: schema[keyword] for keyword in HELD if keyword in schema}
    if isinstance(held.get("type"), list):
        held["type"] = next(kind for kind in held["type"] if kind != "null")
    if "items" in schema:
        held["items"] = documented(schema["items"])
    if isinstance(schema.get("properties"), dict):
        held["fields"] = {name: documented(inner) for name, inner in schema["properties"].items()}
        held["required"] = set(schema.get("required", ()))
        assert schema["additionalProperties"] is False
    return held


def limits(form: Field | Section) -> dict[str, Any]:
    """What a table limits."""
    if isinstance(form, Section):
        return {"type": "object", **table((form.fields,))}
    held = {keyword: form.schema[keyword] for keyword in HELD if keyword in form.schema}
    if "items" in form.schema:
        held["items"] = {keyword: form.schema["items"][keyword] for keyword in HELD if keyword in form.schema["items"]}
    return held


def table(variants: Iterable[Fields]) -> dict[str, Any]:
    """The fields of all variants together; required are those that every variant requires."""
    variants = list(variants)
    required = [{name for name, form in one.items() if is_required(form)} for one in variants]
    fields: dict[str, dict[str, Any]] = {}
    for one in variants:
        for name, form in one.items():
            # A text that one variant requires may be empty in another.
            kept = fields.get(name)
            fields[name] = limits(form) if kept is None or not is_required(form) else kept
    return {"fields": fields, "required": set.intersection(*required)}


def is_required(form: Field | Section) -> bool:
    return isinstance(form, Section) or form.default is REQUIRED


@pytest.mark.requirement("N5")
def test_every_request_body_is_held_against_its_table() -> None:
    assert bodies().keys() == TABLES.keys() | ELSEWHERE


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("operation", TABLES)
def test_a_request_body_is_documented_as_it_is_read(operation: str) -> None:
    schema, tables = bodies()[operation], TABLES[operation]
    if "oneOf" in schema:
        assert [documented(one) for one in schema["oneOf"]] == [{"type": "object", **table([one])} for one in tables]
    else:
        assert documented(schema) == {"type": "object", **table(tables)}


@pytest.mark.requirement("A1", "N5")
def test_a_supplement_is_documented_as_a_submission_whose_fields_may_all_be_left_out() -> None:
    schema = documented(DOCUMENT["components"]["schemas"]["Supplement"])
    whole = table((claim_fields(TODAY),))["fields"]
    assert schema["required"] == set()
    assert schema["fields"] == {name: {**section, "required": set()} for name, section in whole.items()}
