"""The function that sends mails, with its tables, its queue and a mail server on this machine."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from moto import mock_aws

from degree_auth import observability
from degree_auth.adapters.notifications.queue import Queue
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.cases import application
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.institutions.institution import Institution, InstitutionEventType, add_institution_event
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.domain.notifications.recipient import Channel
from degree_auth.services.cases.sealed_parts import seal_submission
from degree_auth.services.institutions.ports import Change
from degree_auth.services.notifications.address_proof import code_of
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.shared.sealing import seal_json
from degree_auth.wiring import accounts, cases, shared
from degree_auth.wiring.institutions import machine_clients
from degree_auth.wiring.institutions import table as institutions
from degree_auth.wiring.notifications import wishes
from tests.doubles.tables import create_table
from tests.integration.notifications.test_mail_relay import Answering, serving
from tests.integration.notifications.test_webhook_functions import Context
from tests.samples.claims import award, body_of
from tests.samples.machine_keys import ec_key, public
from tools.made_once import forget
from tools.mail_receiver import Keeping, mails

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER = "RZ20261123K7Q2M9XD"
MAILBOX = "lisi@example.org"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    named = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "ENVIRONMENT": "local"}
    named |= {"AWS_DEFAULT_REGION": "ap-southeast-1", "AWS_REGION": "ap-southeast-1", "HOTLINE": "010-00000000"}
    named |= {"CASES_TABLE": "told-cases", "ACCOUNTS_TABLE": "told-accounts", "NOTIFICATIONS_TABLE": "told"}
    named |= {"MASTER_SECRET_ID": "told-master", "MAIL_RELAY_SECRET_ID": "told-relay"}
    named |= {"CHECK_URL_PARAMETER": "/told/check-url", "MAIL_FROM": "degrees@example.org"}
    named |= {"MAIL_RELAY_HOST": "127.0.0.1", "MAIL_RELAY_SECURITY": "none"}
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "TEXT_GATEWAY_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(shared, "now", lambda: NOW)
    # Read from the environment when the module was imported.
    monkeypatch.setattr(observability.metrics.provider, "namespace", "DegreeAuth")
    forget()
    with mock_aws():
        for table, name in (("CasesTable", "told-cases"), ("AccountsTable", "told-accounts")):
            create_table(table, name, "ap-southeast-1")
        create_table("NotificationsTable", "told", "ap-southeast-1")
        for secret in ("told-master", "told-relay"):
            boto3.client("secretsmanager").create_secret(Name=secret, SecretString="s" * 64)
        boto3.client("ssm").put_parameter(Name="/told/check-url", Value="https://example.org/check", Type="String")
        url = boto3.client("sqs").create_queue(QueueName="told")["QueueUrl"]
        monkeypatch.setenv("NOTIFICATIONS_QUEUE_URL", url)
        yield
    forget()


def received() -> dict[str, Any]:
    """A stored case whose applicant waits for nothing, and the public event of its receipt."""
    body = body_of(award(Random(1), 1))
    body["contact"]["email"] = MAILBOX
    submission = parse_submission(body, NOW.date())
    keyring = shared.keyring()
    keyring.begin_case(NUMBER)
    sealed = seal_submission(keyring, NUMBER, submission)
    receipt = application.receive("api", "10001", sealed, "holder", "platform", None)
    case, entries = append_events(NUMBER, None, receipt, NOW)
    cases.table().commit(None, case, entries)
    return public_event(entries[0].as_dict())


def handle(message: dict[str, Any], attempts: int = 1) -> list[str]:
    """Have the function called with one message; the ids of those that are to come again."""
    handler = importlib.import_module("functions.send_notifications.handler").handler
    record = {
        "messageId": "m1",
        "receiptHandle": "r",
        "body": json.dumps(message),
        "attributes": {"ApproximateReceiveCount": str(attempts)},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn",
        "awsRegion": "ap-southeast-1",
    }
    answered = handler({"Records": [record]}, Context())
    return [failed["itemIdentifier"] for failed in answered["batchItemFailures"]]


@pytest.mark.requirement("N1", "A1")
def test_an_event_of_the_bus_becomes_a_code_and_once_that_is_entered_a_mail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = received()
    with serving(Keeping(tmp_path)) as port:
        monkeypatch.setenv("MAIL_RELAY_PORT", str(port))
        assert handle({"detail": event}) == []
        assert handle({"detail": event}) == []
        assert handle({"code": {"recipient": NUMBER, "channel": "mail"}}) == []
        (code,) = mails(tmp_path, MAILBOX)
        found = wishes.table().recipient(NUMBER)
        right = code_of(shared.keyring(), found, Channel.MAIL)
        assert right in code["Subject"]
        monkeypatch.setenv("NOTIFICATIONS_QUEUE_URL", shared.setting("NOTIFICATIONS_QUEUE_URL"))
        wishes.wishes().prove(lambda: wishes.table().recipient(NUMBER), {"channel": "mail", "code": right}, NOW)
        for _ in range(2):
            assert handle({"detail": event}) == []
    assert [NUMBER in mail["Subject"] for mail in mails(tmp_path, MAILBOX)] == [False, True]


@pytest.mark.requirement("A9", "A13", "N1")
def test_a_lead_department_is_told_once_of_a_system_that_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    user = {"email": MAILBOX, "mobile": ""}
    account, opened = accounts.provisioning().new_account(
        username="u10001-lead", institution_code="10001", department_id=None, tier=1, user=user,
        notice_reference="form", actor="staff", command="staff:one", now=NOW,
    )  # fmt: skip
    lead = replace(account, user=seal_json(shared.keyring(), "10001", user))
    fresh = Institution("10001", "北京大学", "研究生院", "sealed", "fingerprint")
    registered = add_institution_event(fresh, InstitutionEventType.INSTITUTION_REGISTERED, "staff", {}, NOW)
    institutions.table().commit(Change(None, *registered, None, (lead, opened)))
    recipient = recipient_of_account(wishes.table(), shared.keyring(), lead)
    proven = replace(recipient, addresses=tuple(replace(one, proven_at=NOW) for one in recipient.addresses))
    wishes.table().replace_recipient(recipient, proven)
    client = {"name": "系统", "scopes": ["read"], "keys": [public(ec_key())], "version": 0, "one_time_code": "492039"}
    client["department_id"] = None
    machine_clients.machine_clients().put(lead.principal, "archive-system", client, lambda _: None, NOW)
    waiting = boto3.client("sqs").receive_message(QueueUrl=shared.setting("NOTIFICATIONS_QUEUE_URL"))["Messages"]
    assert [json.loads(one["Body"]) for one in waiting] == [{"institution": "10001"}]
    with serving(Keeping(tmp_path)) as port:
        monkeypatch.setenv("MAIL_RELAY_PORT", str(port))
        for _ in range(2):
            assert handle(json.loads(waiting[0]["Body"])) == []
    (mail,) = mails(tmp_path, MAILBOX)
    assert "archive-system" in mail["Subject"]


@pytest.mark.requirement("N1")
def test_what_the_relay_does_not_take_comes_again_and_its_address_stands_in_no_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    event = received()
    with serving(Answering(rcpt="450 4.2.0 later")) as port:
        monkeypatch.setenv("MAIL_RELAY_PORT", str(port))
        assert handle({"detail": event}, attempts=2) == ["m1"]
    said = [vars(record) for record in caplog.records]
    assert said[0]["answer"] == "SMTPResponseException 450"
    assert MAILBOX not in str(said)


@pytest.mark.requirement("N1")
@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (9, 43000)])
def test_whatever_a_message_fails_of_it_waits_as_long_as_one_that_the_relay_refused(
    monkeypatch: pytest.MonkeyPatch, attempts: int, seconds: int
) -> None:
    waits = []

    def throttled(number: str) -> Case:
        raise ConnectionError(number)

    monkeypatch.setattr(cases.table(), "load", throttled)
    monkeypatch.setattr(Queue, "come_again", lambda _, __, wait: waits.append(wait) or True)
    monkeypatch.setenv("MAIL_RELAY_PORT", "25")
    assert handle({"detail": received()}, attempts) == ["m1"]
    assert waits == [seconds]
