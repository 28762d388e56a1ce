"""The applicants' functions as the gateway calls them, in memory or over tables in moto.

Every answer is held against the document. What is asked of AWS is written down, so that the work behind answers can be
compared as well.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws

from degree_auth.adapters.applications.platform_fields import published_platform_fields
from degree_auth.adapters.register.writer import RegisterWriter
from degree_auth.adapters.reports.token_box import AesTokenBox
from degree_auth.domain.applications.person import Authority, ProvenPerson, TokenFields
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.notifications.platform_delivery import DELIVERED
from degree_auth.domain.notifications.recipient import Channel
from degree_auth.domain.notifications.webhook import SUBMITTED, Secret, secret_key, signed_headers
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import award_source, join_record_id, partition_of
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.services.accounts.applicant_sessions import ApplicantSessions, SignIn
from degree_auth.services.accounts.ports import Kept
from degree_auth.services.applications.callers import Caller
from degree_auth.services.applications.deliveries import Deliveries
from degree_auth.services.applications.own_case_commands import OwnCaseCommands
from degree_auth.services.applications.own_case_list import OwnCaseList
from degree_auth.services.applications.own_cases import OwnCases
from degree_auth.services.applications.own_notifications import OwnNotifications
from degree_auth.services.notifications.wishes import Wishes
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.reports.shares import OwnShares
from degree_auth.services.shared.sealing import seal_json
from degree_auth.wiring import accounts, applications, cases, rechecks, shared
from degree_auth.wiring.notifications import wishes
from degree_auth.wiring.reports import shares
from tests.doubles.gateway import event, resolved, validator
from tests.doubles.identity_provider import MemoryApplicantSessions, MemoryIdentityProvider
from tests.doubles.memory import MemoryShares
from tests.doubles.notified import MemoryOutbox
from tests.doubles.tables import create_table
from tests.doubles.world import World
from tests.samples.api_document import DOCUMENT
from tools.made_once import forget

CLAIMS = ("name", "identity_type", "identity_number")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BASE = "https://api.example.org/v"
REGION = "ap-southeast-1"
_SECRET = "SyntheticSecretInLettersAndDigitsThatAreBase64As"
_MACHINES = ("MATCHING", "ISSUANCE", "VERIFICATION", "DISPUTE", "REGISTER_CHANGE")
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "ENVIRONMENT": "staging",
    "CASES_TABLE": "cases",
    "ACCOUNTS_TABLE": "accounts",
    "REGISTER_TABLE": "register",
    "DOCUMENTS_BUCKET": "documents",
    "MASTER_SECRET_ID": "master",
    "PLATFORM_SECRET_ID": "platform",
    "DISPUTE_DAYS": "60",
    **{f"{name}_MACHINE_ARN": f"arn:aws:states:{REGION}:123456789012:stateMachine:{name}" for name in _MACHINES},
}
_TABLES = {"CasesTable": "cases", "AccountsTable": "accounts", "RegisterTable": "register"}


class NoQueue:
    """A queue that nobody reads."""

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Nothing waits."""


@dataclass(frozen=True)
class Answer:
    """Status, headers with small names, and body; `calls` is what was asked of AWS for it."""

    status: int
    headers: Mapping[str, str]
    text: str
    calls: tuple[str, ...]

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text) if self.text else {}
        return found

    @property
    def code(self) -> str | None:
        """The code of an error."""
        code: str | None = self.body.get("error", {}).get("code")
        return code


