"""Measures the system on this machine and prints one table; the same figures are written to .local/bench.json.

    python -m bench [--full] [--only submission report …]

Wall-clock figures mean little by themselves: compare the ratios to the baselines, which were taken in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module

from bench.figure import Figure, Run
from tools import local_aws
from tools.environment import LOCAL, REGION, ROOT, say
from tools.up import bring_up

RESULTS = LOCAL / "bench.json"
MEASUREMENTS = {
    "submission": ("提交到报告（HTTP）", "submission to report over HTTP"),
    "report": ("报告的排版、凭证与签名", "typesetting, credential and signature of a report"),
    "matched_case": ("一件比对一致的申请（清点）", "one matched case, counted"),
    "verified_case": ("一件由单位核查的申请（清点）", "one case that an institution verifies, counted"),
    "comparison": ("比对（单核）", "comparison on one core"),
    "ledger": ("计时账（单核）", "clock ledgers on one core"),
    "register_import": ("年报导入", "register import"),
    "listing": ("核查任务列表的读取", "reads of a list of tasks"),
    "feedbacks": ("同时到达的反馈", "feedbacks at once"),
    "handlers": ("函数模块的加载时间", "import time of each function's module"),
    "layers": ("层与函数的解压大小", "unzipped size of layers and functions"),
}
"""Modules of this package in the order in which they run; each has `measure(run)`."""

_WIDTHS = (58, 18, 52, 10)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="测量 Measure")
    parser.add_argument(
        "--full", action="store_true", help="含 500000 条记录的导入内存 memory at 500,000 records as well"
    )
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=list(MEASUREMENTS))
    given = parser.parse_args()
    was_running = local_aws.endpoint() is not None
    try:
        run = Run(given.full, bring_up())
        os.environ |= {
            "AWS_ENDPOINT_URL": run.stack["aws_endpoint_url"],
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        results = {name: _measured(name, run) for name in MEASUREMENTS if name in given.only}
    finally:
        if not was_running:
            local_aws.stop()
    print_table(results)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(_record(results, full=given.full), ensure_ascii=False, indent=2) + "\n", "utf-8")
    say(f"已写入 {RESULTS.relative_to(ROOT)}", "written there")


def _measured(name: str, run: Run) -> list[Figure]:
    say(f"正在测量：{MEASUREMENTS[name][0]}", f"measuring: {MEASUREMENTS[name][1]}")
    started = time.monotonic()
    figures: list[Figure] = import_module(f"bench.{name}").measure(run)
    say(f"用时 {time.monotonic() - started:.0f} 秒", "seconds taken")
    return figures


def _record(results: dict[str, list[Figure]], *, full: bool) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "full": full,
        "machine": {
            "processors": os.cpu_count(),
            "load": os.getloadavg()[0],
            "python": platform.python_version(),
            "platform": platform.platform(),
        },
        "figures": {name: [figure.as_dict() for figure in figures] for name, figures in results.items()},
    }


def print_table(results: dict[str, list[Figure]]) -> None:
    """Print every figure with its baseline and the ratio."""
    print(_line(("指标 Figure", "值 Value", "基准（同一次运行）Baseline of the same run", "比 Ratio")))
    for name, figures in results.items():
        print(f"\n{MEASUREMENTS[name][0]} · {MEASUREMENTS[name][1]}")
        for one in figures:
            against, ratio = "", ""
            if one.baseline is not None and one.ratio is not None:
                against = f"{shown(one.baseline.value)}  {one.baseline.chinese} {one.baseline.english}"
                ratio = shown(one.ratio)
            print(_line((f"  {one.chinese} {one.english}", f"{shown(one.value)} {one.unit}", against, ratio)))


def shown(number: float) -> str:
    """A number with three significant digits, and never fewer than its whole part."""
    if number == int(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) >= 0.001 else f"{number:.2e}"


def _line(cells: Iterable[str]) -> str:
    return "".join(_padded(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _padded(cell: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
    return cell + " " * max(1, width - taken)


if __name__ == "__main__":
    main()
