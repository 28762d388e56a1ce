"""What the record of who read a case costs beside the case: units that DynamoDB charges for writing, and reads.

One matched case runs through the real handlers against the emulator, as in `matched_case`. Then the same case is read
by its holder, by an account of its institution and by staff, each twice, by the service that every reading begins with.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import capacity
from bench.figure import Baseline, Figure, Measurement, Run
from bench.matched_case import FUNCTIONS, matched_case
from bench.recording import Recorder, Tally, Written, configure, handler, index_units
from bench.submission import fresh_bodies
from bench.three_tasks import three_tasks
from degree_auth.domain.accounts.principal import LEAD_TIER, Principal
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import Reader, holder, of_institution, staff
from tools.build_layers import Target
from tools.environment import LAYERS

_ADDRESS = "192.0.2.1"
_LEAD = Principal("0" * 32, "bench", "10001", None, LEAD_TIER, address=_ADDRESS)
READINGS = (
    ("holder", "持有人查看", "by the holder", holder(_ADDRESS), Purpose.OWN_CASE),
    (
        "institution",
        "单位查看核查任务",
        "by an account of the institution",
        of_institution(_LEAD),
        Purpose.VERIFICATION,
    ),
    ("staff", "工作人员打开审查单", "by staff", staff("li.ming", [Role.REVIEWER], "bench"), Purpose.REVIEW),
)


def measure(run: Run) -> list[Figure]:
    """Write units of the record: within a matched case, of each first reading and of its repeat, as ratios to the
    case's own."""
    sys.path.append(str(LAYERS / "fonts" / "python"))
    bodies, reader = fresh_bodies(Path(run.stack["sample_register"])), run.aws.client("dynamodb")
    with three_tasks(run.aws, f"python{Target.here().python}") as machine:
        configure(run.stack, machine)
        functions = {name: handler(name) for name in FUNCTIONS}
        tally = matched_case(reader, run.stack, functions, bodies)
    case_number = next(one.item["pk"]["S"] for one in tally.writes if one.item["sk"]["S"] == "CASE")
    own = [one for one in tally.writes if not _is_of_record(one)]
    case = Baseline("该件自身的写容量单位", "write units of the case itself", _write_units(own))
    record = _write_units([one for one in tally.writes if _is_of_record(one)])
    figures = [Figure("within_case", "比对一致即出报告：查看记录", "record within a matched case", record, "WCU", case)]
    total = record
    for name, chinese, english, who, purpose in READINGS:
        first, again = (_reading(reader, case_number, who, purpose) for _ in range(2))
        cost = _write_units(first.writes) + first.updates
        total += cost
        figures += [
            Figure(f"{name}_first", f"{chinese}，首次", f"first reading {english}", cost, "WCU", case),
            Figure(f"{name}_again", f"{chinese}，再次", f"repeat {english}", _write_units(again.writes), "WCU", case),
            Figure(f"{name}_reads", "  其中读取", "reads of it", len(first.reads), ""),
        ]
    return [*figures, Figure("each_once", "三者各查看一次合计", "all three once", total, "WCU", case)]


MEASUREMENT = Measurement(
    chinese="查看记录的成本（清点）",
    english="cost of the record of readings, counted",
    measure=measure,
    needs_stack=True,
    quick={},
)


def _reading(reader: Any, case_number: str, who: Reader, purpose: Purpose) -> Tally:
    from degree_auth.wiring import readings, shared

    recorder = Recorder(reader, lambda *_: None)
    # What the alarm is told is counted above, and needs no line between the figures.
    begin = replace(readings.readings(), tell=lambda *_: None).begin
    with recorder.recording():
        recorder.run("reading", lambda _event, _context: begin(case_number, who, purpose, shared.now()), {})
    return recorder.tally


def _is_of_record(written: Written) -> bool:
    return str(written.item["pk"]["S"]).startswith("readings#")


def _write_units(writes: list[Written]) -> int:
    return sum(capacity.transaction_write_units(one.item) for one in writes) + index_units(writes)
