"""The function of the register import: one step a call, keys and counts alone in its answers."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from degree_auth.adapters.register.items import award_items
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.observability import Fault
from degree_auth.services.register.sent_files import SentFiles
from tests.unit.register.test_sent_files import MemoryMachine
from tools.environment import ROOT
from tools.made_once import forget
from tools.sample_files import write_csv
from tools.sample_rows import rows

REGION, TABLE, BUCKET = "ap-southeast-1", "register", "files"
SOURCE = "incoming/annual.csv"
SAMPLE = list(rows(30))


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """The function's handler with an empty register, and a file waiting in its bucket."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "REGISTER_TABLE": TABLE,
        "REGISTER_FILES_BUCKET": BUCKET,
        "MASTER_SECRET_ID": "master",
        "POWERTOOLS_SERVICE_NAME": "import_register",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    forget()
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name="master", SecretString="s" * 64)
        storage = boto3.client("s3")
        storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        storage.upload_file(str(path), BUCKET, SOURCE)
        award_items(TABLE, REGION).create_table(wait=True)
        spec = importlib.util.spec_from_file_location("handler", ROOT / "functions" / "import_register" / "handler.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield lambda **event: module.handler({"execution": "an-execution", **event}, None)
    forget()


def sent(handler: Callable[..., Any], **more: object) -> dict[str, Any]:
    """What the first step says of a file that a member of staff sends, with the digest that it has unless told."""
    body: dict[str, Any] = {"action": "send_register_file", "reviewer": "wang.fang", "source": SOURCE, **more}
    if "sha256" not in body:
        try:
            content = boto3.client("s3").get_object(Bucket=BUCKET, Key=body["source"])["Body"].read()
        except ClientError:
            content = b""
        body["sha256"] = hashlib.sha256(content).hexdigest()
    machine = MemoryMachine()
    SentFiles(Keyring(b"s" * 64), machine).carry_out(body, "staff:one", datetime.now(UTC))
    ((name, given),) = machine.started.items()
    plan: dict[str, Any] = handler(action="split", input=given, execution=name)
    return plan


@pytest.mark.requirement("A2")
def test_the_steps_in_turn_bring_a_file_into_the_register(handler: Callable[..., Any]) -> None:
    plan = sent(handler)
    assert plan["outcome"] == "ready"
    listed = boto3.client("s3").get_object(Bucket=BUCKET, Key=plan["chunk_list"])["Body"].read()
    for item in json.loads(listed):
        counts = handler(action="chunk", **item)
        expected = {"new": plan["records"], "changed": 0, "unchanged": 0, "withheld": 0, "changes_awards": False}
        assert counts == expected
    report = handler(action="conclude", import_id=plan["import_id"])
    assert report["new"] == plan["records"] == boto3.client("dynamodb").scan(TableName=TABLE)["Count"]


@pytest.mark.requirement("N4")
def test_what_a_step_answers_holds_no_personal_data(handler: Callable[..., Any]) -> None:
    plan = sent(handler)
    counts = handler(action="chunk", import_id=plan["import_id"], chunk=1)
    report = handler(action="conclude", import_id=plan["import_id"])
    told = json.dumps([plan, counts, report], ensure_ascii=False)
    assert not [row for row in SAMPLE if row["XM"] in told or (row["ZJHM"] or "-") in told or row["XWZSBH"] in told]


@pytest.mark.requirement("N5")
def test_a_file_that_cannot_be_read_is_an_answer_with_reasons_not_a_failure(handler: Callable[..., Any]) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key="incoming/bad.csv", Body="姓名(XM),性别码(XBM)\n".encode())
    refused = sent(handler, source="incoming/bad.csv")
    assert refused["outcome"] == "refused"
    assert {problem["code"] for problem in refused["problems"]} == {"register_header_not_found"}
    absent = sent(handler, source="incoming/absent.csv")
    assert [problem["code"] for problem in absent["problems"]] == ["not_found"]


@pytest.mark.requirement("N6")
def test_an_import_that_stopped_says_beside_its_file_how_to_go_on(handler: Callable[..., Any]) -> None:
    assert handler(action="failed", source=SOURCE, error="ChunkFailed") == {}
    told = boto3.client("s3").get_object(Bucket=BUCKET, Key="outcomes/annual.csv.failure.json")["Body"].read()
    assert json.loads(told)["error"] == "ChunkFailed"
    with pytest.raises(Fault, match=r"^ValueError$"):
        handler(action="guess")


