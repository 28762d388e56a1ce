"""Who may do what with an application: every route of a case by holder, other person, link, nobody; over one table."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
import yaml
from jsonschema import Draft202012Validator
from moto import mock_aws

from degree_auth.adapters.accounts.applicant_table import KeptItem
from degree_auth.domain.applications.person import Authority, ProvenPerson
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.notifications.webhook import SUBMITTED, secret_key, signed_headers
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.services.accounts.ports import Kept
from degree_auth.services.shared.sealing import seal_json
from degree_auth.wiring import accounts, shared
from tests.doubles.tables import create_table
from tests.samples.claims import award, body_of
from tools.made_once import forget

pytestmark = pytest.mark.requirement("A1", "A10", "N4")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "SyntheticSecretInLettersAndDigitsThatAreBase64As"
MACHINES = ("MATCHING", "ISSUANCE", "VERIFICATION", "DISPUTE", "REGISTER_CHANGE")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_REGION": "ap-southeast-1",
    "ENVIRONMENT": "staging",
    "CASES_TABLE": "cases",
    "ACCOUNTS_TABLE": "accounts",
    "REGISTER_TABLE": "register",
    "DOCUMENTS_BUCKET": "documents",
    "MASTER_SECRET_ID": "master",
    "PLATFORM_SECRET_ID": "platform",
    "DISPUTE_DAYS": "60",
    "PUBLIC_URL": "https://api.example.org/v",
    **{f"{name}_MACHINE_ARN": f"arn:aws:states:ap-southeast-1:123456789012:stateMachine:{name}" for name in MACHINES},
}
TABLES = {"CasesTable": "cases", "AccountsTable": "accounts", "RegisterTable": "register"}
DOCUMENT = yaml.safe_load((Path(__file__).parents[3] / "docs" / "openapi.yaml").read_text("utf-8"))
RECORDS = [award(Random(seed), seed) for seed in range(1, 4)]
OWN = "/v1/applications/{case_number}"
ROUTES: dict[str, tuple[str, str, object]] = {
    "follow": ("GET", OWN, None),
    "attach": ("POST", f"{OWN}/attachments", {"kind": "evidence", "content_type": "image/png", "size": 10}),
    "urgency": ("POST", f"{OWN}/urgency", {"reason": "入学报到在即"}),
    "supplement": ("POST", f"{OWN}/supplements", {}),
    "dispute": ("POST", f"{OWN}/disputes", {"reason": "与证书不符", "evidence": ["0" * 32]}),
    "report": ("GET", f"{OWN}/report", None),
    "renew link": ("PUT", f"{OWN}/link", None),
    "withdraw": ("POST", f"{OWN}/withdrawal", None),
    "revoke link": ("DELETE", f"{OWN}/link", None),
}
ADMITTED = {
    "follow": 200,
    "attach": 201,
    "urgency": 200,
    # The state of the case refuses these, once it is clear who asks.
    "supplement": 409,
    "dispute": 409,
    "report": "report_not_issued",
    "renew link": 200,
    "revoke link": 204,
    "withdraw": 200,
}


@dataclass
class Desk:
    """The applicants' function over tables in memory."""

    app: Any

    def ask(
        self, method: str, path: str, body: object = None, token: str = "", cookie: str = "", **more: Any
    ) -> tuple[int, dict[str, Any]]:
        """Status and body, held against the document."""
        headers = {"content-type": "application/json", **more.get("headers", {})}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"cookie": f"other=1; applicant={cookie}"} if cookie else {}
        raw = more.get("raw", "" if body is None else json.dumps(body, ensure_ascii=False))
        event = {
            "requestContext": {"httpMethod": method, "resourcePath": path, "requestId": "request-1"},
            "pathParameters": {"case_number": more["number"]} if "number" in more else None,
            "multiValueQueryStringParameters": None,
            "headers": headers,
            "stageVariables": None,
            "isBase64Encoded": False,
            "body": raw,
        }
        answer = self.app(event, None)
        found = json.loads(answer["body"]) if answer["body"] else {}
        said = DOCUMENT["paths"][path][method.lower()]["responses"][str(answer["statusCode"])]
        if "$ref" in said:
            said = DOCUMENT["components"]["responses"][said["$ref"].rsplit("/", 1)[1]]
        for media in said.get("content", {}).values():
            Draft202012Validator({**media["schema"], "components": DOCUMENT["components"]}).validate(found)
        return answer["statusCode"], found

    def session(self, which: int) -> str:
        """The session of the holder of a record, who signed in."""
        holder = parse_submission(body_of(RECORDS[which]), NOW.date()).claim.holder
        person = ProvenPerson(
            holder.name, holder.identity_type, holder.identity_number, Authority.IDENTITY_PROVIDER, NOW
        )
        token = f"session-of-{which}"
        digest = shared.keyring().token("applicant-session", token)
        kept = Kept(seal_json(shared.keyring(), digest, as_data(person)), NOW.replace(hour=3))
        accounts.applicant_table().keep_session(digest, kept)
        return token

    def platform(self, body: dict[str, Any], message_id: str = "msg_1") -> tuple[int, dict[str, Any]]:
        told = {"type": SUBMITTED, "timestamp": NOW.isoformat(), "data": body}
        raw = json.dumps(told, ensure_ascii=False)
        headers = signed_headers(secret_key(SECRET), message_id, raw.encode(), NOW)
        return self.ask("POST", "/v1/platform/applications", raw=raw, headers=headers)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(shared, "now", lambda: NOW)
    forget()
    with mock_aws():
        for logical_id, name in TABLES.items():
            create_table(logical_id, name, "ap-southeast-1")
        manager = boto3.client("secretsmanager")
        manager.create_secret(Name="master", SecretString="m" * 64)
        manager.create_secret(Name="platform", SecretString=SECRET)
        yield Desk(importlib.import_module("functions.applicant_api.handler").app)
    forget()


