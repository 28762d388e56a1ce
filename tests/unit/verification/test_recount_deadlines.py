"""Asking the reconciler for a recount after a notice on holidays."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tools import recount_deadlines
from tools.recount_deadlines import recount


class Functions:
    """A client of Lambda whose one function answers as told."""

    def __init__(self, *reached: str | None, failed: int = 0, **answer: Any) -> None:
        self.failed = failed
        self.answer = answer
        self.reached = list(reached)
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.asked.append({"function": call["FunctionName"], **json.loads(call["Payload"])})
        told = {"open": 3, "started": 0, "woken": 2, "left": 0, "behind": self.reached.pop(0)}
        told["failed"] = self.failed
        return {**self.answer, "Payload": io.BytesIO(json.dumps(told).encode())}


@pytest.mark.requirement("A12")
def test_every_verification_case_is_asked_to_look_again_those_that_just_changed_too() -> None:
    functions = Functions(None)
    assert recount(functions, "reconciler") == {"open": 3, "started": 0, "woken": 2, "failed": 0}
    asked = {"function": "reconciler", "look_again": "verification", "grace_seconds": 0}
    assert functions.asked == [{**asked, "behind": ""}]


@pytest.mark.requirement("A12", "N6")
def test_a_recount_goes_on_where_a_run_had_no_more_time() -> None:
    functions = Functions("RZ1", "RZ2", None)
    assert recount(functions, "reconciler") == {"open": 3, "started": 0, "woken": 6, "failed": 0}
    assert [one["behind"] for one in functions.asked] == ["", "RZ1", "RZ2"]


@pytest.mark.requirement("A12", "N1")
def test_a_recount_that_gets_no_further_is_no_success() -> None:
    with pytest.raises(RuntimeError, match="RZ1"):
        recount(Functions("RZ1", "RZ1"), "reconciler")


@pytest.mark.requirement("A12", "N1")
def test_a_recount_that_could_not_reach_every_case_is_no_success() -> None:
    with pytest.raises(RuntimeError):
        recount(Functions(None, FunctionError="Unhandled"), "reconciler")


@pytest.mark.requirement("A12", "N1")
def test_calls_that_fail_do_not_keep_a_recount_from_its_end_and_are_told_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    functions = Functions("RZ1", None, failed=2)
    assert recount(functions, "reconciler")["failed"] == 4
    assert [one["behind"] for one in functions.asked] == ["", "RZ1"]
    monkeypatch.setattr(recount_deadlines.boto3, "client", lambda *_, **__: Functions(None, failed=1))
    monkeypatch.setattr(recount_deadlines, "_reconciler_of", lambda _: "reconciler")
    monkeypatch.setattr(recount_deadlines.sys, "argv", ["recount_deadlines", "stack"])
    with pytest.raises(SystemExit, match="1"):
        recount_deadlines.main()
    assert "1 failed" in capsys.readouterr().err
