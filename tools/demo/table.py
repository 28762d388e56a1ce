"""The table of what became of every case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_COLUMNS = (("申请 Application", 42), ("阶段 Stage", 16), ("比对 Comparison", 12), ("结果 What became of it", 60))


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a case, or of a chapter that broke off; `as_expected` tells whether it is what should be."""

    kind: str
    stage: str
    comparison: str
    became: str
    as_expected: bool = True


def show(endings: Iterable[Ending]) -> None:
    """Print them."""
    print()
    print("合成数据 All data is synthetic".center(sum(width for _, width in _COLUMNS)).rstrip())
    print(_line(*(name for name, _ in _COLUMNS)))
    for one in endings:
        mark = "" if one.as_expected else "  ✗ 与预期不符 not as expected"
        print(_line(one.kind, one.stage, one.comparison, one.became + mark))


def _line(*cells: str) -> str:
    return "".join(_padded(cell, width) for cell, (_, width) in zip(cells, _COLUMNS, strict=True)).rstrip()


def _padded(cell: str, width: int) -> str:
    shown = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
    return cell + " " * max(1, width - shown)
