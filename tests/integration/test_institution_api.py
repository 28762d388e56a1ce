"""The institutions' function with real password hashes and a table: every answer as the OpenAPI document says."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import boto3
import pytest
import yaml
from jsonschema import Draft202012Validator
from moto import mock_aws

from degree_auth import wiring
from degree_auth.adapters.account_table import AccountItem
from degree_auth.adapters.password_hashing import Argon2
from degree_auth.domain.one_time_codes import STEP_SECONDS, code_at, step_at
from degree_auth.services.provisioning import Provisioning

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text("utf-8"))
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_REGION": "ap-southeast-1",
    "ACCOUNTS_TABLE": "accounts",
    "MASTER_SECRET_ID": "master-of-accounts",
}
PASSWORD = "a synthetic pass phrase"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    moment = [NOW]
    monkeypatch.setattr(wiring, "now", lambda: moment[0])
    return moment


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Calls the function as the gateway does; gives status and body, both held against the document."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    made_once = (wiring.client, wiring.keyring, wiring.accounts, wiring.sessions)
    for made in made_once:
        made.cache_clear()
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name=ENVIRONMENT["MASTER_SECRET_ID"], SecretString="s" * 64)
        wiring.accounts()
        AccountItem.create_table(billing_mode="PAY_PER_REQUEST")
        app = importlib.import_module("functions.institution_api.handler").app

        def called(method: str, path: str, body: object = None, token: str | None = None) -> tuple[int, Any]:
            headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
            event = {
                "requestContext": {"httpMethod": method, "resourcePath": path, "requestId": "request-1"},
                "pathParameters": None,
                "multiValueQueryStringParameters": None,
                "headers": headers,
                "stageVariables": None,
                "isBase64Encoded": False,
                "body": None if body is None else json.dumps(body),
            }
            answer = app(event, None)
            said = json.loads(answer["body"]) if answer["body"] else None
            described = DOCUMENT["paths"][path][method.lower()]["responses"][str(answer["statusCode"])]
            while "$ref" in described:
                described = DOCUMENT["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
            if "content" in described:
                schema = {**described["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
                Draft202012Validator(schema).validate(said)
            else:
                assert said is None
            assert answer["headers"]["Cache-Control"] == "no-store"
            return answer["statusCode"], said

        yield called
    for made in made_once:
        made.cache_clear()


@pytest.mark.requirement("A13", "N5")
def test_an_account_from_its_first_sign_in_to_signing_out(call: Call, clock: list[datetime]) -> None:
    made = Provisioning(wiring.accounts(), wiring.keyring(), Argon2()).provision_account(
        username="u10001-dept",
        institution_code="10001",
        department_id="d1",
        tier=2,
        user={"name": "测试·样例"},
        actor="staff-1",
        command="execution-1",
        now=NOW,
    )
    known = {"username": "u10001-dept", "password": made.temporary_password}
    status, enrolment = call("POST", "/v1/sessions", known)
    assert status == 200
    secret = parse_qs(urlparse(enrolment["otpauth_uri"]).query)["secret"][0]

    def code() -> str:
        return code_at(secret, step_at(clock[0]))

    status, first = call("POST", "/v1/sessions/password", {**known, "one_time_code": code(), "new_password": PASSWORD})
    assert status == 201
    assert first["account"] == {
        "account_id": made.account.account_id,
        "username": "u10001-dept",
        "institution_code": "10001",
        "department_id": "d1",
        "tier": 2,
    }
    assert first["access_token_expires_at"] == "2026-11-23T10:15:00+08:00"
    clock[0] += timedelta(seconds=STEP_SECONDS)
    status, second = call(
        "POST", "/v1/sessions", {"username": "u10001-dept", "password": PASSWORD, "one_time_code": code()}
    )
    assert status == 201
    status, third = call("POST", "/v1/sessions/refresh", {"refresh_token": second["refresh_token"]})
    assert status == 200
    assert wiring.sessions().authenticate(third["access_token"], clock[0]) == made.account.principal
    assert call("DELETE", "/v1/sessions/current", token=third["access_token"]) == (204, None)
    assert call("POST", "/v1/sessions/refresh", {"refresh_token": third["refresh_token"]})[0] == 401
    assert wiring.sessions().authenticate(first["access_token"], clock[0]) == made.account.principal


@pytest.mark.requirement("A13", "N4", "N5")
def test_refusals_are_told_in_the_apis_own_form_and_tell_no_more(call: Call, clock: list[datetime]) -> None:
    stranger = {"username": "stranger", "password": "wrong", "one_time_code": "000000"}
    status, body = call("POST", "/v1/sessions", stranger)
    assert (status, body["error"]["code"], body["error"]["details"]) == (401, "sign_in_refused", [])
    assert call("POST", "/v1/sessions", {"username": "X"})[0] == 422
    assert call("POST", "/v1/sessions", [])[0] == 400
    assert call("POST", "/v1/sessions/password", {**stranger, "new_password": PASSWORD})[0] == 401
    assert call("POST", "/v1/sessions/refresh", {"refresh_token": "made-up"})[0] == 401
    assert call("DELETE", "/v1/sessions/current")[0] == 401
    assert call("DELETE", "/v1/sessions/current", token="made.up.by.some.body")[0] == 401
