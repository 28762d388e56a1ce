"""The functions that take watches and send webhooks, with a table, queues and a receiver on this machine."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from degree_auth import observability
from degree_auth.domain.cases import application
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.notifications.webhook import RETRY_SECONDS, secret_key
from degree_auth.domain.reports.codes import check_code
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.wiring import cases, shared
from degree_auth.wiring.notifications import platform, webhooks
from tests.doubles import gateway
from tests.doubles.gateway import validator
from tests.doubles.tables import create_table
from tests.samples.api_document import DOCUMENT
from tests.unit.notifications.test_webhooks import UNPROVEN, Listening
from tools.made_once import forget

RECEIPT = application.receive("api", "10001", "sealed", "holder", "platform", None)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER = "2026-AAAA-AAAA-AAAA"
CASE = "RZ20261119K7Q2M9XD"


class Context:
    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:ap-southeast-1:000000000000:function:function"
    aws_request_id = "request-1"


@pytest.fixture
def listening() -> Iterator[Listening]:
    listening = Listening()
    yield listening
    listening.server.shutdown()


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch, listening: Listening) -> Iterator[None]:
    named = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "ENVIRONMENT": "local"}
    named |= {"AWS_DEFAULT_REGION": "ap-southeast-1", "AWS_REGION": "ap-southeast-1", "CASES_TABLE": "webhook-cases"}
    named |= {"MASTER_SECRET_ID": "master-of-webhooks", "PLATFORM_SECRET_ID": "platform-of-webhooks"}
    named |= {"CHECK_URL_PARAMETER": "/webhooks/check-url", "PLATFORM_WEBHOOK_URL": f"{listening.url}/200"}
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(shared, "now", lambda: NOW)
    # Read from the environment when the module was imported.
    monkeypatch.setattr(observability.metrics.provider, "namespace", "DegreeAuth")
    forget()
    with mock_aws():
        for secret in ("master-of-webhooks", "platform-of-webhooks"):
            boto3.client("secretsmanager").create_secret(Name=secret, SecretString="s" * 64)
        boto3.client("ssm").put_parameter(Name="/webhooks/check-url", Value="https://example.org/check", Type="String")
        for queue in ("PLATFORM_WEBHOOKS_QUEUE_URL", "WATCH_NOTICES_QUEUE_URL"):
            url = boto3.client("sqs").create_queue(QueueName=queue)["QueueUrl"]
            monkeypatch.setenv(queue, url)
        cases.table()
        create_table("CasesTable", "webhook-cases", "ap-southeast-1")
        case, entries = append_events(CASE, None, RECEIPT, NOW)
        facts = {"basis": "register"}
        report = IssuedDocument(NUMBER, CASE, 1, ReportState.VALID, "ab" * 32, "reports/x", NOW, facts, "award")
        cases.table().commit(None, case, entries, report=report)
        yield
    forget()


def received(queue: str) -> list[dict[str, Any]]:
    """The messages of a queue as a function is given them."""
    found = boto3.client("sqs").receive_message(
        QueueUrl=shared.setting(queue), AttributeNames=["All"], VisibilityTimeout=60, MaxNumberOfMessages=10
    )
    return [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:ap-southeast-1:000000000000:{queue}",
            "awsRegion": "ap-southeast-1",
        }
        for message in found.get("Messages", ())
    ]


def taken(queue: str) -> dict[str, Any]:
    """A message of a queue as the function is given it."""
    message: dict[str, Any] = received(queue)[0]
    return message


def run(function: str, *records: dict[str, Any]) -> list[str]:
    """The messages that the function reports as not done."""
    handler = importlib.import_module(f"functions.{function}.handler").handler
    answer = handler({"Records": list(records)}, Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def put(queue: str, message: object) -> dict[str, Any]:
    boto3.client("sqs").send_message(QueueUrl=shared.setting(queue), MessageBody=json.dumps(message))
    return taken(queue)


def event(kind: str, seq: int = 4, **facts: Any) -> dict[str, Any]:
    told = {"case_number": CASE, "seq": seq, "type": kind, "at": NOW.isoformat(), "hash": "", "facts": facts}
    return {"source": "degree-auth.cases", "detail-type": kind, "detail": told}


def watch(url: str, code: str | None = None, key: str = "key-of-mine") -> tuple[int, dict[str, Any]]:
    right = check_code(shared.keyring().digest("check-code", NUMBER))
    app = importlib.import_module("functions.watch_api.handler").app
    asked = {"report_number": NUMBER, "check_code": code or right, "url": url}
    sent = gateway.event("POST", "/v1/report-checks/watches", asked, headers={"Idempotency-Key": key})
    answer = app(sent, Context())
    return answer["statusCode"], json.loads(answer["body"])


def remove(watch_id: str, secret: str) -> int:
    app = importlib.import_module("functions.watch_api.handler").app
    asked = {"report_number": NUMBER, "watch_id": watch_id, "secret": secret}
    status: int = app(gateway.event("POST", "/v1/report-checks/watches/removal", asked), Context())["statusCode"]
    return status


def sent_to(listening: Listening) -> list[str]:
    """The ids of what came, in the order in which it came."""
    named = [{name.lower(): value for name, value in headers.items()} for _, headers, _ in listening.heard]
    return [one["webhook-id"] for one in named]


def swept() -> list[dict[str, Any]]:
    """What the schedule's run put on the queue."""
    importlib.import_module("functions.deliver_webhooks.handler").handler({"source": "aws.events"}, Context())
    return json.loads(json.dumps(received("PLATFORM_WEBHOOKS_QUEUE_URL")))


