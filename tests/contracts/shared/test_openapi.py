"""The OpenAPI document is valid, strict, and says of a submission's fields what the domain says."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from openapi_spec_validator import validate

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.public_lists import categories_json, institutions_page
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.cases.ledger import CENTRE_DAYS, INSTITUTION_DAYS, PROMISED_DAYS
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.register.matching import MatchResult
from degree_auth.domain.reports.codes import normalise_check_code, normalise_report_number
from tests.doubles.gateway import resolved, validator
from tests.samples.api_document import DOCUMENT

SCHEMAS = DOCUMENT["components"]["schemas"]
VERBS = {"get", "post", "put", "delete"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for verb in sorted(VERBS & item.keys()):
            yield f"{verb.upper()} {path}", item[verb]


def objects(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for inner in node.values():
            yield from objects(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from objects(inner)


@pytest.mark.requirement("N5")
def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


@pytest.mark.requirement("N5")
def test_every_object_says_what_else_it_may_hold() -> None:
    loose = [node for node in objects(DOCUMENT) if "additionalProperties" not in node]
    assert loose == []


OF_OAUTH = "POST /v1/token"
"""Refuses in the form that libraries for OAuth 2.0 read (RFC 6749, 5.2)."""


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(("name", "operation"), [pytest.param(*each, id=each[0]) for each in operations()])
def test_every_error_has_the_error_shape(name: str, operation: dict[str, Any]) -> None:
    errors = {status: resolved(answer) for status, answer in operation["responses"].items() if status >= "400"}
    assert "429" in errors
    form = "TokenRefusal" if name == OF_OAUTH else "Error"
    for status in errors.keys() - {"429", "503"}:
        schema = errors[status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": f"#/components/schemas/{form}"}
    for status in errors.keys() & {"429", "503"}:
        assert errors[status]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}
    if "requestBody" in operation and name != OF_OAUTH:
        assert {"400", "413", "415", "422"} <= errors.keys()


@pytest.mark.requirement("N5", "N6")
@pytest.mark.parametrize(("name", "operation"), [pytest.param(*each, id=each[0]) for each in operations()])
def test_an_operation_explains_itself(name: str, operation: dict[str, Any]) -> None:
    assert {"summary", "description"} <= operation.keys()


def explained(node: object, place: str = "") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every text that explains a part of the document: where it stands, what holds it, and under which key."""
    if isinstance(node, dict):
        for key, inner in node.items():
            if key in ("title", "summary", "description") and isinstance(inner, str):
                yield f"{place}/{key}", node, key
            elif key != "value":
                yield from explained(inner, f"{place}/{key}")
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from explained(inner, f"{place}/{number}")


@pytest.mark.requirement("N5", "N6")
def test_every_explanation_is_english_and_has_its_chinese_beside_it() -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    every = list(explained(DOCUMENT))
    assert len(every) > 300
    mixed = [place for place, holder, key in every if re.search("[\u3000-\u303f\u4e00-\u9fff]", holder[key])]
    alone = [place for place, holder, key in every if not chinese.search(holder.get(f"x-{key}-zh", ""))]
    small = [place for place, holder, key in every if not re.match("[A-Z`]", holder[key])]
    assert (mixed, alone, small) == ([], [], [])


@pytest.mark.requirement("N5", "N6")
@pytest.mark.parametrize(("name", "operation"), [pytest.param(*each, id=each[0]) for each in operations()])
def test_every_request_and_answer_has_an_example_that_fits_its_schema(name: str, operation: dict[str, Any]) -> None:
    answers = [resolved(answer) for status, answer in operation["responses"].items() if status < "400"]
    for holder in [operation.get("requestBody", {}), *answers]:
        for kind, media in holder.get("content", {}).items():
            # A page or a picture is its own example.
            assert media.get("examples") or kind in ("text/html", "image/svg+xml"), kind
            for example in media.get("examples", {}).values():
                assert list(validator(media["schema"]).iter_errors(resolved(example)["value"])) == []


