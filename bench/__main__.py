"""Measures the system on this machine. Each figure is printed and appended to .local/bench.jsonl as it is measured.

    python -m bench [--quick | --full] [--only submission report …]

Wall-clock figures mean little by themselves: compare the ratios to the baselines, which were taken in the same run.
Exit status 1 when a measurement broke off; the others run all the same.
"""

from __future__ import annotations

import argparse
import os
import time
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from bench.figure import Measurement, Run, Size
from bench.results import Results
from degree_auth.domain.shared.words import Words
from tools import local_aws
from tools.environment import LOCAL, REGION, ROOT, say
from tools.up import bring_up

RESULTS = LOCAL / "bench.jsonl"
MEASUREMENTS = (
    "submission",
    "report",
    "matched_case",
    "signed_in_case",
    "verified_case",
    "readings",
    "comparison",
    "ledger",
    "spot_checks",
    "transparency",
    "register_import",
    "damaged_files",
    "listing",
    "work_lists",
    "answer_sheets",
    "mails",
    "rotation",
    "platform_events",
    "forecast",
    "platform_delay",
    "feedbacks",
    "oracle",
    "scan_advice",
    "handlers",
    "layers",
)
"""Modules of this package in the order in which they run; each has a `MEASUREMENT`."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=Words("测量", "Measure").lines, formatter_class=argparse.RawTextHelpFormatter
    )
    size = parser.add_mutually_exclusive_group()
    for option, chinese, english in (
        (Size.QUICK, "各项只测少量，数分钟完成", "a little of each, within minutes"),
        (Size.FULL, "含 1000000 条记录的导入内存", "memory at 1,000,000 records as well"),
    ):
        told = Words(chinese, english).lines
        size.add_argument(f"--{option}", dest="size", action="store_const", const=option, help=told)
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=list(MEASUREMENTS))
    parser.set_defaults(size=Size.USUAL)
    given = parser.parse_args()
    was_running = local_aws.endpoint() is not None
    try:
        broken = measure_all(
            [name for name in MEASUREMENTS if name in given.only], given.size, Results(RESULTS, given.size)
        )
    finally:
        if not was_running:
            local_aws.stop()
    say(f"已写入 {RESULTS.relative_to(ROOT)}", f"written to {RESULTS.relative_to(ROOT)}")
    if broken:
        raise SystemExit(Words(f"测量中断：{'、'.join(broken)}", f"broke off: {', '.join(broken)}").lines)


def measurement_of(name: str) -> Measurement:
    """What a module of this package measures."""
    measurement: Measurement = import_module(f"bench.{name}").MEASUREMENT
    return measurement


def measure_all(
    names: Sequence[str], size: Size, results: Results, load: Callable[[str], Measurement] = measurement_of
) -> list[str]:
    """Take the measurements in turn; returns the names of those that broke off."""
    return [name for name in names if not _measure(name, size, results, load)]


def _measure(name: str, size: Size, results: Results, load: Callable[[str], Measurement]) -> bool:
    """Whether the measurement came to its end."""
    started = time.monotonic()
    try:
        measurement = load(name)
        results.begin(measurement)
        for figure in measurement.figures(size, _stack):
            results.add(name, figure)
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        results.fail(name, error)
        return False
    seconds = f"{time.monotonic() - started:.0f}"
    say(f"用时 {seconds} 秒", f"took {seconds} s")
    return True


@cache
def _stack() -> Run:
    """The running stack, which this process's AWS clients address from now on."""
    run = Run(bring_up())
    os.environ |= {
        "AWS_ENDPOINT_URL": run.stack["aws_endpoint_url"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    return run


if __name__ == "__main__":
    main()
