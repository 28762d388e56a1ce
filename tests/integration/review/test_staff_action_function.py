"""The function behind the staff-actions machine, over the real tables: proven before anything is read, once a code."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlparse

import boto3
import pytest
from aws_lambda_powertools import Metrics
from moto import mock_aws

from degree_auth import observability
from degree_auth.adapters.accounts.staff_table import StaffTable
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.accounts.attempts import OF_STAFF
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS, code_at, step_at
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.shared.errors import Conflict, Invalid
from degree_auth.services.review.staff_accounts import StaffKeys
from degree_auth.wiring import shared
from tests.doubles.tables import create_table
from tests.template.model import properties
from tools.first_staff import open_first
from tools.made_once import forget

REGION = "ap-southeast-1"
MASTER = "SyntheticSecretInLettersAndDigitsThatAreBase64AsWell"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "ENVIRONMENT": "local",
    "ACCOUNTS_TABLE": "accounts",
    "CASES_TABLE": "cases",
    "REGISTER_TABLE": "no-such-table",
    "DOCUMENTS_BUCKET": "documents",
    "MASTER_SECRET_ID": "master",
    **{
        f"{name}_MACHINE_ARN": "arn:aws:states:ap-southeast-1:123456789012:stateMachine:none"
        for name in ("MATCHING", "ISSUANCE", "VERIFICATION", "DISPUTE", "REGISTER_CHANGE", "SPOT_CHECK")
    },
    "SPOT_CHECK_SIZE": "50",
}
CONTEXT = SimpleNamespace(
    function_name="staff-action",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:ap-southeast-1:123456789012:function:staff-action",
    aws_request_id="request",
)
LIST = {"action": "list_staff_accounts", "reviewer": "li.ming"}


class Office:
    """The function, its clock, and the keys of those who have accounts."""

    def __init__(self) -> None:
        self.now = NOW
        self.client = boto3.client("dynamodb", REGION)
        self.secrets: dict[str, str] = {}
        self.handler = importlib.import_module("functions.staff_action.handler").handler
        self.storage = boto3.client("s3", REGION)

    @property
    def table(self) -> StaffTable:
        return StaffTable("accounts", self.client)

    def learn(self, name: str, uri: str) -> None:
        self.secrets[name] = parse_qs(urlparse(uri).query)["secret"][0]

    def open(self, name: str, *roles: Role) -> None:
        keys = StaffKeys(self.table, Keyring(MASTER.encode()))
        self.learn(name, keys.open_at_once(name, roles, f"opening-{name}", self.now))

    def code(self, name: str) -> str:
        return code_at(self.secrets[name], step_at(self.now))

    def call(self, body: object, execution: str = "execution-1") -> dict[str, Any]:
        answer: dict[str, Any] = self.handler({"input": body, "execution": execution}, CONTEXT)
        return answer


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("CLOCK_PARAMETER", raising=False)
    forget()
    with mock_aws():
        boto3.client("secretsmanager", REGION).create_secret(Name="master", SecretString=MASTER)
        boto3.client("s3", REGION).create_bucket(
            Bucket="documents", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        keys = {"pk": "HASH", "sk": "RANGE"}
        boto3.client("dynamodb", REGION).create_table(
            TableName="accounts",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            BillingMode="PAY_PER_REQUEST",
        )
        create_table("CasesTable", "cases", REGION)
        made = Office()
        monkeypatch.setattr(shared, "now", lambda: made.now)
        yield made
    forget()


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("code_of", [lambda _: "000000", lambda office: office.code("wang.fang")])
def test_who_is_not_proven_is_refused_before_the_case_is_read(office: Office, code_of: Callable[[Office], str]) -> None:
    office.open("li.ming", Role.REVIEWER)
    office.open("wang.fang", Role.REVIEWER)
    # Whatever reads the table of cases before the gate fails with another error.
    office.client.delete_table(TableName="cases")
    body = {"action": "confirm_material", "case_number": "RZ20261123K7Q2M9XD", "reviewer": "li.ming"}
    answer = office.call({**body, "code": code_of(office)})
    assert (answer["done"], answer["code"]) == (False, "staff_not_proven")
    lines = answer["message"].splitlines()
    assert len(lines) == 2
    assert not lines[0].isascii()
    assert lines[1].isascii()


@pytest.mark.requirement("A13", "N1")
def test_a_retry_of_the_execution_is_answered_as_the_first_try_and_another_execution_is_not(office: Office) -> None:
    office.open("li.ming", Role.APPROVER)
    body = {**LIST, "code": office.code("li.ming")}
    first = office.call(body)
    assert (first["done"], first["accounts"]) == (True, 1)
    office.now += timedelta(minutes=2)
    assert office.call(body) == first
    assert office.call(body, "execution-2")["code"] == "staff_not_proven"
    assert len([one for one in office.table.staff_log("li.ming") if one.data.get("execution")]) == 1


@pytest.mark.requirement("A13", "N3")
def test_a_lock_is_counted_for_the_alarm_and_a_wrong_code_is_not(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(observability, "metrics", Metrics(namespace="DegreeAuth", service="degree-auth"))
    office.open("li.ming", Role.APPROVER)
    guess = {**LIST, "code": "000000"}
    for number in range(OF_STAFF.most - 1):
        assert office.call(guess, f"guess-{number}")["code"] == "staff_not_proven"
    metric = properties("StaffLockAlarm")["MetricName"]
    assert metric not in capsys.readouterr().out
    for body in (guess, {**LIST, "code": office.code("li.ming")}):
        assert office.call(body, "execution-1")["code"] == "staff_locked"
        assert metric in capsys.readouterr().out


@pytest.mark.requirement("A13", "N4")
def test_a_key_and_a_code_stand_in_no_answer_and_no_log(
    office: Office, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    for name in ("li.ming", "wang.fang"):
        office.open(name, Role.APPROVER)
    account = {"account": "zhao.lei", "roles": ["reviewer"]}
    for name, action, more in (
        ("li.ming", "propose_staff_account", {"reason": "入职"}),
        ("wang.fang", "approve_staff_account", {}),
    ):
        body = {"action": action, "reviewer": name, "code": office.code(name), **account, **more}
        answer = office.call(body, action)
        assert answer["done"] is True, answer
        told.append(json.dumps(answer))
    slip = json.loads(office.storage.get_object(Bucket="documents", Key="staff-keys/zhao.lei.json")["Body"].read())
    office.learn("zhao.lei", slip["otpauth_uri"])
    items = office.client.scan(TableName="accounts")["Items"]
    logged = [vars(record) for record in caplog.records]
    assert logged
    seen = "".join([*told, str(logged), capsys.readouterr().out, json.dumps(items)])
    assert "zhao.lei" in seen
    for secret in (*office.secrets.values(), office.code("li.ming"), office.code("wang.fang")):
        assert secret not in seen


@pytest.mark.requirement("A13")
def test_the_deployers_command_opens_two_approvers_who_open_everybody_else(office: Office) -> None:
    secrets = boto3.client("secretsmanager", REGION)
    for name in ("li.ming", "wang.fang"):
        office.learn(name, open_first("accounts", "master", office.client, secrets, name, office.now))
        assert office.call({**LIST, "reviewer": name, "code": office.code(name)}, f"first-{name}")["done"] is True
    with pytest.raises(Conflict, match="staff_has_approvers"):
        open_first("accounts", "master", office.client, secrets, "zhao.lei", office.now)
    with pytest.raises(Invalid):
        open_first("accounts", "master", office.client, secrets, "Zhao Lei", office.now)
    office.now += timedelta(seconds=STEP_SECONDS)
    body = {"action": "propose_staff_account", "account": "zhao.lei", "roles": ["reviewer"], "reason": "入职"}
    answer = office.call({**body, "reviewer": "li.ming", "code": office.code("li.ming")}, "proposal")
    assert answer["status"] == "proposed"