KEYWORDS = {
    *("$ref", "type", "enum", "const", "oneOf", "anyOf", "allOf", "not"),
    *("properties", "required", "additionalProperties", "dependentRequired", "propertyNames"),
    *("items", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format", "contentEncoding"),
    *("minimum", "maximum", "default", "description", "x-description-zh", "examples"),
}


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """A schema and those inside it."""
    yield node
    inner = [*node.get("properties", {}).values(), *node.get("oneOf", []), *node.get("anyOf", [])]
    inner += [node[key] for key in ("items", "additionalProperties") if isinstance(node.get(key), dict)]
    for each in inner:
        yield from schemas(each)


def outer_schemas(node: object) -> Iterator[dict[str, Any]]:
    """Every schema of the document that stands in no other one."""
    if isinstance(node, dict):
        for key, inner in node.items():
            if key == "schemas":
                yield from inner.values()
            elif key == "schema":
                yield inner
            elif key != "examples":
                yield from outer_schemas(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from outer_schemas(inner)


@pytest.mark.requirement("N5")
def test_no_text_of_a_schema_is_cut_at_a_comma() -> None:
    """An unquoted comma in {…} ends the text before it, and what follows becomes a keyword that nobody knows."""
    every = [schema for outer in outer_schemas(DOCUMENT) for schema in schemas(outer)]
    assert len(every) > 300
    assert {key for schema in every for key in schema} <= KEYWORDS
    assert [schema for schema in every for key, value in schema.items() if value is None and key != "default"] == []


@pytest.mark.requirement("A15", "N5")
def test_every_example_of_a_webhook_fits_its_schema() -> None:
    for item in DOCUMENT["webhooks"].values():
        (media,) = item["post"]["requestBody"]["content"].values()
        for example in media["examples"].values():
            assert list(validator(media["schema"]).iter_errors(resolved(example)["value"])) == []


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Categories", categories_json()),
        ("InstitutionPage", institutions_page(shipped_institutions(), "北大", "")),
        ("InstitutionPage", institutions_page(shipped_institutions(), "", "")),
    ],
)
def test_a_public_answer_is_as_documented(name: str, said: object) -> None:
    assert list(validator(SCHEMAS[name]).iter_errors(said)) == []


@pytest.mark.requirement("A1")
def test_the_example_of_a_submission_is_a_valid_one() -> None:
    example = DOCUMENT["components"]["examples"]["Submission"]["value"]
    assert parse_submission(example, date(2026, 11, 23)).consent


@pytest.mark.requirement("N2")
def test_the_example_of_a_report_carries_codes_in_their_printed_form() -> None:
    asked = DOCUMENT["paths"]["/v1/report-checks"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    example = asked["code"]["value"]
    assert normalise_report_number(example["report_number"]) == example["report_number"]
    assert normalise_check_code(example["check_code"]) == example["check_code"]


@pytest.mark.requirement("A12", "N6")
def test_the_promise_and_the_words_of_a_case_are_the_domains() -> None:
    status = SCHEMAS["ApplicationStatus"]["properties"]
    clock = status["clock"]["oneOf"][1]["properties"]
    promise = SCHEMAS["Help"]["properties"]["promise"]["properties"]
    shares = [promise[key]["const"] for key in ("working_days", "centre", "institution")]
    assert [clock["of"]["const"], *shares] == [PROMISED_DAYS, PROMISED_DAYS, CENTRE_DAYS, INSTITUTION_DAYS]
    assert SCHEMAS["Stage"]["enum"] == [stage.value for stage in Stage]
    assert SCHEMAS["Outcome"]["oneOf"][1]["enum"] == [outcome.value for outcome in Outcome]
    assert set(SCHEMAS["Comparison"]["oneOf"][1]["properties"]["result"]["enum"]) == {
        each.value for each in MatchResult
    }
    report = SCHEMAS["ReportCheckResult"]["properties"]["report"]["oneOf"][1]["properties"]
    assert report["basis"]["enum"] == [basis.value for basis in Basis]


@pytest.mark.requirement("N4")
def test_no_personal_value_stands_in_an_address() -> None:
    parameters = [one for item in DOCUMENT["paths"].values() for one in item.get("parameters", [])]
    parameters += [one for _, operation in operations() for one in operation.get("parameters", [])]
    in_address = {one["name"] for one in map(resolved, parameters) if one["in"] in ("path", "query")}
    assert in_address == {
        "case_number",
        "list_id",
        "format",
        "query",
        "cursor",
        "from",
        "to",
        "by",
        "language",
        "department_id",
        "account_id",
        "explanation_id",
        "machine_id",
        "share_id",
        "task_id",
        "status",
        "limit",
        "first",
        "second",
        # Of a sign-in: both are good once and tell nothing of a person.
        "code",
        "state",
    }
