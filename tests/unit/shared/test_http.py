"""Reading a request's body: what is no UTF-8 is refused, however the gateway hands it on."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from chalice.app import Request

from degree_auth.domain.shared.errors import Malformed
from degree_auth.http import json_body

IN_GBK = Path("tests/samples/requests/body-in-gbk.json").read_bytes()
"""A request typed in an editor that saves GBK; the person is invented."""


def request(body: str, *, encoded: bool = False) -> Request:
    """A request as API Gateway hands it to a function."""
    return Request(
        {
            "requestContext": {"httpMethod": "POST", "resourcePath": "/v1/applications"},
            "pathParameters": None,
            "multiValueQueryStringParameters": None,
            "headers": {"content-type": "application/json; charset=utf-8"},
            "stageVariables": None,
            "isBase64Encoded": encoded,
            "body": body,
        }
    )


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    "sent",
    [
        request(base64.b64encode(IN_GBK).decode(), encoded=True),
        request(IN_GBK.decode("utf-8", "replace")),
        request(base64.b64encode('{"a": "姓名"}'.encode("utf-16")).decode(), encoded=True),
        request('{"a": "姓名"}'.encode("utf-16").decode("utf-8", "replace")),
        request('{"a": "\ud800"}'),
    ],
    ids=["gbk in base64", "gbk with bytes replaced", "utf-16 in base64", "utf-16 with bytes replaced", "surrogate"],
)
def test_a_body_that_is_not_utf8_is_malformed(sent: Request) -> None:
    with pytest.raises(Malformed) as refused:
        json_body(sent)
    assert refused.value.code == "body_not_utf8"


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_in_utf8_is_read_as_it_is(encoded: bool) -> None:
    content = '{"a": "䶮𠮷"}'
    body = base64.b64encode(content.encode()).decode() if encoded else content
    assert json_body(request(body, encoded=encoded)) == {"a": "䶮𠮷"}
