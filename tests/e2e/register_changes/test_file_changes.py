"""What a file asks for waits in the staff's list until two people have approved it, and is gone from it then."""

from __future__ import annotations

import csv
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from degree_auth.domain.register.annual_report_columns import COLUMN, MARK
from degree_auth.domain.register.annual_report_values import RowMark
from tests.e2e.client import Portal, body_of, fresh
from tools.sample_rows import Row, rows
from tools.sample_staff import SampleStaff


def import_of(portal: Portal, path: Path, line: Row, sender: str) -> dict[str, Any]:
    """The report of the import of a file of one row, which a member of staff sends."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        header = [column.label for column in COLUMN.values()]
        csv.writer(file).writerows([header, [line.get(code, "") for code in COLUMN]])
    found = SampleStaff(portal.stack).send_register_file(path, f"{uuid.uuid4().hex}.csv", sender)
    assert found["status"] == "SUCCEEDED", found
    report: dict[str, Any] = json.loads(found["output"])["report"]
    return report


def act(portal: Portal, action: str, **more: str) -> dict[str, Any]:
    """A member of staff's action, which succeeds; gives its result."""
    ended = portal.start({"action": action, **more})
    assert ended["status"] == "SUCCEEDED", ended
    result: dict[str, Any] = ended["output"]
    return result


def listed(portal: Portal) -> dict[str, str]:
    """What each open change waits for, by its number."""
    result = act(portal, "list_file_changes", language="en")
    key = result["location"].removeprefix(f"s3://{portal.stack['DocumentsBucket']}/")
    table = list(csv.reader(portal.stored(key).decode("utf-8-sig").splitlines()))
    assert len(table) - 1 == result["open"]
    return {row[0]: row[2] for row in table[1:]}


@pytest.mark.requirement("A11", "N1", "N4")
def test_a_deletion_in_a_file_stands_in_the_staffs_list_until_two_have_approved_it(
    portal: Portal, tmp_path: Path
) -> None:
    plain = next(row for row in rows(400, seed=78) if row["HXWRQ"] < "2005" and row["ZJLXM"] == "01")
    award = {**plain, "XWZSBH": f"E2E-{uuid.uuid4().hex[:10].upper()}"}
    import_of(portal, tmp_path / "award.csv", award, sender="wang.fang")
    before = listed(portal)
    report = import_of(portal, tmp_path / "deletion.csv", {**award, MARK: RowMark.DELETE.value}, sender="wang.fang")
    assert (report["marked"], report["proposals"]) == (1, {"file_change_proposed": 1})
    assert report["senders"] == ["wang.fang"]

    (change,) = set(listed(portal)) - set(before)
    assert listed(portal)[change] == "2 more to approve"
    assert portal.apply(fresh(body_of(award))).answer["comparison"]["result"] == "matched"
    approval = {"change": change, "reason": "Agrees with the letter", "proposal": 1}
    assert act(portal, "approve_file_change", reviewer="li.ming", **approval)["approvals"] == 1
    assert listed(portal)[change] == "1 more to approve"
    own = portal.start({"action": "approve_file_change", "reviewer": "wang.fang", **approval})
    assert own["status"] == "FAILED", "the sender approves nothing"
    assert act(portal, "approve_file_change", reviewer="zhao.lei", **approval)["status"] == "applied"
    assert change not in listed(portal)
    assert portal.apply(fresh(body_of(award))).answer["comparison"]["result"] != "matched"
