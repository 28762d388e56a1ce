"""What end-to-end tests do again and again: apply, act as staff, and look at what the stack has stored."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import requests
from boto3.dynamodb.types import TypeDeserializer

from degree_auth.adapters.cases.items import entry_of_image
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.accounts.applicant_sign_in import SESSION_TIME
from degree_auth.domain.shared.chain import BrokenLink, ChainHead, verify
from degree_auth.services.applications.applicant_actions import HOLDERS_ALONE
from tests.samples.files import png
from tools import clock
from tools.environment import ROOT, LocalAws
from tools.identity_provider import CLAIMS, sign_in
from tools.import_register import import_file
from tools.sample_applications import Application, applications, body_of, undoubted
from tools.sample_files import write_csv
from tools.sample_institutions import INSTITUTIONS
from tools.sample_rows import Row, of_others, rows
from tools.sample_staff import SampleStaff

SECONDS = 150
"""How long a test waits for what must come."""

FOREIGN_DISCIPLINE = "园艺"
"""A discipline that no sample record has."""

SCAN = png()
"""A picture with notes about itself, which nobody is shown."""
"""What begins as a PNG file does."""

CASE_MACHINES = (
    "MatchingMachineArn",
    "VerificationMachineArn",
    "IssuanceMachineArn",
    "DisputeMachineArn",
    "RegisterChangeMachineArn",
)
"""The machines that drive cases, by the names of their outputs."""

SUBMITTED: list[dict[str, Any]] = []
"""Every application body that this run has sent: nothing of the people in them may show anywhere."""

_FIRST_OF_NOBODY = 500
_PROGRAM_SECONDS = 600
_LONGEST_WAIT_SECONDS = 16.0
_RAREST_LOOK_SECONDS = 0.4
_AWARDS_TAKEN = 1500
"""Tests take the first of all records; of the institutions that have accounts they may take any."""
_Found = TypeVar("_Found")


@cache
def awards() -> tuple[Row, ...]:
    """Records that leave no doubt, of people whom no run of the tests had before: an award has one report in force, and
    what one run has an institution say of it would show in the next."""
    return tuple(of_others(undoubted(rows()), SystemRandom()))


def bring_in_awards(stack: dict[str, Any]) -> None:
    """Put the records that tests take into the register of a running stack, once a run; each worker has its own."""
    home = {one.code for one in INSTITUTIONS}
    aws = LocalAws(stack["aws_endpoint_url"])
    secret = aws.client("secretsmanager").get_secret_value(SecretId=stack["MasterSecretArn"])["SecretString"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "awards.csv"
        write_csv(path, [row for which, row in enumerate(awards()) if which < _AWARDS_TAKEN or row["XWSYDWM"] in home])
        report = import_file(path, stack["RegisterTable"], Keyring(secret.encode()), aws.client("dynamodb"))
    assert report.plan.faulty == 0, report


@cache
def _samples() -> tuple[Application, ...]:
    return tuple(applications(rows()))


def sample(kind: str) -> Application:
    """The first sample application of a kind, named by its last English word or by the outcome that it should have."""
    return next(one for one in _samples() if kind in (one.kind.en.split()[-1], one.expected))


def new_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return f"key-{uuid.uuid4().hex}"


def fresh(body: dict[str, Any]) -> dict[str, Any]:
    """The same application by somebody else: with an address of its own, which makes it another case."""
    return {**copy.deepcopy(body), "contact": {"mobile": "13800000000", "email": f"{uuid.uuid4().hex}@example.com"}}


@cache
def _unnamed() -> Iterator[int]:
    """Sample records that no test names, nor asks an institution about."""
    asked = {one.code for one in INSTITUTIONS}
    numbers = range(_FIRST_OF_NOBODY, _AWARDS_TAKEN)
    return (which for which in numbers if awards()[which]["XWSYDWM"] not in asked)


def matching(which: int | None = None) -> dict[str, Any]:
    """An application that matches the register: of somebody new, or of the person of a record.

    Nobody may apply as often, nor have as many open cases, as all tests together make.
    """
    return fresh(body_of(awards()[next(_unnamed()) if which is None else which]))


def mismatching(which: int | None = None) -> dict[str, Any]:
    """The same, but its discipline differs from the register."""
    body = matching(which)
    body["degree"]["discipline"] = FOREIGN_DISCIPLINE
    return body


def until(look: Callable[[], _Found | None], what: str, seconds: float = SECONDS) -> _Found:
    """What `look` finds, soon after there is something; each look costs the stack work, so they become rarer."""
    deadline, wait = time.monotonic() + seconds, 0.05
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(wait)
        wait = min(1.3 * wait, _RAREST_LOOK_SECONDS)
    raise AssertionError(f"it did not happen within {seconds} seconds: {what}")


def persistently(send: Callable[[], requests.Response]) -> requests.Response:
    """What a client does who got no answer of ours, for instance while functions start: send the same again.

    Each time after a longer wait, of chance: many clients at once would start the functions together over and over.
    """
    deadline, longest = time.monotonic() + 2 * SECONDS, 1.0
    while (response := send()).status_code >= 500:
        assert time.monotonic() < deadline, f"no answer within {2 * SECONDS} seconds: {response.status_code}"
        time.sleep(SystemRandom().uniform(0, longest))
        longest = min(2 * longest, _LONGEST_WAIT_SECONDS)
    return response


def run_module(module: str, *arguments: str) -> str:
    """Run a module of this repository as a program, which must succeed; what it prints."""
    ran = subprocess.run(  # noqa: S603 -- this very interpreter
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "layers:."},
        capture_output=True,
        text=True,
        timeout=_PROGRAM_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@dataclass(frozen=True)
class Applied:
    """An application that was answered with a case."""

    url: str
    response: requests.Response
    sign_in: Callable[[], str] = str

    @property
    def session(self) -> str:
        """The session of who applied; empty for somebody who did not sign in."""
        return self.sign_in()

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = self.response.json()
        return found

    @property
    def case_number(self) -> str:
        return str(self.answer["case_number"])

    @property
    def token(self) -> str:
        """The token of the case's link; of an application that came before, the session of who applied."""
        return str(self.answer["access_token"] or self.session)

    def get(self, path: str = "", **options: Any) -> requests.Response:
        """Ask for something of the case."""
        return requests.get(self._at(path), headers=self._headers(), timeout=SECONDS, **options)

    def post(self, path: str, body: object = None) -> requests.Response:
        """Send something to the case: by its link, or what is the holder's alone as its holder who signed in."""
        evidence = isinstance(body, dict) and body.get("kind") == "evidence"
        who = (self.session if evidence or path in HOLDERS_ALONE else "") or self.token
        return requests.post(self._at(path), json=body, headers={"Authorization": f"Bearer {who}"}, timeout=SECONDS)

    def status(self) -> dict[str, Any]:
        """Where the case stands."""
        answered = self.get()
        assert answered.status_code == 200, answered.text
        status: dict[str, Any] = answered.json()
        return status

    def at_stage(self, stage: str) -> dict[str, Any]:
        """The case's status once it has come to a stage."""
        return until(lambda: status if (status := self.status())["stage"] == stage else None, f"stage {stage}")

    def with_scan(self) -> Applied:
        """The same case, once a certificate scan is stored on it: nothing is confirmed or corrected without one."""
        self.attach("certificate_scan")
        return self

    def attach(self, kind: str) -> str:
        """Upload a file and wait until it is stored; its id."""
        announced = self.post("attachments", {"kind": kind, "content_type": "image/png", "size": len(SCAN)}).json()
        upload, attachment_id = announced["upload"], str(announced["attachment_id"])
        sent = requests.request(upload["method"], upload["url"], data=SCAN, headers=upload["headers"], timeout=SECONDS)
        assert sent.status_code == 200, sent.text

        def stored() -> bool:
            files = {one["attachment_id"]: one["state"] for one in self.status()["attachments"]}
            return bool(files[attachment_id] == "stored")

        until(stored, "the file is stored")
        return attachment_id

    def _at(self, path: str) -> str:
        return f"{self.url}/{self.case_number}" + (f"/{path}" if path else "")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class Holder(Applied):
    """A case as its holder meets it, who has no link to it."""

    @property
    def token(self) -> str:
        return self.session