Caller = Callable[[Desk, dict[str, Any]], dict[str, str]]
CALLERS: dict[str, tuple[Caller, bool]] = {
    "the holder who signed in": (lambda desk, _: {"token": desk.session(0)}, True),
    "the holder's browser": (lambda desk, _: {"cookie": desk.session(0)}, True),
    "whoever has the link": (lambda _, made: {"token": made["access_token"]}, True),
    "another person": (lambda desk, _: {"token": desk.session(1)}, False),
    "another person's browser": (lambda desk, _: {"cookie": desk.session(1)}, False),
    "a made-up token": (lambda _, made: {"token": made["access_token"][:-1] + "_"}, False),
    "a made-up cookie": (lambda _, made: {"cookie": "made-up"}, False),
}


@pytest.mark.parametrize("by", ["the holder", "the platform", "somebody unproven"])
@pytest.mark.parametrize("who", CALLERS)
def test_a_case_is_its_holders_and_its_links_alone(desk: Desk, who: str, by: str) -> None:
    body = body_of(RECORDS[0])
    if by == "the platform":
        status, made = desk.platform(body)
    else:
        token = desk.session(0) if by == "the holder" else ""
        status, made = desk.ask("POST", "/v1/applications", body, token=token)
    assert status == 202
    caller, admitted = CALLERS[who]
    credential, wrong = caller(desk, made), {}
    for route, (method, path, sent) in ROUTES.items():
        status, found = desk.ask(method, path, sent, number=made["case_number"], **credential)
        said = (status, found.get("error", {}).get("code"))
        if admitted and ADMITTED[route] not in said:
            wrong[route] = said
        elif not admitted:
            unknown = desk.ask(method, path, sent, number="RZ2026112300000000", **credential)
            if said != (404, "not_found") or unknown != (status, found):
                wrong[route] = said
        if route == "renew link" and admitted and "the link" in who:
            credential = {"token": found["access_token"]}
    assert wrong == {}


def test_nobody_is_told_anything(desk: Desk) -> None:
    for method, path, sent in ROUTES.values():
        status, found = desk.ask(method, path, sent, number="RZ2026112300000000")
        assert (status, found["error"]["code"]) == (401, "access_token_missing")


@pytest.mark.parametrize("path", ["/v1/me", "/v1/me/applications"])
def test_ones_own_page_is_for_who_signed_in_and_no_link_opens_it(desk: Desk, path: str) -> None:
    _, made = desk.ask("POST", "/v1/applications", body_of(RECORDS[0]))
    assert desk.ask("GET", path)[0] == 401
    assert desk.ask("GET", path, token=made["access_token"])[0] == 401
    assert desk.ask("GET", path, token=desk.session(0))[0] == 200


def test_a_person_lists_the_cases_that_name_them_whoever_made_them_and_no_others(desk: Desk) -> None:
    made = [
        desk.ask("POST", "/v1/applications", body_of(RECORDS[0]), token=desk.session(0))[1]["case_number"],
        desk.ask("POST", "/v1/applications", body_of(RECORDS[0]))[1]["case_number"],
    ]
    desk.ask("POST", "/v1/applications", body_of(RECORDS[1]), token=desk.session(1))
    _, listed = desk.ask("GET", "/v1/me/applications", token=desk.session(0))
    assert sorted(one["case_number"] for one in listed["applications"]) == sorted(made)


def test_the_platform_and_its_user_are_told_the_same_of_by_whose_authority_it_is(desk: Desk) -> None:
    status, told = desk.platform(body_of(RECORDS[0]))
    assert (status, told["proven_by"]) == (202, "platform")
    again = desk.ask("POST", "/v1/applications", body_of(RECORDS[0]), token=desk.session(0))[1]
    assert (again["case_number"], again["access_token"]) == (told["case_number"], None)


@pytest.mark.parametrize("token", ["made-up", "session-of-1"])
def test_a_session_that_is_none_is_never_taken_for_nobody(desk: Desk, token: str) -> None:
    """Whoever believes to be signed in is not silently an unproven applicant."""
    status, found = desk.ask("POST", "/v1/applications", body_of(RECORDS[0]), cookie=token)
    assert (status, found["error"]["code"]) == (401, "session_ended")
    assert list(KeptItem.scan()) == []
