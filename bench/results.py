"""Where a figure goes as soon as it is measured: into the printed table, in each language, and into a file."""

from __future__ import annotations

import json
import os
import platform
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure, Measurement, Size

_WIDTHS = (58, 18, 52, 10)


class Results:
    """The figures of one run. The file has one JSON object a line and keeps the runs of before.

    The first line of a run says when it began, on which machine and how much it measures; each other line has a
    measurement's name and a figure, or the error that ended the measurement.
    """

    def __init__(self, path: Path, size: Size) -> None:
        self._path = path
        self._began = datetime.now(UTC).isoformat(timespec="seconds")
        path.parent.mkdir(exist_ok=True)
        self._append(size=size, machine=_machine())
        _print(_line(("指标", "值", "基准（同一次运行）", "比")))
        _print(_line(("Figure", "Value", "Baseline of the same run", "Ratio")))

    def begin(self, measurement: Measurement) -> None:
        """The title of the figures that follow."""
        _print(f"\n{measurement.chinese}\n{measurement.english}")

    def add(self, name: str, figure: Figure) -> None:
        """A figure of the measurement of this name, with its baseline and the ratio."""
        self._append(measurement=name, figure=figure.as_dict())
        against, against_en, ratio = "", "", ""
        if figure.baseline is not None and figure.ratio is not None:
            against = f"{three_digits(figure.baseline.value)}  {figure.baseline.chinese}"
            against_en = f"{' ' * len(three_digits(figure.baseline.value))}  {figure.baseline.english}"
            ratio = three_digits(figure.ratio)
        value = f"{three_digits(figure.value)} {figure.unit}"
        _print(_line((f"  {figure.chinese}", value, against, ratio)))
        _print(_line((f"  {figure.english}", "", against_en, "")))

    def fail(self, name: str, error: BaseException) -> None:
        """The measurement of this name broke off."""
        self._append(measurement=name, error=f"{type(error).__name__}: {error}")
        _print(f"  ✗ 测量中断：{name}\n  ✗ the measurement broke off: {name}")

    def _append(self, **content: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"run": self._began, **content}, ensure_ascii=False) + "\n")


def three_digits(number: float) -> str:
    """A number with three significant digits, and never fewer than its whole part."""
    if number == int(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) >= 0.001 else f"{number:.2e}"


def _machine() -> dict[str, object]:
    return {
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def _print(line: str) -> None:
    print(line, flush=True)


def _line(cells: Iterable[str]) -> str:
    return "".join(_pad(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _pad(cell: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
    return cell + " " * max(1, width - taken)