class Portal:
    """The running stack, as its users meet it and as its records show it."""

    def __init__(self, outputs: dict[str, Any], aws: LocalAws) -> None:
        self.url: str = outputs["api_url"]
        self.trust_root: str = outputs["trust_root"]
        self.stack: dict[str, str] = outputs
        self.began = time.time()
        self.aws = aws
        self._clients: dict[str, Any] = {}
        self._sessions: dict[tuple[str, ...], tuple[str, datetime]] = {}

    def client(self, service: str) -> Any:
        """A client of the local AWS, made once."""
        if service not in self._clients:
            self._clients[service] = self.aws.client(service)
        return self._clients[service]

    def post(self, path: str, body: object, **headers: str) -> requests.Response:
        """Send JSON; an underscore in a header's name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(f"{self.url}{path}", json=body, headers=named, timeout=SECONDS)

    def session(self, body: dict[str, Any]) -> str:
        """The session of an application's holder, who signs in once an hour of the stack's clock."""
        person = {name: body["holder"][name] for name in CLAIMS}
        who, now = tuple(person.values()), self.now()
        token, ends_at = self._sessions.get(who, ("", now))
        if now >= ends_at:
            token = sign_in(self.url, person)
            self._sessions[who] = (token, now + SESSION_TIME / 2)
        return token

    def submit(self, body: dict[str, Any], **headers: str) -> requests.Response:
        """Send an application as its holder, whatever comes of it."""
        return self.send(body, Authorization=f"Bearer {self.session(body)}", **headers)

    def send(self, body: dict[str, Any], **headers: str) -> requests.Response:
        """Send an application as whoever the headers say; without any, as nobody who was proven."""
        SUBMITTED.append(body)
        return self.post("/v1/applications", body, **headers)

    def apply(self, body: dict[str, Any], **headers: str) -> Applied:
        """Send an application as its holder, which must become a case."""
        response = self.submit(body, **headers)
        assert response.status_code in (201, 202), response.text
        return Applied(f"{self.url}/v1/applications", response, lambda: self.session(body))

    def check(self, **asked: str) -> dict[str, Any]:
        """Check a report."""
        answered = self.post("/v1/report-checks", asked)
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found

    def act(self, action: str, case_number: str, name: str | None = None, **more: Any) -> dict[str, Any]:
        """A staff decision, started as from the console; gives how its execution ended. Without a `reviewer`, anyone of
        the sample staff starts it."""
        if action in ("confirm_written_feedback", "approve_register_change"):
            more.setdefault("version", self.shown_version(case_number))
        return self.start({"action": action, "case_number": case_number, **more}, name)

    def shown_version(self, case_number: str) -> int:
        """The version of the case on a review sheet that is opened now."""
        return int(self.act("open_review", case_number)["output"]["version"])

    def confirm_identity(self, case_number: str) -> dict[str, Any]:
        """A reviewer opens the sheet and confirms who applies, by what it shows."""
        return self.act("confirm_identity", case_number, version=self.shown_version(case_number))

    def start(self, action: dict[str, Any], name: str | None = None) -> dict[str, Any]:
        """Any staff action."""
        return SampleStaff(self.stack).act(action, name)

    def function(self, logical_id: str) -> str:
        """The name of one of the stack's functions."""
        found = self.client("cloudformation").describe_stack_resource(
            StackName="degree-auth", LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def invoke(self, function: str, event: object) -> Any:
        """Call a function; fails when it does."""
        answered = self.aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        payload = json.loads(answered["Payload"].read())
        assert "FunctionError" not in answered, payload
        return payload

    def now(self) -> datetime:
        """What the stack takes the time to be; a test before this one may have moved its clock forward."""
        return clock.now_of(self.aws, self.stack)

    def move_clock(self, moment: datetime) -> None:
        """Move the stack's clock forward, for all tests that follow too, and let what that brings be recorded."""
        clock.move_to(self.aws, self.stack, moment)

    def reconcile(self) -> dict[str, int]:
        """One round of the reconciler, over every open case."""
        found: dict[str, int] = self.invoke(self.stack["ReconcileCasesFunctionName"], {"grace_seconds": 0})
        return found

    def executions(self, machine: str, status: str | None = None) -> Iterator[dict[str, Any]]:
        """Executions of a machine, by the machine's output name."""
        wanted = {"statusFilter": status} if status else {}
        pages = self.client("stepfunctions").get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=self.stack[machine], **wanted):
            yield from page["executions"]

    def running(self, machine: str = "MatchingMachineArn") -> list[str]:
        """The case number of each running execution."""
        return [one["name"].partition("-")[0] for one in self.executions(machine, "RUNNING")]

    def stop_everything(self) -> int:
        """Stop every running execution of the machines that drive cases; how many there were."""
        stopped = 0
        for machine in CASE_MACHINES:
            for one in list(self.executions(machine, "RUNNING")):
                with suppress(self.client("stepfunctions").exceptions.from_code("ValidationException")):
                    # One that has ended by itself meanwhile is not stopped.
                    self.client("stepfunctions").stop_execution(executionArn=one["executionArn"], error="Stopped")
                    stopped += 1
        return stopped

    def items(self, pk: str, sk_prefix: str = "") -> list[dict[str, Any]]:
        """What the table of cases holds under a key, as plain values."""
        found = self.client("dynamodb").query(
            TableName=self.stack["CasesTable"],
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)" if sk_prefix else "pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}} | ({":sk": {"S": sk_prefix}} if sk_prefix else {}),
            ConsistentRead=True,
        )
        return [_plain(item) for item in found["Items"]]

    def case_items(self) -> Iterator[dict[str, Any]]:
        """Everything in the table of cases."""
        for page in self.client("dynamodb").get_paginator("scan").paginate(TableName=self.stack["CasesTable"]):
            yield from map(_plain, page["Items"])

    def log(self, case_number: str) -> list[dict[str, Any]]:
        """The stored log of a case, in order."""
        return [entry_of_image(item) for item in self.items(case_number, "EVENT#")]

    def broken_link(self, case_number: str) -> BrokenLink | None:
        """The first broken link of a case's stored log, held against the head that the case keeps."""
        (case,) = self.items(case_number, "CASE")
        return verify(
            case_number, self.log(case_number), ChainHead(int(case["version"]), json.loads(case["body"])["head"])
        )

    def reports(self, case_numbers: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """The report items of cases."""
        found: dict[str, list[dict[str, Any]]] = {case_number: [] for case_number in case_numbers}
        for item in self.case_items():
            if item["pk"].startswith("report#") and item["case_number"] in found:
                found[item["case_number"]].append(item)
        return found

    def stored(self, key: str) -> bytes:
        """A document."""
        body: bytes = self.client("s3").get_object(Bucket=self.stack["DocumentsBucket"], Key=key)["Body"].read()
        return body

    def document_keys(self, prefix: str) -> list[str]:
        """The keys of the documents under a prefix."""
        found = self.client("s3").list_objects_v2(Bucket=self.stack["DocumentsBucket"], Prefix=prefix)
        return [one["Key"] for one in found.get("Contents", ())]


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def people(body: dict[str, Any]) -> set[str]:
    """What in an application tells of its person: name, identity number, address, as sent and without spaces."""
    holder, contact = body.get("holder", {}), body.get("contact", {})
    values = {str(holder.get("name", "")), str(holder.get("identity_number", "")), str(contact.get("email", ""))}
    every = values | {"".join(value.split()) for value in values}
    return {value for value in every if len(value) > 2}


def told_of(people_in_it: Iterable[str], text: str) -> list[str]:
    """Those that a text names, written out or as JSON escapes."""
    lower = text.lower()
    spellings = {one: (one.lower(), json.dumps(one)[1:-1].lower()) for one in people_in_it}
    return [one for one, spelled in spellings.items() if any(spelling in lower for spelling in spelled)]
