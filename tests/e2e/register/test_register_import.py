"""An annual report file that a member of staff uploads and sends is in the register soon after (article 11)."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client import Portal, body_of, fresh, until
from tools.sample_files import write_csv
from tools.sample_rows import Row, rows
from tools.sample_staff import SampleStaff

RECORDS = 30


@pytest.fixture(scope="module")
def new_rows() -> list[Row]:
    """Synthetic records that no register has yet, each certificate number made of this moment."""
    serial = uuid.uuid4().hex[:10].upper()
    plain = [row for row in rows(400, seed=77) if row["HXWRQ"] < "2005" and row["ZJLXM"] == "01"][:RECORDS]
    return [{**row, "XWZSBH": f"E2E-{serial}-{place:04d}"} for place, row in enumerate(plain)]


def send(portal: Portal, path: Path, name: str) -> dict[str, Any]:
    """How the import ended of a file that a member of staff uploaded and sent."""
    return SampleStaff(portal.stack).send_register_file(path, name)


def report_of(ended: dict[str, Any]) -> dict[str, Any]:
    """The report of an import that came to its end."""
    assert ended["status"] == "SUCCEEDED", ended
    report: dict[str, Any] = json.loads(ended["output"])["report"]
    return report


@pytest.fixture(scope="module")
def imported(portal, new_rows, tmp_path_factory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("register") / "annual.csv"
    # One row is faulty: a degree category that no code table has.
    write_csv(path, [*new_rows, {**new_rows[0], "XWZSBH": "E2E-FAULTY", "XWLBM": "999"}])
    name = f"e2e-{uuid.uuid4().hex}.csv"
    return {"path": path, "name": name, "report": report_of(send(portal, path, name))}


@pytest.mark.requirement("A11")
def test_a_file_that_staff_send_is_imported_and_its_totals_are_told(portal, imported):
    report = imported["report"]
    assert (report["rows"], report["records"], report["faulty"]) == (RECORDS + 1, RECORDS, 1)
    assert (report["new"], report["changed"], report["unchanged"]) == (RECORDS, 0, 0)
    errors = portal.client("s3").get_object(
        Bucket=portal.stack["RegisterFilesBucket"], Key=f"outcomes/{imported['name']}.errors.csv"
    )
    (row,) = errors["Body"].read().decode("utf-8-sig").splitlines()[1:]
    assert row.startswith(f"{RECORDS + 2},")
    assert "row_code_unknown" in row


@pytest.mark.requirement("A2", "A11")
def test_the_holder_of_a_newly_imported_award_gets_a_report_at_once(portal, imported, new_rows):
    applied = portal.apply(fresh(body_of(new_rows[3])))
    assert applied.response.status_code == 201
    assert applied.answer["report"]


@pytest.mark.requirement("A11", "N1")
def test_the_same_file_again_changes_nothing(portal, imported):
    report = report_of(send(portal, imported["path"], f"again-{imported['name']}"))
    assert (report["new"], report["changed"], report["unchanged"]) == (0, 0, RECORDS)


@pytest.mark.requirement("A11", "A15")
def test_a_corrected_record_replaces_the_former_one_and_a_claim_matches_at_once(portal, imported, new_rows, tmp_path):
    corrected = {**new_rows[5], "ZSZYMC": "合成学"}
    touched = portal.apply(fresh(body_of(new_rows[5])))
    assert touched.answer["report"]
    applied = portal.apply(fresh(body_of(corrected)))
    assert applied.answer["comparison"]["result"] == "mismatched"
    path = tmp_path / "corrected.csv"
    write_csv(path, [corrected])
    report = report_of(send(portal, path, f"corrected-{imported['name']}"))
    assert (report["new"], report["changed"], report["unchanged"]) == (0, 1, 0)
    assert portal.apply(fresh(body_of(corrected))).answer["report"]
    # What was reported before is called into question, and stands until that is decided.
    status = touched.at_stage("recheck_admission")
    assert [one["cause"] for one in status["rechecks"]] == ["register_change"]
    assert status["report"]


@pytest.mark.requirement("A11", "N5")
def test_a_file_without_a_header_is_refused_whole_and_says_which_row_comes_nearest(portal, tmp_path):
    path, name = tmp_path / "short.csv", f"short-{uuid.uuid4().hex}.csv"
    path.write_text("姓名(XM),单位(XWSYDWM)\n合成,10001\n", encoding="utf-8")
    found = send(portal, path, name)
    assert (found["status"], found["error"]) == ("FAILED", "FileRefused")
    failure = portal.client("s3").get_object(
        Bucket=portal.stack["RegisterFilesBucket"],
        Key=f"outcomes/{name}.failure.json",
    )
    said = failure["Body"].read().decode()
    assert "register_header_not_found" in said
    assert "row 1: 姓名(XM) | 单位(XWSYDWM)" in said


@pytest.mark.requirement("A13", "N2", "N3")
def test_a_file_that_nobody_sent_is_looked_at_by_no_import_however_that_is_started(portal, new_rows, tmp_path):
    path, name = tmp_path / "planted.csv", f"planted-{uuid.uuid4().hex}.csv"
    planted = {**new_rows[7], "XWZSBH": f"E2E-{uuid.uuid4().hex[:10].upper()}"}
    write_csv(path, [planted])
    storage, bucket = portal.client("s3"), portal.stack["RegisterFilesBucket"]
    storage.upload_file(str(path), bucket, f"incoming/{name}")
    storage.upload_file(str(path), bucket, f"incoming/check/{name}")
    machines, machine = portal.client("stepfunctions"), portal.stack["RegisterImportMachineArn"]
    given = json.dumps({"source": f"incoming/{name}"})
    arn = machines.start_execution(stateMachineArn=machine, input=given)["executionArn"]
    found = until(
        lambda: (one := machines.describe_execution(executionArn=arn))["status"] != "RUNNING" and one,
        "the import of a file that nobody sent has ended",
    )
    assert (found["status"], found["error"]) == ("FAILED", "FileNotSent")
    # The preview of the one under check/ is there: arrivals were told, and the other one started nothing.
    until(
        lambda: storage.list_objects_v2(Bucket=bucket, Prefix=f"outcomes/check/{name}").get("KeyCount"),
        "the preview is written",
    )
    assert storage.list_objects_v2(Bucket=bucket, Prefix=f"outcomes/{name}")["KeyCount"] == 0
    inputs = [
        machines.describe_execution(executionArn=one["executionArn"])["input"]
        for one in portal.executions("RegisterImportMachineArn")
    ]
    assert [json.loads(one).get("source") for one in inputs].count(f"incoming/{name}") == 1
    assert not portal.apply(fresh(body_of(planted))).answer.get("report")
