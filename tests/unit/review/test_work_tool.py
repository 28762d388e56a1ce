"""`make work`: what the dashboard would show, from the running stack, as a page and as lines."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tools.work import plain, show

FOUND = {"ShowWorkFunctionName": "show-work", "StaffActionsMachineArn": "arn:machine"}


class Functions:
    """A client of Lambda that answers one thing."""

    def __init__(self, answer: object, **more: str) -> None:
        self.answer, self.more = answer, more
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.asked.append(json.loads(call["Payload"]))
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode()), **self.more}


@pytest.mark.requirement("A12")
def test_the_page_is_what_the_function_answers_the_dashboard() -> None:
    functions = Functions("<p>没有待办事项。</p>")
    assert show(functions, FOUND, None) == "<p>没有待办事项。</p>"
    show(functions, FOUND, "review", "en")
    machine = {"machine": "arn:machine"}
    assert functions.asked == [{**machine, "language": "zh"}, {**machine, "language": "en", "list": "review"}]


def test_a_function_that_fails_is_told() -> None:
    with pytest.raises(RuntimeError, match="Fault"):
        show(Functions({"errorType": "Fault"}, FunctionError="Unhandled"), FOUND, None)


def test_a_page_is_read_line_by_line_without_what_only_the_console_shows() -> None:
    page = (
        '<p><a>全部</a><cwdb-action action="call">{"list": "late"}</cwdb-action></p><h3>待审查</h3>'
        "<table><tr><th>认证件</th><th>阶段</th></tr><tr><td>RZ1</td><td>&lt;材料&gt;</td></tr></table>"
    )
    assert plain(page).splitlines() == ["全部", "待审查", "认证件 | 阶段", "RZ1 | <材料>"]
