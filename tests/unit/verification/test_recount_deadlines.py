"""Asking the reconciler for a recount after a notice on holidays."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tools.recount_deadlines import recount


class Functions:
    """A client of Lambda whose one function answers as told."""

    def __init__(self, **answer: Any) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.asked.append({"function": call["FunctionName"], **json.loads(call["Payload"])})
        return {**self.answer, "Payload": io.BytesIO(b'{"open": 3, "started": 0, "woken": 2}')}


@pytest.mark.requirement("A12")
def test_every_verification_case_is_asked_to_look_again_those_that_just_changed_too() -> None:
    functions = Functions()
    assert recount(functions, "reconciler") == {"open": 3, "started": 0, "woken": 2}
    assert functions.asked == [{"function": "reconciler", "look_again": "verification", "grace_seconds": 0}]


@pytest.mark.requirement("A12", "N1")
def test_a_recount_that_could_not_reach_every_case_is_no_success() -> None:
    with pytest.raises(RuntimeError):
        recount(Functions(FunctionError="Unhandled"), "reconciler")
