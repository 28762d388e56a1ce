"""Faults leave a function by type and place alone."""

from __future__ import annotations

import traceback

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from degree_auth.adapters.register.writer import RegisterOverloadedError
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
@pytest.mark.parametrize(
    "fault",
    [
        TimestampUnavailable(),
        RegisterOverloadedError(),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "synthetic"}}, "GetItem"),
        EndpointConnectionError(endpoint_url="https://synthetic.example"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_may_be_tried_again_is_told_apart(fault: Exception) -> None:
    @without_details
    def handler(_: object) -> None:
        raise fault

    with pytest.raises(TransientFault, match=type(fault).__name__):
        handler({})


@pytest.mark.requirement("N1")
def test_a_fault_that_stays_is_not_tried_again() -> None:
    @without_details
    def handler(_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "synthetic"}}, "GetItem")

    with pytest.raises(Fault, match="ClientError") as raised:
        handler({})
    assert not isinstance(raised.value, TransientFault)


def test_an_answer_passes_unchanged() -> None:
    assert without_details(lambda event: event)(3) == 3
