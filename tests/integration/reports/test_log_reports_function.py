"""The report log over a table and a KMS key: what the stream brings in, everybody can ask for as documented."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from cryptography import x509
from joserfc import jws
from joserfc.jwk import KeySet
from moto import mock_aws

from degree_auth.adapters.cases.items import CaseItem
from degree_auth.domain.cases import application
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.log import TreeHead
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.observability import Fault, metrics
from degree_auth.wiring import cases, shared
from degree_auth.wiring.reports import log, log_writer
from tests.doubles.gateway import documented_body, event
from tests.samples.report_log import NOW
from tools import signing_certificate
from tools.made_once import forget
from tools.verify_report_log import FAILED, NOT_CHECKED, verify

PARAMETER = "/logged/signing-certificate"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_REGION": "ap-southeast-1",
    "CASES_TABLE": "logged-cases",
    "MASTER_SECRET_ID": "master-of-logged",
    "SIGNING_CERTIFICATE_PARAMETER": PARAMETER,
    "CHECK_URL_PARAMETER": "/logged/check-url",
}
CHECK_URL = "https://check.example/degrees/check"
CONTEXT = SimpleNamespace(
    function_name="log_reports", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="request-1"
)
SHA256 = hashlib.sha256(b"a report").hexdigest()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    # The TEST certificate is valid from the day before it is made.
    moment = [datetime.now(NOW.tzinfo)]
    monkeypatch.setattr(shared, "now", lambda: moment[0])
    return moment


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SimpleNamespace]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(metrics.provider, "namespace", "Test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    forget()
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name=ENVIRONMENT["MASTER_SECRET_ID"], SecretString="s" * 64)
        kms, ssm = boto3.client("kms"), boto3.client("ssm")
        key_id = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        monkeypatch.setenv("SIGNING_KEY_ID", key_id)
        ssm.put_parameter(Name=ENVIRONMENT["CHECK_URL_PARAMETER"], Value=CHECK_URL, Type="String")
        root = signing_certificate.provision(kms, ssm, key_id, PARAMETER, "local", tmp_path)
        assert root is not None
        cases.table()
        CaseItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield SimpleNamespace(kms=kms, ssm=ssm, folder=tmp_path, root=x509.load_pem_x509_certificate(root.read_bytes()))
    forget()


def entry(number: int, kind: str = "report_issued", **data: Any) -> dict[str, Any]:
    """A record of the table's stream."""
    sha256 = SHA256 if number == 0 else hashlib.sha256(b"%d" % number).hexdigest()
    stored = {"report_number": "n", "version": 1, "sha256": sha256, "object_key": "k", **data}
    image = {
        "pk": {"S": f"RZ{number}"},
        "sk": {"S": "EVENT#000003" if kind == "report_issued" else "EVENT#000004"},
        "type": {"S": kind},
        "at": {"S": NOW.isoformat()},
        "actor": {"S": "system"},
        "data": {"S": json.dumps(stored)},
        "previous_hash": {"S": "a"},
        "hash": {"S": "b"},
    }
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": f"{number}00", "NewImage": image}}


def log_reports(*records: dict[str, Any]) -> Any:
    handler = importlib.import_module("functions.log_reports.handler").handler
    return handler({"Records": list(records)} if records else {"source": "aws.events"}, CONTEXT)


def ask(method: str, path: str, body: object = None, **query: str) -> tuple[int, Any]:
    """The public function's answer, held against the document."""
    asked = event(method, path, body, query=query)
    answer = importlib.import_module("functions.public_api.handler").app(asked, None)
    said = documented_body(method, path, answer)
    return answer["statusCode"], said


def issue_report(status: StatusPlace | None = None) -> None:
    """A case whose report has SHA256, as the online check finds it."""
    case, entries = append_events(
        "RZ0", None, application.receive("api", "10001", "sealed", "holder", "platform", None), NOW
    )
    facts = {
        "holder_name": "合*",
        "institution_name": "样本大学",
        "level": "master",
        "category": "工学硕士",
        "discipline": "样本",
        "award_date": "2022-06-30",
        "basis": "register",
    }
    number = "2026-7K3M-Q0ZT-4B97"
    report = IssuedDocument(number, "RZ0", 1, ReportState.VALID, SHA256, "key", NOW, facts, "award", status=status)
    cases.table().commit(None, case, entries, report=report)


