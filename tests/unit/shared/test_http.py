"""Reading a request's body: what is no UTF-8 is refused, however the gateway hands it on."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from chalice.app import Request, Response

from degree_auth.domain.shared.errors import Malformed, NotFound
from degree_auth.http.api import Api
from degree_auth.http.requests import json_body
from degree_auth.http.responses import json_response, page
from degree_auth.observability import logger
from tests.doubles.gateway import event

IN_GBK = Path("tests/samples/requests/body-in-gbk.json").read_bytes()
"""A request typed in an editor that saves GBK; the person is invented."""


def request(body: str, *, encoded: bool = False) -> Request:
    """A request as API Gateway hands it to a function."""
    return Request(event("POST", "/v1/applications", raw=body, encoded=encoded))


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


@pytest.fixture
def app() -> Api:
    """Two routes, one of which finds nothing."""
    made = Api(app_name="test")

    @made.on("GET", "/there")
    def there(_: Request) -> Response:
        return json_response({"a": 1}, headers={"Cache-Control": "max-age=1"})

    @made.on("GET", "/missing")
    def missing(_: Request) -> Response:
        raise NotFound("not_found")

    return made


def asked(app: Api, method: str, path: str) -> dict[str, Any]:
    return app(event(method, path), None)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(("path", "status"), [("/there", 200), ("/missing", 404)])
def test_head_is_answered_as_get_without_its_content(app: Api, path: str, status: int) -> None:
    got, head = asked(app, "GET", path), asked(app, "HEAD", path)
    assert (head["statusCode"], head["body"]) == (status, "")
    assert head["headers"] == got["headers"]
    assert got["body"]


@pytest.mark.requirement("N5")
def test_another_method_is_refused_with_the_methods_that_there_are(app: Api) -> None:
    refused = asked(app, "DELETE", "/there")
    assert (refused["statusCode"], refused["headers"]["Allow"]) == (405, "GET, HEAD")


@pytest.mark.requirement("N6")
def test_a_refused_method_is_logged_as_every_answer_is(app: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []
    monkeypatch.setattr(logger, "info", lambda _, extra: told.append(extra))
    asked(app, "GET", "/there")
    asked(app, "DELETE", "/there")
    request = {"request_id": "request-1"}
    assert told == [
        {"route": "GET /there", "status": 200, **request},
        {"route": "DELETE /there", "status": 405, **request},
    ]


@pytest.mark.requirement("N4")
def test_every_answer_keeps_browsers_to_https(app: Api) -> None:
    answers = [asked(app, "GET", "/there"), asked(app, "GET", "/missing"), asked(app, "PUT", "/there")]
    headers = [one["headers"] for one in answers] + [page("check").headers]
    assert {one["Strict-Transport-Security"] for one in headers} == {"max-age=31536000"}
