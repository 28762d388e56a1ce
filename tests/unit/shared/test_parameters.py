"""What a process reads of the parameter store, which answers 40 calls a second for the whole account."""

from __future__ import annotations

from typing import Any

import pytest
from aws_lambda_powertools.utilities.parameters import SSMProvider

from degree_auth.wiring import shared


class Store:
    """A client of the parameter store that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def get_parameters(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked["Names"])
        found = [{"Name": name, "Value": f"value of {name}"} for name in asked["Names"]]
        return {"Parameters": found, "InvalidParameters": []}


@pytest.mark.requirement("N1", "N5")
def test_all_that_a_function_is_told_of_is_read_with_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    provider = SSMProvider(boto3_client=store)  # type: ignore[arg-type]
    monkeypatch.setattr(shared, "parameters", lambda: provider)
    for name, value in (
        ("SIGNING_CERTIFICATE_PARAMETER", "/x/chain"),
        ("CHECK_URL_PARAMETER", "/x/check-url"),
        ("TIMESTAMP_ROOTS_PARAMETER", ""),
        ("CLOCK_PARAMETER", "/x/clock"),
    ):
        monkeypatch.setenv(name, value)
    assert shared.parameter("SIGNING_CERTIFICATE_PARAMETER") == "value of /x/chain"
    assert shared.parameter("CHECK_URL_PARAMETER") == "value of /x/check-url"
    assert store.asked == [["/x/chain", "/x/check-url"]]
    with pytest.raises(RuntimeError, match="TIMESTAMP_ROOTS_PARAMETER"):
        shared.parameter("TIMESTAMP_ROOTS_PARAMETER")
