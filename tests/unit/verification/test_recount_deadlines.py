"""Asking the reconciler for a recount after a notice on holidays."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tools.recount_deadlines import recount


class Functions:
    """A client of Lambda whose one function answers as told."""

    def __init__(self, *reached: str | None, **answer: Any) -> None:
        self.answer = answer
        self.reached = list(reached)
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.asked.append({"function": call["FunctionName"], **json.loads(call["Payload"])})
        told = {"open": 3, "started": 0, "woken": 2, "left": 0, "behind": self.reached.pop(0)}
        return {**self.answer, "Payload": io.BytesIO(json.dumps(told).encode())}


@pytest.mark.requirement("A12")
def test_every_verification_case_is_asked_to_look_again_those_that_just_changed_too() -> None:
    functions = Functions(None)
    assert recount(functions, "reconciler") == {"open": 3, "started": 0, "woken": 2}
    asked = {"function": "reconciler", "look_again": "verification", "grace_seconds": 0}
    assert functions.asked == [{**asked, "behind": ""}]


@pytest.mark.requirement("A12", "N6")
def test_a_recount_goes_on_where_a_run_had_no_more_time() -> None:
    functions = Functions("RZ1", "RZ2", None)
    assert recount(functions, "reconciler") == {"open": 3, "started": 0, "woken": 6}
    assert [one["behind"] for one in functions.asked] == ["", "RZ1", "RZ2"]


@pytest.mark.requirement("A12", "N1")
def test_a_recount_that_gets_no_further_is_no_success() -> None:
    with pytest.raises(RuntimeError, match="RZ1"):
        recount(Functions("RZ1", "RZ1"), "reconciler")


@pytest.mark.requirement("A12", "N1")
def test_a_recount_that_could_not_reach_every_case_is_no_success() -> None:
    with pytest.raises(RuntimeError):
        recount(Functions(None, FunctionError="Unhandled"), "reconciler")