@dataclass
class Desk:
    """Whoever asks: `ask` sends a request to the function that has its route. `apps` are the applicants' functions,
    `public` is everybody's, which shows what applicants share."""

    provider: MemoryIdentityProvider
    apps: Sequence[Any]
    public: Any
    calls: list[str] = field(default_factory=list)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        number: str = "",
        query: Mapping[str, str] | None = None,
        raw: str = "",
    ) -> Answer:
        """The answer to a request; `path` is the route's, with {case_number} for `number`."""
        named = {"case_number": number, "share_id": "0" * 32}
        asked = event(
            method,
            path,
            body,
            headers=headers,
            parameters={name: value for name, value in named.items() if f"{{{name}}}" in path} or None,
            query=query,
            raw=raw,
        )
        (app,) = [one for one in (*self.apps, self.public) if path in one.routes]
        self.calls.clear()
        told = app(asked, None)
        headers = {name.lower(): value for name, value in told["headers"].items()}
        answer = Answer(told["statusCode"], headers, told["body"], tuple(self.calls))
        _hold_against_the_document(method, path, answer)
        return answer

    def session(self, body: Mapping[str, Any]) -> str:
        """The token of the holder of an application, who signed in."""
        now = shared.now()
        holder = parse_submission(body, now.date()).claim.holder
        person = ProvenPerson(
            holder.name, holder.identity_type, holder.identity_number, Authority.IDENTITY_PROVIDER, now
        )
        token = f"session-of-{holder.identity_number}"
        digest = shared.keyring().token("applicant-session", token)
        kept = Kept(seal_json(shared.keyring(), digest, as_data(person)), now + timedelta(hours=1))
        accounts.applicant_table().keep_session(digest, kept)
        return token

    def delivered(self, body: object, proven_by: str = "public_security", message_id: str = "msg_1") -> Answer:
        """The answer to the platform, which delivers an application."""
        raw, headers = signed(body, proven_by, message_id)
        return self.ask("POST", "/v1/platform/applications", headers=headers, raw=raw)


def signed(body: object, proven_by: str = "public_security", message_id: str = "msg_1") -> tuple[str, dict[str, str]]:
    """A message of the platform and the headers that go with it."""
    told = {"type": SUBMITTED, "timestamp": NOW.isoformat(), "proven_by": proven_by, "data": body}
    raw = json.dumps(told, ensure_ascii=False)
    return raw, signed_headers(secret_key(_SECRET), message_id, raw.encode(), NOW)


def signed_delivery(applications: Sequence[object], message_id: str = "msg_1") -> tuple[str, dict[str, str]]:
    """A delivery of the platform's applications, in its own words, and the headers that go with it."""
    items = [
        {"id": f"{message_id}-{which}", "proven_by": "public_security", "data": data}
        for which, data in enumerate(applications)
    ]
    told = {"type": DELIVERED, "timestamp": NOW.isoformat(), "applications": items}
    raw = json.dumps(told, ensure_ascii=False)
    return raw, signed_headers(secret_key(_SECRET), message_id, raw.encode(), NOW)


@contextmanager
def desk_over(world: World) -> Iterator[Desk]:
    """The functions over a system in memory."""
    with pytest.MonkeyPatch.context() as patch:
        sessions, keyring = MemoryApplicantSessions(), world.keyring
        own_cases = OwnCases(world.cases, keyring)
        for room, made in (
            (
                applications,
                {
                    "intake": world.intake,
                    "deliveries": Deliveries(world.intake, published_platform_fields(), world.faults.append),
                    "own_cases": own_cases,
                    "own_case_list": OwnCaseList(own_cases, world.readings),
                },
            ),
            (rechecks, {"disavowals": world.disavowals}),
            (cases, {"table": world.cases}),
            (shared, {"keyring": keyring, "platform_secrets": (Secret("1", secret_key(_SECRET)),)}),
            (accounts, {"applicant_table": sessions, "applicant_sessions": ApplicantSessions(sessions, keyring)}),
        ):
            for name, one in made.items():
                patch.setattr(room, name, lambda one=one: one)

        def commands_of(caller: Caller) -> OwnCaseCommands:
            return replace(world.own_case_commands, caller=caller)

        patch.setattr(applications, "own_case", lambda: lambda caller: replace(world.own_case, caller=caller))
        patch.setattr(applications, "own_readings", lambda: world.own_readings)
        patch.setattr(applications, "own_case_commands", lambda: commands_of)
        patch.setattr(rechecks, "disputes", lambda: lambda caller: replace(world.disputes, caller=caller))

        def own_shares(caller: Caller) -> OwnShares:
            return OwnShares(replace(world.own_case, caller=caller), kept_shares, keyring, AesTokenBox())

        def own_notifications(caller: Caller) -> OwnNotifications:
            return OwnNotifications(store=world.cases, outbox=outbox, sealer=keyring, caller=caller)

        kept_shares, outbox = MemoryShares(), MemoryOutbox()
        told = Wishes(outbox=outbox, sealer=keyring, queue=NoQueue(), channels=frozenset(Channel))
        patch.setattr(shares, "own_shares", lambda: own_shares)
        patch.setattr(shares, "table", lambda: kept_shares)
        patch.setattr(shares, "box", AesTokenBox)
        patch.setattr(applications, "own_notifications", lambda: own_notifications)
        patch.setattr(wishes, "wishes", lambda: told)
        with _opened(patch, lambda: world.now) as opened:
            yield opened


