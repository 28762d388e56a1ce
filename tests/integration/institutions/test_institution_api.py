"""The institutions' function with password hashes and a table: every answer as the OpenAPI document says."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import boto3
import numpy as np
import pytest
import zxingcpp
from moto import mock_aws

from degree_auth.adapters.accounts import password_hashing
from degree_auth.adapters.accounts.table import AccountItem
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS, code_at, step_at
from degree_auth.domain.institutions.client_assertion import ASSERTION_TYPE
from degree_auth.domain.institutions.institution import Institution, InstitutionEventType, add_institution_event
from degree_auth.services.accounts.provisioning import Provisioned
from degree_auth.services.institutions.ports import Change
from degree_auth.wiring import accounts, shared
from degree_auth.wiring.institutions import table as institutions
from tests.doubles.accounts import create_account
from tests.doubles.gateway import documented_body, event
from tests.samples.machine_keys import assertion, ec_key, public
from tools.made_once import forget

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_REGION": "ap-southeast-1",
    "ACCOUNTS_TABLE": "accounts",
    "MASTER_SECRET_ID": "master-of-accounts",
    "PUBLIC_URL": "https://degrees.example",
}
PASSWORD = "a synthetic pass phrase"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PIXELS = 4
SECRETS: dict[str, str] = {}
"""What the authenticators of those who signed in hold, by username."""
Call = Callable[..., tuple[int, Any]]


def read_qr(rows: list[str]) -> str:
    """What a telephone reads from a QR code that is drawn in dark on light."""
    dark = np.array([[module == "1" for module in row] for row in rows])
    image = np.kron(np.pad(np.where(dark, 0, 255), 4, constant_values=255), np.ones((PIXELS, PIXELS))).astype(np.uint8)
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    moment = [NOW]
    monkeypatch.setattr(shared, "now", lambda: moment[0])
    return moment


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Calls the function as the gateway does; gives status and body, both held against the document."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # Real hashes of less work: how much they take has a test of its own.
    monkeypatch.setattr(password_hashing, "_MEMORY_KIB", 1024)
    forget()
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name=ENVIRONMENT["MASTER_SECRET_ID"], SecretString="s" * 64)
        accounts.table()
        queue = boto3.client("sqs").create_queue(QueueName="notifications")
        monkeypatch.setenv("NOTIFICATIONS_QUEUE_URL", queue["QueueUrl"])
        AccountItem.create_table(billing_mode="PAY_PER_REQUEST")
        app = importlib.import_module("functions.institution_api.handler").app

        def called(
            method: str, path: str, body: object = None, token: str | None = None, **parameters: str
        ) -> tuple[int, Any]:
            answer = answered(method, path, body, token, parameters=parameters)
            return answer["statusCode"], documented_body(method, path, answer)

        def answered(
            method: str, path: str, body: object = None, token: str | None = None, **more: Any
        ) -> dict[str, Any]:
            headers = ({"authorization": f"Bearer {token}"} if token else {}) | more.pop("headers", {})
            answer: dict[str, Any] = app(event(method, path, body, headers=headers, **more), None)
            assert answer["headers"]["Cache-Control"] == "no-store"
            return answer

        called.answered = answered  # type: ignore[attr-defined]

        yield called
    forget()


def provision(username: str, department_id: str | None) -> Provisioned:
    """A new account of 10001 with its temporary password."""
    account, entry = accounts.provisioning().new_account(
        username=username,
        institution_code="10001",
        department_id=department_id,
        tier=1 if department_id is None else 2,
        user={"name": "测试·样例"},
        notice_reference="annex",
        actor="staff-1",
        command=f"register-{username}",
        now=NOW,
    )
    create_account(accounts.table(), account, entry)
    return accounts.provisioning().approve_user(
        "10001", account.account_id, proposal=1, actor="staff-2", command=f"provision-{username}", now=NOW
    )


@pytest.mark.requirement("A13", "N5")
def test_an_account_from_its_first_sign_in_to_signing_out(call: Call, clock: list[datetime]) -> None:
    made = provision("u10001-dept", "d1")
    known = {"username": "u10001-dept", "password": made.temporary_password}
    status, enrolment = call("POST", "/v1/sessions", known)
    assert status == 200
    assert read_qr(enrolment["otpauth_qr"]) == enrolment["otpauth_uri"]
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
    assert accounts.sessions().authenticate(third["access_token"], clock[0]) == made.account.principal
    assert call("DELETE", "/v1/sessions/current", token=third["access_token"]) == (204, None)
    assert call("POST", "/v1/sessions/refresh", {"refresh_token": third["refresh_token"]})[0] == 401
    assert accounts.sessions().authenticate(first["access_token"], clock[0]) == made.account.principal


def signed_in(call: Call, username: str, department_id: str | None = None) -> tuple[str, str]:
    """A new account of 10001 with its first session: its id and access token."""
    made = provision(username, department_id)
    known = {"username": username, "password": made.temporary_password}
    secret = parse_qs(urlparse(call("POST", "/v1/sessions", known)[1]["otpauth_uri"]).query)["secret"][0]
    SECRETS[username] = secret
    code = code_at(secret, step_at(NOW))
    _, session = call("POST", "/v1/sessions/password", {**known, "one_time_code": code, "new_password": PASSWORD})
    return made.account.account_id, session["access_token"]


def registered() -> None:
    """10001 as a registered institution."""
    fresh = Institution("10001", "北京大学", "研究生院", "sealed", "fingerprint")
    after, entry = add_institution_event(fresh, InstitutionEventType.INSTITUTION_REGISTERED, "staff:li.ming", {}, NOW)
    institutions.table().commit(Change(None, after, entry))


@pytest.mark.requirement("A8", "A9", "N5")
def test_a_lead_department_looks_after_its_institution(call: Call, clock: list[datetime]) -> None:
    registered()
    _, lead = signed_in(call, "u10001-lead")
    account_id, department = signed_in(call, "u10001-archive", "archive")
    content = {
        "name": "档案馆",
        "scope": {"levels": ["B"], "award_years": ["F"], "study_forms": ["J"]},
        "active": True,
        "version": 0,
    }
    where = "/v1/departments/{department_id}"
    status, made = call("PUT", where, content, lead, department_id="archive")
    assert (status, made["version"], made["registered"]) == (200, 1, False)
    assert call("PUT", where, {**content, "name": "乙"}, lead, department_id="archive")[0] == 409
    assert call("PUT", where, {"version": -1}, lead, department_id="archive")[0] == 422
    assert call("PUT", where, [], lead, department_id="archive")[0] == 400
    assert call("GET", "/v1/departments", token=lead) == (200, {"departments": [made]})
    covered = call("GET", "/v1/coverage", token=lead)[1]["coverage"]
    assert [one["routed_to"] for one in covered].count("archive") == 1
    assert len(covered) == 10
    explanation = {"text": "证书未编号。", "last_award_year": 1997, "valid_from": "2026-11-01", "version": 0}
    put = "/v1/explanations/{explanation_id}"
    status, kept = call("PUT", put, explanation, lead, explanation_id="no-numbers")
    assert (status, kept["version"], kept["levels"]) == (200, 1, [])
    assert call("GET", "/v1/explanations", token=department) == (200, {"explanations": [kept]})
    accounts = call("GET", "/v1/accounts", token=lead)[1]["accounts"]
    assert [(one["username"], one["password_set"], one["open_sessions"]) for one in accounts] == [
        ("u10001-archive", True, 1),
        ("u10001-lead", True, 1),
    ]
    sessions = "/v1/accounts/{account_id}/sessions"
    for unknown in ("nobody", "x" * 3000):
        assert call("DELETE", sessions, token=lead, account_id=unknown)[0] == 404
    assert call("DELETE", sessions, token=lead, account_id=account_id) == (204, None)
    assert call("GET", "/v1/explanations", token=department)[0] == 401


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize(
    ("method", "path", "parameters"),
    [
        ("PUT", "/v1/departments/{department_id}", {"department_id": "archive"}),
        ("GET", "/v1/accounts", {}),
        ("DELETE", "/v1/accounts/{account_id}/sessions", {"account_id": "somebody"}),
        ("GET", "/v1/coverage", {}),
        ("PUT", "/v1/explanations/{explanation_id}", {"explanation_id": "no-numbers"}),
    ],
)
def test_a_department_is_refused_what_is_the_lead_departments_and_a_stranger_everything(
    call: Call, clock: list[datetime], method: str, path: str, parameters: dict[str, str]
) -> None:
    registered()
    _, department = signed_in(call, "u10001-archive", "archive")
    body = {} if method == "PUT" else None
    status, refused = call(method, path, body, department, **parameters)
    assert (status, refused["error"]["code"]) == (403, "lead_department_only")
    assert call(method, path, body, **parameters)[0] == 401


@pytest.mark.requirement("A9", "A13", "N4")
def test_a_system_is_made_signs_in_and_reads_what_it_may(call: Call, clock: list[datetime]) -> None:
    registered()
    _, lead = signed_in(call, "u10001-lead")
    where, known = "/v1/machine-clients/{machine_id}", {"machine_id": "archive-system"}
    wanted = {"name": "对接系统", "scopes": ["read"], "keys": [public(ec_key())], "version": 0}
    clock[0] += timedelta(seconds=STEP_SECONDS)
    content = {**wanted, "one_time_code": code_at(SECRETS["u10001-lead"], step_at(clock[0]))}
    status, refused = call("PUT", where, wanted, lead, **known)
    assert (status, refused["error"]["details"][0]["field"]) == (422, "one_time_code")
    status, made = call("PUT", where, content, lead, **known)
    assert (status, made["client_id"], made["version"]) == (200, "10001.archive-system", 1)
    # A repeat uses no code; another change needs another.
    assert call("PUT", where, content, lead, **known) == (200, made)
    status, refused = call("PUT", where, {**content, "scopes": ["read", "answer"], "version": 1}, lead, **known)
    assert (status, refused["error"]["details"][0]["code"]) == (422, "one_time_code_used")
    assert call("GET", "/v1/machine-clients", token=lead) == (200, {"machine_clients": [made]})
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion("10001.archive-system", NOW),
    }
    kind = {"content-type": "application/x-www-form-urlencoded"}

    def token(raw: str, headers: dict[str, str] = kind) -> tuple[int, Any]:
        answer = call.answered("POST", "/v1/token", headers=headers, raw=raw)  # type: ignore[attr-defined]
        return answer["statusCode"], documented_body("POST", "/v1/token", answer)

    good = urlencode(form)
    for raw, headers in ((good, {}), (f"{good}&grant_type=x", kind), ("%ff=1", kind), ("a=1&" * 30 + good, kind)):
        assert token(raw, headers)[1]["error"] == "invalid_request"
    status, issued = token(good)
    assert (status, issued["token_type"], issued["expires_in"], issued["scope"]) == (200, "Bearer", 600, "read")
    assert call("GET", "/v1/departments", token=issued["access_token"])[0] == 200
    refused = call("GET", "/v1/accounts", token=issued["access_token"])
    assert (refused[0], refused[1]["error"]["code"]) == (403, "people_only")
    status, again = token(good)
    assert (status, again["error"]) == (401, "invalid_client")
    assert again["error_description"].isascii()
    assert call("DELETE", where, token=lead, **known) == (204, None)
    assert call("GET", "/v1/departments", token=issued["access_token"])[0] == 401


@pytest.mark.requirement("A13", "N4", "N5")
def test_a_stranger_is_told_until_when_and_the_users_browser_is_known(call: Call, clock: list[datetime]) -> None:
    made = provision("u10001-lead", None)
    known = {"username": "u10001-lead", "password": made.temporary_password}
    secret = parse_qs(urlparse(call("POST", "/v1/sessions", known)[1]["otpauth_uri"]).query)["secret"][0]
    setting = {**known, "one_time_code": code_at(secret, step_at(NOW)), "new_password": PASSWORD}
    entered = call.answered("POST", "/v1/sessions/password", setting)  # type: ignore[attr-defined]
    kept, *attributes = entered["headers"]["Set-Cookie"].split("; ")
    assert kept.startswith("__Host-device=")
    assert attributes == ["Path=/", "Max-Age=15552000", "HttpOnly", "SameSite=Strict", "Secure"]
    clock[0] += timedelta(seconds=STEP_SECONDS)
    right = {"username": "u10001-lead", "password": PASSWORD, "one_time_code": code_at(secret, step_at(clock[0]))}
    wrong = {**right, "password": "wrong"}
    # Many strangers; what a caller writes into a header is no address.
    for number in range(21):
        headers = {"x-forwarded-for": f"198.51.100.{number}"}
        call.answered("POST", "/v1/sessions", wrong, headers=headers, source=f"203.0.113.{number}")  # type: ignore[attr-defined]
    refused = call.answered("POST", "/v1/sessions", right, source="203.0.113.99")  # type: ignore[attr-defined]
    said = documented_body("POST", "/v1/sessions", refused)["error"]
    assert (refused["statusCode"], said["code"], said["retry_at"]) == (
        429,
        "sign_in_closed",
        "2026-11-23T10:15:30+08:00",
    )
    assert refused["headers"]["Retry-After"] == "900"
    assert "Set-Cookie" not in refused["headers"]
    again = call.answered("POST", "/v1/sessions", right, headers={"cookie": kept}, source="203.0.113.99")  # type: ignore[attr-defined]
    assert again["statusCode"] == 201
    status, body = call("POST", "/v1/sessions", right)
    assert (status, body["error"]["code"]) == (401, "one_time_code_used")


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
