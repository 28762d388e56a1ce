"""API Gateway as the functions meet it: requests as it hands them on, and answers held against the API's document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from tests.samples.api_document import DOCUMENT


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in the document behind a reference."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """A schema of the document, with all that it refers to."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def event(
    method: str,
    path: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    raw: str | None = None,
    encoded: bool = False,
    source: str = "192.0.2.1",
) -> dict[str, Any]:
    """A request as a function is handed it; `path` is the route's, `raw` stands for a body that is not JSON, `source`
    is the caller's address."""
    return {
        "requestContext": {
            "httpMethod": method,
            "resourcePath": path,
            "requestId": "request-1",
            "identity": {"sourceIp": source},
        },
        "pathParameters": dict(parameters) if parameters else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
        "headers": {"content-type": "application/json", **(headers or {})},
        "stageVariables": None,
        "isBase64Encoded": encoded,
        "body": raw if raw or body is None else json.dumps(body, ensure_ascii=False),
    }


def documented_body(method: str, path: str, answered: Mapping[str, Any]) -> Any:
    """The JSON of an answer, None when it has no content; both as the document has them for this status."""
    said = json.loads(answered["body"]) if answered["body"] else None
    described = resolved(DOCUMENT["paths"][path][method.lower()]["responses"][str(answered["statusCode"])])
    if "content" not in described:
        assert said is None
        return None
    kind = answered["headers"]["Content-Type"].partition(";")[0]
    validator(described["content"][kind]["schema"]).validate(said)
    return said
