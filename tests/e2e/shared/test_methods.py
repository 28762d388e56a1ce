"""Methods of HTTP on the deployed API: HEAD wherever there is GET, 405 for what a path does not have."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.e2e.client import SECONDS


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("path", ["/check", "/v1/help", "/v1/log/head", "/did.json", "/v1/applications/RZ1"])
def test_head_is_answered_as_get_without_its_content(stack: dict[str, Any], path: str) -> None:
    got = requests.get(f"{stack['api_url']}{path}", timeout=SECONDS)
    head = requests.head(f"{stack['api_url']}{path}", timeout=SECONDS)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/v1/report-checks", "POST"),
        ("DELETE", "/v1/log/head", "GET, HEAD"),
        ("PUT", "/v1/tasks/task/messages", "GET, HEAD, POST"),
        ("OPTIONS", "/v1/applications", "POST"),
    ],
)
def test_another_method_is_refused_with_the_methods_that_there_are(
    stack: dict[str, Any], method: str, path: str, allowed: str
) -> None:
    refused = requests.request(method, f"{stack['api_url']}{path}", timeout=SECONDS)
    assert (refused.status_code, refused.headers["Allow"]) == (405, allowed)
    assert refused.json()["error"]["code"] == "method_not_allowed"
