"""An annual report file that is put into object storage is in the register soon after (article 11)."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client import Portal, body_of, fresh, until
from tools.sample_files import write_csv
from tools.sample_rows import Row, rows

RECORDS = 30


@pytest.fixture(scope="module")
def new_rows() -> list[Row]:
    """Synthetic records that no register has yet, each certificate number made of this moment."""
    serial = uuid.uuid4().hex[:10].upper()
    plain = [row for row in rows(400, seed=77) if row["HXWRQ"] < "2005" and row["ZJLXM"] == "01"][:RECORDS]
    return [{**row, "XWZSBH": f"E2E-{serial}-{place:04d}"} for place, row in enumerate(plain)]


def put(portal: Portal, path: Path, name: str) -> str:
    key = f"incoming/{name}"
    portal.client("s3").upload_file(str(path), portal.stack["RegisterFilesBucket"], key)
    return key


def ended(portal: Portal, source: str, after: float) -> dict[str, Any]:
    """How the execution ended that the arrival of a file started."""
    machines = portal.client("stepfunctions")

    def look() -> dict[str, Any] | None:
        for one in portal.executions("RegisterImportMachineArn"):
            if one["startDate"].timestamp() < after - 1 or one["status"] == "RUNNING":
                continue
            found: dict[str, Any] = machines.describe_execution(executionArn=one["executionArn"])
            if json.loads(found["input"]).get("source") == source:
                return found
        return None

    return until(look, f"the import of {source} has ended")


@pytest.fixture(scope="module")
def imported(portal, new_rows, tmp_path_factory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("register") / "annual.csv"
    # One row is faulty: a degree category that no code table has.
    write_csv(path, [*new_rows, {**new_rows[0], "XWZSBH": "E2E-FAULTY", "XWLBM": "999"}])
    name, began = f"e2e-{uuid.uuid4().hex}.csv", time.time()
    source = put(portal, path, name)
    found = ended(portal, source, began)
    assert found["status"] == "SUCCEEDED", found
    return {"path": path, "name": name, "source": source, "report": json.loads(found["output"])["report"]}


@pytest.mark.requirement("A11")
def test_a_file_that_arrives_is_imported_and_its_totals_are_told(portal, imported):
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
    began = time.time()
    source = put(portal, imported["path"], f"again-{imported['name']}")
    report = json.loads(ended(portal, source, began)["output"])["report"]
    assert (report["new"], report["changed"], report["unchanged"]) == (0, 0, RECORDS)


@pytest.mark.requirement("A11", "A15")
def test_a_corrected_record_replaces_the_former_one_and_a_claim_matches_at_once(portal, imported, new_rows, tmp_path):
    corrected = {**new_rows[5], "ZSZYMC": "合成学"}
    touched = portal.apply(fresh(body_of(new_rows[5])))
    assert touched.answer["report"]
    applied = portal.apply(fresh(body_of(corrected)))
    assert applied.answer["comparison"]["result"] == "mismatched"
    path, began = tmp_path / "corrected.csv", time.time()
    write_csv(path, [corrected])
    source = put(portal, path, f"corrected-{imported['name']}")
    report = json.loads(ended(portal, source, began)["output"])["report"]
    assert (report["new"], report["changed"], report["unchanged"]) == (0, 1, 0)
    assert portal.apply(fresh(body_of(corrected))).answer["report"]
    # What was reported before is called into question, and stands until that is decided.
    status = touched.at_stage("recheck_admission")
    assert [one["cause"] for one in status["rechecks"]] == ["register_change"]
    assert status["report"]


@pytest.mark.requirement("A11", "N5")
def test_a_file_without_a_header_is_refused_whole_and_says_which_row_comes_nearest(portal, tmp_path):
    path, began = tmp_path / "short.csv", time.time()
    path.write_text("姓名(XM),单位(XWSYDWM)\n合成,10001\n", encoding="utf-8")
    source = put(portal, path, f"short-{uuid.uuid4().hex}.csv")
    found = ended(portal, source, began)
    assert (found["status"], found["error"]) == ("FAILED", "FileRefused")
    failure = portal.client("s3").get_object(
        Bucket=portal.stack["RegisterFilesBucket"],
        Key=f"outcomes/{source.removeprefix('incoming/')}.failure.json",
    )
    said = failure["Body"].read().decode()
    assert "register_header_not_found" in said
    assert "row 1: 姓名(XM) | 单位(XWSYDWM)" in said