@pytest.mark.requirement("N5")
def test_a_check_writes_its_preview_and_nothing_else(handler: Callable[..., Any]) -> None:
    assert handler(action="split", input={"source": SOURCE, "check": True}) == {
        "outcome": "checked",
        "would_be_imported": True,
    }
    storage = boto3.client("s3")
    keys = {each["Key"] for each in storage.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == {SOURCE, "outcomes/annual.csv.check.json"}
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"] == 0
    body = storage.get_object(Bucket=BUCKET, Key="outcomes/annual.csv.check.json")["Body"].read().decode()
    preview = json.loads(body)
    (sheet,) = preview["account"]["sheets"]
    assert (sheet["records"], sheet["faulty"]) == (len(SAMPLE), 0)
    assert not [row for row in SAMPLE if row["XM"] in body or (row["ZJHM"] or "-") in body or row["XWZSBH"] in body]


@pytest.mark.requirement("N2", "N5")
def test_a_file_that_is_not_what_its_sender_sent_is_refused(handler: Callable[..., Any]) -> None:
    refused = sent(handler, rows=len(SAMPLE) + 1, sha256="0" * 64)
    assert [problem["code"] for problem in refused["problems"]] == ["register_digest_differs", "register_rows_differ"]
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"] == 0
    assert sent(handler, rows=len(SAMPLE))["outcome"] == "ready"


@pytest.mark.requirement("N2", "N3")
def test_a_file_that_was_replaced_after_it_was_sent_is_refused(handler: Callable[..., Any]) -> None:
    storage = boto3.client("s3")
    shown = storage.get_object(Bucket=BUCKET, Key=SOURCE)["Body"].read()
    storage.put_object(Bucket=BUCKET, Key=SOURCE, Body=shown + "合成\r\n".encode())
    refused = sent(handler, sha256=hashlib.sha256(shown).hexdigest())
    assert "register_digest_differs" in [problem["code"] for problem in refused["problems"]]
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"] == 0


@pytest.mark.requirement("A13", "N2", "N3")
def test_a_file_that_nobody_sent_is_left_untouched(handler: Callable[..., Any]) -> None:
    digest = hashlib.sha256(boto3.client("s3").get_object(Bucket=BUCKET, Key=SOURCE)["Body"].read()).hexdigest()
    for more in ({}, {"rows": len(SAMPLE), "sha256": digest}, {"check": False}, {"check": "true"}):
        assert handler(action="split", input={"source": SOURCE, **more}) == {"outcome": "unsent"}
    assert [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]] == [SOURCE]
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"] == 0


@pytest.mark.requirement("N1", "A11")
def test_a_file_may_be_sent_again_and_by_another_and_each_is_named(handler: Callable[..., Any]) -> None:
    plan = sent(handler)
    assert (sent(handler), plan["senders"]) == (plan, ("wang.fang",))
    assert sent(handler, reviewer="li.ming")["senders"] == ("wang.fang", "li.ming")


@pytest.mark.requirement("N5")
def test_a_file_uploaded_to_be_looked_at_is_not_imported(handler: Callable[..., Any]) -> None:
    storage = boto3.client("s3")
    storage.put_object(Bucket=BUCKET, Key="incoming/check/cut.csv", Body="姓名(XM),性别码(XBM)\n".encode())
    checked = handler(action="split", input={"source": "incoming/check/cut.csv"})
    assert checked == {"outcome": "checked", "would_be_imported": False}
    body = storage.get_object(Bucket=BUCKET, Key="outcomes/check/cut.csv.check.json")["Body"].read()
    assert [problem["code"] for problem in json.loads(body)["problems"]] == ["register_header_not_found"]


@pytest.mark.requirement("A11", "A13")
def test_nobody_is_taken_for_a_files_sender_who_did_not_start_its_import_by_a_staff_action(
    handler: Callable[..., Any],
) -> None:
    proof = {"sender_proof": Keyring(b"s" * 64).token("register-file-sender", "[]")}
    for more in ({}, proof, {"sender_proof": 7}):
        refused = handler(action="split", input={"source": SOURCE, "sender": "wang.fang", **more})
        assert [problem["code"] for problem in refused["problems"]] == ["register_sender_not_proven"]
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"] == 0


@pytest.mark.requirement("A11", "A13")
def test_whom_a_staff_action_names_is_a_files_sender(handler: Callable[..., Any]) -> None:
    plan = sent(handler, rows=len(SAMPLE))
    assert (plan["outcome"], plan["senders"]) == ("ready", ("wang.fang",))