@pytest.mark.requirement("N1", "A15")
def test_a_nudge_tells_the_platform_of_its_case_and_comes_again_soon_when_that_is_not_taken(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("deliver_webhooks", put("PLATFORM_WEBHOOKS_QUEUE_URL", event("application_received"))) == []
    assert sent_to(listening) == [f"{CASE}-1"]
    monkeypatch.setenv("PLATFORM_WEBHOOK_URL", f"{listening.url}/503")
    platform.delivery.cache_clear()
    case = cases.table().load(CASE)
    after, entries = append_events(CASE, case, [NewEvent(EventType.APPLICATION_WITHDRAWN, "applicant", {})], NOW)
    cases.table().commit(case, after, entries)
    waits: list[int] = []
    queue = webhooks.queue("PLATFORM_WEBHOOKS_QUEUE_URL")
    monkeypatch.setattr(queue, "come_again", lambda _, seconds: waits.append(seconds))
    refused = put("PLATFORM_WEBHOOKS_QUEUE_URL", event("application_withdrawn", 2))
    assert run("deliver_webhooks", refused) == [refused["messageId"]]
    assert len(waits) == 1
    assert RETRY_SECONDS[0] <= waits[0] <= RETRY_SECONDS[0] + 2
    # Whoever comes before its time is done, and what the schedule finds later is nudged again.
    assert run("deliver_webhooks", put("PLATFORM_WEBHOOKS_QUEUE_URL", event("application_withdrawn", 2))) == []
    assert sent_to(listening) == [f"{CASE}-1", f"{CASE}-2"]
    assert swept() == []
    monkeypatch.setattr(shared, "now", lambda: NOW + timedelta(minutes=1))
    (nudge,) = swept()
    assert json.loads(nudge["body"]) == {"case_number": CASE}
    monkeypatch.setenv("PLATFORM_WEBHOOK_URL", f"{listening.url}/200")
    platform.delivery.cache_clear()
    assert run("deliver_webhooks", nudge) == []
    assert sent_to(listening) == [f"{CASE}-1", f"{CASE}-2", f"{CASE}-2"]


@pytest.mark.requirement("A1", "A15", "N1")
def test_while_a_secret_changes_both_are_in_force_and_a_value_that_is_no_secret_never_was(
    listening: Listening,
) -> None:
    store = boto3.client("secretsmanager")
    keys = [secret_key("s" * 64)]
    for value, in_force in (("n" * 64, 2), ("no secret at all", 1), ("f" * 64, 1)):
        store.put_secret_value(SecretId="platform-of-webhooks", SecretString=value)
        forget()
        if value == "no secret at all":
            with pytest.raises(ValueError, match=r"base64|padding|characters|short"):
                shared.platform_secrets()
            continue
        found = shared.platform_secrets()
        assert len(found) == len({one.version for one in found}) == in_force
        assert found[0].key == secret_key(value)
    assert keys[0] not in [one.key for one in shared.platform_secrets()]


@pytest.mark.requirement("N1")
def test_a_queue_that_refuses_to_hide_a_message_gives_it_back_by_its_own_time(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(f"{listening.url}/503")
    (notice,) = webhooks.watch_messages().store.watches(NUMBER).watches
    told = {"report_number": NUMBER, "state": "revoked", "at": NOW.isoformat(), "seq": 9, "watch_id": notice.watch_id}
    refused = put("WATCH_NOTICES_QUEUE_URL", told)
    faults: list[str] = []
    monkeypatch.setattr(observability.logger, "error", lambda message, **_: faults.append(message))
    assert run("notify_watchers", {**refused, "receiptHandle": "of another receipt"}) == [refused["messageId"]]
    assert faults == []


@pytest.mark.requirement("A15", "N1")
def test_a_correction_reaches_each_watcher_and_a_dead_one_is_given_up_in_the_end(listening: Listening) -> None:
    status, made = watch(f"{listening.url}/200")
    assert status == 201
    assert list(validator(DOCUMENT["components"]["schemas"]["Watch"]).iter_errors(made)) == []
    assert watch(f"{listening.url}/200")[1] == made
    assert watch(f"{listening.url}/500")[0] == 201
    told = put("WATCH_NOTICES_QUEUE_URL", event("report_revoked", 9, report_number=NUMBER))
    assert run("notify_watchers", told) == []
    first, second = received("WATCH_NOTICES_QUEUE_URL")
    failed = run("notify_watchers", first) + run("notify_watchers", second)
    assert {path for path, _, _ in listening.heard} == {"/200", "/500"}
    assert len(failed) == 1
    dead = first if first["messageId"] in failed else second
    last = {**dead, "attributes": {**dead["attributes"], "ApproximateReceiveCount": str(len(RETRY_SECONDS) + 1)}}
    assert run("notify_watchers", last) == []


@pytest.mark.requirement("A15", "N4")
def test_a_watch_without_the_right_code_is_not_found() -> None:
    status, body = watch("https://hooks.example.org/", check_code(b"x" * 32))
    assert (status, body["error"]["code"]) == (404, "report_unknown")
    assert list(validator(DOCUMENT["components"]["schemas"]["Error"]).iter_errors(body)) == []


@pytest.mark.requirement("A15", "N4")
def test_an_address_that_does_not_answer_the_challenge_is_no_watch_and_one_that_does_can_be_removed(
    listening: Listening,
) -> None:
    for unproven in UNPROVEN:
        status, body = watch(listening.url + unproven)
        assert (status, body["error"]["details"][0]["code"]) == (422, "watch_unproven")
    assert webhooks.watching().store.watches(NUMBER).watches == ()
    status, made = watch(f"{listening.url}/200")
    assert status == 201
    assert watch(f"{listening.url}/200", key="key-of-another")[0] == 409
    assert remove(made["watch_id"], "whsec_" + "A" * 43 + "=") == 404
    assert [remove(made["watch_id"], made["secret"]) for _ in range(2)] == [204, 404]
    assert webhooks.watching().store.watches(NUMBER).watches == ()
