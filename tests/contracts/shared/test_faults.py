"""What a fault of a table becomes for whoever asked: 503 with Retry-After, whichever client met it (N1, N5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from chalice.app import Request, Response

from degree_auth.adapters.accounts.table import AccountTable
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.shared.faults import is_passing
from degree_auth.domain.accounts.attempts import OF_A_SOURCE, Counter
from degree_auth.domain.cases import application
from degree_auth.domain.cases.fold import append_events
from degree_auth.http.api import Api
from tests.doubles.gateway import event

REGION = "ap-southeast-1"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHERE = "https://dynamodb.ap-southeast-1.amazonaws.com"
Sent = AWSResponse | Exception


def refused(status: int, name: str, **more: object) -> AWSResponse:
    """An answer of DynamoDB's that says no."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": "synthetic", **more}).encode()
    raw = SimpleNamespace(stream=lambda **_: iter([body]), read=lambda *_: body)
    return AWSResponse(WHERE, status, {"Content-Type": "application/x-amz-json-1.0"}, raw)


def cancelled(*codes: str) -> AWSResponse:
    return refused(400, "TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


PASSING: dict[str, Callable[[], Sent]] = {
    "throttled": lambda: refused(400, "ThrottlingException"),
    "throughput exceeded": lambda: refused(400, "ProvisionedThroughputExceededException"),
    "limit exceeded": lambda: refused(400, "RequestLimitExceeded"),
    "internal": lambda: refused(500, "InternalServerError"),
    "unavailable": lambda: refused(503, "ServiceUnavailable"),
    "conflict": lambda: refused(400, "TransactionConflictException"),
    "conflict in a transaction": lambda: cancelled("None", "TransactionConflict"),
    "throttled in a transaction": lambda: cancelled("ThrottlingError", "None"),
    "in progress": lambda: refused(400, "TransactionInProgressException"),
    "no answer": lambda: ReadTimeoutError(endpoint_url=WHERE),
    "no connection": lambda: EndpointConnectionError(endpoint_url=WHERE),
    "no connection in time": lambda: ConnectTimeoutError(endpoint_url=WHERE),
}
LASTING: dict[str, Callable[[], Sent]] = {
    "denied": lambda: refused(400, "AccessDeniedException"),
    "no table": lambda: refused(400, "ResourceNotFoundException"),
    "not valid": lambda: refused(400, "ValidationException"),
    "not valid in a transaction": lambda: cancelled("ValidationError", "TransactionConflict"),
}


def _commit(table: CaseTable) -> object:
    case, entries = append_events(
        "RZ1", None, application.receive("api", "10001", "sealed", "holder", "platform", None), NOW
    )
    return table.commit(None, case, entries)


CALLS: dict[str, Callable[[CaseTable], object]] = {
    "get": lambda table: table.load("RZ1"),
    "query": lambda table: table.log("RZ1"),
    "reports": lambda table: table.reports_of_award("key"),
    "commit": _commit,
    "attempts": lambda _: AccountTable("accounts", REGION).attempts(Counter("u", "place", OF_A_SOURCE)),
    "boto3": lambda _: boto3.client("dynamodb", config=Config(retries={"max_attempts": 0})).get_item(
        TableName="t", Key={"pk": {"S": "x"}}
    ),
}


def answered(call: Callable[[], object]) -> Response:
    """What the API answers to a request that makes this call."""
    app = Api("probe")

    @app.on("GET", "/probe")
    def probe(request: Request) -> Response:
        call()
        raise AssertionError

    return app(event("GET", "/probe"), None)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Sent]], None]:
    """From now on every request to AWS comes to this, and nobody waits between tries."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def breaking(fault: Callable[[], Sent]) -> None:
        def send(*_: object) -> Any:
            came = fault()
            if isinstance(came, Exception):
                raise came
            return came

        monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", send)

    return breaking


def cases(faults: Mapping[str, Callable[[], Sent]]) -> list[tuple[str, str]]:
    """Each fault with each call that may meet it."""
    return [(fault, call) for fault in faults for call in CALLS if "in a transaction" not in fault or call == "commit"]


@pytest.mark.requirement("N1", "N5")
@pytest.mark.parametrize(("fault", "call"), cases(PASSING))
def test_a_fault_that_passes_is_answered_with_when_to_come_again(
    fault: str, call: str, broken: Callable[[Callable[[], Sent]], None]
) -> None:
    broken(PASSING[fault])
    told: Any = answered(lambda: CALLS[call](CaseTable("cases", REGION)))
    assert (told["statusCode"], json.loads(told["body"])["error"]["code"]) == (503, "try_again")
    assert int(told["headers"]["Retry-After"]) >= 1


@pytest.mark.requirement("N1", "N5")
@pytest.mark.parametrize(("fault", "call"), cases(LASTING))
def test_a_fault_that_stays_is_a_fault_of_ours(
    fault: str, call: str, broken: Callable[[Callable[[], Sent]], None]
) -> None:
    broken(LASTING[fault])
    told: Any = answered(lambda: CALLS[call](CaseTable("cases", REGION)))
    assert (told["statusCode"], json.loads(told["body"])["error"]["code"]) == (500, "internal_error")
    assert "Retry-After" not in told["headers"]
    assert "synthetic" not in told["body"]


@pytest.mark.requirement("N1", "N5")
def test_a_conflict_of_two_writers_of_an_object_is_a_fault_that_passes() -> None:
    told: Any = {"Error": {"Code": "ConditionalRequestConflict"}, "ResponseMetadata": {"HTTPStatusCode": 409}}
    assert is_passing(ClientError(told, "PutObject"))