@pytest.mark.requirement("A15", "N3")
def test_what_the_stream_brings_is_proved_to_everybody(aws, clock) -> None:
    issue_report()
    assert ask("POST", "/v1/report-checks", {"sha256": SHA256})[1]["log"]["state"] == "pending"
    assert ask("GET", "/v1/log/head")[0] == 404
    assert log_reports(entry(0), entry(1), entry(2)) == {"batchItemFailures": []}
    earlier = ask("GET", "/v1/log/head")[1]
    clock[0] += timedelta(minutes=1)
    log_reports(entry(3), entry(1, "report_revoked"), entry(0))
    status, checked = ask("POST", "/v1/report-checks", {"sha256": SHA256})
    assert (status, checked["log"]["state"]) == (200, "logged")
    assert checked["log"]["head"]["size"] == 5 == ask("GET", "/v1/log/head")[1]["size"]
    growth = ask("GET", "/v1/log/consistency", first="3", second="5")[1]
    assert {one.result for one in verify(SHA256, checked, aws.root, earlier, growth)} == {"passed"}
    without = verify(SHA256, checked, aws.root)
    assert [one.step for one in without if one.result == NOT_CHECKED] == ["growth"]


@pytest.mark.requirement("N5")
def test_sizes_beyond_the_log_are_refused(aws, clock) -> None:
    log_reports(entry(1))
    status, refused = ask("GET", "/v1/log/consistency", first="1", second="2")
    assert status == 422
    assert [one["code"] for one in refused["error"]["details"]] == ["log_size_invalid"]


@pytest.mark.requirement("N1")
def test_an_entry_that_cannot_be_read_comes_again_with_all_after_it(aws, clock) -> None:
    unreadable = entry(7)
    unreadable["dynamodb"]["NewImage"]["data"] = {"S": "{}"}
    answered = log_reports(entry(1), unreadable, entry(2))
    assert answered == {"batchItemFailures": [{"itemIdentifier": "700"}]}
    assert ask("GET", "/v1/log/head")[1]["size"] == 1
    assert log_reports(entry(7), entry(2)) == {"batchItemFailures": []}
    assert ask("GET", "/v1/log/head")[1]["size"] == 3


@pytest.mark.requirement("N3")
def test_the_schedule_signs_the_log_anew_each_day(aws, clock) -> None:
    log_reports()
    empty = ask("GET", "/v1/log/head")[1]
    assert empty["size"] == 0
    log_reports(entry(1))
    clock[0] += timedelta(hours=1)
    log_reports()
    first = ask("GET", "/v1/log/head")[1]
    clock[0] += timedelta(hours=23)
    log_reports()
    renewed = ask("GET", "/v1/log/head")[1]
    assert (renewed["size"], renewed["root"]) == (first["size"], first["root"])
    assert renewed["at"] > first["at"]