@contextmanager
def desk_over_tables() -> Iterator[Desk]:
    """The functions with empty tables in moto and a register that holds nobody."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in _ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        forget()
        for logical_id, name in _TABLES.items():
            create_table(logical_id, name, REGION)
        manager = boto3.client("secretsmanager")
        manager.create_secret(Name="master", SecretString="m" * 64)
        manager.create_secret(Name="platform", SecretString=_SECRET)
        # There is no machine for which an answer could wait.
        patch.setattr(applications, "INSTANT_WAIT_SECONDS", 0.0)
        with _opened(patch, lambda: NOW) as opened:
            _write_calls_down(patch, opened.calls)
            yield opened
        forget()


@contextmanager
def _opened(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> Iterator[Desk]:
    patch.setenv("PUBLIC_URL", BASE)
    patch.setattr(shared, "now", now)
    provider = MemoryIdentityProvider()
    sign_in = SignIn(accounts.applicant_table(), shared.keyring(), provider, TokenFields(*CLAIMS))
    patch.setattr(accounts, "applicant_sign_in", lambda: sign_in)
    names = ("applicant_api", "applicant_sign_in", "public_api")
    *apps, public = [importlib.import_module(f"functions.{name}.handler").app for name in names]
    yield Desk(provider, apps, public)


def fill_register(*records: AwardRecord) -> None:
    """Put records into the register, as an import does."""
    keyring = shared.keyring()
    named = []
    for record in records:
        partition = partition_of(record)
        part = award_part(keyring, partition, award_source(record))
        named.append(replace(record, record_id=join_record_id(partition, part)))
    RegisterWriter("register", keyring, boto3.client("dynamodb"), lambda _: None).save(named, "import", NOW)


def _write_calls_down(patch: pytest.MonkeyPatch, calls: list[str]) -> None:
    """Every call of an AWS client of this process, PynamoDB's among them, by what it is and how much it moves."""
    client_class: Any = BaseClient
    original = client_class._make_api_call

    def noted(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        moved = [
            f"{kind}:{_partition(part)}" for item in parameters.get("TransactItems", ()) for kind, part in item.items()
        ]
        calls.append(" ".join([operation, _partition(parameters), *moved]))
        return original(client, operation, parameters)

    patch.setattr(client_class, "_make_api_call", noted)


def _partition(parameters: Mapping[str, Any]) -> str:
    """The table and the kind of key that a call is about, without what is the case's or the person's own."""
    key = parameters.get("Key") or parameters.get("Item") or {}
    kind = str(key.get("pk", {}).get("S", "")).partition("#")[0][:12].rstrip("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    return f"{parameters.get('TableName', '')}/{kind}"


def _hold_against_the_document(method: str, path: str, answer: Answer) -> None:
    said = resolved(DOCUMENT["paths"][path][method.lower()]["responses"][str(answer.status)])
    for media in said.get("content", {}).values():
        validator(media["schema"]).validate(answer.body)
    for name, header in said.get("headers", {}).items():
        assert name.lower() in answer.headers or not header.get("required"), name
