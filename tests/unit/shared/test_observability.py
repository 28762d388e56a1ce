"""Faults leave a function by type and place alone."""

from __future__ import annotations

import traceback

import pytest

from degree_auth.observability import Fault, logger, without_details


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


def test_an_answer_passes_unchanged() -> None:
    assert without_details(lambda event: event)(3) == 3