@pytest.mark.requirement("N1", "N4")
def test_without_a_certificate_entries_are_kept_and_the_signature_follows(aws, clock) -> None:
    (chain,) = [aws.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"]]
    shared.parameters.cache_clear()
    aws.ssm.put_parameter(Name=PARAMETER, Value="none", Overwrite=True)
    with pytest.raises(Fault, match="ValueError"):
        log_reports(entry(1))
    assert log.table().tree().size == 1
    shared.parameters.cache_clear()
    aws.ssm.put_parameter(Name=PARAMETER, Value=chain, Overwrite=True)
    log_reports(entry(1))
    assert ask("GET", "/v1/log/head")[1]["size"] == 1


@pytest.mark.requirement("N3")
def test_a_log_that_was_changed_in_the_table_is_signed_no_more(aws, clock) -> None:
    log_reports(*(entry(number) for number in range(1, 6)))
    table = boto3.resource("dynamodb").Table(ENVIRONMENT["CASES_TABLE"])
    table.update_item(
        Key={"pk": "log#node#2#0", "sk": "NODE"},
        UpdateExpression="SET #hash = :hash",
        ExpressionAttributeNames={"#hash": "hash"},
        ExpressionAttributeValues={":hash": "00" * 32},
    )
    with pytest.raises(Fault, match="LogRewritten"):
        log_reports(entry(6))
    assert ask("GET", "/v1/log/head")[1]["size"] == 5


@pytest.mark.requirement("A5", "N3")
def test_what_is_signed_for_the_log_is_no_signature_of_anything_else(aws, clock) -> None:
    log_reports(entry(0))
    issue_report()
    checked = ask("POST", "/v1/report-checks", {"sha256": SHA256})[1]
    signed = log.table().signed_head()
    assert signed is not None
    text = TreeHead(signed.head.log_id, 1, signed.head.root, signed.head.at).signed_text
    other_purpose = log_writer.signing_key().sign(text.replace(b"degree-report-log", b"degree-other-use"))
    checked["log"]["head"]["signature"] = base64.b64encode(other_purpose).decode()
    assert verify(SHA256, checked, aws.root)[0].result == FAILED


def fetched(path: str, **parameters: str) -> tuple[int, dict[str, str], str]:
    """What the public function serves to machines."""
    asked = event("GET", path, parameters=parameters)
    answer = importlib.import_module("functions.public_api.handler").app(asked, None)
    return answer["statusCode"], answer["headers"], answer["body"]


def verified(credential: str) -> dict[str, Any]:
    """The claims of a credential that the published keys verify."""
    keys = KeySet.import_key_set(json.loads(fetched("/.well-known/jwks.json")[2]))
    found: dict[str, Any] = json.loads(jws.deserialize_compact(credential, keys, algorithms=["RS256"]).payload)
    return found


@pytest.mark.requirement("A15", "N5")
def test_a_status_list_is_signed_served_and_verified_by_the_published_key(aws: SimpleNamespace, clock: Any) -> None:
    path = "/status-lists/{list_id}"
    log_reports(entry(0))
    assert fetched(path, list_id="2026-1")[0] == 404
    issue_report(StatusPlace("2026-1", 94_567))
    log_reports(entry(0))
    status, headers, credential = fetched(path, list_id="2026-1")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "application/vc+jwt", "max-age=300")
    claims = verified(credential)
    assert claims["id"] == "https://check.example/degrees/status-lists/2026-1"
    assert claims["issuer"] == "did:web:check.example:degrees"
    log_reports()
    assert fetched(path, list_id="2026-1")[2] == credential


class _Broken:
    def renew(self, _: datetime) -> int:
        raise KeyError


@pytest.mark.requirement("A15", "N1")
def test_status_lists_out_of_order_hold_up_no_entry_and_the_hourly_run_says_so(
    aws: SimpleNamespace, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_report(StatusPlace("2026-1", 5))
    whole = log_writer.status_lists
    monkeypatch.setattr(log_writer, "status_lists", _Broken)
    assert log_reports(entry(0)) == {"batchItemFailures": []}
    assert ask("GET", "/v1/log/head")[1]["size"] == 1
    with pytest.raises(Fault, match="StatusListsNotSignedError"):
        log_reports()
    monkeypatch.setattr(log_writer, "status_lists", whole)
    log_reports()
    assert fetched("/status-lists/{list_id}", list_id="2026-1")[0] == 200


@pytest.mark.requirement("A15", "N3")
def test_status_lists_out_of_order_hide_no_fault_of_the_log(
    aws: SimpleNamespace, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "status_lists", _Broken)
    shared.parameters.cache_clear()
    aws.ssm.put_parameter(Name=PARAMETER, Value="none", Overwrite=True)
    for records in ([entry(1)], []):
        with pytest.raises(Fault, match="ValueError"):
            log_reports(*records)


@pytest.mark.requirement("A5", "A15")
def test_a_former_key_stays_published_so_that_what_it_signed_is_verified(
    aws: SimpleNamespace, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_report(StatusPlace("2026-1", 5))
    log_reports(entry(0))
    _, _, credential = fetched("/status-lists/{list_id}", list_id="2026-1")
    verified(credential)
    other = aws.kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    signing_certificate.provision(aws.kms, aws.ssm, other, PARAMETER, "local", aws.folder)
    monkeypatch.setenv("SIGNING_KEY_ID", other)
    forget()
    assert verified(credential)
    clock[0] += timedelta(days=1)
    log_reports()
    keys = json.loads(fetched("/.well-known/jwks.json")[2])["keys"]
    document = json.loads(fetched("/did.json")[2])
    assert len(keys) == 2
    # A list speaks for the key of today: a former one may be taken out, because it was stolen perhaps.
    _, _, renewed = fetched("/status-lists/{list_id}", list_id="2026-1")
    assert jws.extract_compact(renewed.encode()).headers()["kid"] == keys[0]["kid"]
    assert jws.extract_compact(credential.encode()).headers()["kid"] == keys[1]["kid"]
    assert document["assertionMethod"] == [key["kid"] for key in keys]
    assert verified(credential)
