"""Faults leave a function by type and place alone."""

from __future__ import annotations

import traceback

import pytest

from degree_auth.observability import Fault, TransientFault, logger, without_details
from degree_auth.services.reports.ports import TimestampUnavailable


@pytest.mark.requirement("N4")
def test_what_a_fault_says_never_leaves_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    @without_details
    def handler(event: dict[str, str]) -> None:
        raise ValueError(event["name"])

    personal = {"name": "古丽·" + "买买提"}
    logged: list[object] = []
    monkeypatch.setattr(logger, "error", lambda *told, **more: logged.append((told, more)))
    with pytest.raises(Fault) as raised:
        handler(personal)
    assert personal["name"] not in "".join(traceback.format_exception(raised.value)) + str(logged)
    assert "ValueError" in str(logged)
    assert str(raised.value) == "ValueError"


@pytest.mark.requirement("N1")
def test_what_may_be_tried_again_is_told_apart() -> None:
    @without_details
    def handler(_: object) -> None:
        raise TimestampUnavailable

    with pytest.raises(TransientFault, match="TimestampUnavailable"):
        handler({})


def test_an_answer_passes_unchanged() -> None:
    assert without_details(lambda event: event)(3) == 3
