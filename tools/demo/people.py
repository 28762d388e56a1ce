"""The people of a run: new ones each time, brought into the register by a supplementary annual report file."""

from __future__ import annotations

import json
import uuid
from random import SystemRandom
from typing import Any

from tools.demo.stack import Stack, expect, tell
from tools.demo.words import records
from tools.environment import LOCAL
from tools.sample_applications import body_of
from tools.sample_files import write_csv
from tools.sample_institutions import INSTITUTIONS
from tools.sample_rows import UNPRINTABLE, Row, rows
from tools.sample_staff import SampleStaff

INSTITUTION = INSTITUTIONS[0]
_ROWS = 1000
_PATH = LOCAL / "sample" / "supplementary.csv"


def new_people(count: int) -> list[Row]:
    """So many invented bachelors of former years, regular students of the first sample institution."""
    random = SystemRandom()
    serials = random.sample(range(500_000, 999_999), count)
    found = [
        row
        for row in rows(_ROWS, random.getrandbits(32))
        if row["XWLBM"].startswith("4")
        and "2016" <= row["HXWRQ"] < "2025"
        and (row["ZJLXM"], row["XXXSM"]) == ("01", "1")
        and UNPRINTABLE not in row["XM"]
    ]
    unit = {"XWSYDWM": INSTITUTION.code, "XWSYDW": INSTITUTION.name, "PYDWM": INSTITUTION.code}
    return [
        {**row, **unit, "XWZSBH": f"{INSTITUTION.code}4{row['HXWRQ'][:4]}{serial:06d}"}
        for row, serial in zip(random.sample(found, count), serials, strict=True)
    ]


def claim(row: Row, **degree: str) -> dict[str, Any]:
    """The application of such a person, with facts of the degree that differ from the record."""
    body = body_of(row)
    body["degree"] |= degree
    return body


def import_into(stack: Stack, people: list[Row]) -> None:
    """Upload the file, have a member of staff send it, and wait until its import has ended."""
    _PATH.parent.mkdir(parents=True, exist_ok=True)
    write_csv(_PATH, people)
    sent = records(len(people))
    tell(f"学位授予单位补报年报 {sent.zh}（合成数据）", f"a supplementary annual report file of {sent.en}")
    found = SampleStaff(stack.found).send_register_file(_PATH, f"demo-{uuid.uuid4().hex}.csv")
    expect(found["status"] == "SUCCEEDED", f"register-import: {found.get('error')} {found.get('cause')}")
    report = json.loads(found["output"])["report"]
    expect(report["new"] == len(people), f"register-import: {report}")
    new = records(report["new"])
    tell(f"年报已导入：新增 {new.zh}", f"the annual report file is imported: {new.en} added")
